package sender

import (
	"context"
	"testing"
	"time"

	"github.com/ethereum/go-ethereum/core/types"
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
