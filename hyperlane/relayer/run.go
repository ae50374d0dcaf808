package relayer

import (
	"context"
	"errors"
	"time"

	"github.com/cenkalti/backoff/v5"
	"github.com/cockroachdb/pebble"
	"golang.org/x/sync/errgroup"
)

// Step does one whole pass by hand: every origin is indexed up to its final head, then every message that is due is
// taken one stage further at least. The order is that of domains, then of waiting times, then of nonces. Chains that
// fail do not keep others from their turn; their errors are joined. What holds up a single message is not an error of
// Step: see Status.
func (r *Relayer) Step(ctx context.Context) error {
	leave, err := r.use.enter()
	if err != nil {
		return err
	}
	defer leave()
	var errs []error
	for _, o := range r.origins {
		errs = append(errs, r.index(ctx, o))
	}
	for _, d := range r.destinations {
		errs = append(errs, r.deliver(ctx, d))
	}
	r.measure()
	return errors.Join(errs...)
}

// Run works until ctx ends, and then returns nil. Each origin and each destination has a loop of its own, so a chain that
// does not answer holds up none of the others. Failures of chains are logged and tried again after a growing pause;
// only a failure of the state ends Run.
func (r *Relayer) Run(ctx context.Context) error {
	if !r.running.CompareAndSwap(false, true) {
		return ErrRunning
	}
	defer r.running.Store(false)
	g, loops := errgroup.WithContext(ctx)
	for _, o := range r.origins {
		g.Go(func() error { return r.loop(loops, func() error { return r.index(loops, o) }, "indexing", o.name) })
	}
	for _, d := range r.destinations {
		g.Go(func() error { return r.loop(loops, func() error { return r.deliver(loops, d) }, "delivering", d.name) })
	}
	err := g.Wait()
	if ctx.Err() != nil && !fatal(err) {
		return nil
	}
	return err
}

// loop repeats work at the interval, and after failures at growing ones.
func (r *Relayer) loop(ctx context.Context, work func() error, what, chain string) error {
	pause := backoff.NewExponentialBackOff()
	pause.InitialInterval = r.cfg.Interval
	pause.MaxInterval = max(time.Minute, r.cfg.Interval)
	for {
		leave, err := r.use.enter()
		if err != nil {
			return err
		}
		err = work()
		r.measure()
		leave()
		wait := r.cfg.Interval
		switch {
		case ctx.Err() != nil:
			return ctx.Err()
		case fatal(err):
			return err
		case err != nil:
			wait = pause.NextBackOff()
			r.log.Warn(what+" failed, trying again", "chain", chain, "in", wait, "err", err)
		default:
			pause.Reset()
		}
		timer := time.NewTimer(wait)
		select {
		case <-ctx.Done():
			timer.Stop()
			return ctx.Err()
		case <-timer.C:
		}
	}
}

// fatal reports whether an error is of the state, which trying again does not heal.
func fatal(err error) bool {
	return errors.Is(err, ErrStore) || errors.Is(err, pebble.ErrClosed) || errors.Is(err, errWrite)
}
