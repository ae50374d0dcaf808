package hyperlanetest_test

import (
	"context"
	"errors"
	"math/big"
	"sync/atomic"
	"testing"

	"github.com/ethereum/go-ethereum/common"
	"github.com/ethereum/go-ethereum/core/types"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/hyperlane-go/sdk/hyperlane"
	"github.com/hyperlane-go/sdk/hyperlane/deploy"
	"github.com/hyperlane-go/sdk/hyperlane/evm"
	"github.com/hyperlane-go/sdk/hyperlane/hyperlanetest"
	"github.com/hyperlane-go/sdk/hyperlane/relayer"
	"github.com/hyperlane-go/sdk/hyperlane/storage"
	"github.com/hyperlane-go/sdk/message"
)

func TestTestRecipientRemembers(t *testing.T) {
	n, _, sent := one(t, hyperlanetest.WithISM(hyperlanetest.Noop))
	there := n.Chains[1]
	recipient := there.TestRecipient()
	assert.Equal(t, message.FromEVM(recipient.Address()), there.Recipient())
	last, err := recipient.Last(t.Context())
	require.NoError(t, err)
	assert.Equal(t, message.Domain(0), last.Origin)

	opts := there.Transactor(0)
	opts.Value = big.NewInt(7)
	_, err = there.Inbox().Process(t.Context(), opts, nil, &sent.Message)
	require.NoError(t, err)
	count, err := recipient.Handled(t.Context())
	require.NoError(t, err)
	assert.EqualValues(t, 1, count)
	last, err = recipient.Last(t.Context())
	require.NoError(t, err)
	assert.Equal(t, sent.Message.Origin, last.Origin)
	assert.Equal(t, sent.Message.Sender, last.Sender)
	assert.Equal(t, sent.Message.Body, last.Body)
	assert.EqualValues(t, 7, last.Value.Uint64())
	assert.Equal(t, there.Contracts.Mailbox, last.Caller)

	there.Link.Cut()
	_, err = recipient.Handled(t.Context())
	require.ErrorIs(t, err, hyperlanetest.ErrCut)
	_, err = recipient.Last(t.Context())
	require.ErrorIs(t, err, hyperlanetest.ErrCut)
	require.NoError(t, recipient.SetHandleMode(t.Context(), hyperlanetest.HandleRevertEmpty), "past every link")
}

// Each mode is the number that the contract knows it by.
func TestTestRecipientHandleModes(t *testing.T) {
	n, _, sent := one(t, hyperlanetest.WithISM(hyperlanetest.Noop))
	there := n.Chains[1]
	for mode, want := range map[hyperlanetest.HandleMode]func(*evm.RevertError){
		hyperlanetest.HandleAccept:       nil,
		hyperlanetest.HandleRevertString: func(e *evm.RevertError) { assert.Equal(t, "TestRecipient: refused", e.Reason) },
		hyperlanetest.HandleRevertCustom: func(e *evm.RevertError) { assert.Len(t, e.Data, 4+2*32) },
		hyperlanetest.HandleRevertEmpty:  func(e *evm.RevertError) { assert.Empty(t, e.Data) },
	} {
		require.NoError(t, there.TestRecipient().SetHandleMode(t.Context(), mode))
		err := there.Inbox().Simulate(t.Context(), there.Transactor(0).From, nil, &sent.Message)
		if want == nil {
			require.NoError(t, err, mode)
			continue
		}
		var refused *evm.RevertError
		require.ErrorAs(t, err, &refused, mode)
		want(refused)
	}
}

func TestTestRecipientISMModes(t *testing.T) {
	n, _, sent := one(t, hyperlanetest.WithISM(hyperlanetest.Noop))
	there := n.Chains[1]
	recipient := there.TestRecipient()
	require.NoError(t, recipient.SetISM(t.Context(), there.Contracts.MessageIDMultisig))
	module, err := there.Inbox().RecipientISM(t.Context(), recipient.Address())
	require.NoError(t, err)
	assert.Equal(t, there.Contracts.MessageIDMultisig, module)

	require.NoError(t, recipient.SetISM(t.Context(), there.Contracts.Noop))
	lengths := map[hyperlanetest.ISMMode]int{
		hyperlanetest.ISMAnswer: 32, hyperlanetest.ISMNothing: 0, hyperlanetest.ISMShort: 31, hyperlanetest.ISMDirty: 32, hyperlanetest.ISMLong: 64,
	}
	ask := evm.NewCall("interchainSecurityModule", recipient.Address(), common.FromHex("0xde523cf3"))
	for mode, length := range lengths {
		require.NoError(t, recipient.SetISMMode(t.Context(), mode))
		out, err := there.Simulate(t.Context(), common.Address{}, ask)
		require.NoError(t, err)
		assert.Len(t, out, length, mode)
		if mode == hyperlanetest.ISMDirty {
			assert.EqualValues(t, 1, out[11])
		}
	}
	require.NoError(t, recipient.SetISMMode(t.Context(), hyperlanetest.ISMRevert))
	_, err = there.Simulate(t.Context(), common.Address{}, ask)
	require.ErrorIs(t, err, evm.ErrReverted)
	require.NoError(t, recipient.SetISMMode(t.Context(), hyperlanetest.ISMShort))
	err = there.Inbox().Simulate(t.Context(), there.Transactor(0).From, nil, &sent.Message)
	require.ErrorIs(t, err, hyperlane.ErrRecipient)
}

