package sdk_test

import (
	"os"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// TestMap holds doc.go, README.md and CHANGELOG.md to what exists: each names every package that
// others may import. Parts of a package (storage/cloud, storage/storagetest) may stand in its row.
func TestMap(t *testing.T) {
	names := func(file, text string) bool {
		content, err := os.ReadFile(file)
		require.NoError(t, err)
		return assert.True(t, strings.Contains(string(content), text), "%s does not name %s", file, text)
	}
	named := 0
	for _, p := range goList(t, "./...") {
		name := shortName(p)
		if name == "." || strings.Contains(name, "internal/") || strings.HasPrefix(name, "examples/") || name == "contracts/contractstest" {
			continue
		}
		named++
		names("doc.go", "["+p.ImportPath+"]")
		if part, ok := strings.CutPrefix(name, "hyperlane/storage/"); ok {
			names("CHANGELOG.md", "`storage/"+part+"`")
			continue
		}
		names("CHANGELOG.md", "`"+name+"`")
		names("README.md", "[`"+name+"`]("+name+")")
	}
	assert.Greater(t, named, 10)
}
