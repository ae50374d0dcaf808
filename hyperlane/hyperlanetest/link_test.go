package hyperlanetest_test

import (
	"context"
	"errors"
	"math/big"
	"testing"

	"github.com/ethereum/go-ethereum"
	"github.com/ethereum/go-ethereum/common"
	"github.com/ethereum/go-ethereum/core/types"
	"github.com/ethereum/go-ethereum/crypto"
	"github.com/ethereum/go-ethereum/rpc"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/hyperlane-go/sdk/contracts"
	"github.com/hyperlane-go/sdk/hyperlane"
	"github.com/hyperlane-go/sdk/hyperlane/evm"
	"github.com/hyperlane-go/sdk/hyperlane/hyperlanetest"
)

var _ evm.Backend = (*hyperlanetest.Link)(nil)

// calls runs every method of a link once, in a way that succeeds on a repaired one.
func calls(ctx context.Context, c *hyperlanetest.Chain, sent *hyperlane.Dispatched) map[hyperlanetest.Method][]func() error {
	l, mailbox, hash := c.Link, c.Contracts.Mailbox, sent.Receipt.BlockHash
	root := ethereum.CallMsg{To: &mailbox, Data: contracts.Mailbox{}.PackRoot()}
	user := hyperlanetest.User(0).Address
	return map[hyperlanetest.Method][]func() error{
		hyperlanetest.BalanceAt:   {func() error { _, err := l.BalanceAt(ctx, user, nil); return err }},
		hyperlanetest.BlockNumber: {func() error { _, err := l.BlockNumber(ctx); return err }},
		hyperlanetest.CallContract: {
			func() error { _, err := l.CallContract(ctx, root, nil); return err },
			func() error { _, err := l.CallContractAtHash(ctx, root, hash); return err },
			func() error { _, err := l.PendingCallContract(ctx, root); return err },
		},
		hyperlanetest.ChainID: {func() error { _, err := l.ChainID(ctx); return err }},
		hyperlanetest.CodeAt: {
			func() error { _, err := l.CodeAt(ctx, mailbox, nil); return err },
			func() error { _, err := l.CodeAtHash(ctx, mailbox, hash); return err },
			func() error { _, err := l.PendingCodeAt(ctx, mailbox); return err },
		},
		hyperlanetest.EstimateGas:    {func() error { _, err := l.EstimateGas(ctx, root); return err }},
		hyperlanetest.FeeHistory:     {func() error { _, err := l.FeeHistory(ctx, 1, nil, []float64{50}); return err }},
		hyperlanetest.FilterLogs:     {func() error { _, err := l.FilterLogs(ctx, ethereum.FilterQuery{}); return err }},
		hyperlanetest.HeaderByHash:   {func() error { _, err := l.HeaderByHash(ctx, hash); return err }},
		hyperlanetest.HeaderByNumber: {func() error { _, err := l.HeaderByNumber(ctx, nil); return err }},
		hyperlanetest.NonceAt: {
			func() error { _, err := l.NonceAt(ctx, user, nil); return err },
			func() error { _, err := l.PendingNonceAt(ctx, user); return err },
		},
		hyperlanetest.SendTransaction: {func() error { return l.SendTransaction(ctx, transfer(ctx, c)) }},
		hyperlanetest.SubscribeFilterLogs: {func() error {
			sub, err := l.SubscribeFilterLogs(ctx, ethereum.FilterQuery{}, make(chan types.Log))
			if err == nil {
				sub.Unsubscribe()
			}
			return err
		}},
		hyperlanetest.SubscribeNewHead: {func() error {
			sub, err := l.SubscribeNewHead(ctx, make(chan *types.Header))
			if err == nil {
				sub.Unsubscribe()
			}
			return err
		}},
		hyperlanetest.SuggestGas: {
			func() error { _, err := l.SuggestGasPrice(ctx); return err },
			func() error { _, err := l.SuggestGasTipCap(ctx); return err },
		},
		hyperlanetest.TransactionByHash:  {func() error { _, _, err := l.TransactionByHash(ctx, sent.Receipt.TxHash); return err }},
		hyperlanetest.TransactionReceipt: {func() error { _, err := l.TransactionReceipt(ctx, sent.Receipt.TxHash); return err }},
	}
}

// transfer is a transaction of the second user, signed for the nonce that is next.
func transfer(ctx context.Context, c *hyperlanetest.Chain) *types.Transaction {
	from := hyperlanetest.User(1)
	nonce, _ := c.Link.PendingNonceAt(context.WithoutCancel(ctx), from.Address)
	tx, _ := types.SignNewTx(from.Key, types.LatestSignerForChainID(c.ChainID()), &types.DynamicFeeTx{
		ChainID: c.ChainID(), Nonce: nonce, To: &from.Address, Gas: 21_000, GasFeeCap: big.NewInt(1e11), GasTipCap: big.NewInt(1e9),
	})
	return tx
}

