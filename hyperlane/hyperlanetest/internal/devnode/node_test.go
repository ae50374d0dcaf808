package devnode_test

import (
	"context"
	"crypto/ecdsa"
	"math/big"
	"testing"

	"github.com/ethereum/go-ethereum/common"
	"github.com/ethereum/go-ethereum/core/types"
	"github.com/ethereum/go-ethereum/crypto"
	"github.com/ethereum/go-ethereum/params"
	"github.com/ethereum/go-ethereum/params/forks"
	"github.com/ethereum/go-ethereum/rpc"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.uber.org/goleak"

	"github.com/hyperlane-go/sdk/hyperlane/hyperlanetest/internal/devnode"
)

var chainID = big.NewInt(31337)

func start(tb testing.TB) (*devnode.Node, *ecdsa.PrivateKey) {
	tb.Helper()
	key, err := crypto.ToECDSA(crypto.Keccak256([]byte("devnode")))
	require.NoError(tb, err)
	n, err := devnode.Start(devnode.Config{ChainID: chainID, Time: 1000, Alloc: types.GenesisAlloc{
		crypto.PubkeyToAddress(key.PublicKey): {Balance: big.NewInt(1e18)},
	}})
	require.NoError(tb, err)
	tb.Cleanup(func() { require.NoError(tb, n.Close()) })
	return n, key
}

// transfer sends one wei to an address that is the nonce, so that transactions differ.
func transfer(tb testing.TB, n *devnode.Node, key *ecdsa.PrivateKey, nonce uint64) *types.Transaction {
	tb.Helper()
	to := common.BigToAddress(new(big.Int).SetUint64(nonce + 1_000_000))
	tx, err := types.SignNewTx(key, types.LatestSignerForChainID(chainID), &types.DynamicFeeTx{
		ChainID: chainID, Nonce: nonce, To: &to, Value: big.NewInt(1), Gas: params.TxGas,
		GasFeeCap: big.NewInt(1e10), GasTipCap: big.NewInt(1e9),
	})
	require.NoError(tb, err)
	require.NoError(tb, n.Send(context.Background(), tx))
	return tx
}

func TestRulesEndAtOsaka(t *testing.T) {
	rules := devnode.Rules(chainID)
	assert.Equal(t, forks.Osaka, rules.LatestFork(1<<62), "gas under a later fork is the gas of no live chain")
	assert.Nil(t, rules.BogotaTime)
	assert.Nil(t, rules.AmsterdamTime)

	rules.ChainID.SetInt64(1)
	*rules.OsakaTime = 7
	rules.BlobScheduleConfig.Prague.Max = 99
	again := devnode.Rules(chainID)
	assert.Equal(t, int64(31337), again.ChainID.Int64())
	assert.Zero(t, *again.OsakaTime)
	assert.NotEqual(t, 99, params.DefaultPragueBlobConfig.Max, "globals of go-ethereum stay as they are")
}

func TestBlocksRepeat(t *testing.T) {
	var hashes []common.Hash
	for range 2 {
		n, key := start(t)
		transfer(t, n, key, 0)
		_, err := n.Mine(2000)
		require.NoError(t, err)
		_, err = n.Mine(1) // not after the parent
		require.NoError(t, err)
		assert.Equal(t, uint64(2001), n.Head().Time)
		assert.Equal(t, uint64(2), n.Head().Number.Uint64())
		hashes = append(hashes, n.Head().Hash())
	}
	assert.Equal(t, hashes[0], hashes[1])
}

func TestSendCountsAtOnce(t *testing.T) {
	n, key := start(t)
	ctx := t.Context()
	for nonce := range uint64(20) {
		got, err := n.Client().PendingNonceAt(ctx, crypto.PubkeyToAddress(key.PublicKey))
		require.NoError(t, err)
		require.Equal(t, nonce, got)
		transfer(t, n, key, nonce)
	}
	assert.Equal(t, 20, n.Pending())
	_, err := n.Mine(2000)
	require.NoError(t, err)
	assert.Zero(t, n.Pending())
	count, err := n.Client().TransactionCount(ctx, n.Head().Hash())
	require.NoError(t, err)
	assert.Equal(t, uint(20), count)
}

// Two callers that wait for the pool at once must both be answered.
func TestSendFromManyGoroutines(t *testing.T) {
	n, key := start(t)
	done := make(chan struct{})
	go func() {
		defer close(done)
		for nonce := range uint64(50) {
			transfer(t, n, key, nonce)
		}
	}()
	for range 50 {
		_, err := n.Mine(0)
		assert.NoError(t, err)
	}
	<-done
	_, err := n.Mine(0)
	require.NoError(t, err)
	nonce, err := n.Client().NonceAt(t.Context(), crypto.PubkeyToAddress(key.PublicKey), nil)
	require.NoError(t, err)
	assert.Equal(t, uint64(50), nonce)
}

