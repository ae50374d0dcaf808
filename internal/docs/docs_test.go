package docs

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// module writes files below a new root: a module with a package greet, and what the test adds.
// Three single quotes stand for a fence.
func module(t *testing.T, files map[string]string) string {
	t.Helper()
	root := t.TempDir()
	all := map[string]string{
		"go.mod":                    "module example.com/m\n\ngo 1.26\n",
		"greet/greet.go":            "// Package greet greets.\npackage greet\n\nimport \"context\"\n\nfunc Hello(ctx context.Context, name string) (string, error) { return name, ctx.Err() }\n",
		"internal/secret/secret.go": "package secret\n",
	}
	for name, text := range files {
		all[name] = strings.ReplaceAll(text, "'''", "```")
	}
	for name, text := range all {
		require.NoError(t, os.MkdirAll(filepath.Dir(join(root, name)), 0o700))
		require.NoError(t, os.WriteFile(join(root, name), []byte(text), 0o600))
	}
	return root
}

func documents(t *testing.T, root string) []Document {
	t.Helper()
	d, err := ReadAll(root)
	require.NoError(t, err)
	return d
}

const program = "# Title\n\n'''go\npackage main\n\nimport \"example.com/m/greet\"\n\nfunc main() { _ = greet.Hello }\n'''\n"

func TestCheckGo(t *testing.T) {
	for _, c := range []struct {
		name, text, want string // want is part of the error; empty means that the block builds
	}{
		{"whole program", program, ""},
		{"statements", "'''go fragment ctx=context.Context\ntext, err := greet.Hello(ctx, \"you\")\n'''\n", ""},
		{"statements that return", "'''go fragment ctx=context.Context\ntext, err := greet.Hello(ctx, \"you\")\nif err != nil {\n\treturn err\n}\nfmt.Println(text)\n'''\n", ""},
		{"declarations", "'''go fragment\ntype word string\n\nfunc (w word) hello(ctx context.Context) (string, error) { return greet.Hello(ctx, string(w)) }\n'''\n", ""},
		{"local with a package's name", "'''go fragment\nlog := fmt.Sprint()\nfmt.Println(log)\n'''\n", ""},
		{"another language", "'''sh\npackage main {\n'''\n", ""},

		{"unknown name", strings.Replace(program, "_ = greet.Hello", "_ = greet.Goodbye", 1), "README.md:8:25: undefined: greet.Goodbye"},
		{"unknown name in statements", "\n'''go fragment\nx := 1\ny := greet.Goodbye()\n'''\n", "README.md:4:12: undefined: greet.Goodbye"},
		{"undeclared variable", "'''go fragment\ngreet.Hello(ctx, \"you\")\n'''\n", "undefined: ctx"},
		{"wrong type", "'''go fragment ctx=string\ngreet.Hello(ctx, \"you\")\n'''\n", "cannot use ctx"},
		{"package that a reader cannot import", "'''go\npackage main\n\nimport _ \"example.com/m/internal/secret\"\n\nfunc main() {}\n'''\n", "internal package"},
		{"package that the module does not require", "'''go\npackage main\n\nimport _ \"example.com/other\"\n\nfunc main() {}\n'''\n", "example.com/other"},
		{"syntax", "'''go fragment\nx := \n'''\n", "README.md:2"},
		{"not formatted", "'''go fragment\nx  := 1\n'''\n", "gofmt would change"},
		{"no package clause", "'''go\nx := 1\n'''\n", "no package clause"},
		{"unknown word", "'''go part\nx := 1\n'''\n", `"part" after go`},
		{"variable without a type", "'''go fragment ctx\nx := 1\n'''\n", `"ctx" after fragment: want name=type`},
		{"variables for declarations", "'''go fragment x=int\ntype word string\n'''\n", "variables are for statements"},
	} {
		t.Run(c.name, func(t *testing.T) {
			root := module(t, map[string]string{"README.md": c.text})
			err := CheckGo(t.Context(), root, documents(t, root))
			if c.want == "" {
				require.NoError(t, err)
				return
			}
			require.ErrorContains(t, err, c.want)
		})
	}
}

// One broken block must not hide another.
func TestCheckGoReportsEveryBlock(t *testing.T) {
	root := module(t, map[string]string{
		"README.md":     "'''go fragment\ngreet.One()\n'''\n",
		"docs/guide.md": "'''go fragment\ngreet.Two()\n'''\n\n'''go\nx := 1\n'''\n",
	})
	err := CheckGo(t.Context(), root, documents(t, root))
	for _, want := range []string{"README.md:2:7: undefined: greet.One", "docs/guide.md:2:7: undefined: greet.Two", "docs/guide.md:5: no package clause"} {
		require.ErrorContains(t, err, want)
	}
}

