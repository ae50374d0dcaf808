package storagetest

import (
	"context"
	"encoding/json"
	"math"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/ethereum/go-ethereum/common"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/hyperlane-go/sdk/hyperlane/storage"
	"github.com/hyperlane-go/sdk/ism/checkpoint"
	"github.com/hyperlane-go/sdk/merkle"
	"github.com/hyperlane-go/sdk/message"
)

func empty(t *testing.T, s *storage.Store) {
	_, err := s.Checkpoint(t.Context(), 7)
	requireNamed(t, s, err, storage.ErrNotFound, s.CheckpointKey(7))
	_, err = s.LatestIndex(t.Context())
	requireNamed(t, s, err, storage.ErrNotFound, s.Keys().LatestIndex)
	_, err = s.Announcement(t.Context())
	requireNamed(t, s, err, storage.ErrNotFound, s.Keys().Announcement)
	_, err = s.Metadata(t.Context())
	requireNamed(t, s, err, storage.ErrNotFound, s.Keys().Metadata)
	_, present, err := s.Reorg(t.Context())
	require.NoError(t, err)
	require.False(t, present)
	for index, err := range s.Indexes(t.Context()) {
		require.Fail(t, "an empty store lists a checkpoint", "%d, %v", index, err)
	}
}

func roundTrip(t *testing.T, s *storage.Store) {
	for _, index := range []uint32{0, 1, 12, math.MaxUint32} {
		want := Checkpoint(t, index)
		done, err := s.WriteCheckpoint(t.Context(), want)
		require.NoError(t, err)
		require.Equal(t, storage.Created, done)
		have, err := s.Checkpoint(t.Context(), index)
		require.NoError(t, err)
		require.Equal(t, want, have)
	}
}

func idempotent(t *testing.T, s *storage.Store) {
	signed := Checkpoint(t, 5)
	_, err := s.WriteCheckpoint(t.Context(), signed)
	require.NoError(t, err)
	// The same content in another form: writing it again would change the form.
	compact, err := json.Marshal(signed)
	require.NoError(t, err)
	shape := " " + string(compact)
	put(t, s, s.CheckpointKey(5), shape)

	done, err := s.WriteCheckpoint(t.Context(), signed)
	require.NoError(t, err)
	assert.Equal(t, storage.Unchanged, done)
	assert.Equal(t, shape, content(t, s, s.CheckpointKey(5)))
}

func replaced(t *testing.T, s *storage.Store) {
	want := Checkpoint(t, 5)
	foreign, err := json.Marshal(sign(t, Signer(t, 0x22), 5, 0x02))
	require.NoError(t, err)
	elsewhere, err := json.Marshal(Checkpoint(t, 6))
	require.NoError(t, err)
	for name, have := range map[string]string{
		"torn by a crash":         "",
		"not JSON":                "<html>",
		"too large":               strings.Repeat(" ", storage.MaxObjectSize),
		"of another validator":    string(foreign),
		"of another index":        string(elsewhere),
		"signature does not hold": strings.Replace(string(elsewhere), `"index":6`, `"index":5`, 1),
	} {
		put(t, s, s.CheckpointKey(5), have)
		done, err := s.WriteCheckpoint(t.Context(), want)
		require.NoError(t, err, name)
		assert.Equal(t, storage.Replaced, done, name)
		got, err := s.Checkpoint(t.Context(), 5)
		require.NoError(t, err, name)
		assert.Equal(t, want, got, name)
	}
}

func conflict(t *testing.T, s *storage.Store) {
	signer := Signer(t, 0x11)
	have := sign(t, signer, 5, 0x02)
	_, err := s.WriteCheckpoint(t.Context(), have)
	require.NoError(t, err)
	before := content(t, s, s.CheckpointKey(5))

	want := sign(t, signer, 5, 0x03)
	_, err = s.WriteCheckpoint(t.Context(), want)
	requireNamed(t, s, err, storage.ErrConflict, s.CheckpointKey(5))
	var both *storage.ConflictError
	require.ErrorAs(t, err, &both)
	assert.Equal(t, have, both.Have)
	assert.Equal(t, want, both.Want)
	assert.Equal(t, s.CheckpointKey(5), both.Key)
	assert.Equal(t, s.String(), both.Store)
	assert.Equal(t, before, content(t, s, s.CheckpointKey(5)), "the evidence must stay")
}

