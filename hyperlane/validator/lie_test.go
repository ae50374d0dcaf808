package validator

import (
	"os"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/hyperlane-go/sdk/hyperlane"
	"github.com/hyperlane-go/sdk/hyperlane/evm"
	"github.com/hyperlane-go/sdk/merkle"
	"github.com/hyperlane-go/sdk/message"
)

type (
	events = []hyperlane.InsertionEvent
	event  = hyperlane.InsertionEvent
)

// onLog changes the log of the leaf at an index.
func onLog(index uint32, change func(e event) (events, error)) lie {
	return lie{log: func(e event) (events, error) {
		if e.Index == index {
			return change(e)
		}
		return events{e}, nil
	}}
}

func onTree(change func(branch *[merkle.Depth]merkle.Hash, count *uint32)) lie {
	return lie{tree: func(tree merkle.Tree) (merkle.Tree, error) {
		branch, count := tree.Branch(), tree.Count()
		change(&branch, &count)
		return merkle.NewTree(branch, count), nil
	}}
}

// lies of a single node about a chain of three leaves and then two more, each broken in one way.
var lies = []struct {
	name string
	lie  lie
	want error
}{
	{"no head", lie{head: func(evm.Head) (evm.Head, error) { return evm.Head{}, errNode }}, evm.ErrRPC},
	{"no blocks", lie{headAt: func(evm.Head) (evm.Head, error) { return evm.Head{}, errNode }}, evm.ErrRPC},
	{"a head of a block that is not", lie{head: func(h evm.Head) (evm.Head, error) { h.Hash[0]++; return h, nil }}, evm.ErrReorg},
	{"no tree", lie{tree: func(merkle.Tree) (merkle.Tree, error) { return merkle.Tree{}, errNode }}, evm.ErrRPC},
	{"wrong root", onTree(func(branch *[merkle.Depth]merkle.Hash, _ *uint32) { branch[0][0]++; branch[1][0]++; branch[2][0]++ }), evm.ErrAnswer},
	{"count one more", onTree(func(_ *[merkle.Depth]merkle.Hash, count *uint32) { *count++ }), evm.ErrAnswer},
	{"count one less", onTree(func(_ *[merkle.Depth]merkle.Hash, count *uint32) { *count-- }), evm.ErrAnswer},
	{"empty tree", lie{tree: func(merkle.Tree) (merkle.Tree, error) { return merkle.Tree{}, nil }}, evm.ErrAnswer},
	{"first new log missing", onLog(3, func(event) (events, error) { return nil, nil }), evm.ErrAnswer},
	{"last log missing", onLog(4, func(event) (events, error) { return nil, nil }), evm.ErrAnswer},
	{"all logs missing", lie{log: func(event) (events, error) { return nil, nil }}, evm.ErrAnswer},
	{"another message", onLog(4, func(e event) (events, error) { e.ID[0]++; return events{e}, nil }), evm.ErrAnswer},
	{"two messages at one index", onLog(4, func(e event) (events, error) { other := e; other.ID[0]++; return events{e, other}, nil }), evm.ErrAnswer},
	{"a message too many", onLog(4, func(e event) (events, error) {
		more := e
		more.Index, more.ID = 5, message.ID{1}
		return events{e, more}, nil
	}), evm.ErrAnswer},
	{"wrong index", onLog(4, func(e event) (events, error) { e.Index = 5; return events{e}, nil }), evm.ErrAnswer},
	{"an index of the past", onLog(4, func(e event) (events, error) { e.Index = 0; return events{e}, nil }), evm.ErrAnswer},
	{"logs swapped", onLog(3, func(e event) (events, error) {
		later := e
		later.Index = 4
		return events{later, e}, nil
	}), evm.ErrAnswer},
	{"logs fail", onLog(4, func(event) (events, error) { return nil, errNode }), evm.ErrRPC},
	{"logs contradict themselves", onLog(4, func(event) (events, error) { return nil, &evm.AnswerError{} }), evm.ErrAnswer},
	{"logs of a block that is gone", onLog(4, func(event) (events, error) { return nil, &evm.ReorgError{} }), evm.ErrReorg},
}

