package validator

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/hyperlane-go/sdk/hyperlane"
	"github.com/hyperlane-go/sdk/hyperlane/connect"
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
		require.ErrorIs(t, err, ErrConfig, c.field)
		var typed *ConfigError
		require.ErrorAs(t, err, &typed)
		assert.Equal(t, c.field, typed.Field)
		assert.NotEmpty(t, typed.Want)
		if c.field != "StateDir" {
			_, _, err = Recover(t.Context(), cfg)
			require.ErrorIs(t, err, ErrConfig, c.field)
		}
	}
	cfg := validConfig(t)
	cfg.Location = "ftp://x"
	_, err := New(cfg)
	require.ErrorIs(t, err, storage.ErrLocation, "the reason is kept")
}

func TestParseConfig(t *testing.T) {
	c, err := ParseConfig([]byte(strings.Join([]string{
		"stateDir: /var/lib/validator", "location: s3://bucket/us-east-1", "reorgPeriod: finalized", "from: 123", "interval: 5s",
		"maxSignConcurrency: 7", "maxPerStep: 9", "skipAnnounce: true", "name: origin",
		"rpc: http://one", "signer: {keyEnv: PAYER}", "validator: {keyFile: key}", "witnesses: [http://two]",
	}, "\n")))
	require.NoError(t, err)
	assert.Equal(t, Config{
		StateDir: "/var/lib/validator", Location: "s3://bucket/us-east-1", Finality: evm.Finality{Tag: "finalized"}, From: 123,
		Interval: 5 * time.Second, MaxSignConcurrency: 7, MaxPerStep: 9, SkipAnnounce: true, Name: "origin",
		Connection: connect.Chain{RPC: "http://one", Signer: connect.Key{Env: "PAYER"}}, Key: connect.Key{File: "key"},
		WitnessRPCs: []string{"http://two"},
	}, c)
	for text, want := range map[string]evm.Finality{
		"name: x":           {Blocks: 1}, // trap 53
		"reorgPeriod: 0":    {},
		"reorgPeriod: 15":   {Blocks: 15},
		`reorgPeriod: "15"`: {Blocks: 15},
	} {
		c, err := ParseConfig([]byte(text))
		require.NoError(t, err, text)
		assert.Equal(t, want, c.Finality, text)
	}
	for _, text := range []string{"reorgPeriod: soon", "reorgPeriod: -1", "interval: fast", "from: -1", "reorgperiod: 5", "[]", "", "# nothing"} {
		c, err := ParseConfig([]byte(text))
		require.ErrorIs(t, err, ErrConfig, text)
		assert.Equal(t, Config{}, c)
	}
}

func TestLoadConfigRefuses(t *testing.T) {
	key := filepath.Join(t.TempDir(), "key")
	require.NoError(t, os.WriteFile(key, []byte(strings.Repeat("11", 32)), 0o600))
	location := "file://" + filepath.Join(t.TempDir(), "checkpoints")
	rows := []struct{ name, text, field string }{
		{"not YAML", "rpc: [", "file"},
		{"no signing key", "location: " + location, "Key"},
		{"unreadable key", "validator: {keyFile: none}", "Key"},
		{"no location", "validator: {keyFile: " + key + "}", "Location"},
		{"no node", "validator: {keyFile: " + key + "}\nlocation: " + location, "Connection"},
	}
	for _, row := range rows {
		t.Run(row.name, func(t *testing.T) {
			file := filepath.Join(t.TempDir(), "validator.yaml")
			require.NoError(t, os.WriteFile(file, []byte(row.text), 0o600))
			_, err := LoadConfig(t.Context(), file)
			var refused *ConfigError
			require.ErrorAs(t, err, &refused)
			assert.Equal(t, row.field, refused.Field)
		})
	}
	_, err := LoadConfig(t.Context(), filepath.Join(t.TempDir(), "none"))
	require.ErrorIs(t, err, os.ErrNotExist)
}