func unsigned(t *testing.T, s *storage.Store) {
	signed := Checkpoint(t, 5)
	signed.Signature = checkpoint.Signature{}
	_, err := s.WriteCheckpoint(t.Context(), signed)
	require.ErrorIs(t, err, checkpoint.ErrSignature)
	_, err = s.Checkpoint(t.Context(), 5)
	require.ErrorIs(t, err, storage.ErrNotFound)
}

func latest(t *testing.T, s *storage.Store) {
	for _, step := range []struct{ write, want uint32 }{{0, 0}, {5, 5}, {4, 5}, {5, 5}, {math.MaxUint32, math.MaxUint32}, {0, math.MaxUint32}} {
		require.NoError(t, s.WriteLatestIndex(t.Context(), step.write))
		have, err := s.LatestIndex(t.Context())
		require.NoError(t, err)
		require.Equal(t, step.want, have)
	}
	put(t, s, s.Keys().LatestIndex, "nonsense")
	require.NoError(t, s.WriteLatestIndex(t.Context(), 3), "a malformed index is replaced")
	assert.Equal(t, "3", content(t, s, s.Keys().LatestIndex))
}

func single(t *testing.T, s *storage.Store) {
	signer := Signer(t, 0x11)
	announcement, err := checkpoint.SignAnnouncement(t.Context(), signer, checkpoint.Announcement{
		Validator: signer.Address(), Mailbox: message.Address{31: 0x22}, Origin: 1000, Location: "s3://hyperlane-test/us-east-1",
	})
	require.NoError(t, err)
	require.NoError(t, s.WriteAnnouncement(t.Context(), announcement))
	haveAnnouncement, err := s.Announcement(t.Context())
	require.NoError(t, err)
	assert.Equal(t, announcement, haveAnnouncement)

	metadata := storage.Metadata{GitSHA: "abc", RPCs: []storage.RPC{{URLHash: common.Hash{1}, HostHash: common.Hash{2}}}, AllowsPublicRPCs: true}
	require.NoError(t, s.WriteMetadata(t.Context(), metadata))
	haveMetadata, err := s.Metadata(t.Context())
	require.NoError(t, err)
	assert.Equal(t, metadata, haveMetadata)
}

func reorg(t *testing.T, s *storage.Store) {
	for _, period := range []string{"15", "finalized"} {
		want := storage.ReorgFlag{LocalRoot: merkle.Hash{1}, CanonicalRoot: merkle.Hash{2}, Index: 7, Time: time.Unix(1700000000, 0).UTC(), ReorgPeriod: period}
		require.NoError(t, s.WriteReorg(t.Context(), want))
		have, present, err := s.Reorg(t.Context())
		require.NoError(t, err)
		assert.True(t, present)
		assert.Equal(t, want, have)
	}
	// Trap 23: existence matters, not content.
	for _, garbage := range []string{"", "null", "[]", "not JSON", strings.Repeat(" ", storage.MaxObjectSize)} {
		put(t, s, s.Keys().Reorg, garbage)
		_, present, err := s.Reorg(t.Context())
		require.NoError(t, err)
		assert.True(t, present, "flag with content of %d bytes", len(garbage))
	}
}

func malformed(t *testing.T, s *storage.Store) {
	elsewhere, err := json.Marshal(Checkpoint(t, 6))
	require.NoError(t, err)
	for _, c := range []struct {
		key, content string
		read         func() error
	}{
		{s.CheckpointKey(5), "", func() error { _, err := s.Checkpoint(t.Context(), 5); return err }},
		{s.CheckpointKey(5), "{}", func() error { _, err := s.Checkpoint(t.Context(), 5); return err }},
		{s.CheckpointKey(5), string(elsewhere), func() error { _, err := s.Checkpoint(t.Context(), 5); return err }},
		{s.Keys().Announcement, "{}", func() error { _, err := s.Announcement(t.Context()); return err }},
		{s.Keys().Metadata, "[]", func() error { _, err := s.Metadata(t.Context()); return err }},
		{s.Keys().LatestIndex, "", func() error { _, err := s.LatestIndex(t.Context()); return err }},
		{s.Keys().LatestIndex, "-1", func() error { _, err := s.LatestIndex(t.Context()); return err }},
		{s.Keys().LatestIndex, "4294967296", func() error { _, err := s.LatestIndex(t.Context()); return err }},
		{s.Keys().LatestIndex, "1.0", func() error { _, err := s.LatestIndex(t.Context()); return err }},
		{s.Keys().LatestIndex, "0x1", func() error { _, err := s.LatestIndex(t.Context()); return err }},
	} {
		put(t, s, c.key, c.content)
		requireNamed(t, s, c.read(), storage.ErrMalformed, c.key)
	}
}

