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

	"github.com/hyperlane-go/sdk/hyperlane/hyperlanetest"
	"github.com/hyperlane-go/sdk/hyperlane/relayer"
	"github.com/hyperlane-go/sdk/hyperlane/storage"
	"github.com/hyperlane-go/sdk/hyperlane/validator"
	"github.com/hyperlane-go/sdk/ism/checkpoint"
)

// sign has one validator sign everything that was dispatched, and announce a
// folder as its storage.
func sign(t *testing.T, c *hyperlanetest.Chain) {
	t.Helper()
	location := "file://" + filepath.Join(t.TempDir(), "checkpoints")
	store, err := storage.Open(t.Context(), location, storage.Write)
	require.NoError(t, err)
	defer store.Close()
	agent, err := validator.New(validator.Config{
		Chain: c.Chain, Signer: checkpoint.NewKeySigner(hyperlanetest.ValidatorAccount(0).Key), Store: store, Location: location,
		StateDir: t.TempDir(), Transactor: c.Transactor(1),
	})
	require.NoError(t, err)
	defer agent.Close()
	require.NoError(t, agent.Step(t.Context()))
}

// mine makes a block every few milliseconds, as a real chain does every few seconds.
func mine(ctx context.Context, t *testing.T, network *hyperlanetest.Network) {
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
}

func TestRelayer(t *testing.T) {
	network := hyperlanetest.New(t, 2, hyperlanetest.WithHTTP(), hyperlanetest.WithValidators(1, 1))
	origin, destination := network.Chains[0], network.Chains[1]
	sent, err := origin.Dispatch(t.Context(), destination, []byte("hello"))
	require.NoError(t, err)
	sign(t, origin)

	key := filepath.Join(t.TempDir(), "key")
	require.NoError(t, os.WriteFile(key, []byte(hex.EncodeToString(crypto.FromECDSA(hyperlanetest.User(2).Key))), 0o600))
	text := fmt.Sprintf("stateDir: %s\nallowLocalCheckpointSyncers: true\ninterval: 10ms\nchains:\n", t.TempDir())
	for _, c := range network.Chains {
		text += fmt.Sprintf("  - {rpc: %q, contracts: {mailbox: %q, validatorAnnounce: %q}, signer: {keyFile: %q}}\n",
			c.URL(), c.Contracts.Mailbox, c.Contracts.ValidatorAnnounce, key)
	}
	config := filepath.Join(t.TempDir(), "relayer.yaml")
	require.NoError(t, os.WriteFile(config, []byte(text), 0o600))

	ctx, stop := context.WithCancel(t.Context())
	defer stop()
	go mine(ctx, t, network)
	reader, writer := io.Pipe()
	done := make(chan error, 1)
	go func() {
		err := run(ctx, config, writer)
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
	go io.Copy(io.Discard, reader) //nolint:errcheck // what follows does not matter
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
	text, err := os.ReadFile("relayer.yaml")
	require.NoError(t, err)
	config, err := relayer.ParseConfig(text)
	require.NoError(t, err)
	assert.Len(t, config.Chains, 2)
}

func TestRefuses(t *testing.T) {
	err := run(t.Context(), filepath.Join(t.TempDir(), "none"), io.Discard)
	require.ErrorIs(t, err, relayer.ErrConfig)
	require.ErrorIs(t, err, os.ErrNotExist)

	misspelt := filepath.Join(t.TempDir(), "relayer.yaml")
	require.NoError(t, os.WriteFile(misspelt, []byte("statedir: x"), 0o600))
	err = run(t.Context(), misspelt, io.Discard)
	require.ErrorIs(t, err, relayer.ErrConfig)
	assert.Contains(t, err.Error(), "statedir")
}
