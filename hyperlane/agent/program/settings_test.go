package program_test

import (
	"context"
	"errors"
	"io"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/hyperlane-go/sdk/hyperlane/agent"
	"github.com/hyperlane-go/sdk/hyperlane/agent/program"
	"github.com/hyperlane-go/sdk/hyperlane/evm"
	"github.com/hyperlane-go/sdk/hyperlane/hyperlanetest"
	"github.com/hyperlane-go/sdk/hyperlane/relayer"
	"github.com/hyperlane-go/sdk/hyperlane/storage"
	"github.com/hyperlane-go/sdk/hyperlane/validator"
	"github.com/hyperlane-go/sdk/message"
)

// Every setting of the relayer's section reaches the relayer, and only the chains that it names.
func TestRelayerSettings(t *testing.T) {
	n := hyperlanetest.New(t, 2, hyperlanetest.WithHTTP())
	two := section(t, "two", n.Chains[1], hyperlanetest.User(2))
	two = two[:len(two)-2] + ", from: 3, reorgPeriod: 7, window: 11, gasMargin: 13, gasCap: 500000}\n"
	state := t.TempDir()
	text := "stateDir: " + state + "\nchains:\n" + section(t, "one", n.Chains[0], hyperlanetest.User(1)) + two + `relayer:
  chains: [two]
  whitelist: [{originDomain: 2000}]
  blacklist: [{destinationDomain: 5}]
  addressBlacklist: 0x3333
  allowLocalCheckpointSyncers: true
  ignoreReorgReports: true
  interval: 1s
  resubmitAfter: 2m
  maxLocationAge: 3m
  validatorTimeout: 4s
  maxConcurrency: 5
`
	var have relayer.Config
	ctx, stop := context.WithCancel(bounded(t))
	start := program.Relayer(func(c *relayer.Config) { have = *c; stop() })
	require.NoError(t, agent.Run(ctx, []string{configFile(t, text)}, io.Discard, start, agent.Kinds{}))
	require.Len(t, have.Chains, 1)
	chain := have.Chains[0]
	assert.Equal(t, "two", chain.Name)
	assert.Equal(t, message.Domain(2000), chain.Client.Domain())
	assert.Equal(t, hyperlanetest.User(2).Address, chain.Transactor.From)
	assert.Equal(t, evm.Finality{Blocks: 7}, *chain.Finality)
	assert.Equal(t, []uint64{3, 11, 13, 500000}, []uint64{chain.From, chain.Window, *chain.GasMargin, chain.GasCap})
	assert.Equal(t, state+"/relayer", have.StateDir)
	assert.Equal(t, []message.Domain{2000}, have.Whitelist[0].OriginDomain)
	assert.Equal(t, []message.Domain{5}, have.Blacklist[0].DestinationDomain)
	assert.Len(t, have.AddressBlacklist, 1)
	assert.True(t, have.AllowLocal)
	assert.True(t, have.IgnoreReorgReports)
	assert.Equal(t, []time.Duration{time.Second, 2 * time.Minute, 3 * time.Minute, 4 * time.Second},
		[]time.Duration{have.Interval, have.ResubmitAfter, have.MaxLocationAge, have.ValidatorTimeout})
	assert.Equal(t, 5, have.MaxConcurrency)
}

