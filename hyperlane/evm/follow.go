package evm

import (
	"context"
	"errors"
	"iter"

	"github.com/ethereum/go-ethereum/common"
)

// Follow reads the events from r.From on and goes on with the chain as it grows, without gaps and
// without repetition, also across reorganisations: when blocks vanish, it yields their events again
// with Removed set, newest first, and then the events of the blocks that took their place.
// Appending each event that is not removed, and dropping the last one for each that is, gives at
// any time the events of the chain.
//
// Follow ends with ctx, after the last block of r, at an error that lasts for [WithRetries]
// attempts, and at a reorganisation deeper than [WithReorgWindow] (a *[ReorgError] that is Deep).
// It waits for a node that falls behind.
func Follow[E any](ctx context.Context, c *Client, s Stream[E], r Range) iter.Seq2[E, error] {
	return func(yield func(E, error) bool) {
		var zero E
		if err := s.check(); err != nil {
			yield(zero, err)
			return
		}
		f := &follower[E]{reader: newReader(c, s, r.Chunk), r: r, next: r.From, yield: yield}
		if err := f.run(ctx); err != nil && !errors.Is(err, errStopped) {
			yield(zero, err)
		}
	}
}

var errStopped = errors.New("the loop was left")

// follower is the state of one iteration.
//
// Invariant: the blocks in window are an ascending part of one chain, and every event yielded and
// not taken back, in a block below next and not older than the window, is in one of them. The
// newest block of window is next-1.
type follower[E any] struct {
	*reader[E]
	r      Range
	next   uint64     // first block not read yet
	window []block[E] // blocks with events, and the last block of each chunk read
	cut    bool       // older blocks were forgotten
	yield  func(E, error) bool
}

// block is a block that was read, with its events.
type block[E any] struct {
	number uint64
	hash   common.Hash
	events []E
}

// run looks at the chain until ctx ends, an error stays, or the range is done.
func (f *follower[E]) run(ctx context.Context) error {
	var (
		failures int
		pause    = f.c.pauses()
	)
	for {
		done, err := f.step(ctx)
		var reorg *ReorgError
		wait := f.c.opts.poll
		switch {
		case ctx.Err() != nil:
			return ctx.Err()
		case done || errors.Is(err, errStopped):
			return err
		case err == nil:
			failures = 0
			pause.Reset()
		default:
			if failures++; failures > f.c.opts.retries || !errors.Is(err, ErrRPC) || (errors.As(err, &reorg) && reorg.Deep) {
				return err
			}
			wait = pause.NextBackOff()
			f.c.opts.log.Warn("following events, trying again",
				"event", f.kind.Name, "from", f.next, "failures", failures, "err", err)
		}
		if err := f.c.opts.sleep(ctx, wait); err != nil {
			return err
		}
	}
}

// step undoes what is no longer part of the chain and reads what is new. It yields as it goes;
// after an error the state is as of the last event yielded.
func (f *follower[E]) step(ctx context.Context) (done bool, err error) {
	head, err := f.c.Head(ctx, f.r.Finality)
	if err != nil {
		return false, err
	}
	if err := f.undo(ctx, head); err != nil {
		return false, err
	}
	for f.next <= head.Number && !f.r.To.Passed(f.next) {
		if err := f.advance(ctx, head); err != nil {
			return false, err
		}
	}
	return f.r.To.Passed(f.next), nil
}

// undo finds the newest block read that is still part of the chain, as far as head shows it, and
// takes back the events above it, newest first.
//
// Blocks above head are not judged: the node may lag behind the one asked before. If they are gone
// for good, the chain grows past them and the next look finds out; unless the newest block at or
// below head is gone too, which proves it at once.
func (f *follower[E]) undo(ctx context.Context, head Head) error {
	visible := len(f.window)
	for visible > 0 && f.window[visible-1].number > head.Number {
		visible--
	}
	keep := visible
	for keep > 0 {
		b := &f.window[keep-1]
		if b.number == head.Number && b.hash == head.Hash {
			break
		}
		err := f.c.SameBlock(ctx, b.number, b.hash)
		if err == nil {
			break
		}
		if !errors.Is(err, ErrReorg) {
			return err
		}
		keep--
	}
	if keep == visible {
		return nil // nothing that can be judged is gone
	}
	gone := f.window[keep]
	if keep == 0 && f.cut {
		return &ReorgError{Number: gone.number, Had: gone.hash, Deep: true}
	}
	f.c.opts.log.Info("reorganisation", "event", f.kind.Name, "from", gone.number, "blocks", f.next-gone.number)
	for len(f.window) > keep {
		if err := f.takeBack(); err != nil {
			return err
		}
	}
	f.next = f.r.From
	if keep > 0 {
		f.next = f.window[keep-1].number + 1
	}
	return nil
}

// advance reads one chunk, remembers its blocks, and yields its events.
func (f *follower[E]) advance(ctx context.Context, head Head) error {
	to := f.r.To.least(head.Number)
	if n := len(f.window); n > 0 {
		f.anchor = &Head{Number: f.window[n-1].number, Hash: f.window[n-1].hash}
	} else if err := f.start(ctx, f.next); err != nil { // again: blocks before r.From can have changed
		return err
	}
	end, events, err := f.chunk(ctx, f.next, to)
	if err != nil {
		return err
	}
	if err := f.accept(ctx, end, events, end.Number == to); err != nil {
		return err
	}
	f.remember(end, events)
	for i := range events {
		if !f.yield(events[i], nil) {
			return errStopped
		}
	}
	return nil
}

func (f *follower[E]) remember(end Head, events []E) {
	for len(events) > 0 {
		first, n := f.kind.Position(&events[0]), 1
		for n < len(events) && f.kind.Position(&events[n]).BlockNumber == first.BlockNumber {
			n++
		}
		f.window = append(f.window, block[E]{number: first.BlockNumber, hash: first.BlockHash, events: events[:n]})
		events = events[n:]
	}
	if n := len(f.window); n == 0 || f.window[n-1].number != end.Number {
		f.window = append(f.window, block[E]{number: end.Number, hash: end.Hash})
	}
	f.next = end.Number + 1
	// Forget what no reorganisation may reach, but keep one block at or below that depth: if that
	// one goes, the window was too short.
	drop := 0
	for drop+1 < len(f.window) && end.Number-f.window[drop+1].number >= f.c.opts.window {
		drop++
	}
	if drop > 0 {
		f.window, f.cut = append([]block[E](nil), f.window[drop:]...), true
	}
}

// takeBack removes the newest block read and yields its events as removed, newest first. Each event
// leaves the state before it is yielded, so that none is yielded twice whatever happens.
func (f *follower[E]) takeBack() error {
	b := &f.window[len(f.window)-1]
	for len(b.events) > 0 {
		e := b.events[len(b.events)-1]
		b.events = b.events[:len(b.events)-1]
		if f.kind.Serial != nil {
			serial := f.kind.Serial(&e)
			f.reader.next = &serial
		}
		f.kind.Position(&e).Removed = true
		if !f.yield(e, nil) {
			return errStopped
		}
	}
	f.window = f.window[:len(f.window)-1]
	return nil
}
