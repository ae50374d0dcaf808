package bindgen

import (
	"encoding/json"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestWriteAndDrift(t *testing.T) {
	dir := t.TempDir()
	artifacts := []Artifact{routerArtifact("HelloWorld"), routerArtifact("Router")}
	files, err := Files(artifacts, Plan{})
	require.NoError(t, err)

	touched, err := Write(dir, files)
	require.NoError(t, err)
	assert.Equal(t, []string{
		"artifacts/HelloWorld.json", "artifacts/Router.json",
		"artifacts_gen.go", "errors_gen.go", "hello_world_gen.go", "router_gen.go", "types_gen.go",
	}, touched)
	touched, err = Write(dir, files)
	require.NoError(t, err)
	assert.Empty(t, touched, "a second run finds nothing to do")

	read, err := ReadArtifacts(dir)
	require.NoError(t, err)
	again, err := Files(read, Plan{})
	require.NoError(t, err)
	assert.Equal(t, files, again, "what is stored yields what was written")

	require.NoError(t, os.WriteFile(filepath.Join(dir, "router_gen.go"), []byte("package contracts\n"), 0o644))
	require.NoError(t, os.WriteFile(filepath.Join(dir, "gone_gen.go"), []byte("package contracts\n"), 0o644))
	require.NoError(t, os.Remove(filepath.Join(dir, "hello_world_gen.go")))
	require.NoError(t, os.WriteFile(filepath.Join(dir, "generate.go"), []byte("package contracts\n"), 0o644))
	stale, err := Drift(dir, files)
	require.NoError(t, err)
	assert.Equal(t, []string{"hello_world_gen.go", "router_gen.go", "gone_gen.go"}, stale, "missing, different, no longer generated")

	_, err = Write(dir, files)
	require.NoError(t, err)
	stale, err = Drift(dir, files)
	require.NoError(t, err)
	assert.Empty(t, stale)
	assert.FileExists(t, filepath.Join(dir, "generate.go"), "not generated, so not touched")
}

func TestReadArtifactsRefuses(t *testing.T) {
	for name, text := range map[string]string{
		"no JSON":         "{",
		"unknown field":   `{"contract":"X","linkReferences":{}}`,
		"another setting": `{"contract":"X","compiler":{"settings":{"remappings":[]}}}`,
	} {
		t.Run(name, func(t *testing.T) {
			dir := t.TempDir()
			require.NoError(t, os.Mkdir(filepath.Join(dir, "artifacts"), 0o755))
			require.NoError(t, os.WriteFile(filepath.Join(dir, "artifacts", "X.json"), []byte(text), 0o644))
			_, err := ReadArtifacts(dir)
			assert.ErrorContains(t, err, "run go generate ./contracts")
		})
	}
}

// What gets an artifact: see bound.
func TestBound(t *testing.T) {
	contract := func(kind string, abstract bool) node {
		return node{NodeType: "ContractDefinition", Name: "X", ContractKind: kind, Abstract: abstract}
	}
	test := node{NodeType: "ContractDefinition", Name: "TestX", ContractKind: "contract"}
	for _, c := range []struct {
		name, file, bytecode string
		node                 node
		want                 bool
	}{
		{"contract", "src/X.sol", "60", contract("contract", false), true},
		{"test contract", "test/support/TestX.sol", "60", test, true},
		{"helper of forge tests", "test/support/X.sol", "60", contract("contract", false), false},
		{"shared interface", "src/interfaces/IMultisigIsm.sol", "", node{NodeType: "ContractDefinition", Name: "IMultisigIsm", ContractKind: "interface"}, true},
		{"interface of one contract", "src/interfaces/X.sol", "", contract("interface", false), false},
		{"abstract router", "src/routers/X.sol", "", contract("contract", true), true},
		{"abstract base", "src/base/X.sol", "", contract("contract", true), false},
		{"abstract test base", "test/support/X.sol", "", contract("contract", true), false},
		{"interface of a test", "test/support/X.sol", "", contract("interface", false), false},
		{"library", "src/libs/X.sol", "60", contract("library", false), false},
		{"second contract of a file", "src/Y.sol", "60", contract("contract", false), false},
		{"no contract", "src/X.sol", "60", node{NodeType: "ErrorDefinition", Name: "X"}, false},
	} {
		assert.Equal(t, c.want, bound(c.file, c.node, c.bytecode), c.name)
	}
}

func TestCompactABI(t *testing.T) {
	got, err := compactABI(json.RawMessage(`[ {"type": "error", "name": "E", "inputs": []} ]`))
	require.NoError(t, err)
	assert.False(t, got.hasEntryPoint, "an interface of errors only needs no binding")
	got, err = compactABI(json.RawMessage(routerABI))
	require.NoError(t, err)
	assert.True(t, got.hasEntryPoint)
}

func TestCompileNeedsInstall(t *testing.T) {
	_, err := Compile(t.Context(), t.TempDir())
	require.ErrorIs(t, err, ErrNotInstalled)
}
