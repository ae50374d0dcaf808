package validator

import (
	"context"
	"errors"
	"fmt"
	"os"

	"github.com/hyperlane-go/sdk/hyperlane"
	"github.com/hyperlane-go/sdk/hyperlane/connect"
	"github.com/hyperlane-go/sdk/hyperlane/evm"
	"github.com/hyperlane-go/sdk/hyperlane/storage"
	"github.com/hyperlane-go/sdk/ism/checkpoint"
)

// ParseConfig reads a configuration in YAML. A key that it does not know is an
// error, so that a misspelt setting is not a silent default. A missing
// reorgPeriod is one block, as for the network's agents. Nothing is
// opened yet.
func ParseConfig(data []byte) (Config, error) {
	c := Config{Finality: evm.DefaultFinality()}
	if err := connect.Decode(data, &c); err != nil {
		return Config{}, &ConfigError{Field: "file", Have: "unusable", Want: "YAML with the fields of Config", Err: err}
	}
	return c, nil
}

// LoadConfig reads a file as ParseConfig does, connects to the chain and its
// witnesses, reads the keys and opens the storage. Whoever calls it calls
// CloseConnections in the end.
func LoadConfig(ctx context.Context, path string) (Config, error) {
	data, err := os.ReadFile(path)
	if err != nil {
		return Config{}, &ConfigError{Field: "file", Have: "unreadable", Want: "a file", Err: err}
	}
	c, err := ParseConfig(data)
	if err != nil {
		return Config{}, err
	}
	if err := c.open(ctx); err != nil {
		return Config{}, errors.Join(err, c.CloseConnections())
	}
	return c, nil
}

func (c *Config) open(ctx context.Context) error {
	key, err := c.Key.Load("validator")
	if err == nil && key == nil {
		err = errors.New("none is named")
	}
	if err != nil {
		return &ConfigError{Field: "Key", Have: "unusable", Want: "the key that signs checkpoints", Err: err}
	}
	c.Signer = checkpoint.NewKeySigner(key)
	if c.Store, err = storage.Open(ctx, c.Location, storage.Write); err != nil {
		return &ConfigError{Field: "Location", Have: c.Location, Want: "a storage that can be written", Err: err}
	}
	if c.Chain, c.Transactor, err = c.Connection.Dial(ctx); err != nil {
		return &ConfigError{Field: "Connection", Have: "unusable", Want: "a chain and a key that can be used", Err: err}
	}
	addresses, err := c.Connection.Contracts.Addresses()
	if err != nil {
		return err
	}
	for i, url := range c.WitnessRPCs {
		witness, err := hyperlane.Dial(ctx, url, addresses)
		if err != nil {
			return &ConfigError{Field: fmt.Sprintf("WitnessRPCs[%d]", i), Have: "out of reach", Want: "another node of the same chain", Err: err}
		}
		c.Witnesses = append(c.Witnesses, witness)
	}
	return nil
}

// CloseConnections closes what LoadConfig opened.
func (c *Config) CloseConnections() error {
	if c.Chain != nil {
		c.Chain.Close()
	}
	for _, witness := range c.Witnesses {
		witness.Close()
	}
	if c.Store == nil {
		return nil
	}
	return c.Store.Close()
}
