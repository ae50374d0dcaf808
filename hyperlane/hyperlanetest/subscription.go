package hyperlanetest

import (
	"context"
	"sync"

	"github.com/ethereum/go-ethereum"
	"github.com/ethereum/go-ethereum/core/types"
)

// subscription forwards a node's notifications through the link's faults.
type subscription struct {
	inner ethereum.Subscription
	out   chan error
	quit  chan struct{}
	once  sync.Once
	cause error
}

// Err implements ethereum.Subscription.
func (s *subscription) Err() <-chan error { return s.out }

// Unsubscribe implements ethereum.Subscription.
func (s *subscription) Unsubscribe() { s.end(nil) }

// end stops forwarding. The first cause counts.
func (s *subscription) end(cause error) {
	s.once.Do(func() {
		s.cause = cause
		close(s.quit)
	})
}

// SubscribeFilterLogs implements evm.Backend.
func (l *Link) SubscribeFilterLogs(ctx context.Context, q ethereum.FilterQuery, ch chan<- types.Log) (ethereum.Subscription, error) {
	return subscribe(ctx, l, SubscribeFilterLogs, ch,
		func(in chan types.Log) (ethereum.Subscription, error) { return l.up.SubscribeFilterLogs(ctx, q, in) },
		func(log types.Log) []types.Log { return l.lying().filter([]types.Log{log}) })
}

// SubscribeNewHead sends the header of each new block.
func (l *Link) SubscribeNewHead(ctx context.Context, ch chan<- *types.Header) (ethereum.Subscription, error) {
	return subscribe(ctx, l, SubscribeNewHead, ch,
		func(in chan *types.Header) (ethereum.Subscription, error) { return l.up.SubscribeNewHead(ctx, in) },
		func(head *types.Header) []*types.Header {
			if frozen := l.lying().head; frozen != nil && head.Number.Uint64() > *frozen {
				return nil
			}
			return []*types.Header{head}
		})
}

func subscribe[T any](ctx context.Context, l *Link, m Method, out chan<- T, open func(chan T) (ethereum.Subscription, error), answers func(T) []T) (ethereum.Subscription, error) {
	if err := l.enter(ctx, m); err != nil {
		return nil, err
	}
	in := make(chan T)
	inner, err := open(in)
	if err != nil {
		return nil, err
	}
	s := &subscription{inner: inner, out: make(chan error, 1), quit: make(chan struct{})}
	l.mu.Lock()
	l.subs[s] = struct{}{}
	l.mu.Unlock()
	go func() {
		defer func() {
			inner.Unsubscribe()
			l.mu.Lock()
			delete(l.subs, s)
			l.mu.Unlock()
			close(s.out)
		}()
		if err := forward(s, in, out, answers); err != nil {
			s.out <- err
		}
	}()
	return s, nil
}

// forward runs until either side ends. It returns the cause, nil where the caller unsubscribed.
func forward[T any](s *subscription, in <-chan T, out chan<- T, answers func(T) []T) error {
	for {
		select {
		case <-s.quit:
			return s.cause
		case err := <-s.inner.Err():
			return err
		case v := <-in:
			for _, w := range answers(v) {
				select {
				case out <- w:
				case <-s.quit:
					return s.cause
				}
			}
		}
	}
}