// The relayer's configuration can be changed, several times, before it starts.
func TestWithRelayer(t *testing.T) {
	var order []string
	var opened atomic.Int32
	n, _, sent := one(t, hyperlanetest.WithRelayer(nil),
		hyperlanetest.WithRelayer(func(c *relayer.Config) {
			assert.Len(t, c.Chains, 2)
			open := c.OpenStore
			c.OpenStore = func(ctx context.Context, location string) (*storage.Store, error) {
				opened.Add(1)
				return open(ctx, location)
			}
			order = append(order, "first")
		}),
		hyperlanetest.WithRelayer(func(*relayer.Config) { order = append(order, "second") }))
	assert.Equal(t, []string{"first", "second"}, order)
	require.NoError(t, n.Relay(t.Context()))
	assert.True(t, isDelivered(t, n.Chains[1], sent))
	assert.NotZero(t, opened.Load(), "the changed configuration is the relayer's")

	_, err := hyperlanetest.Start(t.Context(), 1, hyperlanetest.WithRelayer(func(c *relayer.Config) { c.Chains = nil }))
	require.Error(t, err, "the relayer refuses what cannot work")
}

// A core is deployed through the client that the chain has before it.
func TestWithCoreThroughTheClient(t *testing.T) {
	n := hyperlanetest.New(t, 2, hyperlanetest.WithCore(func(ctx context.Context, c *hyperlanetest.Chain) (hyperlane.Addresses, error) {
		_, err := c.Outbox().Nonce(ctx)
		require.ErrorIs(t, err, evm.ErrConfig, "no contracts yet, and no panic")
		config := deploy.CoreConfig{Domain: c.Domain(), DefaultISM: c.Contracts.MessageIDMultisig}
		return deploy.Core(ctx, c.Client, c.Owner(), config)
	}))
	sent, err := n.Chains[0].Dispatch(t.Context(), n.Chains[1], []byte("hello"))
	require.NoError(t, err)
	require.NoError(t, n.Relay(t.Context()))
	assert.True(t, isDelivered(t, n.Chains[1], sent))

	_, err = hyperlanetest.Start(t.Context(), 1, hyperlanetest.WithCore(func(ctx context.Context, c *hyperlanetest.Chain) (hyperlane.Addresses, error) {
		return deploy.Core(ctx, c.Client, c.Owner(), deploy.CoreConfig{Domain: 7, DefaultISM: c.Contracts.Noop})
	}))
	require.ErrorIs(t, err, evm.ErrConfig, "a core of another domain")
}

func TestFailUntilRepair(t *testing.T) {
	n := hyperlanetest.New(t, 1)
	c := n.Chains[0]
	count := func() error { _, err := c.Tree().Count(t.Context()); return err }
	own := errors.New("no more requests today")
	c.Link.Fail(hyperlanetest.CallContract, own)
	for range 3 {
		require.ErrorIs(t, count(), own)
	}
	c.Link.FailNext(1, hyperlanetest.CallContract, nil)
	require.ErrorIs(t, count(), hyperlanetest.ErrInjected)
	require.NoError(t, count())
	c.Link.FailNext(-5, hyperlanetest.CallContract, nil)
	require.NoError(t, count(), "less than one is none")
	c.Link.Fail(hyperlanetest.CallContract, nil)
	require.ErrorIs(t, count(), hyperlanetest.ErrInjected)
	c.Link.Repair()
	require.NoError(t, count())
}

func TestReorgSkipsNilOptions(t *testing.T) {
	_, c, sent := one(t)
	done, err := c.Reorg(1, nil, hyperlanetest.WithDropped(nil), nil)
	require.NoError(t, err)
	assert.Equal(t, []common.Hash{sent.Receipt.TxHash}, hashes(done.Dropped))
}

func hashes(txs []*types.Transaction) (all []common.Hash) {
	for _, tx := range txs {
		all = append(all, tx.Hash())
	}
	return all
}
