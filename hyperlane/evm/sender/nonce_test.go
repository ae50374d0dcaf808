package sender

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/hyperlane-go/sdk/hyperlane/evm"
)

// A pool that claims nonces costs no empty transaction and leaves no gap, whether it lies once or
// always.
func TestPoolClaimsNonces(t *testing.T) {
	hundred := func(have uint64) uint64 { return have + 100 }
	t.Run("once", func(t *testing.T) {
		w := newWorld(t)
		w.n.lie["pending"] = func(have uint64) uint64 { delete(w.n.lie, "pending"); return have + 100 }
		assert.EqualValues(t, 0, w.submit("a").Nonce)
		assert.EqualValues(t, 1, w.submit("b").Nonce)
		settle(t, w, "a", "b")
		assert.Zero(t, w.n.empties())
	})
	t.Run("always", func(t *testing.T) {
		w := newWorld(t)
		w.n.lie["pending"] = hundred
		for range 3 {
			_, err := w.s.Submit(t.Context(), Intent{Call: callWith("a"), Gas: 1, Keys: []Key{"a"}})
			require.ErrorIs(t, err, ErrForeign)
			require.ErrorContains(t, err, "counts 100, the sender knows of 0")
		}
		assert.Empty(t, w.n.offered)
		assert.Empty(t, w.disk.records)
		w.wait(defaultResubmitAfter)
		assert.EqualValues(t, 0, w.submit("a").Nonce, "the claim was not believed for ever")
		assert.EqualValues(t, 1, w.submit("b").Nonce)
		settle(t, w, "a", "b")
		assert.Zero(t, w.n.empties())
	})
	t.Run("then no more", func(t *testing.T) {
		w := newWorld(t)
		w.n.lie["pending"] = hundred
		_, err := w.s.Submit(t.Context(), Intent{Call: callWith("a"), Gas: 1, Keys: []Key{"a"}})
		require.ErrorIs(t, err, ErrForeign)
		clear(w.n.lie)
		w.submit("a")
		w.n.lie["pending"] = hundred
		w.wait(defaultResubmitAfter)
		_, err = w.s.Submit(t.Context(), Intent{Call: callWith("b"), Gas: 1, Keys: []Key{"b"}})
		require.ErrorIs(t, err, ErrForeign, "the time counts from the first claim in a row")
	})
}

// The count at the latest block is checked against final blocks, and the other way round.
func TestChainClaimsNonces(t *testing.T) {
	for kind, want := range map[string]error{"latest": ErrForeign, "final": evm.ErrAnswer} {
		t.Run(kind, func(t *testing.T) {
			w := newWorld(t)
			w.submit("a")
			w.n.lie[kind] = func(have uint64) uint64 { return have + 100 }
			err := w.s.Step(t.Context())
			if err == nil {
				_, err = w.s.Submit(t.Context(), Intent{Call: callWith("b"), Gas: 1, Keys: []Key{"b"}})
			}
			require.ErrorIs(t, err, want)
			assert.Equal(t, Pending, w.track("a").State)
			clear(w.n.lie)
			w.step()
			assert.EqualValues(t, 1, w.submit("b").Nonce)
			settle(t, w, "a", "b")
			assert.Zero(t, w.n.empties())
		})
	}
}

// A block that is not final decides nothing, also where the node once counts it as final.
func TestFinalCountsTooMuchOnce(t *testing.T) {
	w := newWorld(t)
	w.submit("a")
	w.n.mine(1)
	w.step()
	w.n.lie["final"] = func(have uint64) uint64 { delete(w.n.lie, "final"); return have + 1 }
	require.ErrorIs(t, w.s.Step(t.Context()), evm.ErrAnswer)
	require.Equal(t, Pending, w.track("a").State)
	settle(t, w, "a")
}

// A released call that the pool has lost holds up the next one, which the node refuses as long: Step
// itself uses the nonce up.
func TestReleasedAndLost(t *testing.T) {
	w := newWorld(t)
	w.submit("a")
	w.n.dropPool()
	require.NoError(t, w.s.Release(t.Context(), "a"))
	w.n.plant(1, 1<<20)
	for range 3 {
		w.step()
		_, err := w.s.Submit(t.Context(), Intent{Call: callWith("b"), Gas: 1, Keys: []Key{"b"}})
		require.ErrorIs(t, err, ErrNotTaken)
		w.n.mine(1)
		w.wait(defaultResubmitAfter / 3)
	}
	w.step()
	w.n.mine(1 + lag)
	w.step()
	assert.EqualValues(t, 2, w.submit("b").Nonce)
	assert.Len(t, w.n.mined("", 100), 1)
	assert.Empty(t, w.n.mined("a", 100))
}

