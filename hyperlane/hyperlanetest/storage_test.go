package hyperlanetest_test

import (
	"context"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/hyperlane-go/sdk/hyperlane/hyperlanetest"
	"github.com/hyperlane-go/sdk/hyperlane/storage"
	"github.com/hyperlane-go/sdk/hyperlane/storage/storagetest"
)

func TestStorageIsAStore(t *testing.T) {
	storagetest.Run(t, func(*testing.T) *storage.Store { return hyperlanetest.NewStorage("s3://bucket/region").Open() })
}

func TestStorageFaults(t *testing.T) {
	ctx := t.Context()
	s := hyperlanetest.NewStorage("s3://bucket/region")
	assert.Equal(t, "s3://bucket/region", s.Location())
	store := s.Open()
	signed := storagetest.Checkpoint(t, 5)
	_, err := store.WriteCheckpoint(ctx, signed)
	require.NoError(t, err)
	require.Equal(t, []string{store.CheckpointKey(5)}, s.Names())

	s.FailReads(nil)
	_, err = store.Checkpoint(ctx, 5)
	require.ErrorIs(t, err, hyperlanetest.ErrInjected)
	s.Repair()
	s.FailWrites(nil)
	require.ErrorIs(t, store.WriteLatestIndex(ctx, 5), hyperlanetest.ErrInjected)
	_, err = store.Checkpoint(ctx, 5)
	require.NoError(t, err)
	s.Repair()
	require.NoError(t, store.WriteLatestIndex(ctx, 5))

	s.Hold()
	s.Hold() // again does nothing
	impatient, cancel := context.WithCancel(ctx)
	cancel()
	_, err = store.Checkpoint(impatient, 5)
	require.ErrorIs(t, err, context.Canceled)
	done := make(chan error)
	go func() { _, err := store.Checkpoint(ctx, 5); done <- err }()
	s.Repair()
	require.NoError(t, <-done)
	s.Hold()
	s.FailWrites(nil)
	go func() { _, err := store.Checkpoint(ctx, 5); done <- err }()
	s.Release()
	require.NoError(t, <-done)
	require.ErrorIs(t, store.WriteLatestIndex(ctx, 6), hyperlanetest.ErrInjected, "Release ends Hold only")
}

func TestCorrupt(t *testing.T) {
	ctx := t.Context()
	for how, want := range map[hyperlanetest.Corruption]error{
		hyperlanetest.Missing:     storage.ErrNotFound,
		hyperlanetest.Malformed:   storage.ErrMalformed,
		hyperlanetest.Huge:        storage.ErrMalformed,
		hyperlanetest.WrongSigner: nil,
	} {
		s := hyperlanetest.NewStorage("s3://bucket/region")
		store := s.Open()
		signed := storagetest.Checkpoint(t, 5)
		_, err := store.WriteCheckpoint(ctx, signed)
		require.NoError(t, err)
		require.NoError(t, s.Corrupt(ctx, 5, how))
		forged, err := store.Checkpoint(ctx, 5)
		require.ErrorIs(t, err, want)
		if want == nil {
			assert.Equal(t, signed.Checkpoint, forged.Checkpoint)
			honest, err := signed.Signer()
			require.NoError(t, err)
			require.Error(t, forged.Verify(honest))
		}
		require.Error(t, s.Corrupt(ctx, 6, how), "there is nothing to corrupt")
		require.Error(t, s.Corrupt(ctx, 5, 99))
	}
}