// one is a chain with one message dispatched to the test recipient of another.
func one(t *testing.T, opts ...hyperlanetest.Option) (*hyperlanetest.Network, *hyperlanetest.Chain, *hyperlane.Dispatched) {
	t.Helper()
	n := hyperlanetest.New(t, 2, opts...)
	sent, err := n.Chains[0].Dispatch(t.Context(), n.Chains[1], []byte("hello"))
	require.NoError(t, err)
	return n, n.Chains[0], sent
}

func TestLinkFaultsReachEveryMethod(t *testing.T) {
	_, c, sent := one(t)
	ctx, cancel := context.WithCancel(t.Context())
	every := func(want error) {
		t.Helper()
		for method, forms := range calls(ctx, c, sent) {
			for i, call := range forms {
				if err := call(); want == nil {
					assert.NoErrorf(t, err, "%s %d", method, i)
				} else {
					assert.ErrorIsf(t, err, want, "%s %d", method, i)
				}
			}
		}
	}
	every(nil)
	c.Link.Cut()
	every(hyperlanetest.ErrCut)
	c.Link.Repair()
	every(nil)

	mine := errors.New("mine")
	for method, forms := range calls(ctx, c, sent) {
		c.Link.FailNext(1, method, mine)
		for i, call := range forms {
			if i == 0 {
				assert.ErrorIs(t, call(), mine, method)
			} else {
				assert.NoError(t, call(), method)
			}
		}
		c.Link.Fail(method, nil)
		for range 3 {
			assert.ErrorIs(t, forms[0](), hyperlanetest.ErrInjected, method)
		}
		c.Link.Repair()
	}
	for method, forms := range calls(ctx, c, sent) {
		before := c.Link.Calls(method)
		require.NoError(t, forms[0]())
		assert.GreaterOrEqual(t, c.Link.Calls(method), before+1, method)
	}
	cancel()
	every(context.Canceled)
}

func TestLinkHold(t *testing.T) {
	_, c, _ := one(t)
	c.Link.Hold()
	c.Link.Hold() // again does nothing
	answers := make(chan error)
	for range 2 {
		go func() { _, err := c.Link.BlockNumber(t.Context()); answers <- err }()
	}
	require.NoError(t, c.Link.AwaitHeld(t.Context(), 2))
	impatient, cancel := context.WithCancel(t.Context())
	go func() { _, err := c.Link.BlockNumber(impatient); answers <- err }()
	require.NoError(t, c.Link.AwaitHeld(t.Context(), 3))
	cancel()
	require.ErrorIs(t, <-answers, context.Canceled)
	require.ErrorIs(t, c.Link.AwaitHeld(impatient, 3), context.Canceled, "one has left")
	c.Link.Release()
	require.NoError(t, <-answers)
	require.NoError(t, <-answers)
	_, err := c.Link.BlockNumber(t.Context())
	require.NoError(t, err)
}

func TestLies(t *testing.T) {
	_, c, sent := one(t)
	ctx := t.Context()
	query := ethereum.FilterQuery{Addresses: []common.Address{c.Contracts.Mailbox}, Topics: [][]common.Hash{{crypto.Keccak256Hash([]byte("InsertedIntoTree(bytes32,uint32)"))}}}
	tests := []struct {
		name  string
		lie   func(*hyperlanetest.Link)
		check func(t *testing.T, l *hyperlanetest.Link)
	}{
		{"hides all logs", func(l *hyperlanetest.Link) { l.HideLogs(nil) }, func(t *testing.T, l *hyperlanetest.Link) {
			assert.Empty(t, logs(t, l, query))
			assert.Empty(t, receipt(t, l, sent).Logs)
		}},
		{"hides some logs", func(l *hyperlanetest.Link) {
			l.HideLogs(func(log types.Log) bool { return log.Topics[0] == query.Topics[0][0] })
		}, func(t *testing.T, l *hyperlanetest.Link) {
			assert.Empty(t, logs(t, l, query))
			assert.NotEmpty(t, receipt(t, l, sent).Logs)
		}},
		{"repeats logs", (*hyperlanetest.Link).RepeatLogs, func(t *testing.T, l *hyperlanetest.Link) {
			assert.Len(t, logs(t, l, query), 2)
		}},
		{"wrong block hash", (*hyperlanetest.Link).ForgeBlockHash, func(t *testing.T, l *hyperlanetest.Link) {
			assert.NotEqual(t, sent.Receipt.BlockHash, logs(t, l, query)[0].BlockHash)
			assert.NotEqual(t, sent.Receipt.BlockHash, receipt(t, l, sent).BlockHash)
			assert.NotEqual(t, sent.Receipt.BlockHash, receipt(t, l, sent).Logs[0].BlockHash)
		}},
		{"no receipts", (*hyperlanetest.Link).HideReceipts, func(t *testing.T, l *hyperlanetest.Link) {
			_, err := l.TransactionReceipt(ctx, sent.Receipt.TxHash)
			assert.ErrorIs(t, err, ethereum.NotFound)
		}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			tt.lie(c.Link)
			tt.check(t, c.Link)
			c.Link.Repair()
			assert.Len(t, logs(t, c.Link, query), 1, "the truth again")
			assert.Equal(t, sent.Receipt.BlockHash, receipt(t, c.Link, sent).BlockHash)
			assert.Len(t, receipt(t, c.Link, sent).Logs, len(sent.Receipt.Logs))
		})
	}
}

