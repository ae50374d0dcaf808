package sender

import (
	"context"
	"errors"
	"math/big"
	"testing"
	"time"

	"github.com/ethereum/go-ethereum/common"
	"github.com/ethereum/go-ethereum/core/types"
	"github.com/ethereum/go-ethereum/crypto"
	"github.com/holiman/uint256"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/hyperlane-go/sdk/hyperlane/evm"
)

func TestMined(t *testing.T) {
	w := newWorld(t)
	f := w.submit("a")
	require.Len(t, f.Txs, 1)
	require.NoError(t, f.Refused)
	assert.Equal(t, Pending, w.look("a").State)
	w.n.mine(1)
	assert.Equal(t, Pending, w.look("a").State, "its block is not final")
	w.n.mine(lag)
	o := w.look("a")
	require.Equal(t, Mined, o.State)
	require.NoError(t, o.Err())
	assert.Equal(t, f.Txs[0], o.Receipt.TxHash)
	assert.Equal(t, o, w.look("a"), "until it is released")
	require.NoError(t, w.s.Release(t.Context(), "a"))
	_, err := w.s.Track(t.Context(), "a")
	require.ErrorIs(t, err, ErrUnknownKey)
	assert.Empty(t, w.s.Flights())
	assert.Empty(t, w.disk.records)
	assert.EqualValues(t, 1, w.submit("b").Nonce)
}

func TestReverted(t *testing.T) {
	w := newWorld(t)
	w.n.reverts = func(*types.Transaction) bool { return true }
	f := w.submit("a")
	w.n.mine(1)
	require.Equal(t, Pending, w.look("a").State)
	w.n.mine(lag)
	o := w.look("a")
	require.Equal(t, Reverted, o.State)
	require.ErrorIs(t, o.Err(), evm.ErrTxFailed)
	var tx *evm.TxError
	require.ErrorAs(t, o.Err(), &tx)
	assert.Equal(t, f.Txs[0], tx.Hash)
	assert.EqualValues(t, 1, tx.Receipt.BlockNumber.Uint64())
}

// Another program that uses the account is noticed once a final block says so.
func TestReplacedByForeign(t *testing.T) {
	w := newWorld(t)
	w.submit("a")
	w.n.dropPool()
	w.n.foreign(1 << 30)
	w.n.mine(1)
	require.Equal(t, Pending, w.look("a").State)
	w.n.mine(lag)
	o := w.look("a")
	require.Equal(t, Replaced, o.State)
	require.ErrorIs(t, o.Err(), evm.ErrNotMined)
	assert.ErrorContains(t, o.Err(), "another transaction of the account took nonce 0")
	require.NoError(t, w.s.Release(t.Context(), "a"))
	assert.EqualValues(t, 1, w.submit("a").Nonce)
}

// One transaction that does the work of many keys.
func TestManyKeys(t *testing.T) {
	w := newWorld(t)
	keys := []Key{"a", "b", "c"}
	f, err := w.s.Submit(t.Context(), Intent{Call: callWith("abc"), Gas: 1, Keys: keys})
	require.NoError(t, err)
	assert.Equal(t, keys, f.Keys)
	_, err = w.s.Submit(t.Context(), Intent{Call: callWith("b"), Gas: 1, Keys: []Key{"x", "b"}})
	require.ErrorIs(t, err, ErrInFlight)
	_, found := w.s.Find("x")
	assert.False(t, found)
	require.NoError(t, w.s.Release(t.Context(), "b"))
	_, found = w.s.Find("b")
	assert.False(t, found)
	w.n.mine(1 + lag)
	for _, key := range []Key{"a", "c"} {
		o := w.look(key)
		require.Equal(t, Mined, o.State)
		assert.Equal(t, []Key{"a", "c"}[:len(o.Flight.Keys)], o.Flight.Keys)
	}
	require.NoError(t, w.s.Release(t.Context(), "a"))
	require.NoError(t, w.s.Release(t.Context(), "a"), "twice")
	require.Len(t, w.s.Flights(), 1)
	require.NoError(t, w.s.Release(t.Context(), "c"))
	assert.Empty(t, w.s.Flights())

	for name, keys := range map[string][]Key{"none": nil, "twice": {"a", "a"}} {
		_, err := w.s.Submit(t.Context(), Intent{Call: callWith("a"), Keys: keys})
		require.ErrorIs(t, err, evm.ErrConfig, name)
	}
}

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

