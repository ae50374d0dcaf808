package docs

import (
	"fmt"
	"os"
	"regexp"
	"strings"
	"unicode"
)

// Document is a Markdown file, as far as the checks need it.
type Document struct {
	Path     string // with slashes, below the root
	Blocks   []Block
	Links    []Link
	Headings []string
	Anchors  map[string]bool // what a link to the document can name after #
}

// Block is a fenced block. Line is the line of its first line of text.
type Block struct {
	Path string
	Line int
	Info []string // the words after the opening fence: the language, then what the block is
	Text string
}

// Link is the target of a link or an image.
type Link struct {
	Line   int
	Target string
}

var (
	heading   = regexp.MustCompile(`^#{1,6} +(.*?) *#*$`)
	inline    = regexp.MustCompile(`\]\(<?([^)>\s]+)>?(?:\s+"[^"]*")?\)`)
	reference = regexp.MustCompile(`^ {0,3}\[[^\]]+\]: +<?([^>\s]+)>?`)
	named     = regexp.MustCompile(`<a (?:id|name)="([^"]+)">`)
	codeSpan  = regexp.MustCompile("`+[^`]*`+")
	linkText  = regexp.MustCompile(`\[([^\]]*)\]\([^)]*\)`)
)

// Parse reads a Markdown document. A fence that is never closed is an error.
func Parse(path, text string) (Document, error) {
	d := Document{Path: path, Anchors: map[string]bool{}}
	var block *Block
	fence := ""
	for i, line := range strings.Split(text, "\n") {
		trimmed := strings.TrimSpace(line)
		switch mark := fenceOf(trimmed); {
		case block == nil && mark != "":
			fence, block = mark, &Block{Path: path, Line: i + 2, Info: strings.Fields(trimmed[len(mark):])}
		case block == nil:
			d.addLine(i+1, line)
		case strings.HasPrefix(mark, fence) && trimmed == mark:
			d.Blocks = append(d.Blocks, *block)
			block = nil
		default:
			block.Text += line + "\n"
		}
	}
	if block != nil {
		return d, fmt.Errorf("%s:%d: the block is never closed: end it with %s", path, block.Line-1, fence)
	}
	return d, nil
}

// fenceOf returns the backticks or tildes at the start of a line, where they are at least three.
func fenceOf(line string) string {
	for _, c := range []string{"`", "~"} {
		if rest := strings.TrimLeft(line, c); len(line)-len(rest) >= 3 && !strings.Contains(rest, "`") {
			return line[:len(line)-len(rest)]
		}
	}
	return ""
}

// addLine collects anchors and links of a line of prose.
func (d *Document) addLine(number int, line string) {
	if m := heading.FindStringSubmatch(line); m != nil {
		d.Headings = append(d.Headings, m[1])
		d.addAnchor(Anchor(m[1]))
	}
	prose := codeSpan.ReplaceAllString(line, "``")
	for _, m := range named.FindAllStringSubmatch(prose, -1) {
		d.Anchors[m[1]] = true
	}
	for _, pattern := range []*regexp.Regexp{inline, reference} {
		for _, m := range pattern.FindAllStringSubmatch(prose, -1) {
			d.Links = append(d.Links, Link{Line: number, Target: m[1]})
		}
	}
}

// addAnchor adds a heading's anchor. A repeated one gets a number, as GitHub gives it.
func (d *Document) addAnchor(anchor string) {
	unique := anchor
	for n := 1; d.Anchors[unique]; n++ {
		unique = fmt.Sprintf("%s-%d", anchor, n)
	}
	d.Anchors[unique] = true
}

// Anchor returns the anchor that GitHub gives to a heading: lower case, hyphens for spaces, no punctuation.
func Anchor(heading string) string {
	text := linkText.ReplaceAllString(heading, "$1")
	return strings.Map(func(r rune) rune {
		switch {
		case r == ' ':
			return '-'
		case r == '-' || r == '_' || unicode.IsLetter(r) || unicode.IsDigit(r):
			return unicode.ToLower(r)
		}
		return -1
	}, strings.TrimSpace(text))
}

func readDocument(root, path string) (Document, error) {
	text, err := os.ReadFile(join(root, path))
	if err != nil {
		return Document{}, err
	}
	return Parse(path, string(text))
}
