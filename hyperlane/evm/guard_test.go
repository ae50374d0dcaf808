package evm_test

import (
	"context"
	"errors"
	"math"
	"math/big"
	"testing"
	"time"

	"github.com/ethereum/go-ethereum"
	bind "github.com/ethereum/go-ethereum/accounts/abi/bind/v2"
	"github.com/ethereum/go-ethereum/common"
	"github.com/ethereum/go-ethereum/core/types"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/hyperlane-go/sdk/hyperlane/evm"
	"github.com/hyperlane-go/sdk/hyperlane/evm/evmtest"
)

// The guarded node answers as the node does, where the node tells the truth.
func TestBackendConforms(t *testing.T) {
	evmtest.Run(t, func(t testing.TB, honest evm.Backend) evm.Backend { return client(t, honest).Backend() })
}

// answering is a node with amounts and counts of the test's choice, whose requests can fail.
type answering struct {
	*evmtest.Node
	amount *big.Int
	count  uint64
	err    error
	ctx    context.Context //nolint:containedctx // of the last request
}

func (a *answering) BalanceAt(ctx context.Context, _ common.Address, _ *big.Int) (*big.Int, error) {
	a.ctx = ctx
	return a.amount, a.err
}
func (a *answering) SuggestGasPrice(context.Context) (*big.Int, error)  { return a.amount, a.err }
func (a *answering) SuggestGasTipCap(context.Context) (*big.Int, error) { return a.amount, a.err }
func (a *answering) EstimateGas(context.Context, ethereum.CallMsg) (uint64, error) {
	return a.count, a.err
}

func (a *answering) NonceAt(context.Context, common.Address, *big.Int) (uint64, error) {
	return a.count, a.err
}

func (a *answering) PendingNonceAt(context.Context, common.Address) (uint64, error) {
	return a.count, a.err
}

func (a *answering) TransactionByHash(context.Context, common.Hash) (*types.Transaction, bool, error) {
	return nil, false, a.err
}

func (a *answering) TransactionReceipt(context.Context, common.Hash) (*types.Receipt, error) {
	return nil, a.err
}

// The highest number that can be true is passed on, and the one above is not.
func TestBounds(t *testing.T) {
	n := &answering{Node: evmtest.NewGrown(1, 0)}
	b := client(t, n).Backend()
	bit := func(n uint) *big.Int { return new(big.Int).Lsh(big.NewInt(1), n) }
	below := func(v *big.Int) *big.Int { return new(big.Int).Sub(v, big.NewInt(1)) }
	check := func(name string, good bool, err error) {
		t.Helper()
		if good {
			require.NoError(t, err, name)
		} else {
			require.ErrorIs(t, err, evm.ErrAnswer, name)
		}
	}
	for _, row := range []struct {
		amount         *big.Int
		price, balance bool
	}{
		{new(big.Int), true, true}, {below(bit(96)), true, true}, {bit(96), false, true}, {below(bit(256)), false, true},
		{bit(256), false, false}, {big.NewInt(-1), false, false}, {nil, false, false},
	} {
		n.amount = row.amount
		_, err := b.BalanceAt(t.Context(), common.Address{}, nil)
		check("balance", row.balance, err)
		_, err = b.SuggestGasPrice(t.Context())
		check("price", row.price, err)
		_, err = b.SuggestGasTipCap(t.Context())
		check("tip", row.price, err)
		n.Header = func(h *types.Header) (*types.Header, error) { h.BaseFee = row.amount; return h, nil }
		_, err = b.HeaderByNumber(t.Context(), nil)
		check("base fee", row.price || row.amount == nil, err)
	}
	for _, row := range []struct {
		count      uint64
		gas, nonce bool
	}{{0, true, true}, {1 << 40, true, true}, {1<<40 + 1, false, true}, {1 << 48, false, true}, {1<<48 + 1, false, false}, {math.MaxUint64, false, false}} {
		n.count = row.count
		_, err := b.EstimateGas(t.Context(), ethereum.CallMsg{})
		check("gas", row.gas, err)
		_, err = b.NonceAt(t.Context(), common.Address{}, nil)
		check("nonce", row.nonce, err)
		_, err = b.PendingNonceAt(t.Context(), common.Address{})
		check("pending nonce", row.nonce, err)
	}
	for number, good := range map[uint64]bool{0: true, 1 << 62: true, 1<<62 + 1: false, math.MaxUint64: false} {
		n.Header = func(h *types.Header) (*types.Header, error) { h.Number = new(big.Int).SetUint64(number); return h, nil }
		_, err := b.HeaderByNumber(t.Context(), nil)
		check("number", good, err)
	}
}

