package contracts_test

import (
	"encoding/json"
	"errors"
	"io/fs"
	"os"
	"os/exec"
	"path"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/hyperlane-go/sdk/contracts/internal/bindgen"
)

// importedPragma is what the interfaces keep, so that contracts of others, built with another
// compiler, can import them. 0.8.19 is the first release with operators for user-defined value
// types.
const importedPragma = "^0.8.19"

var (
	pragmaLine = regexp.MustCompile(`(?m)^pragma solidity (\S+);$`)
	importLine = regexp.MustCompile(`(?m)^import [^;]* from "(\.[^"]*)";$`)
)

// Code is built by the one compiler that package.json pins, and tested with no other. Only the
// interfaces, and the value types that they import, declare no function of a contract and keep a
// range.
func TestPragma(t *testing.T) {
	var manifest struct {
		DevDependencies map[string]string `json:"devDependencies"`
	}
	data, err := os.ReadFile("package.json")
	require.NoError(t, err)
	require.NoError(t, json.Unmarshal(data, &manifest))
	exact := manifest.DevDependencies["solc"]
	require.Regexp(t, `^\d+\.\d+\.\d+$`, exact)

	sources := soliditySources(t)
	imported := make(map[string]bool)
	for file := range sources {
		if strings.HasPrefix(file, "src/interfaces/") {
			addImports(sources, file, imported)
		}
	}
	for file, source := range sources {
		want := exact
		if imported[file] {
			want = importedPragma
		}
		found := pragmaLine.FindAllStringSubmatch(source, -1)
		if assert.Len(t, found, 1, file) {
			assert.Equal(t, want, found[0][1], file)
		}
	}
}

// soliditySources returns the sources of contracts and of their tests, by path below contracts/.
func soliditySources(t *testing.T) map[string]string {
	t.Helper()
	sources := make(map[string]string)
	for _, dir := range []string{"src", "test"} {
		err := filepath.WalkDir(dir, func(name string, entry fs.DirEntry, err error) error {
			if err != nil || filepath.Ext(name) != ".sol" {
				return err
			}
			data, err := os.ReadFile(name)
			sources[filepath.ToSlash(name)] = string(data)
			return err
		})
		require.NoError(t, err)
	}
	require.NotEmpty(t, sources)
	return sources
}

// addImports adds a file and everything that it imports.
func addImports(sources map[string]string, file string, seen map[string]bool) {
	if seen[file] {
		return
	}
	seen[file] = true
	for _, match := range importLine.FindAllStringSubmatch(sources[file], -1) {
		addImports(sources, path.Join(path.Dir(file), match[1]), seen)
	}
}

// A failure of forge must reach its caller: the launcher of the npm package exits with 0 even when
// tests fail.
func TestForgeExitCode(t *testing.T) {
	if err := bindgen.Installed("."); err != nil {
		if os.Getenv("CI_REQUIRE_NPM") == "1" {
			require.NoError(t, err, "CI_REQUIRE_NPM=1")
		}
		t.Skipf("forge not run: %v", err)
	}
	data, err := os.ReadFile("package.json")
	require.NoError(t, err)
	require.Contains(t, string(data), `"test": "node forge test"`)

	require.NoError(t, exec.CommandContext(t.Context(), "node", "forge", "--version").Run())
	var exit *exec.ExitError
	err = exec.CommandContext(t.Context(), "node", "forge", "no-such-command").Run()
	require.True(t, errors.As(err, &exit), "forge accepts a command that does not exist")
}
