package relayer

import (
	"context"
	"errors"
	"time"

	"github.com/cenkalti/backoff/v5"
	"github.com/cockroachdb/pebble"
	"golang.org/x/sync/errgroup"
)

// Step makes one complete pass: it indexes every origin up to its final head, and then takes every
// message that is due at least one stage further. Origins and destinations are processed in the
// order of their domains, messages in the order in which they become due, then by origin and nonce.
//
// A chain that fails does not stop the others; Step returns the errors of all chains, joined. An
// obstacle to one message is not an error of Step: see [Relayer.Status].
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

// Run relays until ctx is cancelled, and then returns nil. Each origin and each destination has its
// own loop, so a chain that does not answer delays no other chain. Run logs the failures of chains
// and tries again after a growing pause. It returns an error only when the state fails, or
// ErrRunning when Run is already active.
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

// loop repeats work at Config.Interval, and after failures at growing intervals of up to one
// minute.
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
			r.log.Warn("pass over chain failed, trying again", "work", what, "chain", chain, "in", wait, "err", err)
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

// fatal reports whether an error is a failure of the state, which a new attempt cannot repair.
func fatal(err error) bool {
	return errors.Is(err, ErrStore) || errors.Is(err, pebble.ErrClosed) || errors.Is(err, errWrite)
}
