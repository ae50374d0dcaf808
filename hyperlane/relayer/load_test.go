package relayer

import (
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/hyperlane-go/sdk/hyperlane/connect"
	"github.com/hyperlane-go/sdk/hyperlane/evm"
	"github.com/hyperlane-go/sdk/hyperlane/matching"
	"github.com/hyperlane-go/sdk/message"
)

const configFile = `
stateDir: state
interval: 3s
ignoreReorgReports: true
whitelist:
  - originDomain: [1, 10]
blacklist: '[{"bodyRegex": "^ff"}]'
addressBlacklist: "0x3333"
chains:
  - name: ethereum
    rpc: http://127.0.0.1:1
    reorgPeriod: 15
    from: 18422581
    gasMargin: 0
    contracts:
      mailbox: 0xc005dc82818d67AF737725bD4bf75435d065D239
      merkleTreeHook: 0x48e6c30B97748d1e2e03bf3e9FbE3890ca5f8CCA
      validatorAnnounce: 0xCe74905e51497b4adD3639366708b821dcBcff96
  - name: optimism
    rpc: http://127.0.0.1:2
    reorgPeriod: finalized
    signer:
      keyEnv: RELAYER_TEST_UNSET
`

func TestParseConfig(t *testing.T) {
	c, err := ParseConfig([]byte(configFile))
	require.NoError(t, err)
	assert.Equal(t, "state", c.StateDir)
	assert.Equal(t, 3*time.Second, c.Interval)
	assert.True(t, c.IgnoreReorgReports)
	assert.Equal(t, []message.Domain{1, 10}, c.Whitelist[0].OriginDomain)
	assert.True(t, c.Blacklist.Match(&message.Message{Body: []byte{0xff}}))
	assert.Equal(t, matching.AddressBlacklist{{0x33, 0x33}}, c.AddressBlacklist)
	require.Len(t, c.Chains, 2)
	e := c.Chains[0]
	assert.Equal(t, "ethereum", e.Name)
	assert.Equal(t, &evm.Finality{Blocks: 15}, e.Finality)
	assert.EqualValues(t, 18422581, e.From)
	require.NotNil(t, e.GasMargin)
	assert.Zero(t, *e.GasMargin)
	a, err := e.Connection.Contracts.Addresses()
	require.NoError(t, err)
	assert.Equal(t, a.Outbox, a.Inbox)
	assert.NotZero(t, a.ValidatorAnnounce)
	assert.Equal(t, &evm.Finality{Tag: evm.TagFinalized}, c.Chains[1].Finality)
	assert.Equal(t, connect.Key{Env: "RELAYER_TEST_UNSET"}, c.Chains[1].Connection.Signer)
}

func TestParseConfigRefused(t *testing.T) {
	for _, text := range []string{
		"", "7", "stateDirectory: typo", "interval: soon", "chains: [{reorgPeriod: pending}]", "chains: [{reorgPeriod: -1}]",
		"chains: [{contracts: {mailbox: 0x1}}]", "whitelist: [{originDomain: x}]", "addressBlacklist: x", "logger: x",
	} {
		_, err := ParseConfig([]byte(text))
		require.ErrorIs(t, err, ErrConfig, text)
	}
}

func TestLoadConfig(t *testing.T) {
	path := filepath.Join(t.TempDir(), "relayer.yaml")
	_, err := LoadConfig(t.Context(), path)
	require.ErrorIs(t, err, ErrConfig)
	require.ErrorIs(t, err, os.ErrNotExist)
	require.NoError(t, os.WriteFile(path, []byte(configFile), 0o600))
	_, err = LoadConfig(t.Context(), path)
	var e *ConfigError
	require.ErrorAs(t, err, &e)
	assert.Equal(t, "Chains[0]", e.Field)
	require.ErrorIs(t, err, connect.ErrConfig)
}
