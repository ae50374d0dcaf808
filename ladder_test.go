package sdk_test

import (
	"bufio"
	"bytes"
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

const (
	modulePath = "github.com/hyperlane-go/sdk"
	ladderFile = ".ci/ladder.txt"
)

// rung is one row of the ladder file.
type rung struct {
	pattern string
	ours    []string
	others  []string
	exact   bool
	links   int
	why     string
}

// goPackage is what `go list` tells of a package.
type goPackage struct {
	ImportPath  string
	Standard    bool
	Imports     []string
	TestImports []string
	Deps        []string
}

// TestLadder holds every package of the module against .ci/ladder.txt. What a
// package may import, and how much it may link, is written there with the
// reason, and the reason is what a failure prints.
func TestLadder(t *testing.T) {
	rungs := readLadder(t)
	standard := map[string]bool{}
	for _, p := range goList(t, "-deps", "./...") {
		standard[p.ImportPath] = p.Standard
	}
	packages := goList(t, "./...")
	require.NotEmpty(t, packages)
	readme, err := os.ReadFile("README.md")
	require.NoError(t, err)

	for _, p := range packages {
		name := shortName(p)
		r, ok := find(rungs, name)
		if !assert.Truef(t, ok, "%s has no row in %s: decide what it may import and write down why", name, ladderFile) {
			continue
		}
		for _, imported := range append(p.Imports, p.TestImports...) {
			checkImport(t, name, r, imported, standard)
		}
		links := countLinks(p, standard)
		if row, ok := readmeRow(string(readme), name); ok && r.exact {
			assert.Containsf(t, row, fmt.Sprintf("| %d |", links), "README.md says another number of links for %s", name)
		}
		if r.exact {
			assert.Equalf(t, r.links, links, "%s links another number of packages outside the standard library than %s says, because: %s", name, ladderFile, r.why)
		} else {
			assert.Lessf(t, links, r.links, "%s links too much: %s", name, r.why)
		}
	}
}

// shortName is the path of a package within the module, a dot for the module's own.
func shortName(p goPackage) string {
	if p.ImportPath == modulePath {
		return "."
	}
	return strings.TrimPrefix(p.ImportPath, modulePath+"/")
}

// countLinks counts the packages outside the standard library and outside this
// module that a package compiles.
func countLinks(p goPackage, standard map[string]bool) int {
	links := 0
	for _, dep := range p.Deps {
		if isStandard, known := standard[dep]; known && !isStandard && !isOurs(dep) {
			links++
		}
	}
	return links
}

// readmeRow is the row of a package in the table of README.md.
func readmeRow(readme, name string) (string, bool) {
	for line := range strings.Lines(readme) {
		if strings.HasPrefix(line, "| [`"+name+"`]") {
			return line, true
		}
	}
	return "", false
}

func checkImport(t *testing.T, name string, r rung, imported string, standard map[string]bool) {
	t.Helper()
	switch {
	case isOurs(imported):
		short := strings.TrimPrefix(imported, modulePath+"/")
		assert.Truef(t, contains(r.ours, short), "%s must not import %s: %s", name, short, r.why)
	case strings.Contains(strings.Split(imported, "/")[0], ".") && !standard[imported]:
		short := shorten(imported)
		if isTestLibrary(short) {
			return
		}
		assert.Truef(t, contains(r.others, short), "%s must not import %s directly: %s", name, short, r.why)
	}
}

// isTestLibrary names what tests inside any package may use.
func isTestLibrary(short string) bool {
	for _, prefix := range []string{"testify/", "rapid", "goleak"} {
		if strings.HasPrefix(short, prefix) {
			return true
		}
	}
	return false
}

// shorten writes an import path as the ladder file writes it.
func shorten(path string) string {
	for long, short := range map[string]string{
		"github.com/ethereum/go-ethereum": "geth",
		"github.com/holiman/uint256":      "uint256",
		"github.com/cloudflare/circl":     "circl",
		"github.com/stretchr/testify":     "testify",
		"pgregory.net/rapid":              "rapid",
		"go.uber.org/goleak":              "goleak",
	} {
		if path == long || strings.HasPrefix(path, long+"/") {
			return short + strings.TrimPrefix(path, long)
		}
	}
	return path
}

func isOurs(path string) bool {
	return path == modulePath || strings.HasPrefix(path, modulePath+"/")
}

func contains(list []string, want string) bool {
	for _, have := range list {
		if have == "*" || have == want {
			return true
		}
	}
	return false
}

// find returns the row of a package: its own, or the longest one ending in /...
func find(rungs []rung, name string) (rung, bool) {
	var best rung
	found := false
	for _, r := range rungs {
		if r.pattern == name {
			return r, true
		}
		prefix, isTree := strings.CutSuffix(r.pattern, "/...")
		if isTree && strings.HasPrefix(name, prefix+"/") && len(r.pattern) > len(best.pattern) {
			best, found = r, true
		}
	}
	return best, found
}

func readLadder(t *testing.T) []rung {
	t.Helper()
	file, err := os.Open(ladderFile)
	require.NoError(t, err)
	defer file.Close()

	var rungs []rung
	scanner := bufio.NewScanner(file)
	for line := 1; scanner.Scan(); line++ {
		text := strings.TrimSpace(scanner.Text())
		if text == "" || strings.HasPrefix(text, "#") {
			continue
		}
		r, err := parseRung(text)
		require.NoErrorf(t, err, "%s:%d", ladderFile, line)
		rungs = append(rungs, r)
	}
	require.NoError(t, scanner.Err())
	return rungs
}

func parseRung(text string) (rung, error) {
	fields := strings.Split(text, "|")
	if len(fields) != 5 {
		return rung{}, fmt.Errorf("have %d columns, want 5", len(fields))
	}
	for i := range fields {
		fields[i] = strings.TrimSpace(fields[i])
	}
	r := rung{pattern: fields[0], ours: strings.Fields(fields[1]), others: strings.Fields(fields[2]), why: fields[4]}
	if r.why == "" {
		return rung{}, fmt.Errorf("%s has no reason", r.pattern)
	}
	if len(fields[3]) < 2 || (fields[3][0] != '=' && fields[3][0] != '<') {
		return rung{}, fmt.Errorf("links %q: want =N or <N", fields[3])
	}
	r.exact = fields[3][0] == '='
	var err error
	r.links, err = strconv.Atoi(fields[3][1:])
	return r, err
}

func goList(t *testing.T, args ...string) []goPackage {
	t.Helper()
	command := exec.Command("go", append([]string{"list", "-json=ImportPath,Standard,Imports,TestImports,Deps"}, args...)...)
	var stderr bytes.Buffer
	command.Stderr = &stderr
	out, err := command.Output()
	require.NoErrorf(t, err, "go list: %s", stderr.String())

	var packages []goPackage
	for decoder := json.NewDecoder(bytes.NewReader(out)); decoder.More(); {
		var p goPackage
		require.NoError(t, decoder.Decode(&p))
		packages = append(packages, p)
	}
	return packages
}
