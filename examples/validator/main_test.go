package main

import (
	"bufio"
	"context"
	"encoding/hex"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/ethereum/go-ethereum/crypto"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/hyperlane-go/sdk/hyperlane/agent"
	"github.com/hyperlane-go/sdk/hyperlane/agent/program"
	"github.com/hyperlane-go/sdk/hyperlane/evm"
	"github.com/hyperlane-go/sdk/hyperlane/hyperlanetest"
	"github.com/hyperlane-go/sdk/hyperlane/storage"
)

// keyFile writes an account's key to a file of its own.
func keyFile(t *testing.T, account hyperlanetest.Account) string {
	t.Helper()
	file := filepath.Join(t.TempDir(), "key")
	require.NoError(t, os.WriteFile(file, []byte(hex.EncodeToString(crypto.FromECDSA(account.Key))), 0o600))
	return file
}

// mine makes a block every few milliseconds until the test ends, as a real chain does every few
// seconds.
func mine(t *testing.T, c *hyperlanetest.Chain) {
	ctx, stop := context.WithCancel(context.Background())
	done := make(chan struct{})
	go func() {
		defer close(done)
		ticker := time.NewTicker(5 * time.Millisecond)
		defer ticker.Stop()
		for {
			select {
			case <-ctx.Done():
				return
			case <-ticker.C:
				if err := c.Mine(1); err != nil {
					t.Error(err)
					return
				}
			}
		}
	}()
	t.Cleanup(func() { stop(); <-done }) // before the network is closed
}

func TestValidator(t *testing.T) {
	network := hyperlanetest.New(t, 2, hyperlanetest.WithHTTP())
	chain := network.Chains[0]
	sent, err := chain.Dispatch(t.Context(), network.Chains[1], []byte("hello"))
	require.NoError(t, err)

	folder := filepath.Join(t.TempDir(), "checkpoints")
	config := filepath.Join(t.TempDir(), "validator.yaml")
	require.NoError(t, os.WriteFile(config, []byte(fmt.Sprintf(`
stateDir: %[7]s
chains:
  test:
    rpc: %[1]s
    chainId: %[8]v
    domain: %[9]v
    contracts: {mailbox: "%[2]s", validatorAnnounce: "%[3]s"}
    reorgPeriod: 0
    signer: {kind: file, path: %[5]s}
validator:
  signer: {kind: file, path: %[4]s}
  storage: file://%[6]s
  witnesses: [%[1]s]
  interval: 10ms
`, chain.URL(), chain.Contracts.Mailbox, chain.Contracts.ValidatorAnnounce, keyFile(t, hyperlanetest.ValidatorAccount(0)),
		keyFile(t, hyperlanetest.User(1)), folder, t.TempDir(), chain.ChainID(), chain.Domain())), 0o600))

	ctx, stop := context.WithCancel(t.Context())
	defer stop()
	mine(t, chain)
	reader, writer := io.Pipe()
	var log strings.Builder
	done := make(chan error, 1)
	go func() {
		err := agent.Run(ctx, []string{config}, &log, program.Validator(show(writer)), agent.Kinds{})
		done <- err
		writer.CloseWithError(err)
	}()

	var lines []string
	for scanner := bufio.NewScanner(reader); scanner.Scan(); {
		lines = append(lines, scanner.Text())
		if strings.HasPrefix(scanner.Text(), "published") {
			stop()
			break
		}
	}
	go io.Copy(io.Discard, reader) //nolint:errcheck // what is printed after the end does not matter
	require.NoError(t, <-done)

	head, err := chain.Head(t.Context(), evm.Finality{})
	require.NoError(t, err)
	root, err := chain.At(head).Tree().Root(t.Context())
	require.NoError(t, err)
	require.NotEmpty(t, lines)
	assert.Equal(t, fmt.Sprintf("published checkpoint 0, root %s, message %s", root, sent.ID), lines[len(lines)-1])
	assert.Contains(t, log.String(), `msg=announced chain=test`)

	store, err := storage.Open(t.Context(), "file://"+folder, storage.Read)
	require.NoError(t, err)
	defer store.Close()
	signed, err := store.Checkpoint(t.Context(), 0)
	require.NoError(t, err)
	assert.NoError(t, signed.Verify(hyperlanetest.ValidatorAccount(0).Address))
}

func TestExampleConfigParses(t *testing.T) {
	config, err := agent.Load("validator.yaml", agent.Kinds{})
	require.NoError(t, err)
	assert.Equal(t, "finalized", config.Chains[0].ReorgPeriod.String())
	assert.NotNil(t, config.Validator)
}

func TestRefuses(t *testing.T) {
	run := func(file string) error {
		return agent.Run(t.Context(), []string{file}, io.Discard, program.Validator(), agent.Kinds{})
	}
	err := run(filepath.Join(t.TempDir(), "none"))
	require.ErrorIs(t, err, evm.ErrConfig)
	require.ErrorIs(t, err, os.ErrNotExist)

	misspelt := filepath.Join(t.TempDir(), "validator.yaml")
	require.NoError(t, os.WriteFile(misspelt, []byte("stateDir: x\nchains: {one: {reorgperiod: 5}}"), 0o600))
	err = run(misspelt)
	require.ErrorIs(t, err, evm.ErrConfig)
	assert.ErrorContains(t, err, "chains.one.reorgperiod (validator.yaml:2) is an unknown key, want reorgPeriod")
}