func TestStuck(t *testing.T) {
	w := newWorld(t)
	first := w.submit("a").Txs[0]
	w.n.dropPool()
	t.Run("is offered again as it is", func(t *testing.T) {
		w.wait(defaultResubmitAfter/10 - 1)
		w.look("a")
		require.Empty(t, w.n.pool, "not too often")
		w.wait(1)
		require.Len(t, w.look("a").Flight.Txs, 1)
		assert.Contains(t, w.n.pool, first)
	})
	t.Run("then replaced with higher fees", func(t *testing.T) {
		w.wait(defaultResubmitAfter)
		txs := w.look("a").Flight.Txs
		require.Len(t, txs, 2)
		require.Len(t, w.n.pool, 1, "the node accepted the replacement")
		assert.Contains(t, w.n.pool, txs[1])
		old, now := w.n.offered[0], w.n.pool[txs[1]]
		assert.Positive(t, now.GasFeeCap().Cmp(old.GasFeeCap()))
		assert.Equal(t, old.Data(), now.Data())
		assert.Equal(t, old.Nonce(), now.Nonce())
		assert.Len(t, w.look("a").Flight.Txs, 2, "once in that time")
	})
	t.Run("but not without end", func(t *testing.T) {
		for range 100 {
			w.wait(defaultResubmitAfter)
			w.look("a")
		}
		txs := w.look("a").Flight.Txs
		require.Less(t, len(txs), 16)
		market := int64(2*1000 + 1)
		assert.LessOrEqual(t, w.n.pool[txs[len(txs)-1]].GasFeeCap().Int64(), 4*market)
	})
	t.Run("the market counts", func(t *testing.T) {
		w.n.price = 20_000
		w.wait(defaultResubmitAfter)
		txs := w.look("a").Flight.Txs
		assert.EqualValues(t, 2*20_000+1, w.n.pool[txs[len(txs)-1]].GasFeeCap().Int64())
	})
	settle(t, w, "a")
	assert.Len(t, w.n.mined("a", 1000), 1)
}

// Keep is for calls that are not worth more.
func TestKeep(t *testing.T) {
	w := newWorld(t)
	w.submit("a")
	w.n.dropPool()
	for range 5 {
		w.wait(defaultResubmitAfter)
		w.step()
		o, err := w.s.Keep(t.Context(), "a")
		require.NoError(t, err)
		require.Len(t, o.Flight.Txs, 1)
		require.Len(t, w.n.pool, 1)
		w.n.dropPool()
	}
	w.submit("b")
	w.wait(defaultResubmitAfter)
	w.look("b")
	o, err := w.s.Keep(t.Context(), "a")
	require.NoError(t, err)
	assert.Len(t, o.Flight.Txs, 2, "unless it holds up another")
}

// Fees that the operator has set are never raised.
func TestFixedFees(t *testing.T) {
	for name, set := range map[string]func(w *world){
		"cap":   func(w *world) { w.opts.GasFeeCap = big.NewInt(5000) },
		"tip":   func(w *world) { w.opts.GasTipCap = big.NewInt(2) },
		"price": func(w *world) { w.opts.GasPrice = big.NewInt(5000) },
	} {
		t.Run(name, func(t *testing.T) {
			w := newWorld(t, set)
			w.submit("a")
			for range 10 {
				w.wait(defaultResubmitAfter)
				require.Len(t, w.look("a").Flight.Txs, 1)
			}
			require.NoError(t, w.s.Release(t.Context(), "a"))
			w.n.dropPool()
			w.submit("b")
			for range 3 {
				w.wait(defaultResubmitAfter)
				w.look("b")
			}
			settle(t, w, "b")
			for _, tx := range w.n.offered {
				assert.LessOrEqual(t, tx.GasFeeCap().Int64(), int64(5000))
				assert.LessOrEqual(t, tx.GasTipCap().Int64(), int64(5000))
			}
		})
	}
}

// No price is above Config.MaxFee.
func TestMaxFee(t *testing.T) {
	w := newWorld(t, func(w *world) { w.cfg.MaxFee = uint256.NewInt(2500) })
	w.submit("a")
	for range 10 {
		w.wait(defaultResubmitAfter)
		w.look("a")
	}
	w.n.price = 10_000
	w.wait(defaultResubmitAfter)
	w.look("a")
	w.submit("b")
	require.Greater(t, len(w.n.offered), 3)
	for _, tx := range w.n.offered {
		assert.LessOrEqual(t, tx.GasFeeCap().Int64(), int64(2500))
	}
	settle(t, w, "a", "b")
}

