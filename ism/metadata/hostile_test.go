package metadata_test

import (
	"context"
	"errors"
	"math"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/hyperlane-go/sdk/ism/checkpoint"
	"github.com/hyperlane-go/sdk/ism/metadata"
)

// hostile are the ways in which one validator can fail, and what the result
// says of it. Trap 57: none of them keeps the others from a quorum.
func hostile(w *world) map[string]struct {
	answer func(ctx context.Context, index uint32) (checkpoint.Signed, error)
	state  metadata.State
	err    error
} {
	lie := func(change func(*checkpoint.Checkpoint)) func(context.Context, uint32) (checkpoint.Signed, error) {
		return func(_ context.Context, index uint32) (checkpoint.Signed, error) {
			c := w.honest(index)
			change(&c)
			return w.signed(0, c), nil
		}
	}
	alter := func(change func(*checkpoint.Signed)) func(context.Context, uint32) (checkpoint.Signed, error) {
		return func(_ context.Context, index uint32) (checkpoint.Signed, error) {
			s := w.signed(0, w.honest(index))
			change(&s)
			return s, nil
		}
	}
	fail := func(err error) func(context.Context, uint32) (checkpoint.Signed, error) {
		return func(context.Context, uint32) (checkpoint.Signed, error) { return checkpoint.Signed{}, err }
	}
	garbage := func(text string) func(context.Context, uint32) (checkpoint.Signed, error) {
		return func(context.Context, uint32) (s checkpoint.Signed, err error) {
			return s, s.UnmarshalJSON([]byte(text))
		}
	}
	offline := errors.New("connection refused")
	return map[string]struct {
		answer func(ctx context.Context, index uint32) (checkpoint.Signed, error)
		state  metadata.State
		err    error
	}{
		"nothing there":  {fail(metadata.ErrNotFound), metadata.Pending, metadata.ErrNotFound},
		"storage fails":  {fail(offline), metadata.Unreachable, offline},
		"not JSON":       {garbage("<html>"), metadata.Malformed, checkpoint.ErrJSON},
		"huge":           {garbage(string(make([]byte, checkpoint.MaxJSON))), metadata.Malformed, checkpoint.ErrJSON},
		"no signature":   {alter(func(s *checkpoint.Signed) { s.Signature = checkpoint.Signature{} }), metadata.Malformed, checkpoint.ErrSignature},
		"unknown v":      {alter(func(s *checkpoint.Signed) { s.Signature[64] = 29 }), metadata.Malformed, checkpoint.ErrSignature},
		"nothing at all": {alter(func(s *checkpoint.Signed) { *s = checkpoint.Signed{} }), metadata.Malformed, checkpoint.ErrSignature},
		"another's": {func(_ context.Context, index uint32) (checkpoint.Signed, error) {
			return w.signed(1, w.honest(index)), nil
		}, metadata.WrongSigner, checkpoint.ErrSigner},
		"altered after":      {alter(func(s *checkpoint.Signed) { s.Index++ }), metadata.WrongSigner, checkpoint.ErrSigner},
		"wrong root":         {lie(func(c *checkpoint.Checkpoint) { c.Root[0] ^= 1 }), metadata.WrongCheckpoint, nil},
		"wrong index":        {lie(func(c *checkpoint.Checkpoint) { c.Index++ }), metadata.WrongCheckpoint, nil},
		"wrong message id":   {lie(func(c *checkpoint.Checkpoint) { c.MessageID[0] ^= 1 }), metadata.WrongCheckpoint, nil},
		"wrong tree":         {lie(func(c *checkpoint.Checkpoint) { c.Tree[31] ^= 1 }), metadata.WrongCheckpoint, nil},
		"wrong origin":       {lie(func(c *checkpoint.Checkpoint) { c.Origin++ }), metadata.WrongCheckpoint, nil},
		"another checkpoint": {func(context.Context, uint32) (checkpoint.Signed, error) { return w.signed(0, w.honest(0)), nil }, metadata.WrongCheckpoint, nil},
	}
}

