package relayer

import (
	"context"
	"errors"

	"github.com/hyperlane-go/sdk/hyperlane"
	"github.com/hyperlane-go/sdk/hyperlane/evm"
	"github.com/hyperlane-go/sdk/ism/metadata"
)

// obstacle is the reason why an attempt failed.
type obstacle struct {
	stage  Stage
	err    error
	result *metadata.Result
	node   bool // the node failed, so the pass ends
	// contractStage applies at StageUnreachable: the stage if a contract, and not the node, is at
	// fault. StageUnknown means that only the node can be.
	contractStage Stage
}

// fail stores an obstacle and the time of the next attempt. It returns an error if the obstacle is
// the node, so that the pass ends.
func (r *Relayer) fail(ctx context.Context, d *destination, rec *record, o obstacle) error {
	if ctx.Err() != nil {
		return ctx.Err() // a cancelled attempt says nothing about the message
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
	r.errors.set(rec.id, compactError(o.stage, o.err))
	r.metrics.operation("failed", d.name)
	e := r.event(changed)
	e.Err, e.Next, e.Result = o.err, changed.next, o.result
	r.emit(e)
	if o.node {
		return o.err
	}
	return nil
}

// buildStage returns the stage of a message whose metadata cannot be built.
func buildStage(err error) Stage {
	switch {
	case errors.Is(err, metadata.ErrNotReady):
		return StageAwaitingCheckpoints
	case errors.Is(err, metadata.ErrNotInTree):
		return StageNotInTree
	case errors.Is(err, metadata.ErrModule) && errors.Is(err, evm.ErrRPC):
		return StageUnreachable
	default:
		return StageNoMetadata
	}
}

// refusal returns the stage of a message whose delivery fails in simulation.
func refusal(err error) Stage {
	switch {
	case errors.Is(err, hyperlane.ErrRecipient):
		return StageNoRecipient
	case errors.Is(err, hyperlane.ErrISMRefused):
		return StageISMRefused
	case errors.Is(err, evm.ErrReverted):
		return StageHandleReverted
	default:
		return StageUnreachable
	}
}
