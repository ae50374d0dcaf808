package validator

import (
	"fmt"
	"testing"

	"github.com/ethereum/go-ethereum/common"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/hyperlane-go/sdk/hyperlane/evm"
	"github.com/hyperlane-go/sdk/hyperlane/storage"
)

// A reorganisation above finality is none of our business; one below finality that leaves the tree
// as it was is noticed and survived; one that changes what was signed ends the validator.
func TestReorg(t *testing.T) {
	start := func(t *testing.T) (*world, *Validator) {
		w := newWorld(t, t.TempDir())
		w.cfg.Finality = evm.Finality{Blocks: 2}
		w.chain.mine(2)
		w.chain.mine(2)
		w.chain.mine(2)
		w.chain.mine(2)
		v := w.mustOpen()
		require.NoError(t, v.Step(t.Context()))
		w.requirePublished(4)
		return w, v
	}
	grow := func(w *world) {
		w.chain.mine(1)
		w.chain.mine(0)
		w.chain.mine(0)
	}
	t.Run("above finality", func(t *testing.T) {
		w, v := start(t)
		defer closeOf(t, v)
		w.chain.reorg(2, false)
		require.NoError(t, v.Step(t.Context()))
		w.requirePublished(4)
		grow(w)
		require.NoError(t, v.Step(t.Context()))
		w.requirePublished(9)
	})
	t.Run("below finality, same leaves", func(t *testing.T) {
		w, v := start(t)
		defer closeOf(t, v)
		w.chain.reorg(4, true)
		grow(w)
		require.NoError(t, v.Step(t.Context()))
		w.requirePublished(9)
	})
	t.Run("below finality, shorter", func(t *testing.T) {
		w, v := start(t)
		defer closeOf(t, v)
		w.chain.blocks = w.chain.blocks[:2]
		w.chain.mine(0)
		require.ErrorIs(t, v.Step(t.Context()), ErrBehind)
		require.Len(t, w.signed, 4)
	})
	for name, restart := range map[string]bool{"below finality, other leaves": false, "below finality while stopped": true} {
		t.Run(name, func(t *testing.T) {
			w, v := start(t)
			if restart {
				closeOf(t, v)
				v = w.mustOpen()
			}
			signed := w.chain.blocks[2].tree.Root()
			w.chain.reorg(3, false)
			grow(w)
			before := len(w.signed)
			err := v.Step(t.Context())
			require.ErrorIs(t, err, ErrReorg)
			var typed *ReorgError
			require.ErrorAs(t, err, &typed)
			assert.Equal(t, uint32(3), typed.Index)
			assert.Equal(t, signed, typed.Want)
			assert.Equal(t, w.chain.blocks[2].tree.Root(), typed.Have)
			assert.NotEqual(t, common.Hash{}, typed.BlockHash)
			assert.Len(t, w.signed, before)

			flag, present, err := w.store.Reorg(t.Context())
			require.NoError(t, err)
			require.True(t, present)
			assert.Equal(t, typed.Want, flag.LocalRoot)
			assert.Equal(t, typed.Have, flag.CanonicalRoot)
			assert.Equal(t, uint32(3), flag.Index)
			assert.Equal(t, w.clock, flag.Time)
			assert.Equal(t, "2", flag.ReorgPeriod)

			require.ErrorIs(t, v.Step(t.Context()), ErrReorg, "a dead validator stays dead")
			closeOf(t, v)
			v = w.mustOpen()
			defer closeOf(t, v)
			require.ErrorIs(t, v.Step(t.Context()), ErrFlagged)
			assert.Len(t, w.signed, before)
		})
	}
}

// If the flag cannot be written, the validator does not end quietly: it tries until relayers can
// see it, and signs nothing meanwhile.
func TestFlagNotWritten(t *testing.T) {
	w := newWorld(t, t.TempDir())
	w.cfg.Location = ""
	w.chain.mine(2)
	w.chain.mine(0)
	v := w.mustOpen()
	require.NoError(t, v.Step(t.Context()))
	w.chain.reorg(2, false)
	w.chain.mine(2)
	w.chain.mine(0)
	v.cfg.Store = storage.New(w.store.Bucket(), storage.Local, storage.WithReadOnly())
	for range 2 {
		err := v.Step(t.Context())
		require.Error(t, err)
		require.NotErrorIs(t, err, ErrReorg)
		assert.ErrorContains(t, err, fmt.Sprint(ErrReorg), "the reason is in the error")
	}
	v.cfg.Store = w.store
	require.ErrorIs(t, v.Step(t.Context()), ErrReorg)
	require.Len(t, w.signed, 2)
	closeOf(t, v)
}

// A long trail is bounded; a reorganisation beyond it is read from the start.
func TestTrail(t *testing.T) {
	w := newWorld(t, t.TempDir())
	v := w.mustOpen()
	defer closeOf(t, v)
	w.chain.mine(1)
	for range trailMost + 10 {
		w.chain.mine(0)
		require.NoError(t, v.Step(t.Context()))
	}
	require.Len(t, v.follower.trail, trailMost)
	w.chain.reorg(trailMost+10, true)
	w.chain.mine(1)
	w.chain.mine(0)
	require.NoError(t, v.Step(t.Context()))
	require.Len(t, v.follower.trail, 1)
	w.requirePublished(2)
}
