package docs

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"go/format"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
)

// Standard holds the packages outside the module that a fragment can use without importing them.
var Standard = map[string]string{
	"big": "math/big", "context": "context", "errors": "errors", "fmt": "fmt", "http": "net/http", "log": "log",
	"os": "os", "slog": "log/slog", "strings": "strings", "time": "time",
	"bind": "github.com/ethereum/go-ethereum/accounts/abi/bind/v2", "common": "github.com/ethereum/go-ethereum/common",
	"crypto": "github.com/ethereum/go-ethereum/crypto", "ethclient": "github.com/ethereum/go-ethereum/ethclient",
	"prometheus": "github.com/prometheus/client_golang/prometheus", "uint256": "github.com/holiman/uint256",
}

// CheckGo formats and builds every Go block of the documents. The error has the compiler's words,
// with the lines of the documents.
func CheckGo(ctx context.Context, root string, documents []Document) error {
	root, err := filepath.Abs(root)
	if err != nil {
		return err
	}
	packages, err := modulePackages(ctx, root)
	if err != nil {
		return err
	}
	folder, err := os.MkdirTemp("", "docs")
	if err != nil {
		return err
	}
	defer os.RemoveAll(folder) //nolint:errcheck // temporary
	if err := writeModule(root, folder); err != nil {
		return err
	}
	var errs []error
	blocks := 0
	for _, d := range documents {
		for _, b := range d.Blocks {
			if len(b.Info) == 0 || b.Info[0] != "go" {
				continue
			}
			text, err := source(b, packages)
			if err != nil {
				errs = append(errs, err)
				continue
			}
			blocks++
			if err := writeSource(folder, fmt.Sprintf("block%d", blocks), text); err != nil {
				return err
			}
		}
	}
	// A build of one program would link it; of several packages it only compiles them.
	if err := writeSource(folder, "block0", "package block0\n"); err != nil {
		return err
	}
	return errors.Join(append(errs, build(ctx, folder))...)
}

// source returns the file that a block is built as.
func source(b Block, packages map[string]string) (string, error) {
	formatted, err := format.Source([]byte(b.Text))
	if err != nil {
		return "", fmt.Errorf("%s:%d: %w", b.Path, b.Line, err)
	}
	if string(formatted) != b.Text {
		return "", fmt.Errorf("%s:%d: gofmt would change the block", b.Path, b.Line)
	}
	switch {
	case len(b.Info) == 1:
		if !packageClause.MatchString(b.Text) {
			return "", fmt.Errorf("%s:%d: %w", b.Path, b.Line-1, errNoProgram)
		}
		return fmt.Sprintf("//line %s:%d:1\n%s", b.Path, b.Line, b.Text), nil
	case b.Info[1] == "fragment":
		return wrap(b, b.Info[2:], packages)
	}
	return "", fmt.Errorf("%s:%d: %q after go: want nothing, for a whole program, or fragment", b.Path, b.Line-1, b.Info[1])
}

var packageClause = regexp.MustCompile(`(?m)^package `)

// writeModule makes a module that requires the one in root, with the same versions of everything
// else.
func writeModule(root, folder string) error {
	mod, err := os.ReadFile(filepath.Join(root, "go.mod"))
	if err != nil {
		return err
	}
	path := moduleLine.FindSubmatch(mod)
	if path == nil {
		return fmt.Errorf("%s has no module line", filepath.Join(root, "go.mod"))
	}
	text := moduleLine.ReplaceAllString(string(mod), "module documents.invalid/blocks")
	text += fmt.Sprintf("\nrequire %[1]s v0.0.0\n\nreplace %[1]s => %[2]q\n", path[1], root)
	if err := os.WriteFile(filepath.Join(folder, "go.mod"), []byte(text), 0o600); err != nil {
		return err
	}
	sum, err := os.ReadFile(filepath.Join(root, "go.sum"))
	if errors.Is(err, os.ErrNotExist) {
		return nil
	}
	if err != nil {
		return err
	}
	return os.WriteFile(filepath.Join(folder, "go.sum"), sum, 0o600)
}

var moduleLine = regexp.MustCompile(`(?m)^module (\S+)$`)

func writeSource(folder, name, text string) error {
	if err := os.Mkdir(filepath.Join(folder, name), 0o700); err != nil {
		return err
	}
	return os.WriteFile(filepath.Join(folder, name, "block.go"), []byte(text), 0o600)
}

// blockFolder is what the compiler writes before the document's path, since a line directive is
// relative to its file.
var blockFolder = regexp.MustCompile(`(?m)^(?:\./)?block\d+/`)

func build(ctx context.Context, folder string) error {
	// Read-only: a package that the module does not require is an error, and never looked for on
	// the network.
	command := goCommand(ctx, folder, "build", "-mod=readonly", "./...")
	var out bytes.Buffer
	command.Stdout, command.Stderr = &out, &out
	if err := command.Run(); err != nil {
		if ctx.Err() != nil {
			return ctx.Err()
		}
		return fmt.Errorf("the Go blocks do not build: %w\n%s", err, blockFolder.ReplaceAllString(out.String(), ""))
	}
	return nil
}

// modulePackages maps the names of the module's packages to their paths, and adds Standard.
func modulePackages(ctx context.Context, root string) (map[string]string, error) {
	packages := map[string]string{}
	for name, path := range Standard {
		packages[name] = path
	}
	out, err := goCommand(ctx, root, "list", "-f", "{{.Name}} {{.ImportPath}}", "./...").Output()
	if err != nil {
		return nil, fmt.Errorf("go list in %s: %w", root, err)
	}
	for line := range strings.Lines(string(out)) {
		name, path, _ := strings.Cut(strings.TrimSpace(line), " ")
		if name != "main" && !strings.Contains(path, "internal/") {
			packages[name] = path
		}
	}
	return packages, nil
}

// goCommand runs the go tool on one module, whatever the environment says of workspaces and flags.
func goCommand(ctx context.Context, folder string, args ...string) *exec.Cmd {
	command := exec.CommandContext(ctx, "go", args...)
	command.Dir = folder
	command.Env = append(os.Environ(), "GOWORK=off", "GOFLAGS=")
	return command
}
