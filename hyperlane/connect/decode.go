package connect

import (
	"bytes"
	"errors"
	"io"

	"go.yaml.in/yaml/v3"
)

// ErrEmpty marks a configuration file without any setting.
var ErrEmpty = errors.New("connect: the file is empty")

// Decode reads the YAML of a configuration file. A key that the value has no field
// for is an error, so that a misspelt setting is not a silent default; an empty
// file is [ErrEmpty]. Fields that the file does not name keep what they had.
func Decode(data []byte, into any) error {
	decoder := yaml.NewDecoder(bytes.NewReader(data))
	decoder.KnownFields(true)
	err := decoder.Decode(into)
	if errors.Is(err, io.EOF) {
		return ErrEmpty
	}
	return err
}
