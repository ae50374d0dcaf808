package relayer

import (
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/hyperlane-go/sdk/hyperlane/evm"
	"github.com/hyperlane-go/sdk/message"
)

// underWay reports whether a delivery of the message is signed and not decided. If the destination
// is no longer configured, the stored stage decides.
func (r *Relayer) underWay(rec *record) bool {
	if d := r.destination(rec.msg.Destination); d != nil {
		return d.underWay(rec.id)
	}
	return rec.stage == StageSubmitted
}

// refreshDue is how long a pass works on one list of due messages before it reads a new one. A
// sender can make many messages slow on purpose; those that become due later must not wait for all
// of them.
const refreshDue = 10 * time.Second

// deliver takes every message that is due for a destination one stage further. It stops at the
// first failure of the node, which would affect the other messages as well.
func (r *Relayer) deliver(ctx context.Context, d *destination) (err error) {
	d.delivering.Lock()
	defer d.delivering.Unlock()
	defer func() { d.health.set(ctx, err) }()
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
		r.diagnose(ctx, d, ready)
		for i, rec := range batch {
			if err := r.work(ctx, d, head, rec, ready[i]); err != nil {
				return fmt.Errorf("relayer: destination %s: message %v: %w", d.name, rec.id, err)
			}
			done[rec.id] = true
		}
		if now := r.now(); elapsed(now, listed, refreshDue) {
			due = slices.DeleteFunc(r.queue.due(d.domain, now, r.cfg.Retry), func(rec *record) bool { return done[rec.id] })
			listed = now
		}
	}
	return nil
}

// diagnose decides whether obstacles at StageUnreachable are failures of the node. A contract
// decides what some calls return, and whether they end at all. If the node answers a request about
// the inbox now, the contract is at fault, and the pass continues with the other messages.
func (r *Relayer) diagnose(ctx context.Context, d *destination, ready []*preparation) {
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
		if healthy && p.blocked.contractStage != StageUnknown && evm.Answered(p.blocked.err) {
			p.blocked.stage = p.blocked.contractStage
		}
	}
}

// work takes one message further. It returns a failure of the node or of the state; an obstacle of
// the message is not an error.
func (r *Relayer) work(ctx context.Context, d *destination, head evm.Head, rec *record, ready *preparation) error {
	switch {
	case rec.delivery != nil:
		return r.confirm(ctx, d, head, rec)
	case d.underWay(rec.id):
		return r.track(ctx, d, head, rec)
	case rec.stage == StageOrphaned:
		return r.abandon(rec.id) // no transaction can deliver it any more
	default:
		return r.attempt(ctx, d, rec, ready)
	}
}

// chainName returns the label of an origin in logs and metrics.
func (r *Relayer) chainName(d message.Domain) string {
	if o := r.origin(d); o != nil {
		return o.name
	}
	return d.String()
}
