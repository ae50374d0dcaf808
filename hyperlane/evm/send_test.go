package evm_test

import (
	"context"
	"errors"
	"math/big"
	"strconv"
	"testing"
	"time"

	"github.com/ethereum/go-ethereum"
	bind "github.com/ethereum/go-ethereum/accounts/abi/bind/v2"
	"github.com/ethereum/go-ethereum/common"
	"github.com/ethereum/go-ethereum/core/types"
	"github.com/ethereum/go-ethereum/crypto"
	"github.com/holiman/uint256"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/hyperlane-go/sdk/hyperlane/evm"
	"github.com/hyperlane-go/sdk/hyperlane/evm/evmtest"
)

// payer returns the options of an account with a fresh key.
func payer(t testing.TB) *bind.TransactOpts {
	t.Helper()
	key, err := crypto.GenerateKey()
	require.NoError(t, err)
	return bind.NewKeyedTransactor(key, big.NewInt(evmtest.ChainID))
}

var errGivenUp = errors.New("the test gives up")

// mining returns a client that mines a block in each pause, and gives up after so many.
func mining(t testing.TB, n *evmtest.Node, pauses int, opts ...evm.Option) *evm.Client {
	t.Helper()
	naps := 0
	return client(t, n, append([]evm.Option{evm.WithSleep(func(context.Context, time.Duration) error {
		if naps++; naps > pauses {
			return errGivenUp
		}
		n.Mine(0)
		return nil
	})}, opts...)...)
}

// toContract is a call of the node's contract with a value.
func toContract() evm.Call {
	return evm.NewCall("Contract.poke", evmtest.Contract, []byte{1, 2, 3, 4}).WithValue(uint256.NewInt(5))
}

// Send waits until the transaction is mined; Submit does not; Prepare does not even sign.
func TestWhenSendingReturns(t *testing.T) {
	n, opts := evmtest.NewNode(), payer(t)
	c := mining(t, n, 10)
	receipt, err := c.Send(t.Context(), opts, toContract())
	require.NoError(t, err)
	assert.EqualValues(t, 1, receipt.BlockNumber.Uint64())
	sent, err := c.Transaction(t.Context(), receipt.TxHash)
	require.NoError(t, err)
	assert.EqualValues(t, 5, sent.Value().Int64())
	assert.Equal(t, []byte{1, 2, 3, 4}, sent.Data())
	assert.EqualValues(t, 50_000+75_000, sent.Gas(), "the estimate and the margin")

	before := n.Len()
	tx, err := c.Submit(t.Context(), opts, toContract())
	require.NoError(t, err)
	assert.EqualValues(t, 1, tx.Nonce())
	assert.Equal(t, before, n.Len(), "Submit waited")
	receipt, err = c.WaitMined(t.Context(), tx.Hash())
	require.NoError(t, err)
	assert.Equal(t, tx.Hash(), receipt.TxHash)

	unsigned, err := c.Prepare(t.Context(), opts.From, toContract())
	require.NoError(t, err)
	assert.EqualValues(t, 2, unsigned.Nonce())
	v, r, s := unsigned.RawSignatureValues()
	assert.Zero(t, v.Sign()+r.Sign()+s.Sign(), "it is signed")
	pending, err := c.PendingNonce(t.Context(), opts.From)
	require.NoError(t, err)
	assert.EqualValues(t, 2, pending, "it was sent")
	assert.Equal(t, context.Background(), opts.Context, "the caller's options changed")
	assert.Nil(t, opts.Value)
}

func TestDeploy(t *testing.T) {
	n, opts := evmtest.NewNode(), payer(t)
	c := mining(t, n, 10)
	at, err := c.Deploy(t.Context(), opts, evm.NewDeployment("deploy", []byte{0xfe, 1}))
	require.NoError(t, err)
	assert.Equal(t, crypto.CreateAddress(opts.From, 0), at)
	_, err = c.Deploy(t.Context(), opts, toContract())
	require.ErrorIs(t, err, evm.ErrConfig, "a call is no deployment")
	n.Bare = 1 << 40
	_, err = c.Deploy(t.Context(), opts, evm.NewDeployment("deploy", []byte{0xfe}))
	require.ErrorIs(t, err, evm.ErrNoCode, "the block it was mined in has no code")
	require.ErrorContains(t, err, n.Block(n.Len() - 1).Txs[0].Hash().Hex(), "what was sent can be looked up")
}

