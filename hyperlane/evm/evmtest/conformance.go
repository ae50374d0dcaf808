package evmtest

import (
	"context"
	"errors"
	"iter"
	"math/big"
	"slices"
	"testing"
	"time"

	"github.com/ethereum/go-ethereum"
	"github.com/ethereum/go-ethereum/common"
	"github.com/ethereum/go-ethereum/core/types"
	"github.com/ethereum/go-ethereum/crypto"
	"github.com/ethereum/go-ethereum/rpc"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/hyperlane-go/sdk/hyperlane/evm"
)

// Run holds a backend to what evm.Client relies on. open returns the backend under test over an
// honest node: a wrapper passes requests on to it, a failover uses it as one or all of its nodes.
// Each check has a node of its own.
//
// The backend must answer as the node does; say ethereum.NotFound for what does not exist; keep the
// code and data of a refusal; return the context's error once the context has ended; and leave its
// arguments alone. A client over it must read the events of the chain completely, also across
// reorganisations and refused log ranges.
func Run(t *testing.T, open func(t testing.TB, honest evm.Backend) evm.Backend) {
	t.Helper()
	for _, check := range []struct {
		name string
		run  func(t *testing.T, n *Node, b evm.Backend)
	}{
		{"answers of the node", checkAnswers},
		{"what does not exist", checkNotFound},
		{"refusals", checkRefusals},
		{"cancelled contexts", checkContexts},
		{"arguments", checkArguments},
		{"transactions", checkTransactions},
		{"scan", checkScan},
		{"follow across reorganisations", checkFollow},
	} {
		t.Run(check.name, func(t *testing.T) {
			n := NewGrown(9, 2)
			check.run(t, n, open(t, n))
		})
	}
}

// requests are all requests of a backend, each returning its answer.
func requests(b evm.Backend, known common.Hash) map[string]func(context.Context) (any, error) {
	account := common.Address{1}
	msg := ethereum.CallMsg{To: &Contract, Data: CountCall}
	query := ethereum.FilterQuery{
		FromBlock: big.NewInt(1), ToBlock: big.NewInt(9),
		Addresses: []common.Address{Contract}, Topics: [][]common.Hash{{TickTopic}},
	}
	number := func(v uint64, err error) (any, error) { return v, err }
	amount := func(v *big.Int, err error) (any, error) { return v, err }
	return map[string]func(context.Context) (any, error){
		"chain id": func(ctx context.Context) (any, error) { return amount(b.ChainID(ctx)) },
		"head":     func(ctx context.Context) (any, error) { return header(b.HeaderByNumber(ctx, nil)) },
		"block 3":  func(ctx context.Context) (any, error) { return header(b.HeaderByNumber(ctx, big.NewInt(3))) },
		"finalized": func(ctx context.Context) (any, error) {
			return header(b.HeaderByNumber(ctx, big.NewInt(int64(rpc.FinalizedBlockNumber))))
		},
		"logs": func(ctx context.Context) (any, error) {
			logs, err := b.FilterLogs(ctx, query)
			return logs, err
		},
		"call": func(ctx context.Context) (any, error) { out, err := b.CallContract(ctx, msg, nil); return out, err },
		"call at 3": func(ctx context.Context) (any, error) {
			out, err := b.CallContract(ctx, msg, big.NewInt(3))
			return out, err
		},
		"code":          func(ctx context.Context) (any, error) { code, err := b.CodeAt(ctx, Contract, nil); return code, err },
		"pending code":  func(ctx context.Context) (any, error) { code, err := b.PendingCodeAt(ctx, Contract); return code, err },
		"balance":       func(ctx context.Context) (any, error) { return amount(b.BalanceAt(ctx, account, nil)) },
		"gas price":     func(ctx context.Context) (any, error) { return amount(b.SuggestGasPrice(ctx)) },
		"tip":           func(ctx context.Context) (any, error) { return amount(b.SuggestGasTipCap(ctx)) },
		"estimate":      func(ctx context.Context) (any, error) { return number(b.EstimateGas(ctx, msg)) },
		"nonce":         func(ctx context.Context) (any, error) { return number(b.NonceAt(ctx, account, nil)) },
		"pending nonce": func(ctx context.Context) (any, error) { return number(b.PendingNonceAt(ctx, account)) },
		"transaction": func(ctx context.Context) (any, error) {
			tx, _, err := b.TransactionByHash(ctx, known)
			if err != nil {
				return nil, err
			}
			return tx.Hash(), nil
		},
		"receipt": func(ctx context.Context) (any, error) {
			r, err := b.TransactionReceipt(ctx, known)
			return r, err
		},
	}
}

