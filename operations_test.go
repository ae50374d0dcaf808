package sdk_test

import (
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"maps"
	"os"
	"path"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/hyperlane-go/sdk/hyperlane/hyperlanetest"
	"github.com/hyperlane-go/sdk/hyperlane/relayer"
	"github.com/hyperlane-go/sdk/hyperlane/storage"
	"github.com/hyperlane-go/sdk/hyperlane/validator"
	"github.com/hyperlane-go/sdk/internal/docs"
	"github.com/hyperlane-go/sdk/ism/checkpoint"
)

const operationsFile = "docs/operations.md"

// TestOperations holds docs/operations.md to the code: it has a row for every metric, every log
// line of level warn or error, and every exported class and type of error, and no row for one that
// does not exist.
func TestOperations(t *testing.T) {
	page := readOperations(t)
	sources := parsePublic(t)
	t.Run("metrics", func(t *testing.T) { page.checkMetrics(t, registered(t)) })
	t.Run("errors", func(t *testing.T) { page.checkErrors(t, exportedErrors(sources)) })
	t.Run("logs", func(t *testing.T) { page.checkLogs(t, logLines(t, sources)) })
}

// operations are the rows of the tables below each heading of the page.
type operations map[string][]row

// row is a row of a table, without its heading. A row with an empty cell is refused when the page
// is read.
type row []string

func readOperations(t *testing.T) operations {
	t.Helper()
	text, err := os.ReadFile(operationsFile)
	require.NoError(t, err)
	page, heading := operations{}, ""
	for line := range strings.Lines(string(text)) {
		line = strings.TrimSpace(line)
		switch {
		case strings.HasPrefix(line, "## "):
			heading = strings.TrimPrefix(line, "## ")
		case strings.HasPrefix(line, "|"):
			cells := strings.Split(strings.Trim(line, "|"), " | ")
			for i := range cells {
				cells[i] = strings.TrimSpace(cells[i])
				assert.NotEmptyf(t, cells[i], "%s: empty cell in %s", operationsFile, line)
			}
			page[heading] = append(page[heading], cells)
		}
	}
	for _, heading := range []string{"Metrics", "Log lines", "Errors"} {
		require.NotEmptyf(t, page[heading], "%s: no table below the heading %s", operationsFile, heading)
	}
	return page
}

var code = regexp.MustCompile("`([^`]+)`")

// names returns what stands between backticks in a cell.
func names(cell string) []string {
	var list []string
	for _, m := range code.FindAllStringSubmatch(cell, -1) {
		list = append(list, m[1])
	}
	return list
}

// checkMetrics compares the rows "name | labels | meaning | alert" with what agents register.
func (page operations) checkMetrics(t *testing.T, want map[string][]string) {
	have := map[string][]string{}
	for _, r := range page["Metrics"] {
		if found := names(r[0]); len(found) == 1 && strings.HasPrefix(found[0], "hyperlane_") {
			require.Lenf(t, r, 4, "%s: want name, labels, meaning and alert in the row of %s", operationsFile, found[0])
			have[found[0]] = names(r[1])
		}
	}
	compare(t, slices.Sorted(maps.Keys(want)), slices.Sorted(maps.Keys(have)), "validator or relayer registers")
	for name, labels := range want {
		assert.Equalf(t, labels, have[name], "%s: labels of %s", operationsFile, name)
	}
}

// compare reports what the page lacks, and what it has and the code does not. What names who has it in the code.
func compare(t *testing.T, want, have []string, what string) {
	t.Helper()
	for _, name := range want {
		assert.Truef(t, slices.Contains(have, name), "%s: add a row for %s, because a %s it", operationsFile, name, what)
	}
	for i, name := range have {
		assert.Truef(t, slices.Contains(want, name), "%s: drop the row of %s, because no %s it", operationsFile, name, what)
		assert.Falsef(t, slices.Contains(have[:i], name), "%s: two rows for %s", operationsFile, name)
	}
}

// recorder is a Registerer that records what is registered.
type recorder map[string][]string

var description = regexp.MustCompile(`fqName: "([^"]+)".*variableLabels: \{([^}]*)\}`)

