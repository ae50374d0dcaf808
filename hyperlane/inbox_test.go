package hyperlane_test

import (
	"context"
	"math/big"
	"sync/atomic"
	"testing"
	"time"

	"github.com/ethereum/go-ethereum"
	"github.com/ethereum/go-ethereum/common"
	"github.com/ethereum/go-ethereum/core/types"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.uber.org/goleak"

	"github.com/hyperlane-go/sdk/contracts/contractstest"
	"github.com/hyperlane-go/sdk/hyperlane"
	"github.com/hyperlane-go/sdk/hyperlane/evm"
	"github.com/hyperlane-go/sdk/hyperlane/evm/evmtest"
	"github.com/hyperlane-go/sdk/message"
)

func TestProcess(t *testing.T) {
	k := newCore(t)
	in, m := k.Inbox(), k.inbound(0)
	done, err := in.Delivered(t.Context(), m.ID())
	require.NoError(t, err)
	assert.False(t, done)
	none, err := in.Processed(t.Context(), m.ID())
	require.NoError(t, err)
	assert.Nil(t, none)

	require.NoError(t, in.Simulate(t.Context(), k.sim.opts().From, nil, m))
	gas, err := in.EstimateProcess(t.Context(), k.sim.opts().From, nil, m)
	require.NoError(t, err)
	opts := k.sim.opts()
	opts.Value = big.NewInt(5)
	r, err := in.Process(t.Context(), opts, nil, m)
	require.NoError(t, err)
	assert.LessOrEqual(t, r.GasUsed, gas+30_000) // the recipient also receives and stores the value
	got, err := k.sim.BalanceAt(t.Context(), k.recipient, nil)
	require.NoError(t, err)
	assert.EqualValues(t, 5, got.Uint64(), "value is passed on")

	done, err = in.Delivered(t.Context(), m.ID())
	require.NoError(t, err)
	assert.True(t, done)
	d, err := in.Wait(t.Context(), m.ID())
	require.NoError(t, err)
	assert.Equal(t, &hyperlane.Delivery{ID: m.ID(), Processor: opts.From, BlockNumber: r.BlockNumber.Uint64(), TxHash: r.TxHash}, d)
	before := evm.Head{Number: d.BlockNumber - 1}
	done, err = k.At(before).Inbox().Delivered(t.Context(), m.ID())
	require.NoError(t, err)
	assert.False(t, done)

	_, err = in.Process(t.Context(), k.sim.opts(), nil, m)
	require.ErrorIs(t, err, hyperlane.ErrAlreadyDelivered)
	var refused *evm.RevertError
	require.ErrorAs(t, err, &refused)
	assert.Equal(t, "InboxAlreadyDelivered", refused.Name)
	assert.Equal(t, []any{[32]byte(m.ID())}, refused.Args)
}

