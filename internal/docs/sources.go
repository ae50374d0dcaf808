package docs

import (
	"errors"
	"fmt"
	"os"
	"regexp"
	"strings"
)

var (
	webLink   = regexp.MustCompile(regexp.QuoteMeta(web) + `[^\s)>"]+`)
	section   = regexp.MustCompile(`(?i)\bprotocol(?: specification)?,?(?: section)? (\d+(?:\.\d+)?)\b`)
	trap      = regexp.MustCompile(`(?i)\btraps? (\d+)\b`)
	numbering = regexp.MustCompile(`^\d+(?:\.\d+)?`)
)

// CheckSources checks what source files say about the documents: links to the repository's files on
// the web, "Protocol 5.4", which must be the number of a heading, and "trap 19", which must be an
// anchor trap-19.
func CheckSources(root string, documents []Document, sources []string) error {
	sections, traps := map[string]bool{}, map[string]bool{}
	for _, d := range documents {
		for _, h := range d.Headings {
			sections[numbering.FindString(h)] = true
		}
		for anchor := range d.Anchors {
			if number, ok := strings.CutPrefix(anchor, "trap-"); ok {
				traps[number] = true
			}
		}
	}
	var errs []error
	var files []Document
	for _, source := range sources {
		text, err := os.ReadFile(join(root, source))
		if err != nil {
			return err
		}
		file := Document{Path: source}
		for i, line := range strings.Split(string(text), "\n") {
			for _, target := range webLink.FindAllString(line, -1) {
				file.Links = append(file.Links, Link{Line: i + 1, Target: target})
			}
			if number := missing(section, line, sections); number != "" {
				errs = append(errs, fmt.Errorf("%s:%d: the protocol has no section %s", source, i+1, number))
			}
			if number := missing(trap, line, traps); number != "" {
				errs = append(errs, fmt.Errorf("%s:%d: there is no trap %s", source, i+1, number))
			}
		}
		files = append(files, file)
	}
	return errors.Join(append(errs, checkLinks(root, files, documents))...)
}

// missing returns the first number that the pattern finds in a line and that is not known, or
// nothing.
func missing(pattern *regexp.Regexp, line string, known map[string]bool) string {
	for _, m := range pattern.FindAllStringSubmatch(line, -1) {
		if !known[m[1]] {
			return m[1]
		}
	}
	return ""
}
