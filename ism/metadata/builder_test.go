package metadata_test

import (
	"context"
	"errors"
	"math"
	"testing"

	"github.com/ethereum/go-ethereum/common"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/hyperlane-go/sdk/ism"
	"github.com/hyperlane-go/sdk/ism/checkpoint"
	"github.com/hyperlane-go/sdk/ism/metadata"
	"github.com/hyperlane-go/sdk/merkle"
	"github.com/hyperlane-go/sdk/message"
)

func states(r *metadata.Result) []metadata.State {
	all := make([]metadata.State, len(r.Validators))
	for i, v := range r.Validators {
		all[i] = v.State
	}
	return all
}

func TestEverybodySigned(t *testing.T) {
	w := newWorld(t, 5, 3)
	for name, mod := range modules(w.validators, 2) {
		t.Run(name, func(t *testing.T) {
			for i, m := range w.messages {
				r, err := w.builder(2).Build(t.Context(), mod.address, m)
				require.NoError(t, err)
				require.NoError(t, mod.module.Verify(r.Metadata, m))
				assert.Equal(t, []metadata.State{metadata.Signed, metadata.Signed, metadata.Signed}, states(r))
				assert.Equal(t, m.ID(), r.Message)
				assert.Equal(t, uint32(i), r.LeafIndex)
				assert.Equal(t, 3, r.Signed())
				assert.NoError(t, r.Err)
			}
		})
	}
}

func TestMessageIDUsesItsOwnLeaf(t *testing.T) {
	w := newWorld(t, 5, 3)
	r, err := w.builder(2).Build(t.Context(), moduleID, w.messages[1])
	require.NoError(t, err)
	assert.Equal(t, w.honest(1), *r.Checkpoint)
	var d ism.MessageIDMetadata
	require.NoError(t, d.UnmarshalBinary(r.Metadata))
	assert.Len(t, d.Signatures, 2, "exactly threshold signatures, though three are there")
	assert.Empty(t, d.Trailing)
}

// Traps 27 and 28: the highest index that a quorum reached, the leaf there,
// and a proof as of there.
func TestMerkleRootUsesTheHighestQuorum(t *testing.T) {
	w := newWorld(t, 8, 3)
	w.store(0).latest = 6
	delete(w.store(0).signed, 7)
	w.store(1).latest = 4
	for i := uint32(5); i < 8; i++ {
		delete(w.store(1).signed, i)
	}
	r, err := w.builder(2).Build(t.Context(), moduleRoot, w.messages[1])
	require.NoError(t, err)
	assert.Equal(t, w.honest(6), *r.Checkpoint)
	assert.Equal(t, []metadata.State{metadata.Signed, metadata.Pending, metadata.Signed}, states(r))
	assert.ErrorContains(t, r.Validators[1].Err, "latest index is 4")

	var d ism.MerkleRootMetadata
	require.NoError(t, d.UnmarshalBinary(r.Metadata))
	assert.Equal(t, uint32(1), d.MessageIndex)
	assert.Equal(t, uint32(6), d.SignedIndex)
	assert.Equal(t, w.messages[6].ID(), d.SignedMessageID)
}

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
		"huge":           {garbage(string(make([]byte, checkpoint.MaxJSON))), metadata.Malformed, checkpoint.ErrTooLarge},
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

// Where nobody else claims less, those who do not deliver are believed less
// and less, so that the walk is short all the same.
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

func TestMerkleRootFallsBackToItsLeaf(t *testing.T) {
	for name, breakIt := range map[string]func(w *world){
		"no latest index anywhere": func(w *world) {
			for i := range w.validators {
				w.store(i).none = true
			}
		},
		"latest index fails": func(w *world) {
			for i := range w.validators {
				w.store(i).latestFn = func(context.Context) (uint32, error) { return 0, errors.New("denied") }
			}
		},
		"only the leaf is there": func(w *world) {
			for i := range w.validators {
				w.store(i).signed = map[uint32]checkpoint.Signed{3: w.store(i).signed[3]}
			}
		},
	} {
		t.Run(name, func(t *testing.T) {
			w := newWorld(t, 100, 3)
			breakIt(w)
			b := w.builder(3)
			b.MaxSteps = 5
			r, err := b.Build(t.Context(), moduleRoot, w.messages[3])
			require.NoError(t, err)
			assert.Equal(t, uint32(3), r.Checkpoint.Index)
			assert.LessOrEqual(t, len(dedupe(w.asked)), 6)
		})
	}
}

