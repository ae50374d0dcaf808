package evm

import (
	"context"
	"time"

	"github.com/ethereum/go-ethereum"
	"github.com/ethereum/go-ethereum/core/types"
)

// Watch calls look until it reports done or fails, with pauses that grow from the poll interval.
// Where the node offers subscriptions, a log that matches events ends a pause early: the log only
// wakes, and what is true is what look reads. It returns the error of look, or of ctx.
func (c *Client) Watch(ctx context.Context, events ethereum.FilterQuery, look func(context.Context) (done bool, err error)) error {
	wake, stop := c.subscribe(ctx, events)
	defer stop()
	pause := c.pauses()
	for {
		done, err := look(ctx)
		if done || err != nil {
			return err
		}
		woken, err := c.pause(ctx, pause.NextBackOff(), wake)
		if err != nil {
			return err
		}
		if woken {
			pause.Reset() // it will not be long now, even if the state read next lags behind the event
		}
	}
}

// farewell is how long a client waits for a node to end a subscription.
const farewell = 200 * time.Millisecond

// subscribe asks for events in the background until stop: a node can leave the request itself
// without an answer, and the end of the subscription too.
func (c *Client) subscribe(ctx context.Context, events ethereum.FilterQuery) (wake <-chan struct{}, stop func()) {
	signal, done := make(chan struct{}, 1), make(chan struct{})
	ctx, cancel := context.WithCancel(ctx)
	go func() {
		defer close(done)
		c.listen(ctx, events, signal)
	}()
	return signal, func() {
		cancel()
		select {
		case <-done:
		case <-time.After(farewell):
		}
	}
}

// listen passes events on as signals until ctx or the subscription ends. Polling goes on without
// it.
func (c *Client) listen(ctx context.Context, events ethereum.FilterQuery, signal chan<- struct{}) {
	logs := make(chan types.Log, 1)
	sub, err := c.node.SubscribeFilterLogs(ctx, events, logs)
	if err != nil {
		return
	}
	defer sub.Unsubscribe()
	for {
		select {
		case <-ctx.Done():
			return
		case <-sub.Err(): //nolint:errcheck // polling goes on without the subscription
			return
		case <-logs:
			select {
			case signal <- struct{}{}:
			default:
			}
		}
	}
}

// pause sleeps for d, or until the subscription wakes it.
func (c *Client) pause(ctx context.Context, d time.Duration, wake <-chan struct{}) (woken bool, err error) {
	sleepCtx, cancel := context.WithCancel(ctx)
	slept := make(chan error, 1)
	go func() { slept <- c.opts.sleep(sleepCtx, d) }()
	defer cancel()
	select {
	case <-wake:
		cancel()
		<-slept //nolint:errcheck // its context was cancelled
		return true, ctx.Err()
	case err := <-slept:
		return false, err
	}
}
