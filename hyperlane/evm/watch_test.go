package evm_test

import (
	"context"
	"errors"
	"testing"
	"time"

	"github.com/ethereum/go-ethereum"
	"github.com/ethereum/go-ethereum/common"
	"github.com/ethereum/go-ethereum/core/types"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/hyperlane-go/sdk/hyperlane/evm"
	"github.com/hyperlane-go/sdk/hyperlane/evm/evmtest"
)

// subscribed is a node with subscriptions.
type subscribed struct {
	*evmtest.Node
	subscription
	asked chan ethereum.FilterQuery
	logs  chan chan<- types.Log // where to send events
}

type subscription struct {
	errs   chan error
	ending chan struct{} // receives at each Unsubscribe, which waits for it
}

func (s subscription) Err() <-chan error { return s.errs }
func (s subscription) Unsubscribe()      { s.ending <- struct{}{} }

func newSubscribed() *subscribed {
	return &subscribed{
		Node: evmtest.NewGrown(3, 1), asked: make(chan ethereum.FilterQuery, 1), logs: make(chan chan<- types.Log, 1),
		subscription: subscription{errs: make(chan error, 1), ending: make(chan struct{}, 1)},
	}
}

func (s *subscribed) SubscribeFilterLogs(_ context.Context, q ethereum.FilterQuery, logs chan<- types.Log) (ethereum.Subscription, error) {
	s.asked <- q
	s.logs <- logs
	return s.subscription, nil
}

// asleep sleeps until its context ends, and tells how long it was to be.
func asleep(pauses chan<- time.Duration) evm.Option {
	return evm.WithSleep(func(ctx context.Context, d time.Duration) error {
		pauses <- d
		<-ctx.Done()
		return ctx.Err()
	})
}

// An event wakes the look that a pause would delay for ever, and the pauses begin again from the
// shortest.
func TestWatchWakes(t *testing.T) {
	n, pauses := newSubscribed(), make(chan time.Duration, 100)
	c := client(t, n, asleep(pauses), evm.WithPollInterval(time.Second))
	query := ethereum.FilterQuery{Addresses: []common.Address{evmtest.Contract}}
	looks := 0
	done := make(chan struct{})
	defer close(done)
	go func() {
		logs := <-n.logs
		for {
			select {
			case logs <- types.Log{}:
			case <-done:
				return
			}
		}
	}()
	err := c.Watch(t.Context(), query, func(context.Context) (bool, error) {
		looks++
		return looks == 10, nil
	})
	require.NoError(t, err)
	assert.Equal(t, 10, looks)
	assert.Equal(t, query, <-n.asked)
	<-n.ending
	for range len(pauses) {
		assert.Less(t, <-pauses, 1300*time.Millisecond, "it grew although events came")
	}
}

// Without events the pauses grow from the poll interval to sixteen times as much.
func TestWatchPolls(t *testing.T) {
	n := newSubscribed()
	n.errs <- errors.New("the connection is gone") // polling goes on
	var pauses []time.Duration
	c := client(t, n, evm.WithPollInterval(time.Second), evm.WithSleep(func(_ context.Context, d time.Duration) error {
		pauses = append(pauses, d)
		return nil
	}))
	looks := 0
	require.NoError(t, c.Watch(t.Context(), ethereum.FilterQuery{}, func(context.Context) (bool, error) {
		looks++
		return looks == 31, nil
	}))
	require.Len(t, pauses, 30)
	assert.InDelta(t, time.Second, pauses[0], 0.21*float64(time.Second))
	for _, last := range pauses[15:] {
		assert.InDelta(t, 16*time.Second, last, 0.21*16*float64(time.Second))
	}
}

// Watch ends with the error of look or of its context, and tells the node that it no longer
// listens.
func TestWatchEnds(t *testing.T) {
	n, pauses := newSubscribed(), make(chan time.Duration, 1)
	c := client(t, n, asleep(pauses))
	errLook := errors.New("look")
	require.ErrorIs(t, c.Watch(t.Context(), ethereum.FilterQuery{}, func(context.Context) (bool, error) { <-n.logs; return false, errLook }), errLook)
	assert.Len(t, n.ending, 1, "unsubscribed before it returned")

	n = newSubscribed()
	c = client(t, n, asleep(pauses))
	ctx, cancel := context.WithCancel(t.Context())
	go func() { <-pauses; cancel() }()
	err := c.Watch(ctx, ethereum.FilterQuery{}, func(context.Context) (bool, error) { return false, nil })
	require.ErrorIs(t, err, context.Canceled)
	require.NotErrorIs(t, err, evm.ErrRPC)
}

// A node that does not answer the end of a subscription does not keep what was waited for.
func TestWatchUnsubscribesInVain(t *testing.T) {
	n := newSubscribed()
	n.ending = make(chan struct{})
	defer func() { <-n.ending }() // only now
	require.NoError(t, client(t, n).Watch(t.Context(), ethereum.FilterQuery{}, func(context.Context) (bool, error) {
		<-n.logs
		return true, nil
	}))
}
