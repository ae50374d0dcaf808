// Package official gives tests the published contracts and programs of the live network as black
// boxes: ABI and deploy bytecode from the npm package @hyperlane-xyz/core, pinned in
// contracts/package.json.
//
// The package ships one JavaScript file per contract with two constants, _abi (an object literal)
// and _bytecode (a hex string). No JavaScript is run: the literal is read as what it also is, a
// YAML flow sequence.
package official

import (
	"bytes"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/ethereum/go-ethereum/accounts/abi"
	"go.yaml.in/yaml/v3"
)

// factories is where the npm package keeps its contracts, below the module's root.
const factories = "contracts/node_modules/@hyperlane-xyz/core/dist/typechain/factories/contracts"

// ErrNotInstalled reports that the npm package is missing.
var ErrNotInstalled = errors.New("official: the npm packages are not installed; run npm ci --ignore-scripts in contracts/")

// Load returns ABI and deploy bytecode of an official contract (empty bytecode for an interface).
// The name may be narrowed by folders where it alone is ambiguous: "interfaces/IMailbox". Where the
// npm packages are not installed the test is skipped, or fails when CI_REQUIRE_NPM=1.
func Load(tb testing.TB, name string) (abi.ABI, []byte) {
	tb.Helper()
	parsed, code, err := load(name)
	switch {
	case errors.Is(err, ErrNotInstalled) && os.Getenv("CI_REQUIRE_NPM") != "1":
		tb.Skipf("not compared with the official contracts: %v", err)
	case err != nil:
		tb.Fatal(err)
	}
	return parsed, code
}

func load(name string) (abi.ABI, []byte, error) {
	root, err := moduleRoot()
	if err != nil {
		return abi.ABI{}, nil, err
	}
	file, err := find(filepath.Join(root, filepath.FromSlash(factories)), name)
	if err != nil {
		return abi.ABI{}, nil, err
	}
	text, err := os.ReadFile(file)
	if err != nil {
		return abi.ABI{}, nil, fmt.Errorf("official: %w", err)
	}
	parsed, code, err := parse(text)
	if err != nil {
		return abi.ABI{}, nil, fmt.Errorf("official: %s: %w", name, err)
	}
	return parsed, code, nil
}

// moduleRoot walks up from the working directory, which for a test is its package's folder.
func moduleRoot() (string, error) {
	dir, err := os.Getwd()
	if err != nil {
		return "", fmt.Errorf("official: %w", err)
	}
	for {
		if _, err := os.Stat(filepath.Join(dir, "go.mod")); err == nil {
			return dir, nil
		}
		parent := filepath.Dir(dir)
		if parent == dir {
			return "", errors.New("official: no go.mod in the working directory or above it")
		}
		dir = parent
	}
}

// find returns the one file below dir that holds the contract.
func find(dir, name string) (string, error) {
	if _, err := os.Stat(dir); err != nil {
		return "", ErrNotInstalled
	}
	suffix := "/" + name + "__factory.js"
	var found []string
	err := filepath.WalkDir(dir, func(file string, entry fs.DirEntry, err error) error {
		if err == nil && !entry.IsDir() && strings.HasSuffix(filepath.ToSlash(file), suffix) {
			found = append(found, file)
		}
		return err
	})
	if err != nil {
		return "", fmt.Errorf("official: %w", err)
	}
	if len(found) != 1 {
		return "", fmt.Errorf("official: %d contracts match %q, want one: %q", len(found), name, found)
	}
	return found[0], nil
}

// parse reads the two constants out of a factory file.
func parse(text []byte) (abi.ABI, []byte, error) {
	literal, err := constant(text, "_abi", "\n];")
	if err != nil {
		return abi.ABI{}, nil, err
	}
	var entries []map[string]any
	if err := yaml.Unmarshal(append(literal, ']'), &entries); err != nil {
		return abi.ABI{}, nil, fmt.Errorf("read _abi: %w", err)
	}
	asJSON, err := json.Marshal(entries)
	if err != nil {
		return abi.ABI{}, nil, fmt.Errorf("read _abi: %w", err)
	}
	parsed, err := abi.JSON(bytes.NewReader(asJSON))
	if err != nil {
		return abi.ABI{}, nil, fmt.Errorf("read _abi: %w", err)
	}
	if !bytes.Contains(text, []byte("const _bytecode = ")) {
		return parsed, nil, nil
	}
	quoted, err := constant(text, "_bytecode", ";")
	if err != nil {
		return abi.ABI{}, nil, err
	}
	code, err := hex.DecodeString(strings.TrimPrefix(strings.Trim(string(quoted), `"`), "0x"))
	if err != nil {
		return abi.ABI{}, nil, fmt.Errorf("read _bytecode (does it need a library?): %w", err)
	}
	return parsed, code, nil
}

// constant returns what stands between "const name = " and end, exclusively.
func constant(text []byte, name, end string) ([]byte, error) {
	_, rest, ok := bytes.Cut(text, []byte("const "+name+" = "))
	if !ok {
		return nil, fmt.Errorf("read %s: no such constant", name)
	}
	value, _, ok := bytes.Cut(rest, []byte(end))
	if !ok {
		return nil, fmt.Errorf("read %s: no end %q", name, end)
	}
	return bytes.Clone(value), nil
}