// A request that fails is not an answer: what was asked for may exist.
func TestFailuresAreNoAnswers(t *testing.T) {
	n := &answering{Node: evmtest.NewGrown(1, 0)}
	c := client(t, n)
	for err, unknown := range map[error]bool{errors.New("connection reset"): false, ethereum.NotFound: true, nil: true} {
		n.err = err
		_, txErr := c.Transaction(t.Context(), common.Hash{1})
		_, receiptErr := c.Receipt(t.Context(), common.Hash{1})
		for _, have := range []error{txErr, receiptErr} {
			require.ErrorIs(t, have, evm.ErrRPC)
			assert.Equal(t, unknown, errors.Is(have, ethereum.NotFound))
			assert.Equal(t, unknown, evm.Answered(have))
		}
	}
	assert.True(t, evm.Answered(evmtest.Error{Code: -32000}))
	assert.True(t, evm.Answered(&evm.AnswerError{}))
	assert.False(t, evm.Answered(nil))
	// A client over the guards of another one adds nothing.
	n.err = errors.New("connection reset")
	_, err := client(t, c.Backend()).Balance(t.Context(), common.Address{})
	var outer *evm.RPCError
	require.ErrorAs(t, err, &outer)
	assert.Equal(t, n.err, outer.Err)
}

// Each request has a time limit of its own, and its context ends with it.
func TestRequestTimeout(t *testing.T) {
	for limit, want := range map[time.Duration]time.Duration{0: 30 * time.Second, time.Minute: time.Minute, -1: 0} {
		n := &answering{Node: evmtest.NewNode(), amount: big.NewInt(1)}
		c := client(t, n, evm.WithRequestTimeout(limit))
		before := time.Now()
		_, err := c.Balance(t.Context(), common.Address{})
		require.NoError(t, err)
		deadline, ok := n.ctx.Deadline()
		assert.Equal(t, want != 0, ok)
		if ok {
			assert.InDelta(t, want, deadline.Sub(before), float64(10*time.Second))
		}
		require.Error(t, n.ctx.Err(), "the request is over")
		require.NoError(t, t.Context().Err())
	}
}

// slow is a node that answers a request for a block only when its context ends.
type slow struct{ *evmtest.Node }

func (slow) HeaderByNumber(ctx context.Context, _ *big.Int) (*types.Header, error) {
	<-ctx.Done()
	return nil, ctx.Err()
}

// A node that is too slow has failed. A caller who gives up has not been failed by the node.
func TestSlowNode(t *testing.T) {
	c := client(t, slow{evmtest.NewNode()}, evm.WithRequestTimeout(time.Millisecond))
	_, err := c.Head(t.Context(), evm.Finality{})
	require.ErrorIs(t, err, evm.ErrRPC)
	require.ErrorIs(t, err, context.DeadlineExceeded)
	assert.False(t, evm.Answered(err))
	ctx, cancel := context.WithTimeout(t.Context(), time.Millisecond)
	defer cancel()
	_, err = client(t, slow{evmtest.NewNode()}).Head(ctx, evm.Finality{})
	require.ErrorIs(t, err, context.DeadlineExceeded)
	require.NotErrorIs(t, err, evm.ErrRPC)
}

// atHash is a node that reads at the hash of a block, and fails as the test wants.
type atHash struct {
	*evmtest.Node
	asked int
	err   error
}

func (a *atHash) CallContractAtHash(context.Context, ethereum.CallMsg, common.Hash) ([]byte, error) {
	a.asked++
	return evmtest.Word(77), a.err
}