func TestMerkleRootDoesNotAskThoseBehind(t *testing.T) {
	w := newWorld(t, 5, 3)
	for _, i := range []int{0, 1} {
		w.store(i).latest = 1
		clearAbove(w.store(i), 1)
	}
	r, err := w.builder(2).Build(t.Context(), moduleRoot, w.messages[3])
	var q *metadata.QuorumError
	require.ErrorAs(t, err, &q)
	assert.Equal(t, []metadata.State{metadata.Pending, metadata.Pending, metadata.Signed}, states(r))
	assert.ErrorContains(t, r.Validators[0].Err, "latest index is 1")
	assert.Equal(t, []uint32{3}, w.asked)
}

// Trap 13: an id may be inserted twice; the last leaf is the one.
func TestLastLeafCounts(t *testing.T) {
	w := newWorld(t, 3, 2)
	require.NoError(t, w.tree.Append(merkle.Hash(w.messages[2].ID())))
	for i := range w.validators {
		w.sign(i, 3)
	}
	for name, mod := range modules(w.validators, 2) {
		t.Run(name, func(t *testing.T) {
			r, err := w.builder(2).Build(t.Context(), mod.address, w.messages[2])
			require.NoError(t, err)
			assert.Equal(t, uint32(3), r.LeafIndex)
			assert.Equal(t, uint32(3), r.Checkpoint.Index)
		})
	}
}

// Nobody can keep a message from being delivered by inserting it again.
func TestFirstLeafCountsWhereTheLastIsNotSigned(t *testing.T) {
	w := newWorld(t, 3, 2)
	id := merkle.Hash(w.messages[2].ID())
	require.NoError(t, w.tree.Append(id, id, id))
	for name, mod := range modules(w.validators, 2) {
		t.Run(name, func(t *testing.T) {
			r, err := w.builder(2).Build(t.Context(), mod.address, w.messages[2])
			require.NoError(t, err)
			require.NoError(t, mod.module.Verify(r.Metadata, w.messages[2]))
			assert.Equal(t, uint32(2), r.LeafIndex)
			assert.Equal(t, []metadata.State{metadata.Signed, metadata.Signed}, states(r))

			w.store(0).answer = func(context.Context, uint32) (checkpoint.Signed, error) {
				return checkpoint.Signed{}, metadata.ErrNotFound
			}
			defer func() { w.store(0).answer = nil }()
			r, err = w.builder(2).Build(t.Context(), mod.address, w.messages[2])
			require.ErrorIs(t, err, metadata.ErrNotReady)
			assert.Equal(t, 1, r.Signed())
		})
	}
}

// Trap 31: a repeated validator counts repeatedly.
func TestRepeatedValidator(t *testing.T) {
	w := newWorld(t, 2, 2)
	set := []common.Address{w.validators[1], w.validators[0], w.validators[1]}
	w.store(0).signed = nil
	for name, mod := range modules(set, 2) {
		t.Run(name, func(t *testing.T) {
			w.asked = nil
			b := w.builder(2, set...)
			r, err := b.Build(t.Context(), mod.address, w.messages[1])
			require.NoError(t, err)
			require.NoError(t, mod.module.Verify(r.Metadata, w.messages[1]))
			assert.Equal(t, []metadata.State{metadata.Signed, metadata.Pending, metadata.Signed}, states(r))
			assert.Len(t, w.asked, 2, "each validator is asked once")
		})
	}
}

