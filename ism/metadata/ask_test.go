package metadata_test

import (
	"context"
	"errors"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/ethereum/go-ethereum/common"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/hyperlane-go/sdk/ism"
	"github.com/hyperlane-go/sdk/ism/checkpoint"
	"github.com/hyperlane-go/sdk/ism/metadata"
)

// hang blocks for ever; obedient ones until their context ends.
func hang(obedient bool, release <-chan struct{}) func(ctx context.Context, _ uint32) (checkpoint.Signed, error) {
	return func(ctx context.Context, _ uint32) (checkpoint.Signed, error) {
		if !obedient {
			<-release
			return checkpoint.Signed{}, errors.New("too late")
		}
		<-ctx.Done()
		return checkpoint.Signed{}, ctx.Err()
	}
}

// Time stands still in these tests but for the builder's own timers.
func TestHangingValidatorNeverBlocksAQuorum(t *testing.T) {
	for name, obedient := range map[string]bool{"obeys its context": true, "ignores its context": false} {
		for kind, mod := range modules(nil, 2) {
			t.Run(kind+"/"+name, func(t *testing.T) {
				synctest.Test(t, func(t *testing.T) {
					w := newWorld(t, 3, 3)
					release := make(chan struct{})
					defer close(release)
					w.store(1).answer = hang(obedient, release)
					begin := time.Now()
					r, err := w.builder(2).Build(t.Context(), mod.address, w.messages[1])
					require.NoError(t, err)
					assert.Equal(t, metadata.DefaultPatience, time.Since(begin))
					assert.Equal(t, []metadata.State{metadata.Signed, metadata.Unreachable, metadata.Signed}, states(r))
					assert.ErrorIs(t, r.Validators[1].Err, metadata.ErrSlow)
				})
			})
		}
	}
}

func TestHangingLatestIndexNeverBlocksAQuorum(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t, 3, 3)
		release := make(chan struct{})
		defer close(release)
		w.store(0).latestFn = func(context.Context) (uint32, error) { <-release; return 0, nil }
		b := w.builder(2)
		b.Patience = -1
		begin := time.Now()
		r, err := b.Build(t.Context(), moduleRoot, w.messages[1])
		require.NoError(t, err)
		assert.Zero(t, time.Since(begin))
		assert.Equal(t, uint32(2), r.Checkpoint.Index)
	})
}

// A validator that is listed twice counts twice here too.
func TestRepeatedValidatorNeedNotWaitForOthers(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t, 3, 2)
		release := make(chan struct{})
		defer close(release)
		w.store(1).latestFn = func(context.Context) (uint32, error) { <-release; return 0, nil }
		set := []common.Address{w.validators[0], w.validators[1], w.validators[0]}
		begin := time.Now()
		r, err := w.builder(2, set...).Build(t.Context(), moduleRoot, w.messages[1])
		require.NoError(t, err)
		assert.Equal(t, metadata.DefaultPatience, time.Since(begin))
		assert.Equal(t, []metadata.State{metadata.Signed, metadata.Unreachable, metadata.Signed}, states(r))
	})
}

func TestTimeoutBoundsWhatIsMissing(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t, 50, 3)
		release := make(chan struct{})
		defer close(release)
		w.store(1).answer = hang(false, release)
		b := w.builder(3)
		b.Timeout = 7 * time.Second
		begin := time.Now()
		r, err := b.Build(t.Context(), moduleID, w.messages[1])
		require.ErrorIs(t, err, metadata.ErrNotReady)
		assert.Equal(t, 7*time.Second, time.Since(begin))
		assert.ErrorIs(t, r.Validators[1].Err, context.DeadlineExceeded)

		// On the way down it is asked once, and once more at the leaf.
		begin = time.Now()
		r, err = b.Build(t.Context(), moduleRoot, w.messages[1])
		require.ErrorIs(t, err, metadata.ErrNotReady)
		assert.Equal(t, 14*time.Second, time.Since(begin))
		assert.Equal(t, []metadata.State{metadata.Signed, metadata.Unreachable, metadata.Signed}, states(r))
	})
}

func TestCancelledBuildSaysWhy(t *testing.T) {
	for kind, mod := range modules(nil, 2) {
		t.Run(kind, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				w := newWorld(t, 3, 3)
				release := make(chan struct{})
				defer close(release)
				for i := range w.validators {
					w.store(i).answer = hang(false, release)
				}
				shutdown := errors.New("shutting down")
				ctx, cancel := context.WithCancelCause(t.Context())
				time.AfterFunc(time.Second, func() { cancel(shutdown) })
				begin := time.Now()
				r, err := w.builder(2).Build(ctx, mod.address, w.messages[1])
				require.ErrorIs(t, err, shutdown)
				assert.Equal(t, time.Second, time.Since(begin))
				assert.Equal(t, []metadata.State{metadata.Unreachable, metadata.Unreachable, metadata.Unreachable}, states(r))
				synctest.Wait()
				assert.Len(t, w.asked, 3, "no validator is asked after the end")
			})
		})
	}
}

func TestConcurrencyIsBounded(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t, 1, 9)
		var now, most atomic.Int32
		for i := range w.validators {
			w.store(i).answer = func(context.Context, uint32) (checkpoint.Signed, error) {
				most.Store(max(most.Load(), now.Add(1)))
				time.Sleep(time.Millisecond)
				now.Add(-1)
				return w.store(i).signed[0], nil
			}
		}
		b := w.builder(9)
		b.MaxConcurrency = 4
		r, err := b.Build(t.Context(), moduleID, w.messages[0])
		require.NoError(t, err)
		assert.Equal(t, 9, r.Signed())
		assert.Equal(t, int32(4), most.Load())
	})
}

func TestImpatientBuilderAsksNoMoreThanNeeded(t *testing.T) {
	w := newWorld(t, 1, 9)
	b := w.builder(2)
	b.MaxConcurrency, b.Patience = 1, -1
	r, err := b.Build(t.Context(), moduleID, w.messages[0])
	require.NoError(t, err)
	assert.Len(t, w.asked, 2)
	assert.Equal(t, 2, r.Signed())
	assert.Equal(t, metadata.NotAsked, r.Validators[8].State)
}

// A source that changes the message under the builder's hands gets no
// metadata out of it.
func TestUnverifiedMetadataIsNeverReturned(t *testing.T) {
	w := newWorld(t, 1, 1)
	m := *w.messages[0]
	w.store(0).answer = func(context.Context, uint32) (checkpoint.Signed, error) {
		defer func() { m.Nonce++ }()
		return w.store(0).signed[0], nil
	}
	r, err := w.builder(1).Build(t.Context(), moduleID, &m)
	require.ErrorIs(t, err, metadata.ErrUnverified)
	require.ErrorIs(t, err, ism.ErrThreshold)
	assert.Nil(t, r.Metadata)
}

// A source may reuse the slice it handed out.
func TestBuilderKeepsItsOwnSet(t *testing.T) {
	w := newWorld(t, 1, 2)
	set := []common.Address{w.validators[0], w.validators[1]}
	b := w.builder(2)
	b.Modules = sharedSet{set}
	b.MaxConcurrency = 1
	w.store(0).answer = func(context.Context, uint32) (checkpoint.Signed, error) {
		set[1] = common.Address{}
		return w.store(0).signed[0], nil
	}
	r, err := b.Build(t.Context(), moduleID, w.messages[0])
	require.NoError(t, err)
	assert.Equal(t, w.validators[1], r.Validators[1].Validator)
	r.Validators[0].Validator = common.Address{}
	assert.Equal(t, w.validators[0], set[0], "the result is not the source's slice")
}
