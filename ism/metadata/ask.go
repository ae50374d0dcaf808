package metadata

import (
	"context"
	"time"
)

// ask puts a question to n validators, some at a time, and passes each answer to take, one after
// the other and each exactly once if it was asked. Once take has returned true, because the quorum
// is complete, ask goes on for no longer than the builder's patience; answers still out then count
// as [ErrSlow]. When the context ends, answers still out count as its cause.
//
// A question that does not end with its context is left behind: it keeps its goroutine, and ask
// does not wait for it.
func ask[T any](ctx context.Context, b *Builder, n int,
	question func(ctx context.Context, i int) (T, error), take func(i int, answer T, err error) bool) {
	type reply struct {
		i      int
		answer T
		err    error
	}
	inner, cancel := context.WithCancel(ctx)
	defer cancel()
	replies := make(chan reply, n) // has room for every reply, so that no question blocks
	start := func(i int) {
		go func() {
			answer, err := within(inner, orDefault(b.Timeout, DefaultTimeout), func(ctx context.Context) (T, error) {
				return question(ctx, i)
			})
			replies <- reply{i, answer, err}
		}()
	}

	most := orDefault(b.MaxConcurrency, DefaultMaxConcurrency)
	out := make(map[int]bool, most) // questions without an answer
	var enough <-chan time.Time
	stop := func(reason error) {
		var none T
		for i := range out {
			take(i, none, reason)
		}
	}
	for next := 0; next < n || len(out) > 0; {
		if next < n && len(out) < most {
			out[next] = true
			start(next)
			next++
			continue
		}
		select {
		case r := <-replies:
			delete(out, r.i)
			if take(r.i, r.answer, r.err) && enough == nil {
				if b.Patience < 0 {
					stop(ErrSlow)
					return
				}
				timer := time.NewTimer(orDefault(b.Patience, DefaultPatience))
				defer timer.Stop()
				enough = timer.C
			}
		case <-enough:
			stop(ErrSlow)
			return
		case <-ctx.Done():
			stop(context.Cause(ctx))
			return
		}
	}
}

// within returns the answer to question, or after the timeout the cause of its context.
func within[T any](ctx context.Context, timeout time.Duration, question func(context.Context) (T, error)) (T, error) {
	ctx, cancel := context.WithTimeout(ctx, timeout)
	defer cancel()
	type reply struct {
		answer T
		err    error
	}
	replies := make(chan reply, 1)
	go func() {
		answer, err := question(ctx)
		replies <- reply{answer, err}
	}()
	select {
	case r := <-replies:
		return r.answer, r.err
	case <-ctx.Done():
		var none T
		return none, context.Cause(ctx)
	}
}
