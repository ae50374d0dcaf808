package bindgen

import (
	"bytes"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"sort"
)

// Artifact is one compiled contract or interface.
type Artifact struct {
	Contract string          `json:"contract"`
	Source   string          `json:"source"` // path below contracts/, with slashes
	Compiler Compiler        `json:"compiler"`
	ABI      json.RawMessage `json:"abi"`
	// Bytecode creates the contract; constructor arguments follow it. Empty for interfaces and
	// abstract contracts.
	Bytecode string `json:"bytecode"`
	// DeployedBytecode is the code that stays, with immutables still zero.
	DeployedBytecode string `json:"deployedBytecode"`
}

// Compiler names what made the artifact.
type Compiler struct {
	Name     string   `json:"name"`
	Version  string   `json:"version"`
	Settings Settings `json:"settings"`
}

// TestOnly reports whether the contract serves tests only.
func (a *Artifact) TestOnly() bool {
	return !within(a.Source, deployedDir)
}

// FileName is where the artifact is stored, below contracts/.
func (a *Artifact) FileName() string {
	if a.TestOnly() {
		return supportPackage + "/artifacts/" + a.Contract + ".json"
	}
	return "artifacts/" + a.Contract + ".json"
}

// Encode returns the stored form.
func (a *Artifact) Encode() ([]byte, error) {
	out, err := json.MarshalIndent(a, "", "  ")
	if err != nil {
		return nil, fmt.Errorf("bindgen: encode %s: %w", a.Contract, err)
	}
	return append(out, '\n'), nil
}

// ReadArtifacts reads the stored artifacts below dir (the contracts folder), sorted by contract.
func ReadArtifacts(dir string) ([]Artifact, error) {
	var names []string
	for _, pattern := range []string{"artifacts/*.json", supportPackage + "/artifacts/*.json"} {
		found, err := filepath.Glob(filepath.Join(dir, filepath.FromSlash(pattern)))
		if err != nil {
			return nil, fmt.Errorf("bindgen: %w", err)
		}
		names = append(names, found...)
	}
	artifacts := make([]Artifact, 0, len(names))
	for _, name := range names {
		data, err := os.ReadFile(name)
		if err != nil {
			return nil, fmt.Errorf("bindgen: %w", err)
		}
		dec := json.NewDecoder(bytes.NewReader(data))
		dec.DisallowUnknownFields()
		var a Artifact
		if err := dec.Decode(&a); err != nil {
			return nil, fmt.Errorf("bindgen: read %s: %w; run go generate ./contracts", name, err)
		}
		artifacts = append(artifacts, a)
	}
	sortArtifacts(artifacts)
	return artifacts, nil
}

func sortArtifacts(artifacts []Artifact) {
	sort.Slice(artifacts, func(i, j int) bool { return artifacts[i].Contract < artifacts[j].Contract })
}
