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
	"github.com/hyperlane-go/sdk/hyperlane/relayer"
	"github.com/hyperlane-go/sdk/hyperlane/storage"
	"github.com/hyperlane-go/sdk/hyperlane/validator"
	"github.com/hyperlane-go/sdk/ism/checkpoint"
)

// sign has one validator sign everything that was dispatched, and announce a folder as its storage.
func sign(t *testing.T, c *hyperlanetest.Chain) {
	t.Helper()
	location := "file://" + filepath.Join(t.TempDir(), "checkpoints")
	store, err := storage.Open(t.Context(), location, storage.Write)
	require.NoError(t, err)
	defer store.Close()
	v, err := validator.New(validator.Config{
		Chain: c.Chain, Signer: checkpoint.NewKeySigner(hyperlanetest.ValidatorAccount(0).Key), Store: store, Location: location,
		StateDir: t.TempDir(), Transactor: c.Transactor(1),
	})
	require.NoError(t, err)
	defer v.Close()
	require.NoError(t, v.Step(t.Context()))
}

// mine makes a block every few milliseconds until the test ends, as a real chain does every few
// seconds.
func mine(t *testing.T, network *hyperlanetest.Network) {
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
				if err := network.Mine(1); err != nil {
					t.Error(err)
					return
				}
			}
		}
	}()
	t.Cleanup(func() { stop(); <-done }) // before the network is closed
}

func TestRelayer(t *testing.T) {
	network := hyperlanetest.New(t, 2, hyperlanetest.WithHTTP(), hyperlanetest.WithValidators(1, 1))
	origin, destination := network.Chains[0], network.Chains[1]
	sent, err := origin.Dispatch(t.Context(), destination, []byte("hello"))
	require.NoError(t, err)
	sign(t, origin)

	key := filepath.Join(t.TempDir(), "key")
	require.NoError(t, os.WriteFile(key, []byte(hex.EncodeToString(crypto.FromECDSA(hyperlanetest.User(2).Key))), 0o600))
	text := fmt.Sprintf("stateDir: %s\nrelayer: {allowLocalCheckpointSyncers: true, interval: 10ms}\nchains:\n", t.TempDir())
	for i, c := range network.Chains {
		text += fmt.Sprintf("  chain%d: {rpc: %q, chainId: %v, domain: %v, contracts: {mailbox: %q, validatorAnnounce: %q}, signer: {kind: file, path: %q}}\n",
			i, c.URL(), c.ChainID(), c.Domain(), c.Contracts.Mailbox, c.Contracts.ValidatorAnnounce, key)
	}
	config := filepath.Join(t.TempDir(), "relayer.yaml")
	require.NoError(t, os.WriteFile(config, []byte(text), 0o600))

	ctx, stop := context.WithCancel(t.Context())
	defer stop()
	mine(t, network)
	reader, writer := io.Pipe()
	done := make(chan error, 1)
	go func() {
		err := agent.Run(ctx, []string{config}, io.Discard, program.Relayer(show(writer)), agent.Kinds{})
		done <- err
		writer.CloseWithError(err)
	}()

	var lines []string
	for scanner := bufio.NewScanner(reader); scanner.Scan(); {
		lines = append(lines, scanner.Text())
		if strings.HasPrefix(scanner.Text(), "final") {
			stop()
			break
		}
	}
	go io.Copy(io.Discard, reader) //nolint:errcheck // what is printed after the end does not matter
	require.NoError(t, <-done)

	var want []string
	for _, stage := range []relayer.Stage{
		relayer.StageDispatched, relayer.StageInserted, relayer.StageMetadataBuilt, relayer.StageSubmitted, relayer.StageDelivered, relayer.StageFinal,
	} {
		want = append(want, fmt.Sprintf("%s %s %s -> %s", stage, sent.ID, origin.Domain(), destination.Domain()))
	}
	assert.Equal(t, want, lines)
	delivered, err := destination.Inbox().Delivered(t.Context(), sent.ID)
	require.NoError(t, err)
	assert.True(t, delivered)
}

func TestExampleConfigParses(t *testing.T) {
	config, err := agent.Load("relayer.yaml", agent.Kinds{})
	require.NoError(t, err)
	assert.Len(t, config.Chains, 2)
	assert.Len(t, config.Relayer.Whitelist, 1)
}

func TestRefuses(t *testing.T) {
	run := func(file string) error {
		return agent.Run(t.Context(), []string{file}, io.Discard, program.Relayer(), agent.Kinds{})
	}
	err := run(filepath.Join(t.TempDir(), "none"))
	require.ErrorIs(t, err, evm.ErrConfig)
	require.ErrorIs(t, err, os.ErrNotExist)

	misspelt := filepath.Join(t.TempDir(), "relayer.yaml")
	require.NoError(t, os.WriteFile(misspelt, []byte("statedir: x"), 0o600))
	err = run(misspelt)
	require.ErrorIs(t, err, evm.ErrConfig)
	assert.ErrorContains(t, err, "statedir (relayer.yaml:1) is an unknown key, want stateDir")
}
