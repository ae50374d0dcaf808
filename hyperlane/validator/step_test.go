package validator

import (
	"testing"
	"time"

	bind "github.com/ethereum/go-ethereum/accounts/abi/bind/v2"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/hyperlane-go/sdk/hyperlane/evm"
	"github.com/hyperlane-go/sdk/hyperlane/storage"
	"github.com/hyperlane-go/sdk/ism/checkpoint"
	"github.com/hyperlane-go/sdk/message"
)

func TestStepSignsWhatIsFinal(t *testing.T) {
	w := newWorld(t, t.TempDir())
	w.cfg.Finality = evm.Finality{Blocks: 2}
	v := w.mustOpen()
	defer closeOf(t, v)

	require.NoError(t, v.Step(t.Context()))
	w.requireNothingSigned() // trap 11: the empty tree has no checkpoint

	w.chain.mine(3)
	w.chain.mine(2)
	require.NoError(t, v.Step(t.Context()))
	w.requireNothingSigned()

	w.chain.mine(0)
	require.NoError(t, v.Step(t.Context()))
	w.requirePublished(3)
	require.Equal(t, 0, v.Progress().Pending)

	w.chain.mine(0)
	w.chain.mine(0)
	w.chain.mine(0)
	require.NoError(t, v.Step(t.Context()))
	w.requirePublished(5)

	var kinds []Kind
	var signed []uint32
	for _, e := range w.events {
		kinds = append(kinds, e.Kind)
		assert.Equal(t, w.id.origin, e.Origin)
		assert.Equal(t, w.Address(), e.Validator)
		assert.Equal(t, w.clock, e.Time)
		if e.Kind == Signed {
			signed = append(signed, e.Checkpoint.Index)
			require.NoError(t, e.Checkpoint.Verify(w.Address()))
		}
	}
	assert.Equal(t, []Kind{Observed, Signed, Published, Signed, Published, Signed, Published, Observed, Signed, Published, Signed, Published}, kinds)
	assert.Equal(t, []uint32{2, 1, 0, 4, 3}, signed, "newest first")
	assert.Equal(t, uint64(1), w.events[0].Block)
}

// Trap 13: a message inserted twice is two leaves, and both are signed.
func TestSameMessageTwice(t *testing.T) {
	w := newWorld(t, t.TempDir())
	w.chain.mine(1)
	last := &w.chain.blocks[1]
	leaf := last.leaves[0]
	last.leaves = append(last.leaves, leaf)
	require.NoError(t, last.tree.Insert([32]byte(leaf)))
	w.real(checkpoint.Checkpoint{Root: last.tree.Root(), Index: 1, MessageID: leaf})
	w.chain.mine(0)
	v := w.mustOpen()
	defer closeOf(t, v)
	require.NoError(t, v.Step(t.Context()))
	w.requirePublished(2)
}

func TestRestartSignsNothingTwice(t *testing.T) {
	w := newWorld(t, t.TempDir())
	w.chain.mine(4)
	w.chain.mine(0)
	v := w.mustOpen()
	require.NoError(t, v.Step(t.Context()))
	closeOf(t, v)

	w.events = nil
	v = w.mustOpen()
	defer closeOf(t, v)
	require.NoError(t, v.Step(t.Context()))
	for _, e := range w.events {
		assert.NotEqual(t, Signed, e.Kind)
	}
	w.requirePublished(4)
}

// What is missing below is found and published: backfill is from leaf 0.
func TestBackfill(t *testing.T) {
	w := newWorld(t, t.TempDir())
	w.chain.mine(6)
	w.chain.mine(0)
	v := w.mustOpen()
	require.NoError(t, v.Step(t.Context()))
	closeOf(t, v)
	for index, spoil := range map[uint32]string{0: "", 3: "", 4: "torn"} {
		if spoil == "" {
			require.NoError(t, w.store.Bucket().Delete(t.Context(), w.store.CheckpointKey(index)))
			continue
		}
		require.NoError(t, w.store.Bucket().WriteAll(t.Context(), w.store.CheckpointKey(index), []byte(spoil), nil))
	}
	v = w.mustOpen()
	defer closeOf(t, v)
	require.NoError(t, v.Step(t.Context()))
	w.requirePublished(6)
}

// MaxPerStep bounds a step; the newest come first, whatever waits below.
func TestBoundedSteps(t *testing.T) {
	w := newWorld(t, t.TempDir())
	w.cfg.MaxSignConcurrency, w.cfg.MaxPerStep = 2, 3
	w.chain.mine(7)
	w.chain.mine(0)
	v := w.mustOpen()
	defer closeOf(t, v)

	has := func(indexes ...uint32) {
		t.Helper()
		var have []uint32
		for i := range uint32(16) {
			if _, err := w.store.Checkpoint(t.Context(), i); err == nil {
				have = append(have, i)
			}
		}
		require.Equal(t, indexes, have)
	}
	require.NoError(t, v.Step(t.Context()))
	has(4, 5, 6)
	require.Equal(t, 4, v.Progress().Pending)
	latest, err := w.store.LatestIndex(t.Context())
	require.NoError(t, err)
	require.Equal(t, uint32(6), latest) // trap 24: latest, with older ones missing

	w.chain.mine(1)
	w.chain.mine(0)
	require.NoError(t, v.Step(t.Context()))
	has(2, 3, 4, 5, 6, 7)
	require.NoError(t, v.Step(t.Context()))
	w.requirePublished(8)
	require.Equal(t, 0, v.Progress().Pending)
}