// A transaction that its node refuses at first sight gives its nonce back.
func TestNotTaken(t *testing.T) {
	w := newWorld(t)
	w.n.refuse = refuseData("large")
	_, err := w.s.Submit(t.Context(), Intent{Call: callWith("large"), Gas: 1, Keys: []Key{"large"}})
	require.ErrorIs(t, err, ErrNotTaken)
	require.ErrorContains(t, err, "oversized data")
	var tx *evm.TxError
	require.ErrorAs(t, err, &tx)
	assert.Equal(t, w.n.offered[0].Hash(), tx.Hash)
	assert.Empty(t, w.disk.records)
	assert.Zero(t, w.submit("small").Nonce)
	w.n.refuse = nil
	assert.EqualValues(t, 1, w.submit("large").Nonce)
	settle(t, w, "small", "large")
}

func refuseData(data string) func(*types.Transaction) error {
	return func(tx *types.Transaction) error {
		if string(tx.Data()) == data {
			return saidNo("oversized data")
		}
		return nil
	}
}

// A refused transaction is kept where it may be on its way all the same.
func TestNotTakenInDoubt(t *testing.T) {
	for name, c := range map[string]func(w *world){
		"nonce is taken": func(w *world) {
			w.n.refuse = func(tx *types.Transaction) error { w.n.plant(0, 1<<30); return saidNo("no") }
		},
		"pool does not answer": func(w *world) { w.n.refuse = refuseData("a"); w.n.fail["PendingNonceAt"] = 1 },
		"node does not say":    func(w *world) { w.n.refuse = refuseData("a"); w.n.fail["TransactionByHash"] = 2 },
		"node is out of reach": func(w *world) { w.n.fail["SendTransaction"] = 1 },
		"account is poor":      func(w *world) { w.n.poor = true },
	} {
		t.Run(name, func(t *testing.T) {
			w := newWorld(t)
			w.step()
			_, err := w.s.nextNonce(t.Context()) // asks the pool, before it fails
			require.NoError(t, err)
			pending := w.n.calls["PendingNonceAt"]
			c(w)
			if w.n.fail["PendingNonceAt"] > 0 { // the second request is the one that fails
				w.n.fail["PendingNonceAt"] = 0
				refuse := w.n.refuse
				w.n.refuse = func(tx *types.Transaction) error { w.n.fail["PendingNonceAt"] = 1; return refuse(tx) }
			}
			f := w.submit("a")
			require.Error(t, f.Refused)
			assert.Equal(t, name == "account is poor", errors.Is(f.Refused, evm.ErrFunds))
			found, ok := w.s.Find("a")
			require.True(t, ok)
			assert.Equal(t, f, found)
			assert.GreaterOrEqual(t, w.n.calls["PendingNonceAt"], pending)
			w.n.refuse, w.n.poor = nil, false
			clear(w.n.fail)
			if settle(t, w, "a"); name != "nonce is taken" {
				assert.Len(t, w.n.mined("a", 1000), 1)
			}
		})
	}
}