func TestReorg(t *testing.T) {
	tests := []struct {
		name           string
		fork           devnode.Fork
		height         uint64
		mined, pending int // transactions in the chain and in the pool afterwards, of 3 mined and 1 waiting
		dropped        int
	}{
		{"keeps all", devnode.Fork{Depth: 2, Blocks: 3}, 4, 3, 1, 0},
		{"shorter chain", devnode.Fork{Depth: 2, Blocks: 1}, 2, 2, 2, 1},
		{"requeues", devnode.Fork{Depth: 2, Blocks: 3, Keep: none}, 4, 1, 3, 2},
		{"forgets", devnode.Fork{Depth: 2, Blocks: 3, Keep: none, Forget: true}, 4, 1, 0, 2},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			n, key := start(t)
			for nonce := range uint64(3) {
				transfer(t, n, key, nonce)
				_, err := n.Mine(2000 + nonce)
				require.NoError(t, err)
			}
			old := []common.Hash{n.Header(3).Hash(), n.Header(2).Hash()}
			transfer(t, n, key, 3)

			undone, dropped, err := n.Reorg(tt.fork)
			require.NoError(t, err)
			require.Len(t, undone, 2)
			assert.Equal(t, old, []common.Hash{undone[0].Hash(), undone[1].Hash()})
			assert.Len(t, dropped, tt.dropped)
			assert.Equal(t, tt.height, n.Head().Number.Uint64())
			assert.NotEqual(t, old[1], n.Header(2).Hash(), "same transactions, same time, another block")

			nonce, err := n.Client().NonceAt(t.Context(), crypto.PubkeyToAddress(key.PublicKey), nil)
			require.NoError(t, err)
			assert.Equal(t, tt.mined, int(nonce))
			assert.Equal(t, tt.pending, n.Pending())
			_, err = n.Mine(3000)
			require.NoError(t, err)
			nonce, err = n.Client().NonceAt(t.Context(), crypto.PubkeyToAddress(key.PublicKey), nil)
			require.NoError(t, err)
			assert.Equal(t, tt.mined+tt.pending, int(nonce))
		})
	}
}

func none(*types.Transaction) bool { return false }

func TestReorgRefused(t *testing.T) {
	n, key := start(t)
	for nonce := range uint64(2) {
		transfer(t, n, key, nonce)
		_, err := n.Mine(2000 + nonce)
		require.NoError(t, err)
	}
	first := n.Header(1).TxHash
	tests := map[string]devnode.Fork{
		"no depth":        {Depth: 0, Blocks: 1},
		"beyond genesis":  {Depth: 3, Blocks: 1},
		"no blocks":       {Depth: 1, Blocks: 0},
		"a gap in nonces": {Depth: 2, Blocks: 2, Keep: func(tx *types.Transaction) bool { return tx.Nonce() == 1 }},
	}
	for name, fork := range tests {
		t.Run(name, func(t *testing.T) {
			before := n.Head().Hash()
			_, _, err := n.Reorg(fork)
			require.Error(t, err)
			assert.Equal(t, before, n.Head().Hash(), "nothing changed")
			assert.Equal(t, first, n.Header(1).TxHash)
		})
	}
}

func TestFinalize(t *testing.T) {
	n, _ := start(t)
	for range 5 {
		_, err := n.Mine(0)
		require.NoError(t, err)
	}
	tag := func(b rpc.BlockNumber) uint64 {
		h, err := n.Client().HeaderByNumber(t.Context(), big.NewInt(int64(b)))
		require.NoError(t, err)
		return h.Number.Uint64()
	}
	assert.Zero(t, tag(rpc.FinalizedBlockNumber), "mining alone finalizes nothing")
	require.NoError(t, n.Finalize(2, 3))
	assert.Equal(t, uint64(2), tag(rpc.FinalizedBlockNumber))
	assert.Equal(t, uint64(3), tag(rpc.SafeBlockNumber))
	require.NoError(t, n.Finalize(99, 99))
	assert.Equal(t, uint64(5), tag(rpc.FinalizedBlockNumber))
}

func TestClosed(t *testing.T) {
	_, err := devnode.Start(devnode.Config{})
	require.Error(t, err, "no chain id")

	n, err := devnode.Start(devnode.Config{ChainID: chainID})
	require.NoError(t, err)
	require.NoError(t, n.Close())
	require.NoError(t, n.Close())
	_, err = n.Mine(1)
	require.ErrorIs(t, err, devnode.ErrClosed)
	_, _, err = n.Reorg(devnode.Fork{Depth: 1, Blocks: 1})
	require.ErrorIs(t, err, devnode.ErrClosed)
	require.ErrorIs(t, n.Finalize(0, 0), devnode.ErrClosed)
}

func TestNoGoroutineLeft(t *testing.T) {
	run := func() {
		n, err := devnode.Start(devnode.Config{ChainID: chainID})
		require.NoError(t, err)
		_, err = n.Mine(1)
		require.NoError(t, err)
		require.NoError(t, n.Close())
	}
	run() // globals of go-ethereum start goroutines that stay
	ignore := goleak.IgnoreCurrent()
	run()
	// The node's peer database ends this one by itself, a second after it was closed.
	goleak.VerifyNone(t, ignore, goleak.IgnoreAnyFunction("github.com/syndtr/goleveldb/leveldb.(*DB).mpoolDrain"))
}

func BenchmarkStart(b *testing.B) {
	for b.Loop() {
		n, err := devnode.Start(devnode.Config{ChainID: chainID})
		require.NoError(b, err)
		require.NoError(b, n.Close())
	}
}

func BenchmarkMineEmpty(b *testing.B) {
	n, _ := start(b)
	for b.Loop() {
		_, err := n.Mine(0)
		require.NoError(b, err)
	}
}
