package agent

import (
	"bytes"
	"context"
	"errors"
	"io"
	"log/slog"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"time"

	"go.yaml.in/yaml/v3"

	"github.com/hyperlane-go/sdk/hyperlane/evm"
	"github.com/hyperlane-go/sdk/hyperlane/matching"
	"github.com/hyperlane-go/sdk/hyperlane/storage"
)

// File is a configuration file. One file can configure a validator and a relayer; each program
// reads its own section. Times are written with a unit, such as 5s.
type File struct {
	// StateDir is the directory of what the agents must remember; see [File.State].
	StateDir string `yaml:"stateDir" required:"a directory that outlives the process"`
	// Log says what is logged, and how.
	Log Log `yaml:"log"`
	// Listen is the address of metrics, health and status. Empty serves nothing.
	Listen Listen `yaml:"listen"`
	// Chains are the chains by name, in the order of the file.
	Chains Chains `yaml:"chains" required:"the chains by name"`
	// Validator is the section of the validator, nil where there is none.
	Validator *Validator `yaml:"validator"`
	// Relayer is the section of the relayer, nil where there is none.
	Relayer *Relayer `yaml:"relayer"`

	kinds Kinds
	d     *decoder
}

// Log is the section log: a level alone (log: debug), or {level: debug, format: json}.
type Log struct {
	Level slog.Level // info where the file names none
	JSON  bool       // one JSON object a line, instead of key=value text
}

// Validator is the section of the validator. The package validator explains each setting.
type Validator struct {
	// Chain names the chain whose tree is signed. It can be left out where the file has one chain.
	Chain string `yaml:"chain"`
	// Signer is the key that signs checkpoints: one key, one process, one chain.
	Signer Key `yaml:"signer" required:"the key that signs checkpoints"`
	// Storage is where checkpoints are published, and what is announced on chain.
	Storage string `yaml:"storage" required:"a location such as s3://bucket/us-east-1"`
	// Witnesses are further nodes of the same chain, which must agree before anything is signed.
	Witnesses []Endpoint `yaml:"witnesses"`

	SkipAnnounce       bool          `yaml:"skipAnnounce"`
	Interval           time.Duration `yaml:"interval"`
	MaxSignConcurrency int           `yaml:"maxSignConcurrency"`
	MaxPerStep         int           `yaml:"maxPerStep"`
}

// Relayer is the section of the relayer. The package relayer explains each setting.
type Relayer struct {
	// Chains names the chains to relay between. None means all chains of the file.
	Chains []string `yaml:"chains"`

	Whitelist          matching.List             `yaml:"whitelist"`
	Blacklist          matching.List             `yaml:"blacklist"`
	AddressBlacklist   matching.AddressBlacklist `yaml:"addressBlacklist"`
	AllowLocal         bool                      `yaml:"allowLocalCheckpointSyncers"`
	IgnoreReorgReports bool                      `yaml:"ignoreReorgReports"`
	Interval           time.Duration             `yaml:"interval"`
	ResubmitAfter      time.Duration             `yaml:"resubmitAfter"`
	MaxLocationAge     time.Duration             `yaml:"maxLocationAge"`
	ValidatorTimeout   time.Duration             `yaml:"validatorTimeout"`
	MaxConcurrency     int                       `yaml:"maxConcurrency"`
}

// Load reads a configuration file. It opens nothing that the file names: no node, no key, no
// storage.
//
// An error is of class evm.ErrConfig. It names the key as the file writes it, and the line.
func Load(path string, kinds Kinds) (*File, error) {
	file, err := os.Open(path)
	if err != nil {
		return nil, &evm.ConfigError{Field: "file", Have: fileName(path), Want: "a configuration file that can be read", Err: withoutPath(err)}
	}
	defer func() { _ = file.Close() }() // it was only read
	data, err := io.ReadAll(io.LimitReader(file, maxFile+1))
	if err != nil {
		return nil, &evm.ConfigError{Field: "file", Have: fileName(path), Want: "a configuration file that can be read", Err: withoutPath(err)}
	}
	return Parse(filepath.Base(path), data, kinds)
}

