package evm_test

import (
	"context"
	"errors"
	"iter"
	"testing"

	"github.com/ethereum/go-ethereum"
	bind "github.com/ethereum/go-ethereum/accounts/abi/bind/v2"
	"github.com/ethereum/go-ethereum/common"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/hyperlane-go/sdk/hyperlane/evm"
	"github.com/hyperlane-go/sdk/hyperlane/evm/evmtest"
)

// drain reads a sequence to its end or first error.
func drain[E any](seq iter.Seq2[E, error]) error {
	_, err := all(seq)
	return err
}

// No method of a client panics over a node that answers null, nothing or nonsense, and none takes
// such an answer for true: what succeeds is what the honest node gives too.
func TestHostileNode(t *testing.T) {
	n, opts := evmtest.NewGrown(6, 1), payer(t)
	mined := mining(t, n, 5)
	receipt, err := mined.Send(t.Context(), opts, toContract())
	require.NoError(t, err)
	account, tx := opts.From, receipt.TxHash
	signed, err := mined.Sign(t.Context(), opts, toContract())
	require.NoError(t, err)
	head, err := mined.Head(t.Context(), evm.Finality{})
	require.NoError(t, err)
	count := evm.NewCall("count", evmtest.Contract, evmtest.CountCall)
	type client = *evm.Client
	evmtest.CheckHarmless(t, n, func(ctx context.Context, c client) (client, error) { return c, nil },
		map[string]func(context.Context, client) error{
			"Head": func(ctx context.Context, c client) error { _, err := c.Head(ctx, evm.Finality{}); return err },
			"Head, final": func(ctx context.Context, c client) error {
				_, err := c.Head(ctx, evm.Finality{Tag: "finalized"})
				return err
			},
			"HeadAt":       func(ctx context.Context, c client) error { _, err := c.HeadAt(ctx, 3); return err },
			"SameBlock":    func(ctx context.Context, c client) error { return c.SameBlock(ctx, 3, common.Hash{}) },
			"Balance":      func(ctx context.Context, c client) error { _, err := c.Balance(ctx, account); return err },
			"NonceAt":      func(ctx context.Context, c client) error { _, err := c.NonceAt(ctx, head, account); return err },
			"PendingNonce": func(ctx context.Context, c client) error { _, err := c.PendingNonce(ctx, account); return err },
			"Transaction":  func(ctx context.Context, c client) error { _, err := c.Transaction(ctx, tx); return err },
			"Receipt":      func(ctx context.Context, c client) error { _, err := c.Receipt(ctx, tx); return err },
			"WaitMined":    func(ctx context.Context, c client) error { _, err := c.WaitMined(ctx, tx); return err },
			"Code":         func(ctx context.Context, c client) error { _, err := c.Code(ctx, head, evmtest.Contract); return err },
			"NeedCode":     func(ctx context.Context, c client) error { return c.NeedCode(ctx, evm.Head{}, evmtest.Contract) },
			"Read": func(ctx context.Context, c client) error {
				_, err := evm.Read(ctx, c, head, evmtest.CountQuery())
				return err
			},
			"Batch": func(ctx context.Context, c client) error {
				b := c.Batch(evm.Head{})
				one, two := evm.Add(b, evmtest.CountQuery()), evm.Add(b, evmtest.CountQuery())
				err := b.Run(ctx)
				_, err1 := one.Get()
				_, err2 := two.Get()
				return errors.Join(err, err1, err2)
			},
			"Logs": func(ctx context.Context, c client) error {
				_, err := c.Logs(ctx, evmtest.Contract, []common.Hash{evmtest.TickTopic}, 1, 4)
				return err
			},
			"Scan": func(ctx context.Context, c client) error {
				return drain(evm.Scan(ctx, c, evmtest.Ticks(c), evm.Range{}))
			},
			"Follow": func(ctx context.Context, c client) error {
				return drain(evm.Follow(ctx, c, evmtest.Ticks(c), evm.Range{To: evm.Through(6)}))
			},
			"Simulate": func(ctx context.Context, c client) error { _, err := c.Simulate(ctx, account, count); return err },
			"Estimate": func(ctx context.Context, c client) error { _, err := c.Estimate(ctx, account, count); return err },
			"Sign":     func(ctx context.Context, c client) error { _, err := c.Sign(ctx, opts, count); return err },
			"Prepare":  func(ctx context.Context, c client) error { _, err := c.Prepare(ctx, account, count); return err },
			"Offer":    func(ctx context.Context, c client) error { return c.Offer(ctx, account, signed) },
			"Submit":   func(ctx context.Context, c client) error { _, err := c.Submit(ctx, opts, count); return err },
			"Send":     func(ctx context.Context, c client) error { _, err := c.Send(ctx, opts, count); return err },
			"Deploy": func(ctx context.Context, c client) error {
				_, err := c.Deploy(ctx, opts, evm.NewDeployment("", []byte{1}))
				return err
			},
			"Watch": func(ctx context.Context, c client) error {
				return c.Watch(ctx, ethereum.FilterQuery{}, func(context.Context) (bool, error) { return false, nil })
			},
			"bind": func(ctx context.Context, c client) error {
				legacy := *opts
				legacy.Context, legacy.GasPrice = ctx, nil
				_, _, err := bind.DeployContract(&legacy, []byte{1}, c.Backend(), nil)
				return err
			},
			"New": func(ctx context.Context, c client) error { _, err := evm.New(ctx, c.Backend()); return err },
		})
}

