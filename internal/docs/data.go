package docs

import (
	"encoding/json"
	"errors"
	"fmt"
	"slices"

	"go.yaml.in/yaml/v3"
)

// Loader reads a configuration as the program of its name does.
type Loader func(data []byte) error

// CheckData parses the YAML and JSON blocks of the documents. A YAML block with a second word is a
// configuration, and the loader of that name must accept it.
func CheckData(documents []Document, loaders map[string]Loader) error {
	var errs []error
	for _, d := range documents {
		for _, b := range d.Blocks {
			if err := checkData(b, loaders); err != nil {
				errs = append(errs, fmt.Errorf("%s:%d: %w", b.Path, b.Line, err))
			}
		}
	}
	return errors.Join(errs...)
}

func checkData(b Block, loaders map[string]Loader) error {
	switch {
	case len(b.Info) == 0:
		return nil
	case b.Info[0] == "json":
		var value any
		return json.Unmarshal([]byte(b.Text), &value)
	case b.Info[0] != "yaml":
		return nil
	case len(b.Info) == 1:
		var value any
		return yaml.Unmarshal([]byte(b.Text), &value)
	}
	load, ok := loaders[b.Info[1]]
	if !ok {
		var names []string
		for name := range loaders {
			names = append(names, name)
		}
		slices.Sort(names)
		return fmt.Errorf("no configuration is called %q: want one of %q", b.Info[1], names)
	}
	return load([]byte(b.Text))
}