// Each row is a delivery broken in one way; none may send a transaction.
func TestProcessRefusals(t *testing.T) {
	k := newCore(t)
	b := contractstest.TestRecipient{}
	set := func(input []byte) func() { return func() { k.sim.call(t, k.recipient, input) } }
	const (
		revertString, revertCustom, revertEmpty = 1, 2, 3
		ismShort, ismDirty                      = 3, 4
	)
	for _, row := range []struct {
		name   string
		setup  func()
		breaks func(m *message.Message)
		want   error
		check  func(t *testing.T, e *evm.RevertError)
	}{
		{name: "another destination", breaks: func(m *message.Message) { m.Destination++ }, want: hyperlane.ErrWrongDestination},
		{name: "version", breaks: func(m *message.Message) { m.Version = 2 }, want: hyperlane.ErrVersion},
		{name: "dirty recipient", breaks: func(m *message.Message) { m.Recipient[0] = 1 }, want: hyperlane.ErrRecipient},
		{name: "recipient without code (trap 7)", breaks: func(m *message.Message) { m.Recipient[31]++ }, want: hyperlane.ErrRecipient},
		{name: "recipient answers a short ISM (trap 6)", setup: set(b.PackSetIsmMode(ismShort)), want: hyperlane.ErrRecipient},
		{name: "recipient answers a dirty ISM (trap 6)", setup: set(b.PackSetIsmMode(ismDirty)), want: hyperlane.ErrRecipient},
		{name: "handle reverts with a string", setup: set(b.PackSetHandleMode(revertString)), want: evm.ErrReverted, check: func(t *testing.T, e *evm.RevertError) {
			assert.Equal(t, "TestRecipient: refused", e.Reason)
			assert.Nil(t, e.Class)
		}},
		{name: "handle reverts with its own error", setup: set(b.PackSetHandleMode(revertCustom)), want: evm.ErrReverted, check: func(t *testing.T, e *evm.RevertError) {
			own, err := contractstest.UnpackError(e.Data)
			require.NoError(t, err)
			assert.Equal(t, &contractstest.TestRecipientRefused{Origin: 2000, Sender: [32]byte{31: 7}}, own)
			assert.Empty(t, e.Name)
		}},
		{name: "handle reverts without a word", setup: set(b.PackSetHandleMode(revertEmpty)), want: evm.ErrReverted, check: func(t *testing.T, e *evm.RevertError) {
			assert.Empty(t, e.Data)
			assert.Nil(t, e.Class, "the recipient has code")
		}},
	} {
		t.Run(row.name, func(t *testing.T) {
			if row.setup != nil {
				row.setup()
				defer func() {
					k.sim.call(t, k.recipient, b.PackSetIsmMode(0))
					k.sim.call(t, k.recipient, b.PackSetHandleMode(0))
				}()
			}
			m := k.inbound(1)
			if row.breaks != nil {
				row.breaks(m)
			}
			k.sim.sent = func(*types.Transaction) { t.Error("a transaction was sent") }
			defer func() { k.sim.sent = nil }()
			_, err := k.Inbox().Process(t.Context(), k.sim.opts(), nil, m)
			k.sim.sent = nil
			require.ErrorIs(t, err, row.want)
			assert.ErrorIs(t, k.Inbox().Simulate(t.Context(), k.sim.opts().From, nil, m), row.want)
			_, err = k.Inbox().EstimateProcess(t.Context(), k.sim.opts().From, nil, m)
			assert.ErrorIs(t, err, row.want)
			if row.check != nil {
				var refused *evm.RevertError
				require.ErrorAs(t, err, &refused)
				row.check(t, refused)
			}
		})
	}
	require.NoError(t, k.Inbox().Simulate(t.Context(), k.sim.opts().From, nil, k.inbound(1)), "nothing was delivered meanwhile")
	_, err := k.Inbox().Process(t.Context(), k.sim.opts(), nil, nil)
	require.ErrorIs(t, err, evm.ErrConfig)
}

// Another relayer delivers between our simulation and our transaction: the transaction is mined,
// reverts, and the reason is found by replaying it.
func TestProcessLosesTheRace(t *testing.T) {
	k := newCore(t)
	m := k.inbound(0)
	rival := &sim{Backend: k.sim.Backend, BlockHashContractCaller: k.sim.BlockHashContractCaller, node: k.sim.node, key: newKey(t)}
	k.sim.fund(t, rival.opts().From)
	chain, err := connect(t.Context(), rival, k.Addresses(), fast)
	require.NoError(t, err)
	k.sim.sent = func(*types.Transaction) {
		_, err := chain.Inbox().Process(t.Context(), rival.opts(), nil, m)
		require.NoError(t, err)
	}
	r, err := k.Inbox().Process(t.Context(), k.sim.opts(), nil, m)
	require.ErrorIs(t, err, evm.ErrTxFailed)
	require.ErrorIs(t, err, hyperlane.ErrAlreadyDelivered)
	var failed *evm.TxError
	require.ErrorAs(t, err, &failed)
	require.NotNil(t, r)
	assert.Equal(t, r.TxHash, failed.Hash)
	assert.Same(t, r, failed.Receipt)
}

// A gas limit that is too low fails without revert data; the error says what to do.
func TestProcessOutOfGas(t *testing.T) {
	k := newCore(t)
	opts := k.sim.opts()
	opts.GasLimit = 60_000
	_, err := k.Inbox().Process(t.Context(), opts, nil, k.inbound(0))
	require.ErrorIs(t, err, evm.ErrTxFailed)
	require.ErrorContains(t, err, "gas")
}

func TestWaitPollsAndWakes(t *testing.T) {
	for _, subscribe := range []bool{true, false} {
		k := newCore(t)
		c := k.Chain
		if !subscribe {
			var err error
			c, err = connect(t.Context(), noSubscription{k.sim}, k.Addresses(), fast)
			require.NoError(t, err)
		}
		m := k.inbound(0)
		got := make(chan *hyperlane.Delivery, 1)
		go func() {
			d, err := c.Inbox().Wait(t.Context(), m.ID(), nil, hyperlane.WithFinality(evm.Finality{Blocks: 1}))
			assert.NoError(t, err)
			got <- d
		}()
		r, err := k.Inbox().Process(t.Context(), k.sim.opts(), nil, m)
		require.NoError(t, err)
		k.sim.node.Commit()
		d := <-got
		require.NotNil(t, d)
		assert.Equal(t, r.TxHash, d.TxHash)
	}
}

