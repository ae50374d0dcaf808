package validator

import (
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/hyperlane-go/sdk/hyperlane"
	"github.com/hyperlane-go/sdk/hyperlane/evm"
	"github.com/hyperlane-go/sdk/hyperlane/storage"
	"github.com/hyperlane-go/sdk/ism/checkpoint"
)

func validConfig(t *testing.T) Config {
	return Config{
		Chain: &hyperlane.Chain{}, Signer: keyOf(t, "validator"), Store: storage.NewMemory(), StateDir: t.TempDir(),
		Location: "s3://bucket/us-east-1", SkipAnnounce: true,
	}
}

func TestConfigDefaults(t *testing.T) {
	c := validConfig(t)
	require.NoError(t, c.check())
	assert.Equal(t, DefaultInterval, c.Interval)
	assert.Equal(t, DefaultMaxSignConcurrency, c.MaxSignConcurrency)
	assert.Equal(t, DefaultMaxPerStep, c.MaxPerStep)
	assert.NotNil(t, c.Logger)
	assert.NotNil(t, c.Now)
	assert.NotNil(t, c.Observe)
	assert.Equal(t, evm.Finality{}, c.Finality, "in Go, zero means zero")
}

func TestConfigRefused(t *testing.T) {
	for _, c := range []struct {
		field  string
		change func(*Config)
	}{
		{"Chain", func(c *Config) { c.Chain = nil }},
		{"Signer", func(c *Config) { c.Signer = nil }},
		{"Signer", func(c *Config) { c.Signer = checkpoint.NewKeySigner(nil) }},
		{"Store", func(c *Config) { c.Store = nil }},
		{"StateDir", func(c *Config) { c.StateDir = "" }},
		{"StateDir", func(c *Config) { c.StateDir = "/dev/null/x" }},
		{"Location", func(c *Config) { c.Location, c.SkipAnnounce = "", false }},
		{"Location", func(c *Config) { c.Location = "ftp://x" }},
		{"Location", func(c *Config) { c.Location, c.AnyLocation = "ipfs://"+strings.Repeat("x", storage.MaxLocation), true }},
		{"Chain", func(c *Config) { c.SkipAnnounce = false }}, // has no ValidatorAnnounce
		{"Finality", func(c *Config) { c.Finality = evm.Finality{Tag: "soon"} }},
		{"Witnesses[1]", func(c *Config) { c.Witnesses = []*hyperlane.Chain{{}, nil} }},
		{"Interval", func(c *Config) { c.Interval = -time.Second }},
		{"Interval", func(c *Config) { c.Interval = 2 }}, // 2 in a file is two nanoseconds
		{"MaxSignConcurrency", func(c *Config) { c.MaxSignConcurrency = -1 }},
		{"MaxSignConcurrency", func(c *Config) { c.MaxSignConcurrency = 10001 }},
		{"MaxPerStep", func(c *Config) { c.MaxPerStep = -1 }},
	} {
		cfg := validConfig(t)
		c.change(&cfg)
		v, err := New(cfg)
		require.Nil(t, v)
		require.ErrorIs(t, err, evm.ErrConfig, c.field)
		var typed *evm.ConfigError
		require.ErrorAs(t, err, &typed)
		assert.Equal(t, c.field, typed.Field)
		assert.NotEmpty(t, typed.Want)
		if c.field != "StateDir" {
			_, _, err = Recover(t.Context(), cfg)
			require.ErrorIs(t, err, evm.ErrConfig, c.field)
		}
	}
	cfg := validConfig(t)
	cfg.Location = "ftp://x"
	_, err := New(cfg)
	require.ErrorIs(t, err, storage.ErrLocation, "the reason is kept")

	cfg.AnyLocation = true // a kind of its own, on purpose
	v, err := New(cfg)
	require.NoError(t, err)
	closeOf(t, v)
}
