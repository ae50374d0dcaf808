package relayer

import (
	"context"

	"github.com/hyperlane-go/sdk/hyperlane/evm"
	"github.com/hyperlane-go/sdk/message"
)

// confirm finishes a message whose delivery is final. If the delivery is gone, the message returns
// to the stage before it, and its transaction, whose nonce is free again too, is sent once more.
func (r *Relayer) confirm(ctx context.Context, d *destination, head evm.Head, rec *record) error {
	if head.Number < rec.delivery.Block {
		// The block is not final yet, or does not exist: the node may have reported a block far in
		// the future, for which the message must not wait.
		if there, err := d.reaches(ctx, rec.delivery.Block); there || err != nil {
			return err
		}
	} else {
		final, err := d.chain.Delivered(ctx, rec.id, &head)
		if err != nil {
			return err
		}
		if final {
			return r.finish(ctx, d, rec)
		}
	}
	where, err := d.where(ctx, rec)
	switch {
	case err != nil:
		return err
	case where == nil:
		return r.undeliver(d, rec)
	case where.Block > head.Number && *where != *rec.delivery:
		// Mined again, in a later block.
		_, err := r.queue.update("delivered", rec.id, func(rec *record) bool {
			rec.delivery = where
			return true
		})
		return err
	}
	return nil // the node contradicts itself: read again in the next pass
}

// undeliver stores that a reorganisation removed the delivery of a message.
func (r *Relayer) undeliver(d *destination, rec *record) error {
	sent := d.underWay(rec.id)
	if rec.stage == StageOrphaned && !sent {
		return r.abandon(rec.id)
	}
	changed, err := r.queue.update("undelivered", rec.id, func(rec *record) bool {
		rec.delivery, rec.reason = nil, ErrUndelivered.Error()
		if rec.stage != StageOrphaned {
			rec.stage = StageInserted
			if sent {
				rec.stage = StageSubmitted
			}
		}
		rec.next = r.now()
		return true
	})
	if changed == nil || err != nil {
		return err
	}
	r.metrics.operation("reorged", d.name)
	e := r.event(changed)
	e.Err = ErrUndelivered
	r.emit(e)
	return nil
}

// reaches reports whether the chain has a block of this number.
func (d *destination) reaches(ctx context.Context, block uint64) (bool, error) {
	if d.height == nil || *d.height < block {
		height, err := d.chain.Height(ctx)
		if err != nil {
			return false, err
		}
		d.height = &height
	}
	return *d.height >= block, nil
}

// finish ends the work on a message whose delivery is final.
func (r *Relayer) finish(ctx context.Context, d *destination, rec *record) error {
	where, err := d.where(ctx, rec)
	if err != nil {
		return err
	}
	changed, err := r.queue.update("final", rec.id, func(rec *record) bool {
		rec.stage = StageFinal
		if where != nil && (where.TxHash == rec.delivery.TxHash || rec.delivery.TxHash == (Delivery{}).TxHash) {
			rec.delivery = where
		}
		return true
	})
	if changed == nil || err != nil {
		return err
	}
	if err := d.sender.Release(ctx, keyOf(rec.id)); err != nil {
		return err
	}
	r.results.drop(rec.id)
	r.errors.drop(rec.id)
	r.metrics.operation("confirmed", d.name)
	r.emit(r.deliveryEvent(changed))
	return nil
}

// abandon deletes an orphan that no transaction can deliver any more.
func (r *Relayer) abandon(id message.ID) error {
	r.results.drop(id)
	r.errors.drop(id)
	return r.queue.remove("abandon", id)
}
