package hyperlane

import (
	"context"
	"errors"
	"time"

	"github.com/ethereum/go-ethereum"
	"github.com/ethereum/go-ethereum/common"
	"github.com/ethereum/go-ethereum/core/types"

	"github.com/hyperlane-go/sdk/message"
)

// WaitOption changes what [Inbox.Wait] waits for.
type WaitOption func(*waitOptions)

type waitOptions struct{ finality Finality }

// WaitFinality waits until the delivery is final. Without it the newest block counts, and a delivery may still be
// undone.
func WaitFinality(f Finality) WaitOption { return func(o *waitOptions) { o.finality = f } }

// Wait waits until a message is delivered. It asks the node with growing pauses, and in between wakes at the
// delivery's event where the node offers subscriptions. A node that fails is asked again: the wait ends with the
// delivery, or with ctx, whose error then wraps the node's last failure as well.
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
	wake, stop := in.subscribe(ctx, id)
	defer stop()
	pause := in.c.pauses()
	var last error
	for {
		delivery, err := in.look(ctx, id, o.finality)
		switch {
		case err == nil && delivery != nil:
			return delivery, nil
		case err != nil && ctx.Err() == nil:
			if !transient(err) {
				return nil, err
			}
			last = err
			in.c.opts.log.Warn("waiting for a delivery, asking again", "id", id, "err", err)
		case err == nil:
			last = nil
		}
		woken, err := in.pause(ctx, pause.NextBackOff(), wake)
		if err != nil {
			return nil, &WaitError{ID: id, Err: err, Last: last}
		}
		if woken {
			pause.Reset() // it will not be long now, even if the state read next lags behind the event
		}
	}
}

// WaitError is a wait that ended before the delivery. It matches the context's error and, if there was one, the
// node's last failure.
type WaitError struct {
	ID   message.ID
	Err  error // of the context
	Last error // of the node, nil if it answered "not delivered"
}

func (e *WaitError) Error() string {
	if e.Last != nil {
		return "hyperlane: message " + e.ID.String() + " not seen delivered: " + e.Err.Error() +
			"; the node's last answer: " + e.Last.Error()
	}
	return "hyperlane: message " + e.ID.String() + " not delivered: " + e.Err.Error()
}

func (e *WaitError) Unwrap() []error {
	if e.Last == nil {
		return []error{e.Err}
	}
	return []error{e.Err, e.Last}
}

// look reads a delivery as of the newest final block.
func (in *Inbox) look(ctx context.Context, id message.ID, f Finality) (*Delivery, error) {
	head, err := in.c.Head(ctx, f)
	if err != nil {
		return nil, err
	}
	delivery, err := in.Processed(ctx, head, id)
	if err != nil || delivery == nil {
		return nil, err
	}
	// The transaction is good to know, but a node need not keep logs for ever.
	block, topics := delivery.BlockNumber, []common.Hash{topicProcess, topicProcessID}
	logs, err := in.c.logs(ctx, in.c.addrs.Inbox, topics, block, block)
	if err != nil {
		in.c.opts.log.Debug("log of a delivery not readable", "id", id, "err", err)
		return delivery, nil
	}
	for i := range logs {
		if l := &logs[i]; hasTopic(l, topicProcessID) && len(l.Topics) == 2 && l.Topics[1] == common.Hash(id) {
			delivery.TxHash = l.TxHash
		}
	}
	return delivery, nil
}

// subscribe asks for the delivery's event. It only ever wakes: what is true is read, not taken from the event. It
// waits for nothing, since a node may leave the request itself without an answer.
func (in *Inbox) subscribe(ctx context.Context, id message.ID) (wake <-chan struct{}, stop func()) {
	signal, done := make(chan struct{}, 1), make(chan struct{})
	ctx, cancel := context.WithCancel(ctx)
	go func() {
		defer close(done)
		in.listen(ctx, id, signal)
	}()
	return signal, func() { cancel(); <-done }
}

// listen passes events on as signals until ctx or the subscription ends.
func (in *Inbox) listen(ctx context.Context, id message.ID, signal chan<- struct{}) {
	logs := make(chan types.Log, 1)
	sub, err := in.c.backend.SubscribeFilterLogs(ctx, ethereum.FilterQuery{
		Addresses: []common.Address{in.c.addrs.Inbox},
		Topics:    [][]common.Hash{{topicProcessID}, {common.Hash(id)}},
	}, logs)
	if err != nil || sub == nil {
		return
	}
	defer sub.Unsubscribe()
	for {
		select {
		case <-ctx.Done():
			return
		case <-sub.Err():
			return // polling goes on
		case <-logs:
			select {
			case signal <- struct{}{}:
			default:
			}
		}
	}
}

// pause sleeps for d, or until the subscription wakes it.
func (in *Inbox) pause(ctx context.Context, d time.Duration, wake <-chan struct{}) (woken bool, err error) {
	sleepCtx, cancel := context.WithCancel(ctx)
	slept := make(chan error, 1)
	go func() { slept <- in.c.opts.sleep(sleepCtx, d) }()
	defer cancel()
	select {
	case <-wake:
		cancel()
		<-slept
		return true, ctx.Err()
	case err := <-slept:
		return false, err
	}
}

// transient tells failures that may pass from those that will not.
func transient(err error) bool { return errors.Is(err, ErrRPC) }