func (a *atHash) CodeAtHash(context.Context, common.Address, common.Hash) ([]byte, error) {
	a.asked++
	return []byte{7}, a.err
}

// A block is read at its hash where it has one, and a failure there is a failure.
func TestReadsAtHash(t *testing.T) {
	n := &atHash{Node: evmtest.NewGrown(3, 1)}
	c := client(t, n)
	_, ok := c.Backend().(bind.BlockHashContractCaller)
	assert.True(t, ok, "the guarded node reads at hashes too")
	_, ok = client(t, n.Node).Backend().(bind.BlockHashContractCaller)
	assert.False(t, ok)
	head, err := c.Head(t.Context(), evm.Finality{})
	require.NoError(t, err)
	count, err := evm.Read(t.Context(), c, head, evmtest.CountQuery())
	require.NoError(t, err)
	assert.EqualValues(t, 77, count)
	code, err := c.Code(t.Context(), head, evmtest.Contract)
	require.NoError(t, err)
	assert.Equal(t, []byte{7}, code)
	assert.Equal(t, 2, n.asked)
	for _, at := range []evm.Head{{}, {Number: 3}} {
		count, err = evm.Read(t.Context(), c, at, evmtest.CountQuery())
		require.NoError(t, err)
		assert.EqualValues(t, 3, count)
		code, err = c.Code(t.Context(), at, evmtest.Contract)
		require.NoError(t, err)
		assert.Equal(t, []byte{1}, code)
	}
	assert.Equal(t, 2, n.asked)
	for _, err := range []error{errors.New("connection reset"), evmtest.Error{Code: -32000, Text: "pruned"}} {
		n.err = err
		_, have := evm.Read(t.Context(), c, head, evmtest.CountQuery())
		require.ErrorIs(t, have, err)
		code, have := c.Code(t.Context(), head, evmtest.Contract)
		require.ErrorIs(t, have, err)
		assert.Nil(t, code)
	}
}

// codeless is a node that fails when it is asked for code.
type codeless struct {
	*evmtest.Node
	latest error // of the latest block
	others error
	empty  bool // the latest block has no code
}

func (c codeless) CodeAt(ctx context.Context, account common.Address, number *big.Int) ([]byte, error) {
	err := c.others
	if number == nil {
		err = c.latest
	}
	if err != nil || (number == nil && c.empty) {
		return nil, err
	}
	return c.Node.CodeAt(ctx, account, number)
}

// A node that cannot be asked for code has not said that there is none.
func TestCodeFails(t *testing.T) {
	n := codeless{Node: evmtest.NewGrown(3, 1), latest: errors.New("connection reset"), others: errors.New("connection reset")}
	c := client(t, n)
	for _, at := range []evm.Head{{}, {Number: 3}, {Number: 3, Hash: n.Block(3).Header.Hash()}} {
		err := c.NeedCode(t.Context(), at, evmtest.Contract)
		require.ErrorIs(t, err, evm.ErrRPC)
		require.NotErrorIs(t, err, evm.ErrNoCode)
	}
}

// The latest block is read where no other is named.
func TestNonceAt(t *testing.T) {
	n, opts := evmtest.NewNode(), payer(t)
	c := mining(t, n, 10)
	for range 3 {
		_, err := c.Send(t.Context(), opts, toContract())
		require.NoError(t, err)
	}
	for at, want := range map[evm.Head]uint64{{}: 3, {Number: 1}: 1, {Number: 2, Hash: n.Block(2).Header.Hash()}: 2} {
		nonce, err := c.NonceAt(t.Context(), at, opts.From)
		require.NoError(t, err)
		assert.Equal(t, want, nonce)
	}
	nonce, err := client(t, &answering{Node: n, err: errors.New("connection reset")}).NonceAt(t.Context(), evm.Head{}, opts.From)
	require.ErrorIs(t, err, evm.ErrRPC)
	assert.Zero(t, nonce)
	_, err = c.Backend().SubscribeFilterLogs(t.Context(), ethereum.FilterQuery{}, nil)
	require.ErrorIs(t, err, evm.ErrRPC)
	require.NotErrorIs(t, err, evm.ErrAnswer)
}