// The delivery's event ends a pause that would otherwise outlast the test.
func TestWaitWakes(t *testing.T) {
	k := newCore(t)
	c, err := connect(t.Context(), k.sim, k.Addresses(), evm.WithPollInterval(24*time.Hour))
	require.NoError(t, err)
	m := k.inbound(0)
	got := make(chan error, 1)
	go func() {
		_, err := c.Inbox().Wait(t.Context(), m.ID())
		got <- err
	}()
	_, err = k.Inbox().Process(t.Context(), k.sim.opts(), nil, m)
	require.NoError(t, err)
	require.NoError(t, <-got)
}

// Polling goes on where a node leaves the request for a subscription without an answer.
func TestWaitWithoutAnswerToSubscription(t *testing.T) {
	f := newFake()
	f.Answer = func(_, out []byte) ([]byte, error) {
		if out == nil { // processedAt and processor
			return common.LeftPadBytes([]byte{1}, 32), nil
		}
		return out, nil
	}
	f.Mine(1)
	c, err := connect(t.Context(), mute{f}, hyperlane.Mailbox(fakeBox), fast)
	require.NoError(t, err)
	delivery, err := c.Inbox().Wait(t.Context(), message.ID{1})
	require.NoError(t, err)
	assert.EqualValues(t, 1, delivery.BlockNumber)
}

// mute is a node that never answers a request for a subscription.
type mute struct{ *evmtest.Node }

func (mute) SubscribeFilterLogs(ctx context.Context, _ ethereum.FilterQuery, _ chan<- types.Log) (ethereum.Subscription, error) {
	<-ctx.Done()
	return nil, ctx.Err()
}

// Waiting leaves no goroutine behind, with and without a subscription that works, or that ends by
// itself.
func TestWaitLeavesNothing(t *testing.T) {
	f := newFake()
	f.Answer = func(_, out []byte) ([]byte, error) {
		if out == nil {
			return make([]byte, 32), nil
		}
		return out, nil
	}
	defer goleak.VerifyNone(t, goleak.IgnoreCurrent())
	for _, sub := range []*fakeSubscription{nil, {errs: make(chan error)}, {errs: closed()}} {
		ctx, cancel := context.WithCancel(t.Context())
		c, err := connect(ctx, subscribes{f, sub}, hyperlane.Mailbox(fakeBox), fast)
		require.NoError(t, err)
		var looks atomic.Int64
		f.Before = func(op string) {
			if looks.Add(1) > 4 {
				cancel()
			}
		}
		_, err = c.Inbox().Wait(ctx, message.ID{1})
		require.ErrorIs(t, err, context.Canceled)
		f.Before = nil
		if sub != nil {
			assert.True(t, sub.ended.Load(), "unsubscribed")
		}
		cancel()
	}
}

type subscribes struct {
	*evmtest.Node
	sub *fakeSubscription
}

func (s subscribes) SubscribeFilterLogs(_ context.Context, _ ethereum.FilterQuery, logs chan<- types.Log) (ethereum.Subscription, error) {
	if s.sub == nil {
		return nil, nil
	}
	logs <- types.Log{} // wakes, and proves nothing
	return s.sub, nil
}

type fakeSubscription struct {
	errs  chan error
	ended atomic.Bool
}

func (s *fakeSubscription) Unsubscribe()      { s.ended.Store(true) }
func (s *fakeSubscription) Err() <-chan error { return s.errs }

func closed() chan error {
	c := make(chan error)
	close(c)
	return c
}

func TestWaitEnds(t *testing.T) {
	k := newCore(t)
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	_, err := k.Inbox().Wait(ctx, message.ID{1})
	require.ErrorIs(t, err, context.Canceled)
	require.NotErrorIs(t, err, evm.ErrRPC, "a cancelled context is not the node's failure")
	require.ErrorContains(t, err, message.ID{1}.String())
	_, err = k.Inbox().Wait(t.Context(), message.ID{1}, hyperlane.WithFinality(evm.Finality{Tag: "pending"}))
	require.ErrorIs(t, err, evm.ErrConfig)
}
