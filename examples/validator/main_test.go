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

	"github.com/hyperlane-go/sdk/hyperlane/evm"
	"github.com/hyperlane-go/sdk/hyperlane/hyperlanetest"
	"github.com/hyperlane-go/sdk/hyperlane/storage"
	"github.com/hyperlane-go/sdk/hyperlane/validator"
)

// keyFile writes an account's key to a file of its own.
func keyFile(t *testing.T, account hyperlanetest.Account) string {
	t.Helper()
	file := filepath.Join(t.TempDir(), "key")
	require.NoError(t, os.WriteFile(file, []byte(hex.EncodeToString(crypto.FromECDSA(account.Key))), 0o600))
	return file
}

// mine makes a block every few milliseconds, as a real chain does every few seconds.
func mine(ctx context.Context, t *testing.T, c *hyperlanetest.Chain) {
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
}

func TestValidator(t *testing.T) {
	network := hyperlanetest.New(t, 2, hyperlanetest.WithHTTP())
	chain := network.Chains[0]
	sent, err := chain.Dispatch(t.Context(), network.Chains[1], []byte("hello"))
	require.NoError(t, err)

	folder := filepath.Join(t.TempDir(), "checkpoints")
	config := filepath.Join(t.TempDir(), "validator.yaml")
	require.NoError(t, os.WriteFile(config, []byte(fmt.Sprintf(`
rpc: %[1]s
witnesses: [%[1]s]
contracts: {mailbox: "%[2]s", validatorAnnounce: "%[3]s"}
validator: {keyFile: %[4]s}
signer: {keyFile: %[5]s}
location: file://%[6]s
stateDir: %[7]s
interval: 10ms
`, chain.URL(), chain.Contracts.Mailbox, chain.Contracts.ValidatorAnnounce, keyFile(t, hyperlanetest.ValidatorAccount(0)),
		keyFile(t, hyperlanetest.User(1)), folder, t.TempDir())), 0o600))

	ctx, stop := context.WithCancel(t.Context())
	defer stop()
	go mine(ctx, t, chain)
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
		if strings.HasPrefix(scanner.Text(), "published") {
			stop()
			break
		}
	}
	go io.Copy(io.Discard, reader) //nolint:errcheck // what follows does not matter
	require.NoError(t, <-done)

	head, err := chain.Head(t.Context(), evm.Finality{})
	require.NoError(t, err)
	root, err := chain.At(head).Tree().Root(t.Context())
	require.NoError(t, err)
	require.NotEmpty(t, lines)
	assert.Equal(t, fmt.Sprintf("published checkpoint 0, root %s, message %s", root, sent.ID), lines[len(lines)-1])
	assert.Contains(t, strings.Join(lines, "\n"), `msg=announced`)

	store, err := storage.Open(t.Context(), "file://"+folder, storage.Read)
	require.NoError(t, err)
	defer store.Close()
	signed, err := store.Checkpoint(t.Context(), 0)
	require.NoError(t, err)
	assert.NoError(t, signed.Verify(hyperlanetest.ValidatorAccount(0).Address))
}

func TestExampleConfigParses(t *testing.T) {
	text, err := os.ReadFile("validator.yaml")
	require.NoError(t, err)
	config, err := validator.ParseConfig(text)
	require.NoError(t, err)
	assert.Equal(t, "finalized", config.Finality.String())
	_, err = storage.ParseLocation(config.Location)
	assert.NoError(t, err)
}

func TestRefuses(t *testing.T) {
	err := run(t.Context(), filepath.Join(t.TempDir(), "none"), io.Discard)
	require.ErrorIs(t, err, validator.ErrConfig)
	require.ErrorIs(t, err, os.ErrNotExist)

	misspelt := filepath.Join(t.TempDir(), "validator.yaml")
	require.NoError(t, os.WriteFile(misspelt, []byte("reorgperiod: 5"), 0o600))
	err = run(t.Context(), misspelt, io.Discard)
	require.ErrorIs(t, err, validator.ErrConfig)
	assert.Contains(t, err.Error(), "reorgperiod")
}
