package official

import (
	"fmt"
	"os"
	"path/filepath"
	"testing"
)

// Program returns the path of a program that an npm package brings, such as anvil or hyperlane, the
// official command line. Where the npm packages are not installed the test is skipped, or fails
// when CI_REQUIRE_NPM=1.
func Program(tb testing.TB, name string) string {
	tb.Helper()
	root, err := moduleRoot()
	if err != nil {
		tb.Fatal(err)
	}
	file := filepath.Join(root, "contracts", "node_modules", ".bin", name)
	if _, err := os.Stat(file); err == nil {
		return file
	}
	err = fmt.Errorf("%s: %w", name, ErrNotInstalled)
	if os.Getenv("CI_REQUIRE_NPM") == "1" {
		tb.Fatal(err)
	}
	tb.Skip(err)
	return ""
}