func header(h *types.Header, err error) (any, error) {
	if err != nil {
		return nil, err
	}
	return h.Hash(), nil
}

func checkAnswers(t *testing.T, n *Node, b evm.Backend) {
	tx := transaction(t, 0)
	require.NoError(t, n.SendTransaction(t.Context(), tx))
	n.Mine(1)
	want := requests(n, tx.Hash())
	for name, ask := range requests(b, tx.Hash()) {
		have, err := ask(t.Context())
		require.NoError(t, err, name)
		expected, err := want[name](t.Context())
		require.NoError(t, err, name)
		assert.Equal(t, expected, have, name)
	}
}

func checkNotFound(t *testing.T, n *Node, b evm.Backend) {
	_, err := b.HeaderByNumber(t.Context(), big.NewInt(int64(n.Len())))
	require.ErrorIs(t, err, ethereum.NotFound, "a block beyond the head")
	_, err = b.TransactionReceipt(t.Context(), common.Hash{1})
	require.ErrorIs(t, err, ethereum.NotFound, "a receipt")
	_, _, err = b.TransactionByHash(t.Context(), common.Hash{1})
	require.ErrorIs(t, err, ethereum.NotFound, "a transaction")
}

func checkRefusals(t *testing.T, n *Node, b evm.Backend) {
	n.Call = func(ethereum.CallMsg, *Block) ([]byte, error) {
		return nil, Error{Code: 3, Text: "execution reverted", Data: "0x01020304"}
	}
	_, err := b.CallContract(t.Context(), ethereum.CallMsg{To: &Contract, Data: CountCall}, nil)
	var refused rpc.DataError
	require.ErrorAs(t, err, &refused)
	assert.Equal(t, "0x01020304", refused.ErrorData())
	var said rpc.Error
	require.ErrorAs(t, err, &said)
	assert.Equal(t, 3, said.ErrorCode())
}

func checkContexts(t *testing.T, n *Node, b evm.Backend) {
	tx := transaction(t, 0)
	require.NoError(t, n.SendTransaction(t.Context(), tx))
	n.Mine(0)
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	for name, ask := range requests(b, tx.Hash()) {
		_, err := ask(ctx)
		assert.ErrorIs(t, err, context.Canceled, name)
	}
	assert.ErrorIs(t, b.SendTransaction(ctx, tx), context.Canceled, "send")
}

func checkArguments(t *testing.T, _ *Node, b evm.Backend) {
	number, data := big.NewInt(3), slices.Clone(CountCall)
	query := ethereum.FilterQuery{
		FromBlock: big.NewInt(1), ToBlock: big.NewInt(4),
		Addresses: []common.Address{Contract, {2}}, Topics: [][]common.Hash{{TickTopic, {2}}},
	}
	_, err := b.HeaderByNumber(t.Context(), number)
	require.NoError(t, err)
	_, err = b.CallContract(t.Context(), ethereum.CallMsg{To: &Contract, Data: data}, number)
	require.NoError(t, err)
	_, err = b.FilterLogs(t.Context(), query)
	require.NoError(t, err)
	assert.Equal(t, big.NewInt(3), number)
	assert.Equal(t, CountCall, data)
	assert.Equal(t, []common.Address{Contract, {2}}, query.Addresses)
	assert.Equal(t, [][]common.Hash{{TickTopic, {2}}}, query.Topics)
	assert.Equal(t, big.NewInt(1), query.FromBlock)
}