func (r recorder) Register(c prometheus.Collector) error {
	descriptions := make(chan *prometheus.Desc, 100)
	c.Describe(descriptions)
	close(descriptions)
	for d := range descriptions {
		m := description.FindStringSubmatch(d.String())
		if m == nil {
			return fmt.Errorf("cannot read %s", d)
		}
		r[m[1]] = strings.FieldsFunc(m[2], func(c rune) bool { return c == ',' })
	}
	return nil
}

func (r recorder) MustRegister(all ...prometheus.Collector) {
	for _, c := range all {
		if err := r.Register(c); err != nil {
			panic(err)
		}
	}
}

func (r recorder) Unregister(prometheus.Collector) bool { return false }

// registered makes both agents and returns the metrics that they register.
func registered(t *testing.T) map[string][]string {
	t.Helper()
	found := recorder{}
	network := hyperlanetest.New(t, 2, hyperlanetest.WithRelayer(func(c *relayer.Config) { c.Registerer = found }))
	chain := network.Chains[0]
	count := len(found)
	require.NotZero(t, count, "the relayer registers metrics")
	v, err := validator.New(validator.Config{
		Chain: chain.Chain, Signer: checkpoint.NewKeySigner(hyperlanetest.ValidatorAccount(0).Key), Store: storage.NewMemory(),
		StateDir: t.TempDir(), SkipAnnounce: true, Registerer: found,
	})
	require.NoError(t, err)
	t.Cleanup(func() { assert.NoError(t, v.Close()) })
	require.Greater(t, len(found), count, "the validator registers metrics")
	return found
}

// source is a file of a package that other modules can import.
type source struct {
	path string
	*ast.File
}

// parsePublic parses the public packages, without their tests.
func parsePublic(t *testing.T) []source {
	t.Helper()
	files, err := docs.Files(".", ".go")
	require.NoError(t, err)
	var all []source
	for _, name := range files {
		if strings.HasSuffix(name, "_test.go") || strings.Contains("/"+name, "/internal/") {
			continue
		}
		file, err := parser.ParseFile(token.NewFileSet(), name, nil, parser.SkipObjectResolution)
		require.NoError(t, err)
		if file.Name.Name != "main" {
			all = append(all, source{name, file})
		}
	}
	return all
}

// exportedErrors returns the exported sentinels and error types as callers write them: evm.ErrRPC, *evm.RPCError.
func exportedErrors(sources []source) []string {
	var list []string
	for _, file := range sources {
		for _, d := range file.Decls {
			switch d := d.(type) {
			case *ast.GenDecl:
				for _, s := range d.Specs {
					if v, ok := s.(*ast.ValueSpec); ok && d.Tok == token.VAR {
						for _, id := range v.Names {
							if strings.HasPrefix(id.Name, "Err") {
								list = append(list, file.Name.Name+"."+id.Name)
							}
						}
					}
				}
			case *ast.FuncDecl:
				if star, name := errorType(d); ast.IsExported(name) {
					list = append(list, star+file.Name.Name+"."+name)
				}
			}
		}
	}
	slices.Sort(list)
	return list
}

// errorType returns the receiver of a method Error() string.
func errorType(f *ast.FuncDecl) (star, name string) {
	if f.Recv == nil || f.Name.Name != "Error" || f.Type.Params.NumFields() != 0 || f.Type.Results.NumFields() != 1 {
		return "", ""
	}
	switch r := f.Recv.List[0].Type.(type) {
	case *ast.StarExpr:
		if id, ok := r.X.(*ast.Ident); ok {
			return "*", id.Name
		}
	case *ast.Ident:
		return "", r.Name
	}
	return "", ""
}

// checkErrors compares the rows "errors | meaning | next step" with the code.
func (page operations) checkErrors(t *testing.T, want []string) {
	var have []string
	for _, r := range page["Errors"] {
		for _, name := range names(r[0]) {
			require.Lenf(t, r, 3, "%s: want error, meaning and next step in the row of %s", operationsFile, name)
			have = append(have, name)
		}
	}
	compare(t, want, have, "public package exports")
}