// A count that is too low does not make a used nonce look free.
func TestChainForgetsNonces(t *testing.T) {
	w := newWorld(t)
	w.submit("a")
	settle(t, w, "a")
	w.submit("b")
	w.n.mine(1) // mined, not final
	w.n.lie["final"] = func(uint64) uint64 { return 0 }
	w.step()
	next, err := w.s.nextNonce(t.Context())
	require.NoError(t, err)
	assert.EqualValues(t, 2, next, "what was final is")
	w.open() // and does not know what was final
	w.step()
	_, err = w.s.Submit(t.Context(), Intent{Call: callWith("c"), Gas: 1, Keys: []Key{"c"}})
	require.ErrorIs(t, err, ErrForeign)
	clear(w.n.lie)
	w.step()
	assert.EqualValues(t, 2, w.submit("c").Nonce)
	settle(t, w, "b", "c")
	assert.Zero(t, w.n.empties())
}

// Transactions of an earlier state are waited for, and their nonces are not used again.
func TestLostState(t *testing.T) {
	w := newWorld(t)
	for _, data := range []string{"a", "b", "c"} {
		w.submit(data)
	}
	w.disk = newDisk()
	w.open()
	_, err := w.s.Submit(t.Context(), Intent{Call: callWith("d"), Gas: 1, Keys: []Key{"d"}})
	require.ErrorIs(t, err, ErrForeign)
	w.n.mine(1)
	w.step()
	_, err = w.s.Submit(t.Context(), Intent{Call: callWith("d"), Gas: 1, Keys: []Key{"d"}})
	require.ErrorIs(t, err, ErrForeign, "mined, and not final")
	w.n.mine(lag)
	w.step()
	assert.EqualValues(t, 3, w.submit("d").Nonce)
}

// A transaction of an earlier state that pays too little is outbid in the end.
func TestForeignInFront(t *testing.T) {
	w := newWorld(t)
	w.n.foreign(1)
	w.n.floor = 500
	_, err := w.s.Submit(t.Context(), Intent{Call: callWith("a"), Gas: 1, Keys: []Key{"a"}})
	require.ErrorIs(t, err, ErrForeign)
	w.wait(defaultResubmitAfter)
	assert.Zero(t, w.submit("a").Nonce)
	settle(t, w, "a")
	assert.Len(t, w.n.mined("a", 100), 1)
}

// A released call in front does not hold up those behind it.
func TestReleasedInFront(t *testing.T) {
	for name, before := range map[string]func(w *world){
		"lost by the pool":  func(w *world) { w.n.dropPool() },
		"paying too little": func(w *world) { w.n.floor = 2100 },
	} {
		t.Run(name, func(t *testing.T) {
			w := newWorld(t)
			w.submit("a")
			before(w)
			require.NoError(t, w.s.Release(t.Context(), "a"))
			w.n.price = 1100
			w.submit("b")
			w.open() // the release is stored
			_, found := w.s.Find("a")
			require.False(t, found)
			w.wait(defaultResubmitAfter)
			require.Equal(t, Pending, w.look("b").State)
			w.n.mine(1 + lag)
			require.Equal(t, Mined, w.look("b").State)
			assert.Empty(t, w.n.mined("a", 100), "an empty transaction took its place")
			assert.Equal(t, 1, w.n.empties())
			require.NoError(t, w.s.Release(t.Context(), "b"))
			assert.Empty(t, w.s.Flights())
			assert.Empty(t, w.disk.records)
		})
	}
}

// Where final blocks are taken back, the nonces that the chain counts as missing are filled, and no
// others.
func TestGapAfterDeepReorg(t *testing.T) {
	for _, gap := range []int{1, MaxFill, MaxFill + 1} {
		w := newWorld(t)
		for i := range gap {
			key := Key(rune('A' + i))
			w.submit(string(key))
			w.n.mine(1 + lag)
			w.step()
			require.NoError(t, w.s.Release(t.Context(), key))
		}
		require.EqualValues(t, gap, w.submit("z").Nonce)
		w.n.reorg(len(w.n.blocks)-1, true)
		w.n.mine(lag + 1)
		w.look("z")
		require.Zero(t, w.n.empties(), "not at once")
		w.wait(defaultResubmitAfter)
		w.look("z")
		if gap > MaxFill {
			require.Zero(t, w.n.empties())
			assert.Zero(t, w.submit("y").Nonce, "a wide gap is left to the calls to come")
			continue
		}
		require.Equal(t, gap, w.n.empties())
		for range 20 {
			w.wait(defaultResubmitAfter)
			w.look("z")
		}
		assert.LessOrEqual(t, len(w.n.offered), 400)
		settle(t, w, "z")
		assert.Len(t, w.n.mined("", 1000), gap)
	}
}

// A block that is undone brings its transaction back to the pool, also where the node has lost it.
func TestUndone(t *testing.T) {
	w := newWorld(t)
	tx := w.submit("a").Txs[0]
	w.n.mine(1)
	require.Equal(t, Pending, w.look("a").State)
	w.n.reorg(1, true)
	require.Equal(t, Pending, w.look("a").State)
	assert.Contains(t, w.n.pool, tx, "offered at once")
}
