package relayer

import (
	"testing"

	"github.com/cockroachdb/pebble"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/hyperlane-go/sdk/hyperlane/evm"
	"github.com/hyperlane-go/sdk/message"
)

// A node that lies about an origin moves nothing, and costs no message once it stops.
func TestLyingOrigin(t *testing.T) {
	for _, c := range []struct {
		name string
		lies lies
		want error
	}{
		{"last dispatch missing", lies{noDispatch: true}, ErrInconsistent},
		{"last insertion missing", lies{noInsertion: true}, ErrInconsistent},
		{"all logs missing", lies{noLogs: true}, ErrInconsistent},
		{"wrong root", lies{wrongRoot: true}, ErrInconsistent},
		{"stale head", lies{staleHead: 6}, evm.ErrStaleHead},
	} {
		t.Run(c.name, func(t *testing.T) {
			w := newWorld(t)
			defer w.close(t)
			w.a.mine(4)
			w.step()
			require.Empty(t, w.errs)
			before := w.r.origin(domainA).position()
			m := w.a.dispatch(domainB, recipient, "hello", true)
			w.a.mine(3)
			w.a.lies = c.lies
			w.step()
			require.ErrorIs(t, w.lastErr(), c.want)
			assert.Equal(t, before, w.r.origin(domainA).position())
			assert.Equal(t, StageUnknown, w.status(m.ID()).Stage)
			w.a.lies = lies{}
			w.settle()
			assert.Equal(t, StageFinal, w.status(m.ID()).Stage)
		})
	}
}

func TestInconsistentErrorNamesTheRange(t *testing.T) {
	w := newWorld(t)
	defer w.close(t)
	w.a.dispatch(domainB, recipient, "hello", true)
	w.a.mine(3)
	w.a.lies.wrongRoot = true
	w.step()
	var e *InconsistentError
	require.ErrorAs(t, w.lastErr(), &e)
	assert.Equal(t, domainA, e.Origin)
	assert.EqualValues(t, 0, e.From)
	assert.EqualValues(t, 1, e.To)
	assert.Equal(t, "the root", e.What)
	assert.NotEqual(t, e.Have, e.Want)
}

// What is missing shows, wherever it is missing, and the error says where.
func TestInconsistencies(t *testing.T) {
	for _, c := range []struct {
		what   string
		inTree bool
		spoil  func(w *world)
	}{
		{"the nonce of a dispatch", true, func(w *world) { w.a.lies.noFirst = true }},
		{"the number of dispatches", false, func(w *world) { w.a.lies.noDispatch = true }},
		{"the number of leaves", true, func(w *world) { w.a.lies.noInsertion = true }},
		{"the index of a leaf", true, func(w *world) { w.a.blocks[1].leaves[0].index = 1 }},
	} {
		t.Run(c.what, func(t *testing.T) {
			w := newWorld(t)
			defer w.close(t)
			w.a.dispatch(domainB, recipient, "first", c.inTree)
			w.a.dispatch(domainB, recipient, "second", c.inTree)
			w.a.mine(3)
			c.spoil(w)
			w.step()
			var e *InconsistentError
			require.ErrorAs(t, w.lastErr(), &e)
			assert.Equal(t, c.what, e.What)
			assert.Contains(t, e.Error(), "blocks 0 to 1")
			assert.Zero(t, w.r.origin(domainA).position().Nonce)
		})
	}
}

// A leaf whose message was never dispatched, as far as the logs go, is not taken even where the root agrees.
func TestLeafWithoutDispatch(t *testing.T) {
	w := newWorld(t)
	defer w.close(t)
	w.a.nextLeaf = append(w.a.nextLeaf, message.ID{1})
	w.a.mine(3)
	w.step()
	require.ErrorIs(t, w.lastErr(), ErrInconsistent)
	assert.EqualValues(t, 0, w.r.origin(domainA).position().Count)
}

// Nodes without the state of old blocks are enough: the comparison waits for a block whose state there is.
func TestPrunedNode(t *testing.T) {
	w := newWorld(t)
	defer w.close(t)
	var all []message.Message
	for i := range 20 {
		all = append(all, w.a.dispatch(domainB, recipient, string(rune('a'+i)), true))
		w.a.mine(1)
	}
	w.a.lies.oldState = 3
	w.a.mine(2)
	w.step()
	require.Empty(t, w.errs)
	assert.EqualValues(t, 20, w.r.origin(domainA).position().Count)
	assert.Equal(t, StageSubmitted, w.status(all[19].ID()).Stage)
}

// Trap 53: without a setting, the newest block is not final.
func TestDefaultFinality(t *testing.T) {
	c := Chain{}
	assert.Equal(t, evm.Finality{Blocks: 1}, c.finality())
}

// Trap 13: a message may stand in the tree more than once, and its leaf indexes have nothing to do with its nonce.
func TestInsertedTwice(t *testing.T) {
	w := newWorld(t)
	defer w.close(t)
	w.a.dispatch(domainB, recipient, "not in the tree", false)
	m := w.a.dispatch(domainB, recipient, "hello", true)
	w.a.mine(1)
	w.a.nextLeaf = append(w.a.nextLeaf, m.ID())
	w.a.mine(3)
	w.step()
	require.Empty(t, w.errs)
	assert.Equal(t, []uint32{0, 1}, w.status(m.ID()).LeafIndexes)
	w.restart()
	assert.Equal(t, []uint32{0, 1}, w.status(m.ID()).LeafIndexes)
}