// A lying node never yields a signature, and never loses a leaf: as soon as it tells the truth,
// everything is signed.
func TestLies(t *testing.T) {
	for _, c := range lies {
		if c.name != "no blocks" { // without a past, no block is asked for by number
			t.Run("from the start: "+c.name, func(t *testing.T) {
				w := newWorld(t, t.TempDir())
				w.chain.mine(3)
				w.chain.mine(2)
				w.chain.mine(0)
				v := w.mustOpen()
				defer closeOf(t, v)
				w.chain.lie = c.lie
				for range 3 {
					require.ErrorIs(t, v.Step(t.Context()), c.want)
					w.requireNothingSigned()
				}
				w.chain.lie = lie{}
				require.NoError(t, v.Step(t.Context()))
				w.requirePublished(5)
			})
		}
		t.Run("later: "+c.name, func(t *testing.T) {
			w := newWorld(t, t.TempDir())
			w.chain.mine(3)
			w.chain.mine(0)
			v := w.mustOpen()
			defer closeOf(t, v)
			require.NoError(t, v.Step(t.Context()))
			w.chain.mine(2)
			w.chain.mine(0)
			w.chain.lie = c.lie
			for range 3 {
				require.ErrorIs(t, v.Step(t.Context()), c.want)
				require.Len(t, w.signed, 3)
			}
			w.chain.lie = lie{}
			require.NoError(t, v.Step(t.Context()))
			w.requirePublished(5)
		})
	}
}

// What a node repeats, or takes back and states again, does no harm.
func TestHarmless(t *testing.T) {
	for name, l := range map[string]lie{
		"a log twice":                onLog(1, func(e event) (events, error) { return events{e, e}, nil }),
		"an old block, another hash": {headAt: func(h evm.Head) (evm.Head, error) { h.Hash[0]++; return h, nil }},
	} {
		w := newWorld(t, t.TempDir())
		w.chain.mine(3)
		w.chain.mine(0)
		v := w.mustOpen()
		require.NoError(t, v.Step(t.Context()), name)
		w.chain.mine(2)
		w.chain.mine(0)
		w.chain.lie = l
		require.NoError(t, v.Step(t.Context()), name)
		w.requirePublished(5)
		closeOf(t, v)
	}
}

// Reading that fails half way goes on where it failed.
func TestReadingResumes(t *testing.T) {
	w := newWorld(t, t.TempDir())
	for range 4 {
		w.chain.mine(2)
	}
	w.chain.mine(0)
	v := w.mustOpen()
	defer closeOf(t, v)
	var logged []uint32
	fail := uint32(5)
	w.chain.lie.log = func(e event) (events, error) {
		if e.Index == fail {
			return nil, errNode
		}
		logged = append(logged, e.Index)
		return events{e}, nil
	}
	require.ErrorIs(t, v.Step(t.Context()), evm.ErrRPC)
	require.ErrorIs(t, v.Step(t.Context()), evm.ErrRPC)
	fail = 99
	require.NoError(t, v.Step(t.Context()))
	assert.Equal(t, []uint32{0, 1, 2, 3, 4, 4, 4, 5, 6, 7}, logged, "the block in which it failed is read again, no earlier one")
	w.requirePublished(8)
}

