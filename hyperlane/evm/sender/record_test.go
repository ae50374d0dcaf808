package sender

import (
	"encoding/json"
	"math/big"
	"testing"
	"time"

	"github.com/ethereum/go-ethereum/core/types"
	"github.com/ethereum/go-ethereum/crypto"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"
)

func TestRecordCodec(t *testing.T) {
	key, err := crypto.GenerateKey()
	require.NoError(t, err)
	signer := types.LatestSignerForChainID(big.NewInt(5))
	rapid.Check(t, func(t *rapid.T) {
		nonce := rapid.Uint64().Draw(t, "nonce")
		r := Record{Nonce: nonce}
		for _, k := range rapid.SliceOfN(rapid.StringMatching(`[a-z ]*`), 0, 3).Draw(t, "keys") {
			r.Keys = append(r.Keys, Key(k))
		}
		for i := range rapid.IntRange(1, 3).Draw(t, "txs") {
			var inner types.TxData = &types.DynamicFeeTx{ChainID: big.NewInt(5), Nonce: nonce, Gas: uint64(i), GasFeeCap: big.NewInt(1), GasTipCap: big.NewInt(1)}
			if rapid.Bool().Draw(t, "legacy") {
				inner = &types.LegacyTx{Nonce: nonce, Data: rapid.SliceOfN(rapid.Byte(), 1, 40).Draw(t, "data"), GasPrice: big.NewInt(1)}
			}
			at := time.Unix(0, rapid.Int64Range(0, 1<<60).Draw(t, "at")).UTC()
			r.Txs = append(r.Txs, Tx{Transaction: types.MustSignNewTx(key, signer, inner), Signed: at})
		}
		data, err := json.Marshal(r)
		require.NoError(t, err)
		var back Record
		require.NoError(t, json.Unmarshal(data, &back))
		require.Equal(t, r.Keys, back.Keys)
		require.Equal(t, r.hashes(), back.hashes())
		again, err := json.Marshal(back)
		require.NoError(t, err)
		require.Equal(t, string(data), string(again))
	})
}

func FuzzRecord(f *testing.F) {
	w := newWorld(f)
	w.submit("a")
	data, err := json.Marshal(w.s.at(0))
	require.NoError(f, err)
	f.Add(data)
	f.Add([]byte(`{"nonce":1,"txs":[{"raw":"0x"}]}`))
	f.Add([]byte(`{"txs":[]}`))
	f.Add([]byte(`7`))
	f.Fuzz(func(t *testing.T, data []byte) {
		keep := Record{Nonce: 77}
		r := keep
		if err := json.Unmarshal(data, &r); err != nil {
			assert.Equal(t, keep, r, "unchanged on error")
			return
		}
		first, err := json.Marshal(r)
		require.NoError(t, err)
		var back Record
		require.NoError(t, json.Unmarshal(first, &back))
		require.Equal(t, r.hashes(), back.hashes())
	})
}

func TestMemory(t *testing.T) {
	w := newWorld(t)
	w.submit("a")
	m := NewMemory()
	require.NoError(t, m.Put(t.Context(), *w.s.at(0)))
	require.NoError(t, m.Put(t.Context(), *w.s.at(0).without("a")))
	all, err := m.Load(t.Context())
	require.NoError(t, err)
	require.Len(t, all, 1)
	assert.Empty(t, all[0].Keys, "a record takes the place of the one before")
	require.NoError(t, m.Delete(t.Context(), 0))
	require.NoError(t, m.Delete(t.Context(), 0))
	all, err = m.Load(t.Context())
	require.NoError(t, err)
	assert.Empty(t, all)
}

// The arguments of a caller stay as they are.
func TestArgumentsAreReadOnly(t *testing.T) {
	w := newWorld(t)
	keys := []Key{"a", "b"}
	f, err := w.s.Submit(t.Context(), Intent{Call: callWith("a"), Gas: 1, Keys: keys})
	require.NoError(t, err)
	f.Keys[0], f.Txs[0] = "changed", [32]byte{}
	require.NoError(t, w.s.Release(t.Context(), "a"))
	assert.Equal(t, []Key{"a", "b"}, keys)
	found, ok := w.s.Find("b")
	require.True(t, ok)
	assert.NotZero(t, found.Txs[0])
	assert.Nil(t, w.opts.Nonce)
	assert.Zero(t, w.opts.GasLimit)
}

func TestStateText(t *testing.T) {
	for s, want := range map[State]string{Pending: "pending", Mined: "mined", Reverted: "reverted", Replaced: "replaced", 9: "state 9"} {
		assert.Equal(t, want, s.String())
	}
}

// Chains of any fee market: one price, a price with an access list, a cap with a tip.
func TestFeesByType(t *testing.T) {
	to, w := contract, newWorld(t)
	for _, inner := range []types.TxData{
		&types.LegacyTx{Nonce: 7, GasPrice: big.NewInt(8), Gas: 9, To: &to, Data: []byte("d"), Value: big.NewInt(1)},
		&types.AccessListTx{ChainID: big.NewInt(5), Nonce: 7, GasPrice: big.NewInt(8), Gas: 9, To: &to, Data: []byte("d"), Value: big.NewInt(1), AccessList: types.AccessList{{Address: to}}},
		&types.DynamicFeeTx{ChainID: big.NewInt(5), Nonce: 7, GasFeeCap: big.NewInt(8), GasTipCap: big.NewInt(2), Gas: 9, To: &to, Data: []byte("d"), Value: big.NewInt(1), AccessList: types.AccessList{{Address: to}}},
	} {
		old := types.NewTx(inner)
		tx := w.s.withFees(old, big.NewInt(100), big.NewInt(50))
		assert.Equal(t, old.Type(), tx.Type())
		assert.EqualValues(t, 100, tx.GasFeeCap().Int64())
		if tx.Type() != types.LegacyTxType {
			assert.EqualValues(t, 1337, tx.ChainId().Int64())
		}
		if tx.Type() == types.DynamicFeeTxType {
			assert.EqualValues(t, 50, tx.GasTipCap().Int64())
		}
		r := Record{Txs: []Tx{{Transaction: old}}}
		assert.False(t, r.cancels(Tx{Transaction: tx}))
		assert.Equal(t, old.AccessList(), tx.AccessList())
		assert.Equal(t, []uint64{old.Nonce(), old.Gas()}, []uint64{tx.Nonce(), tx.Gas()})
	}
	for _, v := range []int64{0, 1, 7, 8, 1000} {
		r := raised(big.NewInt(v)).Int64()
		assert.GreaterOrEqual(t, r*10, v*11)
		assert.Greater(t, r, v)
	}
	one, two := big.NewInt(1), big.NewInt(2)
	for _, pair := range [][2]*big.Int{{one, two}, {two, one}} {
		assert.Equal(t, two, greatest(pair[0], pair[1]))
		assert.Equal(t, one, least(pair[0], pair[1]))
	}
}