// Parse reads the text of a configuration file as [Load] does. name is what errors call the file.
func Parse(name string, data []byte, kinds Kinds) (*File, error) {
	if kinds.hidden == nil {
		kinds.hidden = &hidden{}
	}
	d := &decoder{file: name, kinds: kinds, lines: map[string]int{}}
	refuse := func(have string, err error) (*File, error) {
		return nil, &evm.ConfigError{Field: "file " + name, Have: have, Want: "YAML with the keys " + strings.Join(keysOf(reflect.ValueOf(File{})), ", "), Err: err}
	}
	if len(data) > maxFile {
		return refuse("longer than 1 MiB", nil)
	}
	var document, second yaml.Node
	decoder := yaml.NewDecoder(bytes.NewReader(data))
	switch err := decoder.Decode(&document); {
	case errors.Is(err, io.EOF), err == nil && document.Kind == 0:
		return refuse("empty", nil)
	case err != nil:
		return refuse("unusable", err)
	}
	if err := decoder.Decode(&second); !errors.Is(err, io.EOF) {
		return refuse("in several documents", err)
	}
	root := document.Content[0]
	if root.Kind == yaml.ScalarNode && root.Tag == "!!null" {
		return refuse("empty", nil)
	}
	f := &File{kinds: kinds, d: d}
	if err := d.mapping("", root, reflect.ValueOf(f).Elem()); err != nil {
		return nil, err
	}
	return f, nil
}

// check refuses what single sections cannot know.
func (f *File) check(d *decoder, _ string) error {
	if v := f.Validator; v != nil {
		if v.Chain == "" && len(f.Chains) == 1 {
			v.Chain = f.Chains[0].Name
		}
		if err := f.known("validator.chain", v.Chain); err != nil {
			return err
		}
		if err := f.checkStorage(d, v); err != nil {
			return err
		}
	}
	if r := f.Relayer; r != nil {
		for i, name := range r.Chains {
			if err := f.known("relayer.chains["+itoa(i)+"]", name); err != nil {
				return err
			}
		}
	}
	return nil
}

func (f *File) known(path, chain string) error {
	if _, ok := f.Chains.Find(chain); ok {
		return nil
	}
	have, names := quoted(chain), f.Chains.names()
	if chain == "" {
		have = "missing"
	}
	want := "one of the chains " + strings.Join(names, ", ")
	if near, ok := nearest(chain, names); ok && chain != "" {
		want = near + "; the chains of this file are " + strings.Join(names, ", ")
	}
	return f.d.refuse(path, have, want, nil)
}

// checkStorage refuses a location that neither the network's agents nor a kind of the program can
// read.
func (f *File) checkStorage(d *decoder, v *Validator) error {
	if f.kinds.Adds(v.Storage) {
		return nil
	}
	if _, err := storage.ParseLocation(v.Storage); err != nil {
		return d.refuse("validator.storage", quoted(v.Storage), f.kinds.wantStorage(v.Storage), err)
	}
	return nil
}

// State returns the directory of one agent below StateDir. Package program uses relayer, and
// validator-DOMAIN, so that two agents of one file share no directory.
func (f *File) State(agent string) string { return filepath.Join(f.StateDir, agent) }

// Refuse returns an error about a key of the file, such as "validator.storage": what it is, what is
// wanted, and the cause, which can be nil. None of the texts may hold a secret.
func (f *File) Refuse(key, have, want string, err error) error {
	return f.d.refuse(key, have, want, err)
}

// OpenStore opens the storage at a location, with the kinds of the program.
func (f *File) OpenStore(ctx context.Context, location string, access storage.Access) (*storage.Store, error) {
	return f.kinds.Open(ctx, location, access)
}

// CustomStorage reports whether a location has a scheme of [Kinds.Stores].
func (f *File) CustomStorage(location string) bool { return f.kinds.Adds(location) }

func (l *Log) read(d *decoder, path string, n *yaml.Node) error {
	section := struct {
		Level  string `yaml:"level"`
		Format string `yaml:"format"`
	}{Level: "info", Format: "text"}
	if n.Kind == yaml.ScalarNode {
		section.Level = n.Value
		d.lines[join(path, "level")] = n.Line
	} else if err := d.mapping(path, n, reflect.ValueOf(&section).Elem()); err != nil {
		return err
	}
	if err := l.Level.UnmarshalText([]byte(section.Level)); err != nil {
		return d.refuse(join(path, "level"), quoted(section.Level), "debug, info, warn or error", nil)
	}
	switch section.Format {
	case "json":
		l.JSON = true
	case "text":
	default:
		return d.refuse(join(path, "format"), quoted(section.Format), "text or json", nil)
	}
	return nil
}
