package relayer

import (
	"context"
	"fmt"
	"slices"
	"sync"
	"time"

	"github.com/ethereum/go-ethereum/common"

	"github.com/hyperlane-go/sdk/hyperlane"
	"github.com/hyperlane-go/sdk/ism/metadata"
	"github.com/hyperlane-go/sdk/message"
)

// destination is what the relayer holds of a chain that messages go to.
type destination struct {
	domain   message.Domain
	name     string
	chain    target
	margin   uint64
	gasCap   uint64
	builders map[message.Domain]*metadata.Builder // by origin

	pass sync.Mutex // held during a delivering pass: one sender, one nonce after the other

	// sent says when a transaction was last handed to the node in this run. After a restart it is empty, so that
	// whatever a kill kept from leaving leaves then.
	sent map[common.Hash]time.Time
}

func newDestination(c ends) *destination {
	return &destination{domain: c.domain, name: c.name, chain: c.target, margin: c.margin, gasCap: c.gasCap,
		builders: map[message.Domain]*metadata.Builder{}, sent: map[common.Hash]time.Time{}}
}

// deliver takes every message that is due for a destination one stage further. It stops at the first failure of the
// chain's node, which would meet the other messages as well.
func (r *Relayer) deliver(ctx context.Context, d *destination) error {
	d.pass.Lock()
	defer d.pass.Unlock()
	due := r.queue.due(d.domain, r.now())
	if len(due) == 0 {
		return nil
	}
	head, err := d.chain.Head(ctx)
	if err != nil {
		return fmt.Errorf("relayer: destination %s: head: %w", d.name, err)
	}
	for batch := range slices.Chunk(due, r.cfg.MaxConcurrency) {
		ready := r.prepare(ctx, d, batch)
		for i, rec := range batch {
			if err := r.work(ctx, d, head, rec, ready[i]); err != nil {
				return fmt.Errorf("relayer: destination %s: message %v: %w", d.name, rec.id, err)
			}
		}
	}
	return nil
}

// work takes one message further. Its error is a failure of the node or the state, not of the message.
func (r *Relayer) work(ctx context.Context, d *destination, head hyperlane.Head, rec *record, ready *preparation) error {
	switch {
	case rec.delivery != nil:
		return r.confirm(ctx, d, head, rec)
	case len(rec.sends) > 0:
		return r.track(ctx, d, head, rec)
	case rec.stage == StageOrphaned:
		return r.abandon(rec.id) // there is nothing left to wait for
	default:
		return r.attempt(ctx, d, rec, ready)
	}
}

// obstacle is why an attempt failed.
type obstacle struct {
	stage  Stage
	err    error
	result *metadata.Result
}

// fail writes down what holds a message up and when it is tried again. It returns an error when the obstacle is the
// node, so that the pass ends.
func (r *Relayer) fail(ctx context.Context, d *destination, rec *record, o obstacle) error {
	if ctx.Err() != nil {
		return ctx.Err() // interrupted, which says nothing about the message
	}
	now := r.now()
	changed, err := r.queue.update("attempt", rec.id, func(rec *record) bool {
		if rec.stage == StageOrphaned {
			return false
		}
		rec.failed++
		rec.stage, rec.reason = o.stage, clip(o.err.Error())
		rec.next = now.Add(r.cfg.Retry.After(rec.failed, o.stage == StageAwaitingCheckpoints))
		rec.sends = nil
		return true
	})
	if err != nil || changed == nil {
		return err
	}
	r.errors.Store(rec.id, o.err)
	r.metrics.operation("failed", d.name)
	e := r.event(changed)
	e.Err, e.Next, e.Result = o.err, changed.next, o.result
	r.emit(e)
	if o.stage == StageUnreachable {
		return o.err
	}
	return nil
}

// clip bounds what is stored of an error: some hold revert data of a stranger's choosing.
func clip(s string) string {
	const most = 4096
	if len(s) > most {
		return s[:most] + "…"
	}
	return s
}

func (r *Relayer) chainName(d message.Domain) string {
	if o := r.origin(d); o != nil {
		return o.name
	}
	return d.String()
}
