package validator

import (
	"context"
	"os"
	"path/filepath"
	"testing"

	"github.com/ethereum/go-ethereum/crypto"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/hyperlane-go/sdk/ism/checkpoint"
	"github.com/hyperlane-go/sdk/merkle"
)

func keyOf(t *testing.T, seed string) checkpoint.Signer {
	t.Helper()
	key, err := crypto.ToECDSA(crypto.Keccak256([]byte(seed)))
	require.NoError(t, err)
	return checkpoint.NewKeySigner(key)
}

func (w *world) recover() (checkpoint.Checkpoint, bool, error) {
	cfg := w.cfg
	cfg.defaults()
	return recoverLog(context.Background(), cfg, w.id)
}

func TestRecover(t *testing.T) {
	for name, spoil := range map[string]func(t *testing.T, path string){
		"lost":    func(t *testing.T, path string) { require.NoError(t, os.Remove(path)) },
		"damaged": func(t *testing.T, path string) { require.NoError(t, os.WriteFile(path, []byte("{}"), 0o600)) },
		"intact":  func(*testing.T, string) {},
	} {
		t.Run(name, func(t *testing.T) {
			w := signedWorld(t)
			spoil(t, w.signLogPath())
			have, found, err := w.recover()
			require.NoError(t, err)
			require.True(t, found)
			assert.Equal(t, uint32(2), have.Index)
			assert.Equal(t, w.signed[2], have.Root)
			kept, err := filepath.Glob(w.signLogPath() + ".*")
			require.NoError(t, err)
			assert.Equal(t, name == "damaged", len(kept) == 1, "what is replaced is kept: %v", kept)

			w.chain.mine(1)
			w.chain.mine(0)
			v := w.mustOpen()
			defer closeOf(t, v)
			require.NoError(t, v.Step(t.Context()))
			w.requirePublished(4)
		})
	}
}

// After a recovery the chain is still held against what was published.
func TestRecoverAndReorg(t *testing.T) {
	w := signedWorld(t)
	require.NoError(t, os.Remove(w.signLogPath()))
	_, _, err := w.recover()
	require.NoError(t, err)
	w.chain.reorg(2, false)
	w.chain.mine(1)
	v := w.mustOpen()
	defer closeOf(t, v)
	require.ErrorIs(t, v.Step(t.Context()), ErrReorg)
	require.Len(t, w.signed, 3)
}

func TestRecoverNothing(t *testing.T) {
	w := newWorld(t, t.TempDir())
	require.NoError(t, os.WriteFile(w.signLogPath(), []byte("garbage"), 0o600))
	_, err := w.open()
	require.ErrorIs(t, err, ErrSignLog)
	_, found, err := w.recover()
	require.NoError(t, err)
	require.False(t, found)
	closeOf(t, w.mustOpen())
}

// A record that is higher than what was published protects signatures that never reached the store:
// it stays.
func TestRecoverKeepsHigherRecord(t *testing.T) {
	w := signedWorld(t)
	require.NoError(t, w.store.Bucket().Delete(t.Context(), w.store.CheckpointKey(2)))
	have, found, err := w.recover()
	require.NoError(t, err)
	require.True(t, found)
	assert.Equal(t, uint32(2), have.Index)
}

func TestRecoverRefuses(t *testing.T) {
	w := signedWorld(t)
	v := w.mustOpen()
	_, _, err := w.recover()
	require.ErrorIs(t, err, ErrKeyInUse, "never beside a running validator")
	closeOf(t, v)

	// The key signed for another tree: one key, one tree.
	require.NoError(t, os.Remove(w.signLogPath()))
	foreign, err := checkpoint.Sign(t.Context(), w.key, checkpoint.Checkpoint{Origin: 7, Index: 9, Root: merkle.Hash{1}})
	require.NoError(t, err)
	_, err = w.store.WriteCheckpoint(t.Context(), foreign)
	require.NoError(t, err)
	_, _, err = w.recover()
	require.ErrorIs(t, err, ErrSignLog)
	_, err = os.Stat(w.signLogPath())
	require.ErrorIs(t, err, os.ErrNotExist)
}
