package bindgen

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path"
	"path/filepath"
	"strings"
)

// Folders of sources below contracts/.
const (
	deployedDir = "src"
	supportDir  = "test/support"
)

// testPrefix starts the names of those contracts in supportDir that Go tests deploy.
const testPrefix = "Test"

// ErrNotInstalled reports that the npm packages are missing, so nothing can be compiled.
var ErrNotInstalled = errors.New("bindgen: npm packages are not installed; run npm ci --ignore-scripts in contracts/")

// Installed returns nil when the compiler can be run for dir (the contracts folder),
// ErrNotInstalled otherwise.
func Installed(dir string) error {
	if _, err := os.Stat(filepath.Join(dir, "node_modules", "solc", "package.json")); err != nil {
		return ErrNotInstalled
	}
	if _, err := exec.LookPath("node"); err != nil {
		return fmt.Errorf("%w: and node itself: %w", ErrNotInstalled, err)
	}
	return nil
}

// Compile compiles the sources below dir (the contracts folder) and returns the artifacts of what
// is bound, sorted by contract. Deployed and tests-only sources are compiled apart, so that a test
// contract cannot influence deployed bytecode.
func Compile(ctx context.Context, dir string) ([]Artifact, error) {
	if err := Installed(dir); err != nil {
		return nil, err
	}
	version, err := compilerVersion(ctx, dir)
	if err != nil {
		return nil, err
	}
	var artifacts []Artifact
	for _, folder := range []string{deployedDir, supportDir} {
		sources, err := readSources(dir, folder)
		if err != nil {
			return nil, err
		}
		if len(sources) == 0 {
			continue
		}
		out, err := runCompiler(ctx, dir, sources)
		if err != nil {
			return nil, err
		}
		found, err := out.artifacts(folder, version)
		if err != nil {
			return nil, err
		}
		artifacts = append(artifacts, found...)
	}
	sortArtifacts(artifacts)
	for i := 1; i < len(artifacts); i++ {
		if a, b := artifacts[i-1], artifacts[i]; a.Contract == b.Contract {
			return nil, fmt.Errorf("bindgen: contract %s is declared in %s and in %s; rename one", a.Contract, a.Source, b.Source)
		}
	}
	return artifacts, nil
}

func readSources(dir, folder string) (map[string]source, error) {
	sources := make(map[string]source)
	err := filepath.WalkDir(filepath.Join(dir, filepath.FromSlash(folder)), func(name string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() || filepath.Ext(name) != ".sol" {
			return err
		}
		if folder == supportDir && !strings.HasPrefix(entry.Name(), testPrefix) {
			return nil // serves forge only; compiled where imported
		}
		content, err := os.ReadFile(name)
		if err != nil {
			return err
		}
		rel, err := filepath.Rel(dir, name)
		if err != nil {
			return err
		}
		sources[filepath.ToSlash(rel)] = source{Content: string(content)}
		return nil
	})
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return nil, fmt.Errorf("bindgen: read sources: %w", err)
	}
	return sources, nil
}

// source, request and response are the compiler's standard JSON, as far as it is used here.
type source struct {
	Content string `json:"content"`
}

type request struct {
	Language string            `json:"language"`
	Sources  map[string]source `json:"sources"`
	Settings struct {
		Settings
		OutputSelection map[string]map[string][]string `json:"outputSelection"`
	} `json:"settings"`
}

type response struct {
	Errors []struct {
		Severity         string `json:"severity"`
		FormattedMessage string `json:"formattedMessage"`
	} `json:"errors"`
	Sources map[string]struct {
		AST struct {
			Nodes []node `json:"nodes"`
		} `json:"ast"`
	} `json:"sources"`
	Contracts map[string]map[string]struct {
		ABI json.RawMessage `json:"abi"`
		EVM struct {
			Bytecode         object `json:"bytecode"`
			DeployedBytecode object `json:"deployedBytecode"`
		} `json:"evm"`
	} `json:"contracts"`
}

type node struct {
	NodeType     string `json:"nodeType"`
	Name         string `json:"name"`
	ContractKind string `json:"contractKind"` // contract, interface or library
	Abstract     bool   `json:"abstract"`
}

type object struct {
	Object string `json:"object"`
}

func runCompiler(ctx context.Context, dir string, sources map[string]source) (*response, error) {
	var req request
	req.Language = "Solidity"
	req.Sources = sources
	req.Settings.Settings = DeploySettings()
	req.Settings.OutputSelection = map[string]map[string][]string{
		"*": {
			"":  {"ast"},
			"*": {"abi", "evm.bytecode.object", "evm.deployedBytecode.object"},
		},
	}
	in, err := json.Marshal(req)
	if err != nil {
		return nil, fmt.Errorf("bindgen: encode compiler input: %w", err)
	}
	out, err := runSolc(ctx, dir, in, "--standard-json")
	if err != nil {
		return nil, err
	}
	var resp response
	if err := json.Unmarshal(out, &resp); err != nil {
		return nil, fmt.Errorf("bindgen: decode compiler output: %w", err)
	}
	var complaints []string
	for _, e := range resp.Errors {
		if e.Severity == "error" {
			complaints = append(complaints, strings.TrimSpace(e.FormattedMessage))
		}
	}
	if len(complaints) > 0 {
		return nil, fmt.Errorf("bindgen: the sources do not compile:\n%s", strings.Join(complaints, "\n\n"))
	}
	return &resp, nil
}

