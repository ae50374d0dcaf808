package docs

import (
	"errors"
	"fmt"
	"io/fs"
	"net/url"
	"os"
	"path"
	"path/filepath"
	"strings"
)

// web is where the repository's files are read on the web. Links to it are checked against the
// files here.
const web = "https://github.com/hyperlane-go/sdk/blob/main/"

// Files returns the paths below root, with slashes, whose names end in one of the suffixes. It
// leaves out hidden directories, test data and what npm installed.
func Files(root string, suffixes ...string) ([]string, error) {
	var found []string
	err := filepath.WalkDir(root, func(name string, entry fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		base := entry.Name()
		if entry.IsDir() {
			if name != root && (strings.HasPrefix(base, ".") || base == "node_modules" || base == "testdata") {
				return filepath.SkipDir
			}
			return nil
		}
		for _, suffix := range suffixes {
			if strings.HasSuffix(base, suffix) {
				relative, err := filepath.Rel(root, name)
				found = append(found, filepath.ToSlash(relative))
				return err
			}
		}
		return nil
	})
	return found, err
}

// ReadAll parses every Markdown file below root.
func ReadAll(root string) ([]Document, error) {
	names, err := Files(root, ".md")
	if err != nil {
		return nil, err
	}
	var documents []Document
	for _, name := range names {
		d, err := readDocument(root, name)
		if err != nil {
			return nil, err
		}
		documents = append(documents, d)
	}
	return documents, nil
}

// CheckLinks follows every link of the documents that stays in the repository, to the file and to
// the anchor. The error names every link that leads nowhere.
func CheckLinks(root string, documents []Document) error {
	return checkLinks(root, documents, documents)
}

// checkLinks follows the links of some files. The documents are what anchors are looked up in.
func checkLinks(root string, files, documents []Document) error {
	known := map[string]Document{}
	for _, d := range documents {
		known[d.Path] = d
	}
	var errs []error
	for _, f := range files {
		for _, l := range f.Links {
			if err := follow(root, known, f.Path, l.Target); err != nil {
				errs = append(errs, fmt.Errorf("%s:%d: link %s: %w", f.Path, l.Line, l.Target, err))
			}
		}
	}
	return errors.Join(errs...)
}

func follow(root string, known map[string]Document, from, target string) error {
	name := ""
	if rest, ok := strings.CutPrefix(target, web); ok {
		from, target = "", rest
	}
	u, err := url.Parse(target)
	switch {
	case err != nil:
		return err
	case u.Scheme != "" || u.Host != "":
		return nil // elsewhere
	case u.Path == "":
		name = from
	case strings.HasPrefix(u.Path, "/"):
		return errors.New("it starts with a slash, want a path relative to the document")
	default:
		name = path.Join(path.Dir(from), u.Path)
	}
	if name == ".." || strings.HasPrefix(name, "../") {
		return errors.New("it leads out of the repository")
	}
	if _, err := os.Stat(join(root, name)); err != nil {
		return fmt.Errorf("no such file: %s", name)
	}
	if u.Fragment == "" {
		return nil
	}
	d, ok := known[name]
	if !ok {
		return fmt.Errorf("%s is no Markdown file, so it has no anchor", name)
	}
	if !d.Anchors[u.Fragment] {
		return fmt.Errorf("%s has no heading #%s", name, u.Fragment)
	}
	return nil
}

func join(root, name string) string { return filepath.Join(root, filepath.FromSlash(name)) }
