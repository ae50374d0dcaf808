package hyperlane_test

import (
	"context"
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/ethereum/go-ethereum/common"
	"github.com/ethereum/go-ethereum/core/types"
	"github.com/ethereum/go-ethereum/crypto"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/hyperlane-go/sdk/contracts"
	"github.com/hyperlane-go/sdk/hyperlane"
	"github.com/hyperlane-go/sdk/hyperlane/evm"
	"github.com/hyperlane-go/sdk/hyperlane/evm/evmtest"
	"github.com/hyperlane-go/sdk/message"
)

// delivered makes the fake answer that a message was delivered in a block.
func (a *answers) delivered(id message.ID, block uint64) {
	b := contracts.Mailbox{}
	a.set(b.PackProcessedAt(id), evmtest.Word(block), nil)
	a.set(b.PackProcessor(id), addressWord(fakeSender), nil)
}

// deliveryOf returns the id of the delivery that a log of the fake tells of.
func deliveryOf(l types.Log) message.ID { return message.ID(l.Topics[1]) }

// Of several deliveries in one block, the transaction is the one whose log names the message.
func TestWaitFindsTheTransaction(t *testing.T) {
	for i := range 3 {
		a := newAnswers()
		a.Mine(3)
		var logs []types.Log
		for _, l := range a.Block(1).Logs {
			if l.Topics[0] == topicProcessID {
				logs = append(logs, l)
			}
		}
		require.Len(t, logs, 3)
		a.delivered(deliveryOf(logs[i]), 1)
		d, err := a.chain(t).Inbox().Wait(t.Context(), deliveryOf(logs[i]))
		require.NoError(t, err)
		assert.Equal(t, &hyperlane.Delivery{ID: deliveryOf(logs[i]), Processor: fakeSender, BlockNumber: 1, TxHash: logs[i].TxHash}, d)
	}
	// A message that no log names, and a node without logs: the delivery is known all the same.
	a := newAnswers()
	a.Mine(3)
	id := message.ID(crypto.Keccak256Hash([]byte("another")))
	a.delivered(id, 1)
	d, err := a.chain(t).Inbox().Wait(t.Context(), id)
	require.NoError(t, err)
	assert.Zero(t, d.TxHash)
	id = deliveryOf(a.Block(1).Logs[4])
	a.delivered(id, 1)
	c := a.chain(t)
	a.Logs = func([]types.Log) ([]types.Log, error) { return nil, errors.New("pruned") }
	d, err = c.Inbox().Wait(t.Context(), id)
	require.NoError(t, err)
	assert.Equal(t, &hyperlane.Delivery{ID: id, Processor: fakeSender, BlockNumber: 1}, d)
	// Logs of other events of the Inbox do not name the message, whatever stands in them.
	a.Logs = func(logs []types.Log) ([]types.Log, error) {
		for i := range logs {
			if logs[i].Topics[0] == topicProcessID {
				logs[i].Topics = append(logs[i].Topics, common.Hash{})
			}
		}
		return logs, nil
	}
	d, err = c.Inbox().Wait(t.Context(), id)
	require.NoError(t, err)
	assert.Zero(t, d.TxHash)
}

// A wait for finality looks at the final block only.
func TestWaitForFinality(t *testing.T) {
	a := newAnswers()
	for range 5 {
		a.Mine(1)
	}
	id := message.ID{9}
	a.delivered(id, 4) // of 5
	ctx, cancel := context.WithCancel(t.Context())
	pauses := 0
	c, err := connect(ctx, a, hyperlane.Mailbox(fakeBox), evm.WithSleep(func(context.Context, time.Duration) error {
		if pauses++; pauses == 5 {
			cancel()
		}
		return ctx.Err()
	}))
	require.NoError(t, err)
	_, err = c.Inbox().Wait(ctx, id, hyperlane.WithFinality(evm.Finality{Blocks: 2}))
	require.ErrorIs(t, err, context.Canceled, "block 4 cannot be known at block 3")
	_, err = c.Inbox().Wait(t.Context(), id, hyperlane.WithFinality(evm.Finality{Blocks: 1}), nil)
	require.NoError(t, err)
}

// The wait goes on while the node fails, ends at once at what no node can help, and says at its end
// whether the node failed.
func TestWaitFailures(t *testing.T) {
	id := message.ID{9}
	for name, row := range map[string]struct {
		first, then error // of the question who delivered the message
		want        []error
		not         []error
	}{
		"not delivered":                {nil, nil, []error{context.Canceled}, []error{evm.ErrRPC}},
		"the node fails":               {errDown, errDown, []error{context.Canceled, evm.ErrRPC, errDown}, nil},
		"the node failed, and is back": {errDown, nil, []error{context.Canceled}, []error{evm.ErrRPC, errDown}},
		"the node fails since":         {nil, errDown, []error{context.Canceled, evm.ErrRPC}, nil},
		"the contract refuses":         {nil, reverts, []error{evm.ErrReverted}, []error{context.Canceled}},
	} {
		a := newAnswers()
		a.delivered(id, 0)
		b := contracts.Mailbox{}
		ctx, cancel := context.WithCancel(t.Context())
		pauses := 0
		c, err := connect(ctx, a, hyperlane.Mailbox(fakeBox), evm.WithSleep(func(context.Context, time.Duration) error {
			switch pauses++; {
			case pauses == 3:
				a.set(b.PackProcessedAt(id), evmtest.Word(0), row.then)
			case pauses == 6:
				cancel()
			}
			return ctx.Err()
		}))
		require.NoError(t, err)
		a.set(b.PackProcessedAt(id), evmtest.Word(0), row.first)
		d, err := c.Inbox().Wait(ctx, id)
		cancel()
		assert.Nil(t, d)
		for _, class := range row.want {
			require.ErrorIs(t, err, class, name)
		}
		for _, class := range row.not {
			require.NotErrorIs(t, err, class, name)
		}
		assert.Equal(t, errors.Is(err, evm.ErrRPC), strings.Contains(err.Error(), "last failure"), name)
	}
	// The node fails already when it is asked for its newest block.
	blind := newAnswers()
	ctx, cancel := context.WithCancel(t.Context())
	pauses := 0
	chain, err := connect(ctx, blind, hyperlane.Mailbox(fakeBox), evm.WithSleep(func(context.Context, time.Duration) error {
		if pauses++; pauses == 3 {
			cancel()
		}
		return ctx.Err()
	}))
	require.NoError(t, err)
	blind.Header = func(*types.Header) (*types.Header, error) { return nil, errDown }
	_, err = chain.Inbox().Wait(ctx, id)
	require.ErrorIs(t, err, context.Canceled)
	require.ErrorIs(t, err, errDown)
	// Without a contract, or with a finality that no node knows, nothing is asked.
	a := newAnswers()
	c := a.chain(t)
	a.Before = func(op string) { t.Errorf("asked for a %s", op) }
	_, err = c.Inbox().Wait(t.Context(), id, hyperlane.WithFinality(evm.Finality{Tag: "pending"}))
	require.ErrorIs(t, err, evm.ErrConfig)
}