func TestReorgOfIndexedBlocks(t *testing.T) {
	w := newWorld(t)
	defer w.close(t)
	w.b.fail["Head"] = -1 // nothing is delivered meanwhile
	first := w.a.dispatch(domainB, recipient, "first", true)
	w.a.mine(3)
	w.step()
	second := w.a.dispatch(domainB, recipient, "second", true)
	w.a.mine(3)
	w.step()
	require.Equal(t, StageInserted, w.status(second.ID()).Stage)

	w.a.reorg(3)
	w.a.nextOut, w.a.nextLeaf = nil, nil // the second message is not dispatched again
	third := w.a.dispatch(domainB, recipient, "third", true)
	w.a.mine(4)
	w.step()
	assert.Equal(t, StageUnknown, w.status(second.ID()).Stage)
	assert.Equal(t, []Stage{StageDispatched, StageInserted, StageOrphaned}, w.stages(second.ID()))
	orphaned := w.events[len(w.events)-1]
	for _, e := range w.events {
		if e.Stage == StageOrphaned {
			orphaned = e
		}
	}
	var reorg *ReorgError
	require.ErrorAs(t, orphaned.Err, &reorg)
	assert.EqualValues(t, 4, reorg.Block)
	assert.EqualValues(t, 1, reorg.Common)
	assert.EqualValues(t, 1, reorg.Leaves)
	assert.Equal(t, []message.ID{second.ID()}, reorg.Messages)
	w.b.fail["Head"] = 0
	w.settle()
	assert.Equal(t, StageFinal, w.status(first.ID()).Stage)
	assert.Equal(t, StageFinal, w.status(third.ID()).Stage)
	_, delivered := w.b.processedAt(second.ID(), w.b.highest)
	assert.False(t, delivered)
}

// The tree can be taken back to any earlier point, by as few questions as halving needs.
func TestDeepReorgIsFoundByHalves(t *testing.T) {
	w := newWorld(t)
	defer w.close(t)
	for range 200 {
		w.a.dispatch(domainB, recipient, "", true)
		w.a.mine(1)
		require.NoError(t, w.r.index(t.Context(), w.r.origin(domainA)))
	}
	w.a.mine(2)
	require.NoError(t, w.r.index(t.Context(), w.r.origin(domainA)))
	require.EqualValues(t, 200, w.r.origin(domainA).position().Count)
	w.a.reorg(150)
	w.a.mine(151)
	w.a.calls["HashAt"] = 0
	require.NoError(t, w.r.index(t.Context(), w.r.origin(domainA)))
	assert.Less(t, w.a.calls["HashAt"], 60)
	assert.Equal(t, w.a.tip().tree.Root(), w.r.origin(domainA).position().Root)
	assert.Empty(t, w.errs)
}

// A message that was being delivered when its dispatch vanished is seen through, and not sent again.
func TestOrphan(t *testing.T) {
	w := newWorld(t)
	defer w.close(t)
	w.a.mine(3)
	w.step()
	m := w.a.dispatch(domainB, recipient, "hello", true)
	w.a.mine(3)
	w.step()
	require.Equal(t, StageSubmitted, w.status(m.ID()).Stage)
	w.a.reorg(3)
	w.a.nextOut, w.a.nextLeaf = nil, nil
	w.a.mine(5)
	w.step()
	s := w.status(m.ID())
	require.Equal(t, StageOrphaned, s.Stage)
	require.ErrorIs(t, s.Err, ErrOrphaned)

	t.Run("that fails is dropped", func(t *testing.T) {
		w.b.steal()
		w.settle()
		assert.Equal(t, StageUnknown, w.status(m.ID()).Stage)
		assert.Equal(t, 0, w.b.included(m.ID()))
	})
}

func TestAnotherChain(t *testing.T) {
	w := newWorld(t)
	w.a.mine(4)
	w.step()
	require.Empty(t, w.errs)

	t.Run("started anew", func(t *testing.T) {
		w.a.blocks[0].hash[0] ^= 1
		w.restart()
		w.step()
		var e *StoreError
		require.ErrorAs(t, w.lastErr(), &e)
		assert.Equal(t, "origin 1000", e.Key)
		assert.True(t, fatal(w.lastErr()))
		w.a.blocks[0].hash[0] ^= 1
	})
	t.Run("with another outbox", func(t *testing.T) {
		require.NoError(t, w.r.Close())
		other := w.ends()
		other[0].pin.Outbox[0] = 1
		cfg := w.r.cfg
		_, err := open(cfg, other)
		require.ErrorIs(t, err, ErrStore)
		require.ErrorContains(t, err, "origin 1000")
		w.r, err = open(cfg, w.ends())
		require.NoError(t, err)
		w.close(t)
	})
}

// Points to go back to are kept for a while, not for ever, and a reorganisation beyond them starts over.
func TestTrailIsPruned(t *testing.T) {
	w := newWorld(t)
	defer w.close(t)
	o := w.r.origin(domainA)
	put := func(from, to uint64) {
		require.NoError(t, w.r.store.commit("test", func(b *pebble.Batch) error { return putPoint(b, o, point{Next: from}, point{Next: to}) }))
	}
	for next := uint64(0); next < 5*trailBlocks; next += trailBlocks / 4 {
		put(next, next+trailBlocks/4)
	}
	trail, err := o.trail()
	require.NoError(t, err)
	assert.EqualValues(t, 3*trailBlocks, trail[0].Next)
	assert.EqualValues(t, 5*trailBlocks, trail[len(trail)-1].Next)
	assert.Len(t, trail, 9)
}
