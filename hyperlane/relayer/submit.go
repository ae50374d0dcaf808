package relayer

import (
	"context"
	"errors"
	"fmt"

	"github.com/hyperlane-go/sdk/hyperlane/evm/sender"
	"github.com/hyperlane-go/sdk/ism/metadata"
	"github.com/hyperlane-go/sdk/message"
)

// submit hands a delivery to the destination's sender, which signs, stores and sends it. From then
// on the message waits until the chain has decided about the nonce, so its delivery is paid for
// once at most.
func (r *Relayer) submit(ctx context.Context, d *destination, rec *record, gas uint64, result *metadata.Result) error {
	call, err := d.chain.ProcessCall(result.Metadata, &rec.msg)
	if err != nil {
		return r.fail(ctx, d, rec, obstacle{stage: StageUnreachable, err: err, result: result, node: true})
	}
	flight, err := d.sender.Submit(ctx, sender.Intent{Call: call, Gas: gas, Keys: []sender.Key{keyOf(rec.id)}})
	switch {
	case errors.Is(err, errWithdrawn):
		return nil // its dispatch was reorganised away meanwhile
	case fatal(err):
		return err
	case errors.Is(err, sender.ErrNotTaken):
		return r.fail(ctx, d, rec, obstacle{stage: StageNotTaken, err: fmt.Errorf("%w: %w", ErrSend, err), result: result})
	case errors.Is(err, sender.ErrForeign):
		return r.fail(ctx, d, rec, obstacle{stage: StageNotTaken, err: fmt.Errorf("%w: %w", ErrSend, err), result: result, node: true})
	case err != nil:
		return r.fail(ctx, d, rec, obstacle{stage: StageUnreachable, err: err, result: result, node: true})
	}
	r.metrics.operation("submitted", d.name)
	r.emitFlight(rec.id, flight, result)
	return r.noteFlight(ctx, rec.id, flight)
}

// emitFlight reports the newest transaction of a message.
func (r *Relayer) emitFlight(id message.ID, flight sender.Flight, result *metadata.Result) {
	rec := r.queue.find(id)
	if rec == nil {
		return
	}
	e := r.event(rec)
	e.Err, e.TxHash, e.Result = nil, newest(flight), result
	r.emit(e)
}

func newest(flight sender.Flight) (hash [32]byte) {
	if n := len(flight.Txs); n > 0 {
		hash = flight.Txs[n-1]
	}
	return hash
}

// noteFlight puts into the status of a message that its transaction is under way, and the node's
// refusal if there is one. A refusal does not end the attempt.
func (r *Relayer) noteFlight(ctx context.Context, id message.ID, flight sender.Flight) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	reason := ""
	var refused error
	if flight.Refused != nil {
		refused = fmt.Errorf("%w: %w", ErrSend, flight.Refused)
		reason = clip(refused.Error())
	}
	changed, err := r.queue.update("send", id, func(rec *record) bool {
		if rec.stage == StageOrphaned || rec.stage == StageSubmitted && rec.reason == reason {
			return false
		}
		rec.stage, rec.reason = StageSubmitted, reason
		return true
	})
	if err != nil || changed == nil || refused == nil {
		return err
	}
	r.errors.set(id, refused)
	e := r.event(changed)
	e.TxHash, e.Err = newest(flight), refused
	r.emit(e)
	return nil
}
