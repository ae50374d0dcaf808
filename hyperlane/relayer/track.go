package relayer

import (
	"context"

	"github.com/ethereum/go-ethereum/common"
	"github.com/ethereum/go-ethereum/core/types"

	"github.com/hyperlane-go/sdk/hyperlane/evm"
	"github.com/hyperlane-go/sdk/hyperlane/evm/sender"
	"github.com/hyperlane-go/sdk/message"
)

// track finds out what became of a delivery that is under way. delivered(id) decides; receipts only add detail, so that
// a node which answers null for a receipt, or invents one, changes nothing.
func (r *Relayer) track(ctx context.Context, d *destination, head evm.Head, rec *record) error {
	done, err := d.chain.Delivered(ctx, rec.id, nil)
	if err != nil {
		return err
	}
	if done {
		return r.delivered(ctx, d, rec)
	}
	before, _ := d.sender.Find(keyOf(rec.id))
	look := d.sender.Track
	if rec.stage == StageOrphaned {
		look = d.sender.Keep
	}
	outcome, err := look(ctx, keyOf(rec.id))
	if err != nil {
		return err
	}
	if outcome.State == sender.Pending {
		if len(outcome.Flight.Txs) > len(before.Txs) {
			r.emitFlight(rec.id, outcome.Flight, nil)
		}
		return r.noteFlight(ctx, rec.id, outcome.Flight)
	}
	// The nonce is used as of a final block, so nothing else can come of it.
	done, err = d.chain.Delivered(ctx, rec.id, &head)
	if err != nil || done {
		return err // processed, though the newest block does not say so yet: look again
	}
	if err := d.sender.Release(ctx, keyOf(rec.id)); err != nil {
		return err
	}
	switch {
	case rec.stage == StageOrphaned:
		return r.abandon(rec.id)
	case outcome.State == sender.Reverted:
		return r.fail(ctx, d, rec, obstacle{stage: StageHandleReverted, err: outcome.Err()})
	}
	return r.fail(ctx, d, rec, obstacle{stage: StageInserted, err: ErrReplaced})
}

// delivered writes down that a message is processed.
func (r *Relayer) delivered(ctx context.Context, d *destination, rec *record) error {
	where, err := d.where(ctx, rec)
	if err != nil || where == nil {
		return err
	}
	changed, err := r.queue.update("delivered", rec.id, func(rec *record) bool {
		rec.stage, rec.reason, rec.delivery = StageDelivered, "", where
		return true
	})
	if changed == nil || err != nil {
		return err
	}
	if where.TxHash != (common.Hash{}) {
		r.metrics.processed(r.chainName(rec.msg.Origin), d.name, &rec.msg)
	}
	r.emit(r.deliveryEvent(changed))
	return nil
}

func (r *Relayer) deliveryEvent(rec *record) Event {
	e := r.event(rec)
	e.Block, e.TxHash, e.GasUsed = rec.delivery.Block, rec.delivery.TxHash, rec.delivery.GasUsed
	return e
}

// where returns the block, and the transaction if it is ours, in which a message was processed; nil when the node no
// longer says that it was.
func (d *destination) where(ctx context.Context, rec *record) (*Delivery, error) {
	block, found, err := d.chain.ProcessedAt(ctx, rec.id)
	if err != nil || !found {
		return nil, err
	}
	where := &Delivery{Block: block}
	flight, _ := d.sender.Find(keyOf(rec.id))
	for _, hash := range flight.Txs {
		receipt, err := d.client.Receipt(ctx, hash)
		if err == nil && receipt.Status == types.ReceiptStatusSuccessful && receipt.BlockNumber.Uint64() == block {
			where.TxHash, where.GasUsed = hash, receipt.GasUsed
		}
	}
	return where, nil
}

// confirm waits until a delivery is final. When it is gone by then, the message goes back to where it stood: its
// transaction, whose nonce is free again too, is sent once more.
func (r *Relayer) confirm(ctx context.Context, d *destination, head evm.Head, rec *record) error {
	if head.Number < rec.delivery.Block {
		// The block is not final yet, or there is no such block: a node that once named one of the far future must not
		// keep the message waiting for it.
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
	if err != nil {
		return err
	}
	if where != nil && where.Block > head.Number && *where != *rec.delivery {
		_, err := r.queue.update("delivered", rec.id, func(rec *record) bool { // included again, in a later block
			rec.delivery = where
			return true
		})
		return err
	}
	if where != nil {
		return nil // the node contradicts itself: ask again
	}
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

// finish ends the work on a message.
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

// abandon forgets an orphan whose transactions came to nothing.
func (r *Relayer) abandon(id message.ID) error {
	r.results.drop(id)
	r.errors.drop(id)
	return r.queue.remove("abandon", id)
}
