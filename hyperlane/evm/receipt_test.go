package evm_test

import (
	"context"
	"errors"
	"math/big"
	"testing"
	"time"

	"github.com/ethereum/go-ethereum/common"
	"github.com/ethereum/go-ethereum/core/types"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/hyperlane-go/sdk/hyperlane/evm"
	"github.com/hyperlane-go/sdk/hyperlane/evm/evmtest"
)

// A receipt that is wrong in one way is refused, and names what is wrong.
func TestCheckReceipt(t *testing.T) {
	hash, block := common.Hash{1}, common.Hash{2}
	whole := func() *types.Receipt {
		at := func(index uint) *types.Log {
			return &types.Log{TxHash: hash, BlockHash: block, BlockNumber: 7, Index: index}
		}
		return &types.Receipt{
			TxHash: hash, BlockHash: block, BlockNumber: big.NewInt(7), Status: 1, Logs: []*types.Log{at(3), at(4), at(9)},
		}
	}
	require.NoError(t, evm.CheckReceipt(whole(), hash))
	failed := whole()
	failed.Status, failed.Logs = 0, nil
	require.NoError(t, evm.CheckReceipt(failed, hash))
	for _, row := range []struct {
		what   string
		change func(r *types.Receipt)
	}{
		{"transactionHash", func(r *types.Receipt) { r.TxHash = common.Hash{3} }},
		{"blockNumber", func(r *types.Receipt) { r.BlockNumber = nil }},
		{"blockNumber", func(r *types.Receipt) { r.BlockNumber = big.NewInt(-7) }},
		{"blockNumber", func(r *types.Receipt) { r.BlockNumber.Lsh(r.BlockNumber, 62) }},
		{"blockNumber", func(r *types.Receipt) { r.BlockNumber.Lsh(r.BlockNumber, 64) }},
		{"blockHash", func(r *types.Receipt) { r.BlockHash = common.Hash{} }},
		{"status", func(r *types.Receipt) { r.Status = 2 }},
		{"log 0", func(r *types.Receipt) { r.Logs[0] = nil }},
		{"log 2", func(r *types.Receipt) { r.Logs[2] = nil }},
		{"log 1", func(r *types.Receipt) { r.Logs[1].TxHash = common.Hash{3} }},
		{"log 1", func(r *types.Receipt) { r.Logs[1].BlockHash = common.Hash{3} }},
		{"log 1", func(r *types.Receipt) { r.Logs[1].BlockNumber = 8 }},
		{"log 2", func(r *types.Receipt) { r.Logs[2].Removed = true }},
		{"log 1 index", func(r *types.Receipt) { r.Logs[1].Index = 3 }},
		{"log 1 index", func(r *types.Receipt) { r.Logs[1].Index = 2 }},
		{"log 2 index", func(r *types.Receipt) { r.Logs[2].Index = 4 }},
	} {
		r := whole()
		row.change(r)
		err := evm.CheckReceipt(r, hash)
		var bad *evm.AnswerError
		require.ErrorAs(t, err, &bad, row.what)
		assert.Equal(t, row.what, bad.What)
		assert.Equal(t, hash, bad.Tx)
	}
}

// receipts is a node whose receipts are changed.
type receipts struct {
	*evmtest.Node
	change func(*types.Receipt) (*types.Receipt, error)
}

func (r receipts) TransactionReceipt(ctx context.Context, hash common.Hash) (*types.Receipt, error) {
	receipt, err := r.Node.TransactionReceipt(ctx, hash)
	if err != nil {
		return nil, err
	}
	return r.change(receipt)
}

// A receipt that cannot be true is not passed on, by no method.
func TestReceiptThatLies(t *testing.T) {
	n := evmtest.NewNode()
	tx, err := client(t, n).Submit(t.Context(), payer(t), toContract())
	require.NoError(t, err)
	n.Mine(0)
	c := client(t, receipts{n, func(r *types.Receipt) (*types.Receipt, error) { r.Status = 7; return r, nil }})
	receipt, err := c.Receipt(t.Context(), tx.Hash())
	require.ErrorIs(t, err, evm.ErrAnswer)
	assert.Nil(t, receipt)
	receipt, err = c.Backend().TransactionReceipt(t.Context(), tx.Hash())
	require.ErrorIs(t, err, evm.ErrAnswer)
	assert.Nil(t, receipt)
}