// Every setting of the validator's section reaches the validator.
func TestValidatorSettings(t *testing.T) {
	n := hyperlanetest.New(t, 1, hyperlanetest.WithHTTP())
	one := section(t, "one", n.Chains[0], hyperlanetest.User(1))
	one = one[:len(one)-2] + ", from: 3, reorgPeriod: safe}\n"
	state, shelf := t.TempDir(), "file://"+t.TempDir()
	text := "stateDir: " + state + "\nchains:\n" + one + "validator:\n  signer: {kind: file, path: " +
		keyFile(t, hyperlanetest.ValidatorAccount(7)) + "}\n  storage: " + shelf + "\n  witnesses: [\"" + n.Chains[0].URL() + `"]
  skipAnnounce: true
  interval: 2s
  maxSignConcurrency: 3
  maxPerStep: 4
`
	var have validator.Config
	ctx, stop := context.WithCancel(bounded(t))
	start := program.Validator(func(c *validator.Config) { have = *c; stop() })
	require.NoError(t, agent.Run(ctx, []string{configFile(t, text)}, io.Discard, start, agent.Kinds{}))
	assert.Equal(t, "one", have.Name)
	assert.Equal(t, hyperlanetest.ValidatorAccount(7).Address, have.Signer.Address())
	assert.Equal(t, hyperlanetest.User(1).Address, have.Transactor.From)
	assert.Equal(t, state+"/validator-1000", have.StateDir)
	assert.Equal(t, shelf, have.Location)
	assert.False(t, have.AnyLocation, "the network's agents can read it")
	assert.Equal(t, evm.Finality{Tag: evm.TagSafe}, have.Finality)
	assert.EqualValues(t, 3, have.From)
	require.Len(t, have.Witnesses, 1)
	assert.Equal(t, message.Domain(1000), have.Witnesses[0].Domain())
	assert.True(t, have.SkipAnnounce)
	assert.Equal(t, 2*time.Second, have.Interval)
	assert.Equal(t, []int{3, 4}, []int{have.MaxSignConcurrency, have.MaxPerStep})
}

// What the file does not set keeps the name that the program knows.
func TestErrorsOfOwnSettings(t *testing.T) {
	n := hyperlanetest.New(t, 1, hyperlanetest.WithHTTP())
	text := "stateDir: " + t.TempDir() + "\nchains:\n" + section(t, "one", n.Chains[0], hyperlanetest.User(1)) +
		"relayer: {}\nvalidator: {signer: {kind: file, path: " + keyFile(t, hyperlanetest.ValidatorAccount(7)) + "}, storage: \"file://" + t.TempDir() + "\"}\n"
	run := func(start agent.Start) error {
		return agent.Run(bounded(t), []string{configFile(t, text)}, io.Discard, start, agent.Kinds{})
	}
	err := run(program.Relayer(func(c *relayer.Config) { c.Interval = -1 }))
	require.ErrorIs(t, err, evm.ErrConfig)
	require.ErrorContains(t, err, "configuration: Interval is negative, want zero or more")
	err = run(program.Validator(func(c *validator.Config) { c.MaxPerStep = -1 }))
	require.ErrorIs(t, err, evm.ErrConfig)
	require.ErrorContains(t, err, "configuration: MaxPerStep is ")

	// A second relayer in the same directory is no wrong setting: the first can end.
	err = run(program.Relayer(func(c *relayer.Config) {
		first, err := relayer.New(*c)
		if assert.NoError(t, err) {
			t.Cleanup(func() { assert.NoError(t, first.Close()) })
		}
		c.Registerer = nil // the first has these metrics
	}))
	require.ErrorIs(t, err, relayer.ErrLocked)
	require.NotErrorIs(t, err, evm.ErrConfig)
}

// A validator without its key opens nothing; one that is stopped while its storage opens has not
// failed.
func TestValidatorStart(t *testing.T) {
	n := hyperlanetest.New(t, 1, hyperlanetest.WithHTTP())
	head := "stateDir: " + t.TempDir() + "\nchains:\n" + section(t, "one", n.Chains[0], hyperlanetest.User(1)) + "validator: {storage: \"shelf://x\", signer: {kind: "
	ctx, stop := context.WithCancel(bounded(t))
	opened := 0
	kinds := agent.Kinds{Stores: map[string]agent.OpenStore{"shelf": func(ctx context.Context, _ string, _ storage.Access) (*storage.Store, error) {
		opened++
		stop()
		return nil, errors.New("the shelf needs longer than this")
	}}}
	none := configFile(t, head+"env, name: PROGRAM_TEST_UNSET}}")
	err := agent.Run(ctx, []string{none}, io.Discard, program.Validator(), kinds)
	require.ErrorIs(t, err, evm.ErrConfig)
	require.ErrorContains(t, err, "validator.signer.name (agent.yaml:4) is PROGRAM_TEST_UNSET, which is not set")
	assert.Zero(t, opened)
	file := configFile(t, head+"file, path: "+keyFile(t, hyperlanetest.ValidatorAccount(7))+"}}")
	require.NoError(t, agent.Run(ctx, []string{file}, io.Discard, program.Validator(), kinds))
	assert.Equal(t, 1, opened)
	require.Error(t, ctx.Err())
}
