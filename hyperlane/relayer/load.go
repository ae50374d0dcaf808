package relayer

import (
	"context"
	"fmt"
	"os"

	"github.com/hyperlane-go/sdk/hyperlane/connect"
)

// ParseConfig reads a configuration in YAML. A key that it does not know is an error. Chains are not connected to, so
// their Client is nil.
func ParseConfig(data []byte) (Config, error) {
	var c Config
	if err := connect.Decode(data, &c); err != nil {
		return Config{}, &ConfigError{Field: "file", Have: "unusable", Want: "YAML with the fields of Config", Err: err}
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
		if err := c.Chains[i].dial(ctx, fmt.Sprintf("Chains[%d]", i)); err != nil {
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

func (c *Chain) dial(ctx context.Context, field string) error {
	client, transactor, err := c.Connection.Dial(ctx)
	if err != nil {
		return &ConfigError{Field: field, Have: "unusable", Want: "a chain and a key that can be used", Err: err}
	}
	c.Client, c.Transactor = client, transactor
	return nil
}