func compilerVersion(ctx context.Context, dir string) (string, error) {
	out, err := runSolc(ctx, dir, nil, "--version")
	if err != nil {
		return "", err
	}
	_, version, ok := strings.Cut(string(out), "Version: ")
	if !ok {
		return "", fmt.Errorf("bindgen: compiler version: no line with %q in the answer %q", "Version: ", out)
	}
	return strings.TrimSpace(version), nil
}

func runSolc(ctx context.Context, dir string, stdin []byte, args ...string) ([]byte, error) {
	cmd := exec.CommandContext(ctx, "node", append([]string{"solc"}, args...)...)
	cmd.Dir = dir
	cmd.Stdin = bytes.NewReader(stdin)
	var stdout, stderr bytes.Buffer
	cmd.Stdout, cmd.Stderr = &stdout, &stderr
	if err := cmd.Run(); err != nil {
		return nil, fmt.Errorf("bindgen: run the compiler: %w: %s", err, strings.TrimSpace(stderr.String()))
	}
	return stdout.Bytes(), nil
}

// artifacts picks what is bound among the contracts declared below folder.
func (r *response) artifacts(folder, version string) ([]Artifact, error) {
	var artifacts []Artifact
	for file, unit := range r.Sources {
		if !within(file, folder) {
			continue
		}
		for _, n := range unit.AST.Nodes {
			c, ok := r.Contracts[file][n.Name]
			if !ok || !bound(file, n, c.EVM.Bytecode.Object) {
				continue
			}
			abi, err := compactABI(c.ABI)
			if err != nil {
				return nil, fmt.Errorf("bindgen: abi of %s: %w", n.Name, err)
			}
			if !abi.hasEntryPoint {
				continue
			}
			artifacts = append(artifacts, Artifact{
				Contract:         n.Name,
				Source:           file,
				Compiler:         Compiler{Name: "solc", Version: version, Settings: DeploySettings()},
				ABI:              abi.json,
				Bytecode:         hexPrefix(c.EVM.Bytecode.Object),
				DeployedBytecode: hexPrefix(c.EVM.DeployedBytecode.Object),
			})
		}
	}
	return artifacts, nil
}

// shared are the interfaces that other people's contracts answer too. The others have one contract
// of ours each, and are bound with it.
var shared = map[string]bool{
	"IInterchainSecurityModule":          true,
	"IMerkleTreeHook":                    true,
	"IMessageRecipient":                  true,
	"IMultisigIsm":                       true,
	"IPostDispatchHook":                  true,
	"ISpecifiesInterchainSecurityModule": true,
	"IStaticMultisigIsmFactory":          true,
}

// bound tells which declarations get an artifact and a binding: all of src that can be deployed,
// the shared interfaces, and the abstract routers, whose ABI applications share. Other abstract
// contracts are building blocks, and so is a file's second contract. Of the test support, only
// contracts named Test… serve Go; the others serve forge.
func bound(file string, n node, bytecode string) bool {
	if n.NodeType != "ContractDefinition" || n.Name != strings.TrimSuffix(path.Base(file), ".sol") {
		return false
	}
	switch {
	case n.ContractKind == "library":
		return false
	case n.ContractKind == "interface":
		return within(file, deployedDir+"/interfaces") && shared[n.Name]
	case n.Abstract:
		return within(file, deployedDir+"/routers")
	case within(file, supportDir) && !strings.HasPrefix(n.Name, testPrefix):
		return false
	default:
		return bytecode != ""
	}
}

type parsedABI struct {
	json          json.RawMessage
	hasEntryPoint bool
}

func compactABI(raw json.RawMessage) (parsedABI, error) {
	var entries []struct {
		Type string `json:"type"`
	}
	if err := json.Unmarshal(raw, &entries); err != nil {
		return parsedABI{}, err
	}
	var compact bytes.Buffer
	if err := json.Compact(&compact, raw); err != nil {
		return parsedABI{}, err
	}
	out := parsedABI{json: compact.Bytes()}
	for _, e := range entries {
		switch e.Type {
		case "function", "fallback", "receive":
			out.hasEntryPoint = true
		}
	}
	return out, nil
}

func within(file, folder string) bool {
	return strings.HasPrefix(file, folder+"/")
}

func hexPrefix(code string) string {
	if code == "" {
		return ""
	}
	return "0x" + code
}
