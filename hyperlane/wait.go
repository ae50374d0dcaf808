package hyperlane

import (
	"context"
	"errors"
	"fmt"

	"github.com/ethereum/go-ethereum"
	"github.com/ethereum/go-ethereum/common"

	"github.com/hyperlane-go/sdk/hyperlane/evm"
	"github.com/hyperlane-go/sdk/message"
)

// WaitOption changes what [Inbox.Wait] waits for.
type WaitOption func(*waitOptions)

type waitOptions struct{ finality evm.Finality }

// WithFinality waits until the delivery is final. Without it the newest block counts, and a
// delivery can still be undone.
func WithFinality(f evm.Finality) WaitOption { return func(o *waitOptions) { o.finality = f } }

// Wait waits until a message is delivered. It asks the node with growing pauses, and in between
// wakes at the delivery's event where the node offers subscriptions. It asks a node that fails
// again: the wait ends with the delivery, or with ctx, whose error then comes with the node's last
// failure.
func (in *Inbox) Wait(ctx context.Context, id message.ID, opts ...WaitOption) (*Delivery, error) {
	var o waitOptions
	for _, opt := range opts {
		if opt != nil {
			opt(&o)
		}
	}
	if err := need("Inbox", in.c.addrs.Inbox); err != nil {
		return nil, err
	}
	if err := o.finality.Validate(); err != nil {
		return nil, err
	}
	var delivery *Delivery
	var last error // of the node; nil where it answered "not delivered"
	event := ethereum.FilterQuery{
		Addresses: []common.Address{in.c.addrs.Inbox},
		Topics:    [][]common.Hash{{topicProcessID}, {common.Hash(id)}},
	}
	err := in.c.Watch(ctx, event, func(ctx context.Context) (done bool, err error) {
		delivery, err = in.look(ctx, id, o.finality)
		switch {
		case err == nil:
			last = nil
		case ctx.Err() != nil:
			return false, nil //nolint:nilerr // the wait ends by itself, with the context
		case !errors.Is(err, evm.ErrRPC):
			return false, err
		default:
			last = err
			in.c.Log().Warn("waiting for a delivery, asking again", "id", id, "err", err)
		}
		return delivery != nil, nil
	})
	switch {
	case err == nil:
		return delivery, nil
	case ctx.Err() == nil:
		return nil, err
	case last != nil:
		return nil, fmt.Errorf("hyperlane: message %v not seen delivered: %w; last failure of the node: %w", id, err, last)
	}
	return nil, fmt.Errorf("hyperlane: message %v not delivered: %w", id, err)
}

// look reads a delivery as of the newest final block.
func (in *Inbox) look(ctx context.Context, id message.ID, f evm.Finality) (*Delivery, error) {
	head, err := in.c.Head(ctx, f)
	if err != nil {
		return nil, err
	}
	delivery, err := in.c.At(head).Inbox().Processed(ctx, id)
	if err != nil || delivery == nil {
		return nil, err
	}
	// The transaction is good to know, but a node need not keep logs for ever.
	block, topics := delivery.BlockNumber, []common.Hash{topicProcess, topicProcessID}
	logs, err := in.c.Logs(ctx, in.c.addrs.Inbox, topics, block, block)
	if err != nil {
		in.c.Log().Debug("log of a delivery not readable", "id", id, "err", err)
		return delivery, nil
	}
	for i := range logs {
		if l := &logs[i]; evm.HasTopic(l, topicProcessID) && len(l.Topics) == 2 && l.Topics[1] == common.Hash(id) {
			delivery.TxHash = l.TxHash
		}
	}
	return delivery, nil
}