// A node whose final block goes back is stale, or lies.
func TestStaleHead(t *testing.T) {
	w := newWorld(t, t.TempDir())
	w.chain.mine(1)
	w.chain.mine(1)
	w.chain.mine(0)
	v := w.mustOpen()
	defer closeOf(t, v)
	require.NoError(t, v.Step(t.Context()))
	w.chain.lie.head = func(evm.Head) (evm.Head, error) { return w.chain.blocks[1].head, nil }
	err := v.Step(t.Context())
	require.ErrorIs(t, err, ErrBehind)
	assert.ErrorContains(t, err, "final block is 1, was 2 before")
	closeOf(t, v)

	// After a restart without the saved leaves only the sign log knows.
	require.NoError(t, os.Remove(v.leaves.path()))
	w.chain.lie.head = func(evm.Head) (evm.Head, error) { return w.chain.blocks[1].head, nil }
	v = w.mustOpen()
	defer closeOf(t, v)
	err = v.Step(t.Context())
	require.ErrorIs(t, err, ErrBehind)
	assert.ErrorContains(t, err, "1 leaves as of block 1, but index 1 is signed")
	w.chain.lie = lie{}
	w.chain.mine(1)
	require.NoError(t, v.Step(t.Context()))
	w.requirePublished(2)
}

// Every witness must agree on the block, the count and the root.
func TestWitnesses(t *testing.T) {
	for _, c := range []struct {
		name string
		lie  lie
		want error
		what string
	}{
		{"another block", lie{headAt: func(h evm.Head) (evm.Head, error) { h.Hash[0]++; return h, nil }}, ErrDisagree, "block"},
		{"another count", onTree(func(_ *[merkle.Depth]merkle.Hash, count *uint32) { *count++ }), ErrDisagree, "count"},
		{"another root", onTree(func(branch *[merkle.Depth]merkle.Hash, _ *uint32) { branch[0][0]++; branch[1][0]++ }), ErrDisagree, "root"},
		{"no head", lie{head: func(evm.Head) (evm.Head, error) { return evm.Head{}, errNode }}, evm.ErrRPC, ""},
		{"no block", lie{headAt: func(evm.Head) (evm.Head, error) { return evm.Head{}, errNode }}, evm.ErrRPC, ""},
		{"no tree", lie{tree: func(merkle.Tree) (merkle.Tree, error) { return merkle.Tree{}, errNode }}, evm.ErrRPC, ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			w := newWorld(t, t.TempDir())
			w.chain.mine(3)
			w.chain.mine(0)
			honest, broken := *w.chain, *w.chain
			broken.lie = c.lie
			v := w.mustOpen(&honest, &broken)
			defer closeOf(t, v)
			err := v.Step(t.Context())
			require.ErrorIs(t, err, c.want)
			w.requireNothingSigned()
			var typed *DisagreementError
			if c.what != "" {
				require.ErrorAs(t, err, &typed)
				assert.Equal(t, c.what, typed.What)
				assert.Equal(t, 1, typed.Witness)
				assert.Equal(t, uint64(1), typed.Block)
			} else {
				assert.ErrorContains(t, err, "witness 1")
			}
			broken.lie = lie{}
			require.NoError(t, v.Step(t.Context()))
			w.requirePublished(3)
		})
	}
}

// A node that tells a whole history of its own is found out by a witness.
func TestConsistentLie(t *testing.T) {
	w := newWorld(t, t.TempDir())
	w.chain.mine(1)
	witness := *w.chain
	w.chain.mine(2)
	w.chain.mine(0)
	witness.salt = 1 << 32
	witness.mine(2)
	witness.mine(0)
	v := w.mustOpen(&witness)
	defer closeOf(t, v)
	require.ErrorIs(t, v.Step(t.Context()), ErrDisagree)
	w.requireNothingSigned()
}

// A witness that lags holds signing back to what it knows, not up.
func TestLaggingWitness(t *testing.T) {
	w := newWorld(t, t.TempDir())
	w.chain.mine(2)
	w.chain.mine(0)
	witness := *w.chain
	w.chain.mine(3)
	w.chain.mine(0)
	v := w.mustOpen(&witness)
	defer closeOf(t, v)
	require.NoError(t, v.Step(t.Context()))
	w.requirePublished(2)
	witness.blocks = w.chain.blocks
	require.NoError(t, v.Step(t.Context()))
	w.requirePublished(5)
}
