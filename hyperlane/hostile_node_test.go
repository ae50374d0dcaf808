package hyperlane_test

import (
	"context"
	"errors"
	"iter"
	"testing"

	"github.com/ethereum/go-ethereum/common"
	"github.com/stretchr/testify/require"

	"github.com/hyperlane-go/sdk/hyperlane"
	"github.com/hyperlane-go/sdk/hyperlane/deploy"
	"github.com/hyperlane-go/sdk/hyperlane/evm"
	"github.com/hyperlane-go/sdk/hyperlane/evm/evmtest"
	"github.com/hyperlane-go/sdk/ism"
	"github.com/hyperlane-go/sdk/ism/checkpoint"
)

// drain reads a sequence to its end or first error.
func drain[E any](seq iter.Seq2[E, error]) error {
	_, err := all(seq)
	return err
}

// No method panics over a node that answers null, nothing or nonsense.
func TestHostileNode(t *testing.T) {
	k := newCore(t)
	opts, module := k.sim.opts(), k.noop
	sent, err := k.Outbox().Dispatch(t.Context(), opts, hyperlane.Dispatch{Destination: coreDomain, Recipient: k.inbound(0).Recipient})
	require.NoError(t, err)
	signer := checkpoint.NewKeySigner(newKey(t))
	announced, err := checkpoint.SignAnnouncement(t.Context(), signer, k.ValidatorAnnounce().Announcement(signer.Address(), "s3://bucket/region"))
	require.NoError(t, err)
	next := uint32(0)
	type chain = *hyperlane.Chain
	evmtest.CheckHarmless(t, k.sim,
		func(ctx context.Context, c *evm.Client) (chain, error) { return hyperlane.New(ctx, c, k.Addresses()) },
		map[string]func(context.Context, chain) error{
			"Quote": func(ctx context.Context, c chain) error {
				_, err := c.Outbox().Quote(ctx, opts.From, toSomebody)
				return err
			},
			"Dispatch": func(ctx context.Context, c chain) error {
				_, err := c.Outbox().Dispatch(ctx, opts, toSomebody)
				return err
			},
			"EstimateDispatch": func(ctx context.Context, c chain) error {
				_, err := c.Outbox().EstimateDispatch(ctx, opts.From, nil, toSomebody)
				return err
			},
			"Nonce":       func(ctx context.Context, c chain) error { _, err := c.Outbox().Nonce(ctx); return err },
			"FromReceipt": func(ctx context.Context, c chain) error { _, err := c.Outbox().FromReceipt(sent.Receipt); return err },
			"Dispatches":  func(ctx context.Context, c chain) error { return drain(c.Outbox().Dispatches(ctx, evm.Range{})) },
			"FollowDispatches": func(ctx context.Context, c chain) error {
				return drain(c.Outbox().FollowDispatches(ctx, evm.Range{To: evm.Through(3)}))
			},
			"Process": func(ctx context.Context, c chain) error {
				next++
				_, err := c.Inbox().Process(ctx, opts, nil, k.inbound(next))
				return err
			},
			"Simulate": func(ctx context.Context, c chain) error { return c.Inbox().Simulate(ctx, opts.From, nil, k.inbound(0)) },
			"EstimateProcess": func(ctx context.Context, c chain) error {
				_, err := c.Inbox().EstimateProcess(ctx, opts.From, nil, k.inbound(0))
				return err
			},
			"Explain": func(ctx context.Context, c chain) error {
				call, err := c.Inbox().ProcessCall(nil, k.inbound(0))
				return errors.Join(err, c.Inbox().Explain(ctx, call, k.inbound(0), &evm.RevertError{}))
			},
			"Delivered": func(ctx context.Context, c chain) error { _, err := c.Inbox().Delivered(ctx, sent.ID); return err },
			"Processed": func(ctx context.Context, c chain) error { _, err := c.Inbox().Processed(ctx, sent.ID); return err },
			"RecipientISM": func(ctx context.Context, c chain) error {
				_, err := c.Inbox().RecipientISM(ctx, k.recipient)
				return err
			},
			"DefaultISM": func(ctx context.Context, c chain) error { _, err := c.Inbox().DefaultISM(ctx); return err },
			"Deliveries": func(ctx context.Context, c chain) error { return drain(c.Inbox().Deliveries(ctx, evm.Range{})) },
			"FollowDeliveries": func(ctx context.Context, c chain) error {
				return drain(c.Inbox().FollowDeliveries(ctx, evm.Range{To: evm.Through(3)}))
			},
			"Wait":             func(ctx context.Context, c chain) error { _, err := c.Inbox().Wait(ctx, sent.ID); return err },
			"Read":             func(ctx context.Context, c chain) error { _, err := c.Tree().Read(ctx); return err },
			"Count":            func(ctx context.Context, c chain) error { _, err := c.Tree().Count(ctx); return err },
			"Root":             func(ctx context.Context, c chain) error { _, err := c.Tree().Root(ctx); return err },
			"LatestCheckpoint": func(ctx context.Context, c chain) error { _, _, err := c.Tree().LatestCheckpoint(ctx); return err },
			"Insertions":       func(ctx context.Context, c chain) error { return drain(c.Tree().Insertions(ctx, evm.Range{})) },
			"FollowInsertions": func(ctx context.Context, c chain) error {
				return drain(c.Tree().FollowInsertions(ctx, evm.Range{To: evm.Through(3)}))
			},
			"ModuleType": func(ctx context.Context, c chain) error { _, err := c.Modules().ModuleType(ctx, module); return err },
			"ValidatorsAndThreshold": func(ctx context.Context, c chain) error {
				_, _, err := c.Modules().ValidatorsAndThreshold(ctx, module, k.inbound(0))
				return err
			},
			"Verify": func(ctx context.Context, c chain) error {
				return c.Modules().Verify(ctx, opts.From, module, nil, k.inbound(0))
			},
			"Publish": func(ctx context.Context, c chain) error {
				_, err := c.ValidatorAnnounce().Publish(ctx, opts, announced)
				return err
			},
			"Locations": func(ctx context.Context, c chain) error {
				_, err := c.ValidatorAnnounce().Locations(ctx, opts.From)
				return err
			},
			"Validators": func(ctx context.Context, c chain) error { _, err := c.ValidatorAnnounce().Validators(ctx); return err },
			"deploy.Core": func(ctx context.Context, c chain) error {
				_, err := deploy.Core(ctx, c.Client, opts, deploy.CoreConfig{Domain: 3, DefaultISM: module})
				return err
			},
			"deploy.MultisigISM": func(ctx context.Context, c chain) error {
				_, err := deploy.MultisigISM(ctx, c.Client, opts, deploy.MultisigConfig{
					Type: ism.TypeMessageIDMultisig, Validators: []common.Address{{1}}, Threshold: 1,
				})
				return err
			},
			"deploy.MerkleTreeHook": func(ctx context.Context, c chain) error {
				_, err := deploy.MerkleTreeHook(ctx, c.Client, opts, c.Outbox().Address())
				return err
			},
			"deploy.NoopISM": func(ctx context.Context, c chain) error { _, err := deploy.NoopISM(ctx, c.Client, opts); return err },
		})
}