// Trap 22.
func tooLarge(t *testing.T, s *storage.Store) {
	text, err := json.Marshal(Checkpoint(t, 5))
	require.NoError(t, err)
	padded := func(size int) string { return string(text) + strings.Repeat(" ", size-len(text)) }

	put(t, s, s.CheckpointKey(5), padded(storage.MaxObjectSize-1))
	_, err = s.Checkpoint(t.Context(), 5)
	require.NoError(t, err)
	for _, size := range []int{storage.MaxObjectSize, 10 * storage.MaxObjectSize} {
		put(t, s, s.CheckpointKey(5), padded(size))
		_, err = s.Checkpoint(t.Context(), 5)
		requireNamed(t, s, err, storage.ErrMalformed, s.CheckpointKey(5))
	}
}

func indexes(t *testing.T, s *storage.Store) {
	want := []uint32{0, 3, 10, math.MaxUint32}
	for _, index := range want {
		_, err := s.WriteCheckpoint(t.Context(), Checkpoint(t, index))
		require.NoError(t, err)
	}
	require.NoError(t, s.WriteLatestIndex(t.Context(), 10))
	stray := strings.TrimSuffix(s.CheckpointKey(8), "8_with_id.json")
	for _, name := range []string{"08_with_id.json", "4294967296_with_id.json", "8_with_id.json.tmp", "8.json", "x_with_id.json"} {
		put(t, s, stray+name, "stray")
	}
	var have []uint32
	for index, err := range s.Indexes(t.Context()) {
		require.NoError(t, err)
		have = append(have, index)
	}
	slices.Sort(have)
	assert.Equal(t, want, have)

	for _, err := range s.Indexes(t.Context()) {
		require.NoError(t, err)
		break // stopping early is allowed
	}
}

func cancelled(t *testing.T, s *storage.Store) {
	_, err := s.WriteCheckpoint(t.Context(), Checkpoint(t, 4))
	require.NoError(t, err)
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	for name, call := range map[string]func() error{
		"WriteCheckpoint":  func() error { _, err := s.WriteCheckpoint(ctx, Checkpoint(t, 5)); return err },
		"WriteLatestIndex": func() error { return s.WriteLatestIndex(ctx, 5) },
		"WriteMetadata":    func() error { return s.WriteMetadata(ctx, storage.Metadata{}) },
		"WriteReorg":       func() error { return s.WriteReorg(ctx, storage.ReorgFlag{}) },
		"Checkpoint":       func() error { _, err := s.Checkpoint(ctx, 4); return err },
		"LatestIndex":      func() error { _, err := s.LatestIndex(ctx); return err },
		"Announcement":     func() error { _, err := s.Announcement(ctx); return err },
		"Metadata":         func() error { _, err := s.Metadata(ctx); return err },
		"Reorg":            func() error { _, _, err := s.Reorg(ctx); return err },
		"Indexes": func() error {
			for _, err := range s.Indexes(ctx) {
				return err
			}
			return nil
		},
	} {
		err := call()
		require.ErrorIs(t, err, context.Canceled, name)
		require.NotErrorIs(t, err, storage.ErrBucket, name)
		require.ErrorContains(t, err, s.String(), name)
	}
	_, err = s.Checkpoint(t.Context(), 5)
	require.ErrorIs(t, err, storage.ErrNotFound, "a cancelled write must leave nothing")
	_, present, err := s.Reorg(t.Context())
	require.NoError(t, err)
	require.False(t, present)
}

func concurrent(t *testing.T, s *storage.Store) {
	const writers, count = 4, 8
	signed := make([]checkpoint.Signed, count)
	for i := range signed {
		signed[i] = Checkpoint(t, uint32(i))
	}
	var wg sync.WaitGroup
	errs := make(chan error, writers*count)
	for range writers {
		wg.Go(func() {
			for _, c := range signed {
				_, err := s.WriteCheckpoint(t.Context(), c)
				errs <- err
			}
		})
	}
	wg.Wait()
	close(errs)
	for err := range errs {
		require.NoError(t, err)
	}
	for i, want := range signed {
		have, err := s.Checkpoint(t.Context(), uint32(i))
		require.NoError(t, err)
		assert.Equal(t, want, have)
	}
}
