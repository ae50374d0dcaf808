package metadata_test

import (
	"context"
	"errors"
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

// Inserting a message again does not keep it from being delivered.
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
	b := &metadata.Builder{Modules: metadata.StaticModules{moduleNull: ism.Null{}}, Origin: origin}
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
			b.Modules = metadata.StaticModules{moduleID: ism.MessageIDMultisig{Validators: w.validators}}
		}, moduleID, w.messages[0], metadata.ErrSet},
		"threshold beyond the set": {func(b *metadata.Builder) {
			b.Modules = metadata.StaticModules{moduleID: ism.MessageIDMultisig{Validators: w.validators, Threshold: 4}}
		}, moduleID, w.messages[0], metadata.ErrSet},
		"set beyond the limit": {func(b *metadata.Builder) { b.MaxValidators = 2 }, moduleRoot, w.messages[0], metadata.ErrSet},
		"unsupported": {func(b *metadata.Builder) {
			b.Modules = metadata.StaticModules{moduleID: typed{ism.TypeAggregation}}
		}, moduleID, w.messages[0], metadata.ErrUnsupportedModule},
		"a type without its set": {func(b *metadata.Builder) {
			b.Modules = metadata.StaticModules{moduleID: typed{ism.TypeMessageIDMultisig}}
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