func TestAnnounceFirst(t *testing.T) {
	w := newWorld(t, t.TempDir())
	w.cfg.SkipAnnounce = false
	w.chain.mine(2)
	w.chain.mine(0)
	v := w.mustOpen()

	// No account pays: the announcement waits in the storage, nothing is signed.
	err := v.Step(t.Context())
	require.ErrorIs(t, err, ErrNotAnnounced)
	assert.ErrorContains(t, err, "Transactor")
	w.requireNothingSigned()
	announcement, err := w.store.Announcement(t.Context())
	require.NoError(t, err)
	require.NoError(t, announcement.Verify())
	assert.Equal(t, message.Address{31: 0x77}, announcement.Mailbox, "trap 15: the mailbox, not the tree")
	_, err = w.store.Metadata(t.Context())
	require.NoError(t, err)
	closeOf(t, v)

	// With an account it is sent, again after a pause that grows.
	w.cfg.Transactor = &bind.TransactOpts{}
	w.register.fail = errNode
	v = w.mustOpen()
	defer closeOf(t, v)
	for attempt, pause := range []time.Duration{30, 60, 120, 240, 480, 900, 900} {
		err = v.Step(t.Context())
		require.ErrorIs(t, err, ErrNotAnnounced)
		require.ErrorIs(t, err, evm.ErrRPC, "the cause is kept")
		require.Equal(t, attempt+1, w.register.sent)
		next := v.announcing.next
		assert.ErrorContains(t, err, next.Format(time.RFC3339))
		wait := next.Sub(w.clock)
		assert.LessOrEqual(t, wait, pause*time.Second)
		assert.GreaterOrEqual(t, wait, pause*time.Second*8/10)
		w.clock = next.Add(-time.Nanosecond)
		require.ErrorIs(t, v.Step(t.Context()), ErrNotAnnounced)
		require.Equal(t, attempt+1, w.register.sent, "too early")
		w.clock = next
	}
	w.requireNothingSigned()

	w.register.fail = nil
	require.NoError(t, v.Step(t.Context()))
	w.requirePublished(2)
	assert.Equal(t, []string{w.cfg.Location}, w.register.locations)
	sent := w.register.sent
	w.chain.mine(1)
	require.NoError(t, v.Step(t.Context()))
	assert.Equal(t, sent, w.register.sent, "announced once")
}

// An announcement that was mined unseen by us is found on chain.
func TestAnnouncedByAnother(t *testing.T) {
	w := newWorld(t, t.TempDir())
	w.cfg.SkipAnnounce, w.cfg.Transactor = false, &bind.TransactOpts{}
	w.register.locations = []string{"file:///old", w.cfg.Location}
	w.chain.mine(1)
	w.chain.mine(0)
	v := w.mustOpen()
	defer closeOf(t, v)
	require.NoError(t, v.Step(t.Context()))
	assert.Zero(t, w.register.sent)
	w.requirePublished(1)
}

// A node that hides the receipt does not hold the validator up: what counts is what stands on
// chain.
func TestAnnouncementWithoutReceipt(t *testing.T) {
	w := newWorld(t, t.TempDir())
	w.cfg.SkipAnnounce, w.cfg.Transactor = false, &bind.TransactOpts{}
	w.register.hang = true
	w.chain.mine(1)
	w.chain.mine(0)
	v := w.mustOpen()
	defer closeOf(t, v)
	v.announceWait = time.Millisecond
	require.NoError(t, v.Step(t.Context()))
	w.requirePublished(1)
}

// Trap 23: existence of the flag is enough.
func TestFlagKeepsFromStarting(t *testing.T) {
	for _, content := range []string{"", "{}", "anything"} {
		w := newWorld(t, t.TempDir())
		w.cfg.SkipAnnounce, w.cfg.Transactor = false, &bind.TransactOpts{}
		require.NoError(t, w.store.Bucket().WriteAll(t.Context(), w.store.Keys().Reorg, []byte(content), nil))
		w.chain.mine(1)
		w.chain.mine(0)
		v := w.mustOpen()
		err := v.Step(t.Context())
		require.ErrorIs(t, err, ErrFlagged)
		require.Same(t, err, v.Step(t.Context()), "a dead validator stays dead")
		require.ErrorIs(t, v.Run(t.Context()), ErrFlagged)
		w.requireNothingSigned()
		assert.Zero(t, w.register.sent)
		_, err = w.store.Announcement(t.Context())
		require.ErrorIs(t, err, storage.ErrNotFound, "nothing is written")
	}
}

func TestKeyFails(t *testing.T) {
	w := newWorld(t, t.TempDir())
	v := w.mustOpen()
	defer closeOf(t, v)
	w.keyErr = errDisk
	require.ErrorIs(t, v.Step(t.Context()), errDisk, "the announcement is signed too")
	w.keyErr = nil
	require.NoError(t, v.Step(t.Context()))
	w.keyErr = errDisk
	w.chain.mine(2)
	w.chain.mine(0)
	require.ErrorIs(t, v.Step(t.Context()), errDisk)
	require.Equal(t, 2, v.Progress().Pending)
	w.keyErr = nil
	require.NoError(t, v.Step(t.Context()))
	w.requirePublished(2)
}

func TestClosed(t *testing.T) {
	w := newWorld(t, t.TempDir())
	v := w.mustOpen()
	closeOf(t, v)
	closeOf(t, v)
	require.ErrorIs(t, v.Step(t.Context()), ErrClosed)
	require.ErrorIs(t, v.Run(t.Context()), ErrClosed)
}
