package bindgen

import (
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"slices"
)

// Files returns everything that is generated from the artifacts, by path below contracts/: the
// artifacts in stored form and the bindings.
func Files(artifacts []Artifact, plan Plan) (map[string][]byte, error) {
	files, err := Bindings(artifacts, plan)
	if err != nil {
		return nil, err
	}
	for i := range artifacts {
		data, err := artifacts[i].Encode()
		if err != nil {
			return nil, err
		}
		files[artifacts[i].FileName()] = data
	}
	return files, nil
}

// Write makes the generated files below dir (the contracts folder) exactly these: it writes what
// differs and removes what is no longer generated. It returns the paths it touched.
func Write(dir string, files map[string][]byte) ([]string, error) {
	stale, err := Drift(dir, files)
	if err != nil {
		return nil, err
	}
	for _, name := range stale {
		target := filepath.Join(dir, filepath.FromSlash(name))
		data, ok := files[name]
		if !ok {
			if err := os.Remove(target); err != nil {
				return nil, fmt.Errorf("bindgen: %w", err)
			}
			continue
		}
		if err := os.MkdirAll(filepath.Dir(target), 0o755); err != nil {
			return nil, fmt.Errorf("bindgen: %w", err)
		}
		if err := os.WriteFile(target, data, 0o644); err != nil {
			return nil, fmt.Errorf("bindgen: %w", err)
		}
	}
	return stale, nil
}

// Drift returns the paths where the folder differs from files: missing, different, or no longer
// generated.
func Drift(dir string, files map[string][]byte) ([]string, error) {
	var stale []string
	for _, name := range slices.Sorted(maps.Keys(files)) {
		have, err := os.ReadFile(filepath.Join(dir, filepath.FromSlash(name)))
		if errors.Is(err, fs.ErrNotExist) || (err == nil && !bytes.Equal(have, files[name])) {
			stale = append(stale, name)
		} else if err != nil {
			return nil, fmt.Errorf("bindgen: %w", err)
		}
	}
	for _, pattern := range []string{"*_gen.go", supportPackage + "/*_gen.go", "artifacts/*.json", supportPackage + "/artifacts/*.json"} {
		found, err := fs.Glob(os.DirFS(dir), pattern)
		if err != nil {
			return nil, fmt.Errorf("bindgen: %w", err)
		}
		for _, name := range found {
			if _, ok := files[name]; !ok {
				stale = append(stale, name)
			}
		}
	}
	return stale, nil
}