func TestCheckLinks(t *testing.T) {
	const guide = "# The guide\n\n## `New` and old, twice\n\n## New and old, twice\n\n3. <a id=\"trap-3\"></a>three\n"
	for _, c := range []struct {
		name, text, want string // want is the whole reason; empty means that the link leads somewhere
	}{
		{"file", "[guide](docs/guide.md)", ""},
		{"directory", "[docs](docs)", ""},
		{"anchor", "[guide](docs/guide.md#the-guide)", ""},
		{"anchor of a heading with code and a comma", "[guide](docs/guide.md#new-and-old-twice)", ""},
		{"second heading of the same words", "[guide](docs/guide.md#new-and-old-twice-1)", ""},
		{"named anchor", "[guide](docs/guide.md#trap-3)", ""},
		{"own anchor", "# Top\n\n[top](#top)", ""},
		{"on the web", "[guide](" + web + "docs/guide.md#the-guide)", ""},
		{"elsewhere", "[other](https://example.com/nothing#here)", ""},
		{"in code", "`[guide](nothing.md)`", ""},
		{"in a block", "'''\n[guide](nothing.md)\n'''", ""},

		{"no file", "[guide](docs/nothing.md)", "no such file: docs/nothing.md"},
		{"no file of an image", "![picture](docs/nothing.svg)", "no such file: docs/nothing.svg"},
		{"no file of a reference", "[guide]: nothing.md", "no such file: nothing.md"},
		{"no file on the web", "[guide](" + web + "nothing.md)", "no such file: nothing.md"},
		{"no anchor", "[guide](docs/guide.md#the-end)", "docs/guide.md has no heading #the-end"},
		{"no own anchor", "[top](#top)", "README.md has no heading #top"},
		{"third heading of two", "[guide](docs/guide.md#new-and-old-twice-2)", "docs/guide.md has no heading #new-and-old-twice-2"},
		{"anchor of a source file", "[line](greet/greet.go#L3)", "greet/greet.go is no Markdown file, so it has no anchor"},
		{"absolute", "[guide](/docs/guide.md)", "it starts with a slash, want a path relative to the document"},
		{"outside", "[guide](../guide.md)", "it leads out of the repository"},
		{"second link of a line", "[guide](docs/guide.md) and [other](other.md)", "no such file: other.md"},
	} {
		t.Run(c.name, func(t *testing.T) {
			root := module(t, map[string]string{"README.md": c.text, "docs/guide.md": guide})
			err := CheckLinks(root, documents(t, root))
			if c.want == "" {
				require.NoError(t, err)
				return
			}
			require.Error(t, err)
			assert.True(t, strings.HasPrefix(err.Error(), "README.md:1: link "), err.Error())
			assert.True(t, strings.HasSuffix(err.Error(), ": "+c.want), err.Error())
		})
	}
}

func TestCheckSources(t *testing.T) {
	const protocol = "# 5. Checkpoints\n\n## 5.4 Object names\n\n19. <a id=\"trap-19\"></a>v\n"
	for _, c := range []struct{ name, text, want string }{
		{"section", "// Protocol 5.4 names the objects.", ""},
		{"section of the old form", "// See the protocol specification, section 5.4.", ""},
		{"whole chapter", "// [Protocol 5]: " + web + "docs/protocol.md#5-checkpoints", ""},
		{"trap", "// Trap 19: v is 27 or 28.", ""},
		{"no section", "// Protocol 5.5 names the objects.", "a.go:1: the protocol has no section 5.5"},
		{"no trap", "// Trap 20", "a.go:1: there is no trap 20"},
		{"no anchor", "// [Protocol 5]: " + web + "docs/protocol.md#5", "docs/protocol.md has no heading #5"},
	} {
		t.Run(c.name, func(t *testing.T) {
			root := module(t, map[string]string{"a.go": c.text, "docs/protocol.md": protocol})
			err := CheckSources(root, documents(t, root), []string{"a.go"})
			if c.want == "" {
				require.NoError(t, err)
				return
			}
			require.ErrorContains(t, err, c.want)
		})
	}
}

func TestCheckData(t *testing.T) {
	loaders := map[string]Loader{"relayer": func(data []byte) error {
		if string(data) != "rpc: a\n" {
			return errors.New("no rpc")
		}
		return nil
	}}
	for _, c := range []struct{ name, text, want string }{
		{"yaml", "'''yaml\na: 1\n'''\n", ""},
		{"json", "'''json\n{\"a\": 1}\n'''\n", ""},
		{"configuration", "'''yaml relayer\nrpc: a\n'''\n", ""},
		{"broken yaml", "'''yaml\na: [\n'''\n", "README.md:2: yaml"},
		{"broken json", "'''json\n{\"a\": }\n'''\n", "README.md:2: invalid character"},
		{"refused configuration", "'''yaml relayer\nrpcs: a\n'''\n", "README.md:2: no rpc"},
		{"unknown configuration", "'''yaml sender\nrpc: a\n'''\n", `no configuration is called "sender": want one of ["relayer"]`},
	} {
		t.Run(c.name, func(t *testing.T) {
			root := module(t, map[string]string{"README.md": c.text})
			err := CheckData(documents(t, root), loaders)
			if c.want == "" {
				require.NoError(t, err)
				return
			}
			require.ErrorContains(t, err, c.want)
		})
	}
}

func TestParseRefusesAnOpenBlock(t *testing.T) {
	_, err := Parse("README.md", "# Title\n\n```go\npackage main\n")
	require.EqualError(t, err, "README.md:3: the block is never closed: end it with ```")
}

func TestFilesLeavesOutWhatIsInstalled(t *testing.T) {
	root := module(t, map[string]string{"README.md": "", "docs/a.md": "", "node_modules/b.md": "", ".git/c.md": "", "x/testdata/d.md": ""})
	files, err := Files(root, ".md")
	require.NoError(t, err)
	require.ElementsMatch(t, []string{"README.md", "docs/a.md"}, files)
}
