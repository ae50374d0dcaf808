package relayer

import (
	"context"

	"github.com/ethereum/go-ethereum/common"
	"github.com/ethereum/go-ethereum/core/types"

	"github.com/hyperlane-go/sdk/hyperlane/evm"
	"github.com/hyperlane-go/sdk/hyperlane/evm/sender"
)

// track determines the outcome of a delivery that is under way. delivered(id) of the inbox decides.
// Receipts only add detail, so a node that returns no receipt, or a false one, changes nothing.
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
	// A final block has used the nonce, so the outcome cannot change any more.
	done, err = d.chain.Delivered(ctx, rec.id, &head)
	if err != nil || done {
		// Processed as of head, and not as of the latest block: the next pass reads again.
		return err
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

// delivered stores that a message is processed.
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

// deliveryEvent returns the event of a delivered record.
func (r *Relayer) deliveryEvent(rec *record) Event {
	e := r.event(rec)
	e.Block, e.TxHash, e.GasUsed = rec.delivery.Block, rec.delivery.TxHash, rec.delivery.GasUsed
	return e
}

// where returns the block in which a message was processed, and the transaction if this relayer
// sent it. It returns nil if the node no longer reports the message as processed.
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