func TestHostileStorageNeverBlocksAQuorum(t *testing.T) {
	w := newWorld(t, 4, 3)
	for name, h := range hostile(w) {
		for kind, mod := range modules(w.validators, 2) {
			t.Run(kind+"/"+name, func(t *testing.T) {
				w.store(0).answer = h.answer
				r, err := w.builder(2).Build(t.Context(), mod.address, w.messages[2])
				require.NoError(t, err)
				require.NoError(t, mod.module.Verify(r.Metadata, w.messages[2]))
				assert.Equal(t, []metadata.State{h.state, metadata.Signed, metadata.Signed}, states(r))
				require.Error(t, r.Validators[0].Err)
				if h.err != nil {
					assert.ErrorIs(t, r.Validators[0].Err, h.err)
				}
				if h.state == metadata.WrongCheckpoint {
					var evidence *metadata.CheckpointError
					require.ErrorAs(t, r.Validators[0].Err, &evidence)
					assert.NoError(t, evidence.Have.Verify(w.validators[0]), "the evidence holds")
				}
			})
		}
	}
}

func TestHostileStorageNeverMakesAQuorum(t *testing.T) {
	w := newWorld(t, 4, 3)
	for name, h := range hostile(w) {
		for kind, mod := range modules(w.validators, 3) {
			t.Run(kind+"/"+name, func(t *testing.T) {
				w.store(0).answer = h.answer
				r, err := w.builder(3).Build(t.Context(), mod.address, w.messages[2])
				require.ErrorIs(t, err, metadata.ErrNotReady)
				assert.Nil(t, r.Metadata)
				assert.Equal(t, err, r.Err)
				var q *metadata.QuorumError
				require.ErrorAs(t, err, &q)
				assert.Equal(t, 2, q.Have)
				assert.Equal(t, 3, q.Want)
				assert.Equal(t, uint32(2), q.Index)
				require.Len(t, q.Missing, 1)
				assert.Equal(t, w.validators[0], q.Missing[0].Validator)
				assert.Equal(t, h.state, q.Missing[0].State)
			})
		}
	}
}

// Trap 24: the latest index says nothing of older files.
func TestMerkleRootWalksOverGaps(t *testing.T) {
	w := newWorld(t, 10, 3)
	delete(w.store(0).signed, 9)
	delete(w.store(0).signed, 8)
	delete(w.store(1).signed, 9)
	delete(w.store(1).signed, 7)
	delete(w.store(2).signed, 8)
	delete(w.store(2).signed, 7)
	r, err := w.builder(2).Build(t.Context(), moduleRoot, w.messages[3])
	require.NoError(t, err)
	assert.Equal(t, uint32(6), r.Checkpoint.Index, "the highest index that two have")
}

func TestHostileLatestIndexCostsLittle(t *testing.T) {
	const leaves = 600
	w := newWorld(t, leaves, 4)
	for _, i := range []int{2, 3} { // two of four claim everything and have nothing
		w.store(i).latest = math.MaxUint32
		w.store(i).signed = nil
	}
	// The honest ones are far apart, and far below the claims.
	w.store(0).latest = 500
	w.store(1).latest = 40
	clearAbove(w.store(0), 500)
	clearAbove(w.store(1), 40)

	r, err := w.builder(2).Build(t.Context(), moduleRoot, w.messages[7])
	require.NoError(t, err)
	assert.Equal(t, uint32(40), r.Checkpoint.Index, "where the honest ones meet, not the leaf")
	assert.Equal(t, []uint32{599, 500, 40}, dedupe(w.asked), "what is claimed, cut to the tree, and then by whom it is claimed next")
}

// Where no other validator claims less, those that do not deliver are believed less and less, so
// that the search is short all the same.
func TestGapsAreWalkedInGrowingSteps(t *testing.T) {
	w := newWorld(t, 600, 3)
	for i := range w.validators {
		clearAbove(w.store(i), 300)
	}
	r, err := w.builder(2).Build(t.Context(), moduleRoot, w.messages[7])
	require.NoError(t, err)
	assert.Equal(t, []uint32{599, 598, 597, 596, 595, 593, 589, 581, 565, 533, 469, 341, 85}, dedupe(w.asked))
	assert.Equal(t, uint32(85), r.Checkpoint.Index)
}

func clearAbove(s *store, latest uint32) {
	for index := range s.signed {
		if index > latest {
			delete(s.signed, index)
		}
	}
}

func dedupe(indexes []uint32) []uint32 {
	var out []uint32
	for _, i := range indexes {
		if len(out) == 0 || out[len(out)-1] != i {
			out = append(out, i)
		}
	}
	return out
}
