package relayer

import (
	"bytes"
	"context"
	"crypto/ecdsa"
	"errors"
	"fmt"
	"os"
	"strings"

	bind "github.com/ethereum/go-ethereum/accounts/abi/bind/v2"
	"github.com/ethereum/go-ethereum/common"
	"github.com/ethereum/go-ethereum/crypto"
	"go.yaml.in/yaml/v3"

	"github.com/hyperlane-go/sdk/hyperlane"
)

// Contracts are the contracts of a chain in a configuration file, under the names of the network's registry.
type Contracts struct {
	Mailbox           common.Address `yaml:"mailbox"`           // outbox and inbox at one address
	Outbox            common.Address `yaml:"outbox"`            // where they are two
	Inbox             common.Address `yaml:"inbox"`             //
	MerkleTreeHook    common.Address `yaml:"merkleTreeHook"`    // none means the outbox itself
	ValidatorAnnounce common.Address `yaml:"validatorAnnounce"` //
}

func (c Contracts) addresses() hyperlane.Addresses {
	a := hyperlane.Addresses{Outbox: c.Outbox, Inbox: c.Inbox, MerkleTreeHook: c.MerkleTreeHook, ValidatorAnnounce: c.ValidatorAnnounce}
	if c.Mailbox != (common.Address{}) {
		a.Outbox, a.Inbox = c.Mailbox, c.Mailbox
	}
	return a
}

// Signer says where the private key of a transactor is: 64 hexadecimal digits, in a file or an environment variable.
// Programs that keep keys elsewhere set Chain.Transactor themselves.
type Signer struct {
	KeyFile string `yaml:"keyFile"`
	KeyEnv  string `yaml:"keyEnv"`
}

// ParseConfig reads a configuration in YAML. A key that it does not know is an error. Chains are not connected to, so
// their Client is nil.
func ParseConfig(data []byte) (Config, error) {
	var c Config
	d := yaml.NewDecoder(bytes.NewReader(data))
	d.KnownFields(true)
	if err := d.Decode(&c); err != nil {
		return Config{}, &ConfigError{Field: "file", Have: "malformed", Want: "YAML with the fields of Config", Err: err}
	}
	return c, nil
}

// LoadConfig reads a file as ParseConfig does, connects to its chains and reads their keys. Whoever calls it calls
// CloseChains in the end.
func LoadConfig(ctx context.Context, path string) (Config, error) {
	data, err := os.ReadFile(path)
	if err != nil {
		return Config{}, &ConfigError{Field: "file", Have: "unreadable", Want: "a file", Err: err}
	}
	c, err := ParseConfig(data)
	if err != nil {
		return Config{}, err
	}
	for i := range c.Chains {
		if err := c.Chains[i].connect(ctx, fmt.Sprintf("Chains[%d]", i)); err != nil {
			c.CloseChains()
			return Config{}, err
		}
	}
	return c, nil
}

// CloseChains closes the connections that LoadConfig made.
func (c *Config) CloseChains() {
	for _, chain := range c.Chains {
		if chain.Client != nil {
			chain.Client.Close()
		}
	}
}

func (c *Chain) connect(ctx context.Context, field string) error {
	if c.RPC == "" {
		return &ConfigError{Field: field + ".RPC", Have: "not set", Want: "the URL of a node"}
	}
	key, err := c.Signer.key()
	if err != nil {
		return &ConfigError{Field: field + ".Signer", Have: "unusable", Want: "one of keyFile and keyEnv, with 64 hexadecimal digits, or nothing", Err: err}
	}
	client, err := hyperlane.Dial(ctx, c.RPC, c.Contracts.addresses())
	if err != nil {
		return &ConfigError{Field: field, Have: "not reachable as configured", Want: "a chain that answers at its RPC URL with these contracts", Err: err}
	}
	c.Client = client
	if key != nil {
		c.Transactor = bind.NewKeyedTransactor(key, client.ChainID())
	}
	return nil
}

// key returns the private key, or nil when none is configured. Errors never quote what was read.
func (s Signer) key() (*ecdsa.PrivateKey, error) {
	var text string
	switch {
	case s.KeyFile != "" && s.KeyEnv != "":
		return nil, errors.New("both are set")
	case s.KeyFile != "":
		data, err := os.ReadFile(s.KeyFile)
		if err != nil {
			return nil, err
		}
		text = string(data)
	case s.KeyEnv != "":
		text = os.Getenv(s.KeyEnv)
	default:
		return nil, nil
	}
	key, err := crypto.HexToECDSA(strings.TrimPrefix(strings.TrimSpace(text), "0x"))
	if err != nil {
		return nil, errors.New("it does not hold a private key")
	}
	return key, nil
}

// UnmarshalYAML reads a matching list that is written in YAML with the keys of the JSON form, or as a string that holds
// JSON.
func (l *MatchingList) UnmarshalYAML(n *yaml.Node) error {
	var text bytes.Buffer
	if err := writeJSON(&text, n, 0); err != nil {
		return err
	}
	return l.UnmarshalJSON(text.Bytes())
}
