package contracts_test

import (
	"os"
	"regexp"
	"strconv"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/hyperlane-go/sdk/contracts/internal/bindgen"
)

// What is committed is what the compiler and the generator make of the sources today.
func TestGeneratedFromSources(t *testing.T) {
	if err := bindgen.Installed("."); err != nil {
		if os.Getenv("CI_REQUIRE_NPM") == "1" {
			require.NoError(t, err, "CI_REQUIRE_NPM=1")
		}
		t.Skipf("artifacts not compared with the sources: %v", err)
	}
	artifacts, err := bindgen.Compile(t.Context(), ".")
	require.NoError(t, err)
	requireNoDrift(t, artifacts)
}

// The bindings follow from the committed artifacts; this half needs no compiler.
func TestGeneratedFromArtifacts(t *testing.T) {
	artifacts, err := bindgen.ReadArtifacts(".")
	require.NoError(t, err)
	require.NotEmpty(t, artifacts)
	requireNoDrift(t, artifacts)
	for _, a := range artifacts {
		assert.Equal(t, bindgen.DeploySettings(), a.Compiler.Settings, a.Contract)
	}
}

func requireNoDrift(t *testing.T, artifacts []bindgen.Artifact) {
	t.Helper()
	files, err := bindgen.Files(artifacts, bindgen.ProtocolPlan())
	require.NoError(t, err)
	stale, err := bindgen.Drift(".", files)
	require.NoError(t, err)
	require.Empty(t, stale, "generated files differ from their sources; run go generate ./contracts")
}

// Tests in Solidity must run the code that is deployed: foundry.toml repeats the settings of the
// artifacts.
func TestFoundrySettings(t *testing.T) {
	toml, err := os.ReadFile("foundry.toml")
	require.NoError(t, err)
	s := bindgen.DeploySettings()
	for key, want := range map[string]string{
		"evm_version":    `"` + s.EVMVersion + `"`,
		"optimizer":      strconv.FormatBool(s.Optimizer.Enabled),
		"optimizer_runs": groupThousands(s.Optimizer.Runs),
		"via_ir":         strconv.FormatBool(s.ViaIR),
		"bytecode_hash":  `"` + s.Metadata.BytecodeHash + `"`,
		"cbor_metadata":  strconv.FormatBool(s.Metadata.AppendCBOR),
	} {
		found := regexp.MustCompile(`(?m)^`+key+` = (.*)$`).FindAllSubmatch(toml, -1)
		if assert.Len(t, found, 1, key) {
			assert.Equal(t, want, string(found[0][1]), key)
		}
	}
}

func groupThousands(n int) string {
	if n < 1000 {
		return strconv.Itoa(n)
	}
	return groupThousands(n/1000) + "_" + strconv.Itoa(1000 + n%1000)[1:]
}
