package relayer

import (
	"context"

	"github.com/ethereum/go-ethereum/core/types"

	"github.com/hyperlane-go/sdk/hyperlane/evm"
	"github.com/hyperlane-go/sdk/message"
)

// track finds out what became of a delivery that has been sent. delivered(id) decides; receipts only add detail, so
// that a node which answers null for a receipt, or invents one, changes nothing.
func (r *Relayer) track(ctx context.Context, d *destination, head evm.Head, rec *record) error {
	done, err := d.chain.Delivered(ctx, rec.id, nil)
	if err != nil {
		return err
	}
	if done {
		return r.delivered(ctx, d, rec)
	}
	// The nonce must be used up as of a final block before another transaction may take the place of ours.
	//
	// SECURITY: deciding this at the newest block would pay twice when that block is undone, or when one of several
	// nodes behind the same URL lags.
	nonce, err := d.chain.NonceAt(ctx, &head)
	if err != nil {
		return err
	}
	if used, _ := rec.nonce(); nonce <= used {
		return r.resubmit(ctx, d, rec)
	}
	done, err = d.chain.Delivered(ctx, rec.id, &head)
	if err != nil || done {
		return err // processed, though the newest block does not say so yet: look again
	}
	failed, err := r.failedReceipt(ctx, d, rec)
	if err != nil {
		return err
	}
	d.forget(rec.sends)
	if rec.stage == StageOrphaned {
		return r.abandon(rec.id)
	}
	if failed != nil {
		return r.fail(ctx, d, rec, obstacle{stage: StageHandleReverted, err: failed})
	}
	return r.fail(ctx, d, rec, obstacle{stage: StageInserted, err: ErrReplaced})
}

// failedReceipt returns a ReceiptError when one of the message's transactions was included and failed.
func (r *Relayer) failedReceipt(ctx context.Context, d *destination, rec *record) (error, error) {
	for _, s := range rec.sends {
		receipt, err := d.chain.Receipt(ctx, s.hash)
		if err != nil {
			return nil, err
		}
		if receipt != nil && receipt.Status != types.ReceiptStatusSuccessful {
			return &ReceiptError{TxHash: s.hash, Block: receipt.BlockNumber.Uint64(), GasUsed: receipt.GasUsed}, nil
		}
	}
	return nil, nil
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
	if mine(rec.sends, where.TxHash) {
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

// where returns the block, and the transaction if it is ours, in which a message was processed; nil when the node has
// second thoughts about whether it was.
func (d *destination) where(ctx context.Context, rec *record) (*Delivery, error) {
	block, found, err := d.chain.ProcessedAt(ctx, rec.id)
	if err != nil || !found {
		return nil, err
	}
	where := &Delivery{Block: block}
	for _, s := range rec.sends {
		receipt, err := d.chain.Receipt(ctx, s.hash)
		if err == nil && receipt != nil && receipt.Status == types.ReceiptStatusSuccessful && receipt.BlockNumber.Uint64() == block {
			where.TxHash, where.GasUsed = s.hash, receipt.GasUsed
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
	d.forget(rec.sends)
	if rec.stage == StageOrphaned && len(rec.sends) == 0 {
		return r.abandon(rec.id)
	}
	changed, err := r.queue.update("undelivered", rec.id, func(rec *record) bool {
		rec.delivery, rec.reason = nil, ErrUndelivered.Error()
		if rec.stage != StageOrphaned {
			rec.stage = StageInserted
			if len(rec.sends) > 0 {
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
		rec.stage, rec.sends = StageFinal, nil
		if where != nil && (where.TxHash == rec.delivery.TxHash || rec.delivery.TxHash == (Delivery{}).TxHash) {
			rec.delivery = where
		}
		return true
	})
	if changed == nil || err != nil {
		return err
	}
	d.forget(rec.sends)
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