func checkTransactions(t *testing.T, n *Node, b evm.Backend) {
	tx := transaction(t, 0)
	from, err := sender(tx)
	require.NoError(t, err)
	for range 2 { // handing it over again is no mistake
		require.NoError(t, b.SendTransaction(t.Context(), tx))
	}
	_, pending, err := b.TransactionByHash(t.Context(), tx.Hash())
	require.NoError(t, err)
	assert.True(t, pending)
	nonce, err := b.PendingNonceAt(t.Context(), from)
	require.NoError(t, err)
	assert.EqualValues(t, 1, nonce)
	n.Mine(0)
	receipt, err := b.TransactionReceipt(t.Context(), tx.Hash())
	require.NoError(t, err)
	require.NoError(t, evm.CheckReceipt(receipt, tx.Hash()))
	nonce, err = b.NonceAt(t.Context(), from, nil)
	require.NoError(t, err)
	assert.EqualValues(t, 1, nonce)
	n.Drop(1)
	_, err = b.TransactionReceipt(t.Context(), tx.Hash())
	require.ErrorIs(t, err, ethereum.NotFound, "its block was undone")
}

func checkScan(t *testing.T, n *Node, b evm.Backend) {
	c := client(t, b)
	n.Limit = 3
	ticks, err := collect(evm.Scan(t.Context(), c, Ticks(c), evm.Range{From: 2, To: evm.Through(7)}))
	require.NoError(t, err)
	require.Len(t, ticks, 12)
	for i, tick := range ticks {
		assert.EqualValues(t, i+2, tick.Index)
	}
}

func checkFollow(t *testing.T, n *Node, b evm.Backend) {
	var have []common.Hash
	steps := []func(){
		func() { n.Drop(2); n.Mine(1); n.Mine(3); n.Mine(0) },
		func() { n.Drop(1); n.Mine(2) },
		func() { n.Mine(1) },
		func() {},
	}
	c := client(t, b, evm.WithSleep(func(context.Context, time.Duration) error {
		if len(steps) == 0 {
			return errSeen
		}
		step := steps[0]
		steps = steps[1:]
		step()
		return nil
	}))
	for tick, err := range evm.Follow(t.Context(), c, Ticks(c), evm.Range{}) {
		switch {
		case err != nil:
			require.ErrorIs(t, err, errSeen)
		case tick.Removed:
			require.NotEmpty(t, have)
			require.Equal(t, have[len(have)-1], tick.ID, "the newest is taken back first")
			have = have[:len(have)-1]
		default:
			have = append(have, tick.ID)
		}
	}
	var want []common.Hash
	for i := range n.Len() {
		for _, l := range n.Block(i).Logs {
			want = append(want, common.Hash(l.Data[:32]))
		}
	}
	assert.Equal(t, want, have)
}

var errSeen = errors.New("the check has seen enough")

func client(t testing.TB, b evm.Backend, opts ...evm.Option) *evm.Client {
	t.Helper()
	c, err := evm.New(t.Context(), b, append([]evm.Option{evm.WithSleep(awake)}, opts...)...)
	require.NoError(t, err)
	return c
}

func collect[E any](seq iter.Seq2[E, error]) (list []E, last error) {
	for e, err := range seq {
		if err != nil {
			return list, err
		}
		list = append(list, e)
	}
	return list, nil
}

// transaction returns a signed transaction of an account that only tests know.
func transaction(t testing.TB, nonce uint64) *types.Transaction {
	t.Helper()
	key, err := crypto.ToECDSA(common.LeftPadBytes([]byte{1}, 32))
	require.NoError(t, err)
	tx, err := types.SignNewTx(key, types.LatestSignerForChainID(big.NewInt(ChainID)), &types.DynamicFeeTx{
		ChainID: big.NewInt(ChainID), Nonce: nonce, To: &Contract, Gas: gasUsed, GasFeeCap: big.NewInt(10), GasTipCap: big.NewInt(1),
	})
	require.NoError(t, err)
	return tx
}