// What is refused when it is offered again, and again at a higher price, uses its nonce up in the
// end.
func TestRefusedLater(t *testing.T) {
	w := newWorld(t)
	w.submit("a")
	w.submit("b")
	w.n.dropPool()
	w.n.refuse = refuseData("a")
	w.open()
	require.Error(t, w.look("a").Flight.Refused)
	for range 3 {
		w.wait(defaultResubmitAfter)
		w.look("a")
		w.track("b")
	}
	w.n.mine(1 + lag)
	o := w.look("a")
	assert.Equal(t, Replaced, o.State)
	assert.Equal(t, Mined, w.track("b").State)
	assert.Len(t, w.n.mined("", 1000), 1)
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

// A node that answers null for receipts changes nothing but the detail, and one that invents them
// is not believed.
func TestReceipts(t *testing.T) {
	w := newWorld(t)
	w.submit("a")
	w.n.mine(1 + lag)
	w.n.nulls = true
	require.Equal(t, Replaced, w.look("a").State)
	w.n.nulls = false
	require.Equal(t, Mined, w.look("a").State, "nothing is decided before it is released")
	w.n.fail["TransactionReceipt"] = 1
	_, err := w.s.Track(t.Context(), "a")
	require.ErrorIs(t, err, evm.ErrRPC)
	// As of the head of the step, the nonce was used before the block that the receipt names.
	w.s.view.head.Number = 0
	_, err = w.s.Track(t.Context(), "a")
	require.ErrorIs(t, err, evm.ErrAnswer)
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

func TestWait(t *testing.T) {
	w := newWorld(t, func(w *world) { w.cfg.Interval = time.Microsecond })
	w.submit("a")
	w.n.fail["NonceAt"], w.n.fail["TransactionReceipt"] = 3, 2
	w.n.mine(1 + lag)
	o, err := w.s.Wait(t.Context(), "a")
	require.NoError(t, err)
	assert.Equal(t, Mined, o.State)

	_, err = w.s.Wait(t.Context(), "unknown")
	require.ErrorIs(t, err, ErrUnknownKey)
	w.submit("b")
	w.n.fail["NonceAt"] = -1
	ctx, cancel := context.WithTimeout(t.Context(), 20*time.Millisecond)
	defer cancel()
	_, err = w.s.Wait(ctx, "b")
	require.ErrorIs(t, err, context.DeadlineExceeded)
	require.ErrorIs(t, err, evm.ErrRPC, "what kept it waiting")
}

func TestCancelled(t *testing.T) {
	w := newWorld(t)
	w.submit("a")
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	_, err := w.s.Submit(ctx, Intent{Call: callWith("b"), Keys: []Key{"b"}})
	_, trackErr := w.s.Track(ctx, "a")
	for _, err := range []error{err, trackErr, w.s.Step(ctx), w.s.Release(ctx, "a")} {
		require.ErrorIs(t, err, context.Canceled)
		require.NotErrorIs(t, err, evm.ErrRPC)
	}
	_, found := w.s.Find("b")
	assert.False(t, found)

	// Interrupted while the node has it: the call is under way.
	ctx, cancel = context.WithCancel(t.Context())
	w.n.sent = func(string) { cancel() }
	f, err := w.s.Submit(ctx, Intent{Call: callWith("b"), Gas: 1, Keys: []Key{"b"}})
	require.NoError(t, err)
	require.ErrorIs(t, f.Refused, context.Canceled)
	w.n.sent = nil
	settle(t, w, "a", "b")
}

// Failures before the transaction is stored leave nothing behind.
func TestSubmitFails(t *testing.T) {
	for name, c := range map[string]struct {
		set   func(w *world)
		class error
	}{
		"head":    {func(w *world) { w.n.fail["HeaderByNumber"] = 1 }, evm.ErrRPC},
		"count":   {func(w *world) { w.n.fail["NonceAt"] = 1 }, evm.ErrRPC},
		"pool":    {func(w *world) { w.n.fail["PendingNonceAt"] = 1 }, evm.ErrRPC},
		"tip":     {func(w *world) { w.n.fail["SuggestGasTipCap"] = 1 }, evm.ErrRPC},
		"gas":     {func(w *world) { w.n.fail["EstimateGas"] = 1 }, evm.ErrRPC},
		"store":   {func(w *world) { w.disk.fail = errNode }, errNode},
		"no key":  {func(w *world) { w.s.opts.Signer = broken(nil, errNode) }, errNode},
		"no tx":   {func(w *world) { w.s.opts.Signer = broken(nil, nil) }, evm.ErrConfig},
		"another": {func(w *world) { w.s.opts.Signer = broken(w.n.plant(0, 1), nil); clear(w.n.pool) }, evm.ErrConfig},
	} {
		t.Run(name, func(t *testing.T) {
			w := newWorld(t)
			signer := w.s.opts.Signer
			c.set(w)
			_, err := w.s.Submit(t.Context(), Intent{Call: callWith("a"), Keys: []Key{"a"}})
			require.ErrorIs(t, err, c.class)
			assert.Empty(t, w.s.Flights())
			assert.Empty(t, w.n.offered)
			w.disk.fail, w.s.opts.Signer = nil, signer
			f := w.submit("a")
			assert.Zero(t, f.Nonce)
			settle(t, w, "a")
			assert.Len(t, w.n.mined("a", 100), 1)
		})
	}
}

func broken(tx *types.Transaction, err error) func(common.Address, *types.Transaction) (*types.Transaction, error) {
	return func(common.Address, *types.Transaction) (*types.Transaction, error) { return tx, err }
}

func TestConfigRefused(t *testing.T) {
	w := newWorld(t)
	client := w.s.client
	for field, spoil := range map[string]func(*world){
		"Config.Store":           func(w *world) { w.cfg.Store = nil },
		"Config.ResubmitAfter":   func(w *world) { w.cfg.ResubmitAfter = -1 },
		"Config.Interval":        func(w *world) { w.cfg.Interval = -1 },
		"finality":               func(w *world) { w.cfg.Finality = evm.Finality{Tag: "soon"} },
		"TransactOpts":           func(w *world) { w.opts = nil },
		"TransactOpts.Signer":    func(w *world) { w.opts.Signer = nil },
		"TransactOpts.NoSend":    func(w *world) { w.opts.NoSend = true },
		"TransactOpts.Nonce":     func(w *world) { w.opts.Nonce = common.Big1 },
		"TransactOpts.Value":     func(w *world) { w.opts.Value = common.Big1 },
		"TransactOpts.GasLimit":  func(w *world) { w.opts.GasLimit = 1 },
		"TransactOpts.GasPrice":  func(w *world) { w.opts.GasPrice, w.cfg.MaxFee = common.Big2, uint256.NewInt(1) },
		"TransactOpts.GasFeeCap": func(w *world) { w.opts.GasFeeCap, w.cfg.MaxFee = common.Big2, uint256.NewInt(1) },
	} {
		w := &world{opts: w.n.opts(), cfg: w.cfg}
		spoil(w)
		_, err := New(t.Context(), client, w.opts, w.cfg)
		var e *evm.ConfigError
		require.ErrorAs(t, err, &e, field)
		assert.Equal(t, field, e.Field)
	}
	_, err := New(t.Context(), nil, w.opts, w.cfg)
	require.ErrorIs(t, err, evm.ErrConfig)
}

// Records of another account or chain, and broken ones, are refused.
func TestStateRefused(t *testing.T) {
	w := newWorld(t)
	w.submit("a")
	record := *w.s.at(0)
	other, err := crypto.GenerateKey()
	require.NoError(t, err)
	sign := func(chain int64, nonce uint64) Tx {
		return Tx{Transaction: types.MustSignNewTx(other, types.LatestSignerForChainID(big.NewInt(chain)), &types.DynamicFeeTx{
			ChainID: big.NewInt(chain), Nonce: nonce, To: &contract, Gas: 1, GasFeeCap: big.NewInt(1), GasTipCap: big.NewInt(1)})}
	}
	for name, records := range map[string][]Record{
		"another account":  {{Txs: []Tx{sign(1337, 0)}}},
		"another chain":    {{Txs: []Tx{sign(1, 0)}}},
		"another nonce":    {{Nonce: 1, Txs: record.Txs}},
		"no transaction":   {{}},
		"two of a nonce":   {record, record},
		"a key of another": {record, {Nonce: 1, Keys: record.Keys, Txs: record.Txs}},
	} {
		_, err := New(t.Context(), w.s.client, w.opts, Config{Store: fixed(records)})
		require.ErrorIs(t, err, ErrState, name)
	}
	_, err = New(t.Context(), w.s.client, w.opts, Config{Store: fixed(nil)})
	require.ErrorIs(t, err, errNode)
}

// fixed is a store that holds some records; nil cannot be read.
type fixed []Record

func (f fixed) Load(context.Context) ([]Record, error) {
	if f == nil {
		return nil, errNode
	}
	return f, nil
}
func (fixed) Put(context.Context, Record) error    { return nil }
func (fixed) Delete(context.Context, uint64) error { return nil }

// settle lets blocks come and time pass until all keys are mined, and releases them. A replaced
// call is submitted again.
func settle(t require.TestingT, w *world, keys ...Key) {
	for range 60 {
		w.n.mine(1)
		w.wait(defaultResubmitAfter / 2)
		if err := w.s.Step(context.Background()); err != nil {
			continue
		}
		left := keys[:0:0]
		for _, key := range keys {
			o, err := w.s.Track(context.Background(), key)
			switch {
			case err != nil || o.State == Pending:
				left = append(left, key)
			case o.State == Mined:
				require.NoError(t, w.s.Release(context.Background(), key))
			default:
				require.NoError(t, w.s.Release(context.Background(), key))
				w.submit(string(key))
				left = append(left, key)
			}
		}
		if keys = left; len(keys) == 0 {
			return
		}
	}
	require.Empty(t, keys, "not mined")
}