// An absurd answer is a failure of class ErrAnswer, named.
func TestAbsurdAnswers(t *testing.T) {
	honest := evmtest.NewGrown(4, 1)
	account := common.Address{1}
	huge := map[string]func(context.Context, *evm.Client) error{
		"null amounts": func(ctx context.Context, c *evm.Client) error { _, err := c.Balance(ctx, account); return err },
		"negative amounts": func(ctx context.Context, c *evm.Client) error {
			_, err := c.Backend().SuggestGasTipCap(ctx)
			return err
		},
		"huge amounts": func(ctx context.Context, c *evm.Client) error { _, err := c.Backend().SuggestGasPrice(ctx); return err },
		"highest numbers": func(ctx context.Context, c *evm.Client) error {
			_, err := c.PendingNonce(ctx, account)
			_, err2 := c.Estimate(ctx, account, toContract())
			require.ErrorIs(t, err2, evm.ErrAnswer)
			return err
		},
		"header without number": func(ctx context.Context, c *evm.Client) error { _, err := c.Head(ctx, evm.Finality{}); return err },
		"negative base fee": func(ctx context.Context, c *evm.Client) error {
			_, err := c.Prepare(ctx, account, toContract())
			return err
		},
		"huge base fee": func(ctx context.Context, c *evm.Client) error {
			_, err := c.Prepare(ctx, account, toContract())
			return err
		},
		"empty transaction": func(ctx context.Context, c *evm.Client) error {
			_, err := c.Transaction(ctx, common.Hash{1})
			return err
		},
		"empty receipt": func(ctx context.Context, c *evm.Client) error { _, err := c.Receipt(ctx, common.Hash{1}); return err },
		"one byte of output": func(ctx context.Context, c *evm.Client) error {
			_, err := evm.Read(ctx, c, evm.Head{}, evmtest.CountQuery())
			return err
		},
		"a log of nothing": func(ctx context.Context, c *evm.Client) error {
			_, err := c.Logs(ctx, evmtest.Contract, []common.Hash{evmtest.TickTopic}, 1, 4)
			return err
		},
	}
	seen := 0
	for lie, backend := range evmtest.Hostile(honest) {
		if call, ok := huge[lie]; ok {
			seen++
			c := client(t, backend)
			require.ErrorIs(t, call(t.Context(), c), evm.ErrAnswer, lie)
		}
	}
	assert.Equal(t, len(huge), seen)
	for lie, backend := range evmtest.Hostile(honest) {
		if _, err := evm.New(t.Context(), backend); lie == "null chain id" || lie == "chain id zero" || lie == "negative chain id" {
			require.ErrorIs(t, err, evm.ErrAnswer, lie)
		}
	}
}

// A context that has ended is the reason, whatever the node says; it is never the node's failure.
func TestCancelledContext(t *testing.T) {
	n, opts := evmtest.NewGrown(3, 1), payer(t)
	c := client(t, n)
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	for name, call := range map[string]func() error{
		"Head":    func() error { _, err := c.Head(ctx, evm.Finality{Tag: "safe"}); return err },
		"Balance": func() error { _, err := c.Balance(ctx, opts.From); return err },
		"NonceAt": func() error { _, err := c.NonceAt(ctx, evm.Head{}, opts.From); return err },
		"Read":    func() error { _, err := evm.Read(ctx, c, evm.Head{}, evmtest.CountQuery()); return err },
		"Logs": func() error {
			_, err := c.Logs(ctx, evmtest.Contract, []common.Hash{evmtest.TickTopic}, 0, 1)
			return err
		},
		"Estimate": func() error { _, err := c.Estimate(ctx, opts.From, toContract()); return err },
		"Simulate": func() error { _, err := c.Simulate(ctx, opts.From, toContract()); return err },
		"Send":     func() error { _, err := c.Send(ctx, opts, toContract()); return err },
		"Scan":     func() error { return drain(evm.Scan(ctx, c, evmtest.Ticks(c), evm.Range{})) },
		"Follow":   func() error { return drain(evm.Follow(ctx, c, evmtest.Ticks(c), evm.Range{})) },
		"Wait":     func() error { _, err := c.WaitMined(ctx, common.Hash{1}); return err },
	} {
		err := call()
		require.ErrorIs(t, err, context.Canceled, name)
		require.NotErrorIs(t, err, evm.ErrRPC, name)
	}
}