// The index is the one that the repeated validator makes a quorum of alone.
func TestRepeatedValidatorLeadsTheSearch(t *testing.T) {
	w := newWorld(t, 9, 2)
	w.store(1).latest = 2
	clearAbove(w.store(1), 2)
	set := []common.Address{w.validators[0], w.validators[1], w.validators[0]}
	r, err := w.builder(2, set...).Build(t.Context(), moduleRoot, w.messages[1])
	require.NoError(t, err)
	assert.Equal(t, uint32(8), r.Checkpoint.Index)
}

func TestNullModule(t *testing.T) {
	w := newWorld(t, 1, 0)
	b := &metadata.Builder{Modules: metadata.Modules{moduleNull: ism.Null{}}, Origin: origin}
	r, err := b.Build(t.Context(), moduleNull, w.messages[0])
	require.NoError(t, err)
	assert.NotNil(t, r.Metadata)
	assert.Empty(t, r.Metadata)
	assert.Nil(t, r.Checkpoint)
}

type typed struct{ kind ism.ModuleType }

func (typed) Verify([]byte, *message.Message) error { return nil }
func (t typed) Type() ism.ModuleType                { return t.kind }

func TestRefusals(t *testing.T) {
	w := newWorld(t, 3, 3)
	stranger := &message.Message{Version: message.Version, Origin: origin, Body: []byte("not dispatched")}
	foreign := &message.Message{Version: message.Version, Origin: origin + 1}
	for name, row := range map[string]struct {
		change  func(b *metadata.Builder)
		module  common.Address
		message *message.Message
		want    error
	}{
		"no message":        {nil, moduleID, nil, metadata.ErrBuilder},
		"no modules":        {func(b *metadata.Builder) { b.Modules = nil }, moduleID, w.messages[0], metadata.ErrBuilder},
		"no checkpoints":    {func(b *metadata.Builder) { b.Checkpoints = nil }, moduleID, w.messages[0], metadata.ErrBuilder},
		"no tree":           {func(b *metadata.Builder) { b.Tree = nil }, moduleRoot, w.messages[0], metadata.ErrBuilder},
		"no such module":    {nil, common.Address{1}, w.messages[0], metadata.ErrModule},
		"other origin":      {nil, moduleID, foreign, metadata.ErrOrigin},
		"not in tree":       {nil, moduleID, stranger, metadata.ErrNotInTree},
		"not in tree, root": {nil, moduleRoot, stranger, metadata.ErrNotInTree},
		"threshold 0": {func(b *metadata.Builder) {
			b.Modules = metadata.Modules{moduleID: ism.MessageIDMultisig{Validators: w.validators}}
		}, moduleID, w.messages[0], metadata.ErrSet},
		"threshold beyond the set": {func(b *metadata.Builder) {
			b.Modules = metadata.Modules{moduleID: ism.MessageIDMultisig{Validators: w.validators, Threshold: 4}}
		}, moduleID, w.messages[0], metadata.ErrSet},
		"set beyond the limit": {func(b *metadata.Builder) { b.MaxValidators = 2 }, moduleRoot, w.messages[0], metadata.ErrSet},
		"unsupported": {func(b *metadata.Builder) {
			b.Modules = metadata.Modules{moduleID: typed{ism.TypeAggregation}}
		}, moduleID, w.messages[0], metadata.ErrUnsupportedModule},
		"a type without its set": {func(b *metadata.Builder) {
			b.Modules = metadata.Modules{moduleID: typed{ism.TypeMessageIDMultisig}}
		}, moduleID, w.messages[0], metadata.ErrModule},
		"another tree address": {func(b *metadata.Builder) { b.TreeAddress[0] ^= 1 }, moduleID, w.messages[0], metadata.ErrNotReady},
	} {
		t.Run(name, func(t *testing.T) {
			b := w.builder(2)
			if row.change != nil {
				row.change(b)
			}
			r, err := b.Build(t.Context(), row.module, row.message)
			require.ErrorIs(t, err, row.want)
			require.NotNil(t, r)
			assert.Nil(t, r.Metadata)
			assert.Equal(t, err, r.Err)
			assert.Contains(t, r.String(), err.Error())
		})
	}
}