// logLine is a call of a logger: its text or the constant parts of it, and its level, empty where it varies.
type logLine struct {
	at, level string
	parts     []string
	whole     bool // the text is one constant
}

// logLines returns the calls that log at warn, at error, or at a level that varies. The test kit logs for tests.
func logLines(t *testing.T, sources []source) []logLine {
	t.Helper()
	var list []logLine
	for _, file := range sources {
		if strings.HasPrefix(file.path, "hyperlane/hyperlanetest/") {
			continue
		}
		ast.Inspect(file.File, func(n ast.Node) bool {
			call, ok := n.(*ast.CallExpr)
			if !ok {
				return true
			}
			level, text, logger := logCall(call)
			if text == nil {
				return true
			}
			_, whole := text.(*ast.BasicLit)
			line := logLine{at: file.path, level: level, parts: constants(text), whole: whole}
			if len(line.parts) > 0 {
				list = append(list, line)
			} else {
				assert.Falsef(t, logger, "%s: a log line without a constant text cannot be documented", file.path)
			}
			return true
		})
	}
	return list
}

// logCall takes a call of a method of *slog.Logger apart: its level and its text. The text is nil for other calls, and
// logger says whether the receiver is named as one.
func logCall(call *ast.CallExpr) (level string, text ast.Expr, logger bool) {
	f, ok := call.Fun.(*ast.SelectorExpr)
	if !ok {
		return "", nil, false
	}
	at, ok := map[string]int{"Warn": 0, "Error": 0, "WarnContext": 1, "ErrorContext": 1, "Log": 2, "LogAttrs": 2}[f.Sel.Name]
	if !ok || len(call.Args) <= at {
		return "", nil, false
	}
	logger = slices.Contains([]string{"log", "logger", "slog"}, strings.ToLower(lastName(f.X)))
	if at == 2 {
		if name := lastName(call.Args[1]); name == "LevelDebug" || name == "LevelInfo" {
			return "", nil, false
		}
		return "", call.Args[at], logger
	}
	return strings.ToLower(strings.TrimSuffix(f.Sel.Name, "Context")), call.Args[at], logger
}

// lastName returns the last name of an expression: log of s.opts.log, and Log of client.Log().
func lastName(e ast.Expr) string {
	switch e := e.(type) {
	case *ast.Ident:
		return e.Name
	case *ast.SelectorExpr:
		return e.Sel.Name
	case *ast.CallExpr:
		return lastName(e.Fun)
	}
	return ""
}

// constants returns the string literals in an expression.
func constants(e ast.Expr) []string {
	var list []string
	ast.Inspect(e, func(n ast.Node) bool {
		if literal, ok := n.(*ast.BasicLit); ok && literal.Kind == token.STRING {
			if text, err := strconv.Unquote(literal.Value); err == nil && text != "" {
				list = append(list, text)
			}
		}
		return true
	})
	return list
}

// checkLogs compares the rows "text | level | package | meaning | next step" with the code.
func (page operations) checkLogs(t *testing.T, want []logLine) {
	rows := page["Log lines"]
	used := make([]bool, len(rows))
	for _, line := range want {
		i := slices.IndexFunc(rows, func(r row) bool { return r.shows(line) })
		if assert.GreaterOrEqualf(t, i, 0, "%s: %s logs %q at level %q: add a row for it", operationsFile, line.at, line.parts, line.level) {
			used[i] = true
		}
	}
	for i, r := range rows {
		if len(names(r[0])) > 0 {
			assert.Truef(t, used[i], "%s: drop the row of %s, which its package does not log at this level", operationsFile, r[0])
		}
	}
}

// shows reports whether a row has the text, the level and the package of a line.
func (r row) shows(line logLine) bool {
	if len(r) != 5 || line.level != "" && r[1] != line.level || !slices.Contains(names(r[2]), path.Base(path.Dir(line.at))) {
		return false
	}
	return slices.ContainsFunc(names(r[0]), func(text string) bool {
		if line.whole {
			return text == line.parts[0]
		}
		return !slices.ContainsFunc(line.parts, func(part string) bool { return !strings.Contains(text, part) })
	})
}