// The address in the receipt of a deployment must be the one that the sender and the nonce give.
func TestDeployedElsewhere(t *testing.T) {
	n := evmtest.NewNode()
	elsewhere := receipts{n, func(r *types.Receipt) (*types.Receipt, error) { r.ContractAddress[0]++; return r, nil }}
	c := client(t, elsewhere, evm.WithSleep(func(context.Context, time.Duration) error { n.Mine(0); return nil }))
	_, err := c.Deploy(t.Context(), payer(t), evm.NewDeployment("deploy", []byte{0xfe}))
	require.ErrorIs(t, err, evm.ErrAnswer)
	require.ErrorContains(t, err, "contractAddress")
}

// A head that cannot be read confirms nothing.
func TestConfirmationsWithoutAHead(t *testing.T) {
	n := evmtest.NewNode()
	tx, err := client(t, n).Submit(t.Context(), payer(t), toContract())
	require.NoError(t, err)
	c := mining(t, n, 5, evm.WithConfirmations(1))
	n.Header = func(*types.Header) (*types.Header, error) { return nil, errors.New("connection reset") }
	receipt, err := c.WaitMined(t.Context(), tx.Hash())
	require.ErrorIs(t, err, evm.ErrNotMined)
	require.ErrorIs(t, err, evm.ErrRPC)
	assert.Nil(t, receipt)
}

// Where nothing went wrong but the time, the error is the context's alone; else the node's last
// failure comes with it.
func TestWaitMinedTellsWhatWentWrong(t *testing.T) {
	n := evmtest.NewNode()
	_, err := mining(t, n, 2).WaitMined(t.Context(), common.Hash{1})
	require.ErrorIs(t, err, evm.ErrNotMined)
	require.ErrorIs(t, err, errGivenUp)
	require.NotErrorIs(t, err, evm.ErrRPC, "an unknown transaction is no failure of the node")

	tx, err := client(t, n).Submit(t.Context(), payer(t), toContract())
	require.NoError(t, err)
	n.Mine(0)
	failing := receipts{n, func(*types.Receipt) (*types.Receipt, error) { return nil, errors.New("connection reset") }}
	_, err = client(t, failing, evm.WithSleep(func(context.Context, time.Duration) error { return errGivenUp })).WaitMined(t.Context(), tx.Hash())
	require.ErrorIs(t, err, errGivenUp)
	require.ErrorIs(t, err, evm.ErrRPC)

	ctx, cancel := context.WithCancel(t.Context())
	n.Before = func(op string) {
		if op == "receipt" {
			cancel()
		}
	}
	_, err = client(t, n).WaitMined(ctx, tx.Hash())
	require.ErrorIs(t, err, context.Canceled)
	require.NotErrorIs(t, err, evm.ErrRPC, "the caller gave up in the middle of a request")
}

// behind is a node whose head is one block behind the blocks that it knows, until it is asked often
// enough.
type behind struct {
	*evmtest.Node
	times int
}

func (b *behind) HeaderByNumber(ctx context.Context, number *big.Int) (*types.Header, error) {
	if number == nil && b.times > 0 {
		b.times--
		return b.Block(b.Len() - 2).Header, ctx.Err()
	}
	return b.Node.HeaderByNumber(ctx, number)
}

// A head behind the block of the receipt confirms nothing, and each confirmation is a block on top
// of it.
func TestConfirmationsOfALaggingHead(t *testing.T) {
	for confirmations := range uint64(3) {
		n := evmtest.NewGrown(4, 0)
		tx, err := client(t, n).Submit(t.Context(), payer(t), toContract())
		require.NoError(t, err)
		n.Mine(0)
		lagging := &behind{Node: n, times: 2}
		c := client(t, lagging, evm.WithConfirmations(confirmations), evm.WithSleep(func(context.Context, time.Duration) error {
			if lagging.times == 0 {
				n.Mine(0)
			}
			return nil
		}))
		_, err = c.WaitMined(t.Context(), tx.Hash())
		require.NoError(t, err)
		if confirmations > 0 {
			assert.Zero(t, lagging.times)
			assert.GreaterOrEqual(t, n.Len(), 6+int(confirmations))
		}
	}
}
