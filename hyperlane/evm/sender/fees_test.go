package sender

import (
	"math/big"
	"testing"

	"github.com/holiman/uint256"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

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