func logs(t *testing.T, l *hyperlanetest.Link, q ethereum.FilterQuery) []types.Log {
	t.Helper()
	out, err := l.FilterLogs(t.Context(), q)
	require.NoError(t, err)
	return out
}

func receipt(t *testing.T, l *hyperlanetest.Link, sent *hyperlane.Dispatched) *types.Receipt {
	t.Helper()
	r, err := l.TransactionReceipt(t.Context(), sent.Receipt.TxHash)
	require.NoError(t, err)
	return r
}

func TestWrongRoot(t *testing.T) {
	_, c, _ := one(t)
	ctx, mailbox := t.Context(), contracts.Mailbox{}
	ask := func(data []byte) []byte {
		out, err := c.Link.CallContract(ctx, ethereum.CallMsg{To: &c.Contracts.Mailbox, Data: data}, nil)
		require.NoError(t, err)
		return out
	}
	for name, data := range map[string][]byte{"root": mailbox.PackRoot(), "tree": mailbox.PackTree(), "latestCheckpoint": mailbox.PackLatestCheckpoint()} {
		truth := ask(data)
		c.Link.ForgeRoot()
		lie := ask(data)
		again := ask(data)
		c.Link.Repair()
		require.Len(t, lie, len(truth), name)
		assert.NotEqual(t, truth[:32], lie[:32], name)
		assert.Equal(t, lie, again, "%s: the same lie twice", name)
		if len(truth) > 32 {
			assert.Equal(t, truth[len(truth)-32:], lie[len(lie)-32:], "%s: the number of leaves stays", name)
		}
		assert.Equal(t, truth, ask(data), name)
	}
	truth := ask(mailbox.PackCount())
	c.Link.ForgeRoot()
	assert.Equal(t, truth, ask(mailbox.PackCount()), "other answers stay")
}

func TestStaleHead(t *testing.T) {
	n, c, sent := one(t)
	ctx := t.Context()
	stale := c.Height()
	later, err := c.Dispatch(ctx, n.Chains[1], []byte("later"))
	require.NoError(t, err)
	require.NoError(t, c.Mine(3))
	c.Link.FreezeHead(stale)

	number, err := c.Link.BlockNumber(ctx)
	require.NoError(t, err)
	assert.Equal(t, stale, number)
	for _, tag := range []*big.Int{nil, big.NewInt(int64(rpc.LatestBlockNumber)), big.NewInt(int64(rpc.FinalizedBlockNumber))} {
		head, err := c.Link.HeaderByNumber(ctx, tag)
		require.NoError(t, err)
		assert.LessOrEqual(t, head.Number.Uint64(), stale)
	}
	_, err = c.Link.HeaderByNumber(ctx, new(big.Int).SetUint64(stale+1))
	require.ErrorIs(t, err, ethereum.NotFound)
	_, err = c.Link.HeaderByHash(ctx, later.Receipt.BlockHash)
	require.ErrorIs(t, err, ethereum.NotFound)
	_, err = c.Link.TransactionReceipt(ctx, later.Receipt.TxHash)
	require.ErrorIs(t, err, ethereum.NotFound)
	assert.Equal(t, sent.Receipt.BlockHash, receipt(t, c.Link, sent).BlockHash)

	count, err := c.Link.CallContract(ctx, ethereum.CallMsg{To: &c.Contracts.Mailbox, Data: contracts.Mailbox{}.PackCount()}, nil)
	require.NoError(t, err)
	assert.Equal(t, int64(1), new(big.Int).SetBytes(count).Int64())
	for _, log := range logs(t, c.Link, ethereum.FilterQuery{Addresses: []common.Address{c.Contracts.Mailbox}}) {
		assert.LessOrEqual(t, log.BlockNumber, stale)
	}
	nonce, err := c.Link.PendingNonceAt(ctx, hyperlanetest.User(0).Address)
	require.NoError(t, err)
	assert.Equal(t, uint64(1), nonce)
}

func TestSubscriptionEndsWhenCut(t *testing.T) {
	_, c, _ := one(t)
	heads := make(chan *types.Header, 1)
	sub, err := c.Link.SubscribeNewHead(t.Context(), heads)
	require.NoError(t, err)
	require.NoError(t, c.Mine(1))
	assert.Equal(t, c.Height(), (<-heads).Number.Uint64())
	c.Link.Cut()
	require.ErrorIs(t, <-sub.Err(), hyperlanetest.ErrCut)

	c.Link.Repair()
	sub, err = c.Link.SubscribeNewHead(t.Context(), heads)
	require.NoError(t, err)
	sub.Unsubscribe()
	_, open := <-sub.Err()
	assert.False(t, open, "a caller who unsubscribes gets no error")
}
