package relayer

import (
	"context"
	"fmt"
	"slices"
	"sync"
	"time"

	"github.com/hyperlane-go/sdk/hyperlane/evm"
	"github.com/hyperlane-go/sdk/hyperlane/evm/sender"
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

	client *evm.Client
	sender *sender.Sender // the account that pays; a key is the id of a message

	pass sync.Mutex // held during a delivering pass

	health health

	height *uint64 // of the latest block, once it was asked for in this pass
}

func newDestination(c ends) *destination {
	return &destination{domain: c.domain, name: c.name, chain: c.target, margin: c.margin, gasCap: c.gasCap,
		client: c.client, builders: map[message.Domain]*metadata.Builder{}}
}

// underWay reports whether a delivery of the message has been signed and is not decided.
func (d *destination) underWay(id message.ID) bool {
	_, found := d.sender.Find(keyOf(id))
	return found
}

// underWay reports whether a delivery of the message has been signed and is not decided. Where the destination is no
// longer configured, the stage says what was known last.
func (r *Relayer) underWay(rec *record) bool {
	if d := r.destination(rec.msg.Destination); d != nil {
		return d.underWay(rec.id)
	}
	return rec.stage == StageSubmitted
}

// refreshDue is how long a pass works off one list of messages that are due. Many that take their time, by somebody's
// intention perhaps, must not keep those waiting that have come since.
const refreshDue = 10 * time.Second

// deliver takes every message that is due for a destination one stage further. It stops at the first failure of the
// chain's node, which would meet the other messages as well.
func (r *Relayer) deliver(ctx context.Context, d *destination) (err error) {
	d.pass.Lock()
	defer d.pass.Unlock()
	defer func() { d.health.note(ctx, err) }()
	due := r.queue.due(d.domain, r.now(), r.cfg.Retry)
	if len(due) == 0 {
		return nil
	}
	head, err := d.chain.Head(ctx)
	if err != nil {
		return fmt.Errorf("relayer: destination %s: head: %w", d.name, err)
	}
	if err := d.sender.StepAt(ctx, head); err != nil {
		return fmt.Errorf("relayer: destination %s: account %v: %w", d.name, d.sender.Account(), err)
	}
	d.height = nil
	done := map[message.ID]bool{}
	for listed := r.now(); len(due) > 0; {
		batch := due[:min(r.cfg.MaxConcurrency, len(due))]
		due = due[len(batch):]
		ready := r.prepare(ctx, d, batch)
		r.blame(ctx, d, ready)
		for i, rec := range batch {
			if err := r.work(ctx, d, head, rec, ready[i]); err != nil {
				return fmt.Errorf("relayer: destination %s: message %v: %w", d.name, rec.id, err)
			}
			done[rec.id] = true
		}
		if now := r.now(); passed(now, listed, refreshDue) {
			due = slices.DeleteFunc(r.queue.due(d.domain, now, r.cfg.Retry), func(rec *record) bool { return done[rec.id] })
			listed = now
		}
	}
	return nil
}

// blame finds out whether what looks like a failure of the node is one. Contracts of strangers decide what some of the
// calls answer, or whether they end at all; a node that answers about the inbox at the same time is not at fault, and
// the pass goes on with the other messages.
func (r *Relayer) blame(ctx context.Context, d *destination, ready []*preparation) {
	asked, healthy := false, false
	for _, p := range ready {
		if p == nil || p.blocked == nil || p.blocked.stage != StageUnreachable {
			continue
		}
		if !asked {
			_, err := d.chain.Head(ctx)
			if err == nil {
				_, err = d.chain.Delivered(ctx, message.ID{}, nil)
			}
			asked, healthy = true, err == nil
		}
		p.blocked.node = !healthy
		if healthy && p.blocked.unread != StageUnknown && evm.Answered(p.blocked.err) {
			p.blocked.stage = p.blocked.unread
		}
	}
}

// work takes one message further. Its error is a failure of the node or the state, not of the message.
func (r *Relayer) work(ctx context.Context, d *destination, head evm.Head, rec *record, ready *preparation) error {
	switch {
	case rec.delivery != nil:
		return r.confirm(ctx, d, head, rec)
	case d.underWay(rec.id):
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
	node   bool  // the node is at fault, so that the pass ends
	unread Stage // at StageUnreachable: the stage if a contract, and not the node, is at fault; StageUnknown if none can be
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
		return true
	})
	if err != nil || changed == nil {
		return err
	}
	r.errors.set(rec.id, lasting(o.stage, o.err))
	r.metrics.operation("failed", d.name)
	e := r.event(changed)
	e.Err, e.Next, e.Result = o.err, changed.next, o.result
	r.emit(e)
	if o.node {
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