// A transaction that reverts comes with its receipt and, where the node gives one, the reason.
func TestFailedTransaction(t *testing.T) {
	n, opts := evmtest.NewNode(), payer(t)
	c := mining(t, n, 10)
	n.Failed = func(*types.Transaction) uint64 { return types.ReceiptStatusFailed }
	opts.GasLimit = 60_000
	receipt, err := c.Send(t.Context(), opts, toContract())
	require.ErrorIs(t, err, evm.ErrTxFailed)
	require.ErrorIs(t, err, evm.ErrReverted, "repeating the call reverts")
	var failed *evm.TxError
	require.ErrorAs(t, err, &failed)
	assert.Equal(t, receipt.TxHash, failed.Hash)
	assert.Equal(t, receipt, failed.Receipt)

	n.Answer = nil
	succeeds := evm.NewCall("count", evmtest.Contract, evmtest.CountCall)
	opts.GasLimit = 50_000 // what every transaction of the node uses
	_, err = c.Send(t.Context(), opts, succeeds)
	require.ErrorIs(t, err, evm.ErrTxFailed)
	require.ErrorContains(t, err, "all of its 50000 gas")
	opts.GasLimit = 60_000
	_, err = c.Send(t.Context(), opts, succeeds)
	require.ErrorIs(t, err, evm.ErrTxFailed)
	require.NotErrorIs(t, err, evm.ErrReverted)
	require.NotContains(t, err.Error(), "all of its", "gas was left")
}

// A transaction that is never mined keeps its hash in the error: it can still be mined.
func TestNotMined(t *testing.T) {
	n := evmtest.NewNode()
	c := mining(t, n, 3)
	n.Submit = func(*types.Transaction) (bool, error) { return false, nil } // taken, and lost
	_, err := c.Send(t.Context(), payer(t), toContract())
	require.ErrorIs(t, err, evm.ErrNotMined)
	require.ErrorIs(t, err, errGivenUp)
	var lost *evm.TxError
	require.ErrorAs(t, err, &lost)
	assert.NotZero(t, lost.Hash)

	n.Submit = func(*types.Transaction) (bool, error) { return false, errors.New("connection reset") }
	_, err = c.Send(t.Context(), payer(t), toContract())
	require.ErrorIs(t, err, evm.ErrNotMined)
	require.ErrorIs(t, err, evm.ErrRPC)
	n.Submit = func(*types.Transaction) (bool, error) { return true, errors.New("already known") }
	tx, err := c.Submit(t.Context(), payer(t), toContract())
	require.NoError(t, err)
	require.NoError(t, c.Offer(t.Context(), common.Address{}, tx), "offering it again is no mistake")
}

// The reason of a failure in block 1 is looked for in block 1, not in a later block.
func TestReplayInTheFirstBlock(t *testing.T) {
	n := evmtest.NewNode()
	c := mining(t, n, 10, evm.WithConfirmations(3))
	n.Failed = func(*types.Transaction) uint64 { return types.ReceiptStatusFailed }
	n.Call = func(_ ethereum.CallMsg, at *evmtest.Block) ([]byte, error) {
		if at.Header.Number.Uint64() > 1 {
			return nil, evmtest.Error{Code: 3, Text: "execution reverted", Data: "0x"}
		}
		return nil, nil
	}
	_, err := c.Send(t.Context(), payer(t), toContract())
	require.ErrorIs(t, err, evm.ErrTxFailed)
	require.NotErrorIs(t, err, evm.ErrReverted)
}

// The reason is looked for as of the block of the failure first, and as of the block before it
// second.
func TestReplay(t *testing.T) {
	for _, block := range []uint64{1, 2} { // where the call reverts
		n := evmtest.NewGrown(1, 0)
		c := mining(t, n, 10, evm.WithConfirmations(2))
		n.Failed = func(*types.Transaction) uint64 { return types.ReceiptStatusFailed }
		n.Call = func(_ ethereum.CallMsg, at *evmtest.Block) ([]byte, error) {
			if at.Header.Number.Uint64() == block {
				return nil, evmtest.Error{Code: 3, Text: "execution reverted", Data: "0x0102030" + strconv.FormatUint(block, 10)}
			}
			return nil, nil
		}
		receipt, err := c.Send(t.Context(), payer(t), toContract())
		assert.EqualValues(t, 2, receipt.BlockNumber.Uint64())
		var refused *evm.RevertError
		require.ErrorAs(t, err, &refused)
		assert.EqualValues(t, block, refused.Data[3])
	}
}

// passing is a node that takes a transaction and says that it does not.
type passing struct{ *evmtest.Node }

func (p passing) SendTransaction(ctx context.Context, tx *types.Transaction) error {
	return errors.Join(p.Node.SendTransaction(ctx, tx), errors.New("already known"))
}

// Where the node knows the transaction, it was handed over, whatever the node says.
func TestOfferKnown(t *testing.T) {
	c := client(t, passing{evmtest.NewNode()})
	tx, err := c.Submit(t.Context(), payer(t), toContract())
	require.NoError(t, err)
	require.NoError(t, c.Offer(t.Context(), common.Address{}, tx))
}

// A node that has lost the state of the block that a contract was mined in is asked for its latest.
func TestDeployOnAPrunedNode(t *testing.T) {
	for _, row := range []struct {
		others error
		ok     bool
	}{{evmtest.Error{Code: -32000, Text: "missing trie node"}, true}, {errors.New("connection reset"), false}} {
		n := codeless{Node: evmtest.NewNode(), others: row.others}
		c := client(t, n, evm.WithSleep(func(context.Context, time.Duration) error { n.Mine(0); return nil }))
		at, err := c.Deploy(t.Context(), payer(t), evm.NewDeployment("deploy", []byte{1}))
		if row.ok {
			require.NoError(t, err)
			assert.NotZero(t, at)
		} else {
			require.ErrorIs(t, err, evm.ErrRPC)
			assert.Zero(t, at)
		}
	}
	n := codeless{Node: evmtest.NewNode(), others: evmtest.Error{Code: -32000, Text: "missing trie node"}, empty: true}
	c := client(t, n, evm.WithSleep(func(context.Context, time.Duration) error { n.Mine(0); return nil }))
	at, err := c.Deploy(t.Context(), payer(t), evm.NewDeployment("deploy", []byte{1}))
	require.ErrorIs(t, err, evm.ErrNoCode, "its latest block has none either")
	assert.Zero(t, at)
}

// What a node refuses at the first look, and cannot find at the second, was not handed over.
func TestOfferFails(t *testing.T) {
	n := &answering{Node: evmtest.NewNode(), err: errors.New("connection reset")}
	n.Submit = func(*types.Transaction) (bool, error) { return false, evmtest.Error{Code: -32000, Text: "no"} }
	tx, err := client(t, n.Node).Sign(t.Context(), payer(t), toContract())
	require.NoError(t, err)
	err = client(t, n).Offer(t.Context(), common.Address{}, tx)
	require.ErrorIs(t, err, evm.ErrNotMined)
	var doubtful *evm.TxError
	require.ErrorAs(t, err, &doubtful)
	assert.Equal(t, tx.Hash(), doubtful.Hash)
}

// Confirmations count blocks on top of the transaction's own.
func TestConfirmations(t *testing.T) {
	n := evmtest.NewNode()
	c := mining(t, n, 10, evm.WithConfirmations(3))
	receipt, err := c.Send(t.Context(), payer(t), toContract())
	require.NoError(t, err)
	assert.EqualValues(t, n.Len()-1, receipt.BlockNumber.Uint64()+3)
}

// A receipt of a block that is no longer part of the chain is not passed on.
func TestReceiptOfAnotherBlock(t *testing.T) {
	n := evmtest.NewNode()
	c := mining(t, n, 3)
	tx, err := c.Submit(t.Context(), payer(t), toContract())
	require.NoError(t, err)
	_, err = c.Receipt(t.Context(), tx.Hash())
	require.ErrorContains(t, err, "not found")
	n.Mine(0)
	_, err = c.Receipt(t.Context(), tx.Hash())
	require.NoError(t, err)
	n.Header = func(h *types.Header) (*types.Header, error) { h.Extra = []byte{1}; return h, nil }
	_, err = c.Receipt(t.Context(), tx.Hash())
	require.ErrorIs(t, err, evm.ErrReorg)
	_, err = c.WaitMined(t.Context(), tx.Hash())
	require.ErrorIs(t, err, evm.ErrNotMined)
	require.ErrorIs(t, err, evm.ErrReorg)
}
