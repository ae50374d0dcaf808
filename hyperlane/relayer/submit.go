package relayer

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/ethereum/go-ethereum/common"
	"github.com/ethereum/go-ethereum/core/types"

	"github.com/hyperlane-go/sdk/ism/metadata"
	"github.com/hyperlane-go/sdk/message"
)

// submit signs a delivery, writes it down, and only then sends it. Whatever happens from here on, the same bytes are
// sent again until the chain has decided about their nonce, so the message is paid for once at most.
func (r *Relayer) submit(ctx context.Context, d *destination, rec *record, gas uint64, result *metadata.Result) error {
	nonce, err := r.nextNonce(ctx, d)
	if err != nil {
		return r.fail(ctx, d, rec, obstacle{stage: StageUnreachable, err: err, result: result, node: true})
	}
	tx, err := d.chain.Sign(ctx, nonce, gas, result.Metadata, &rec.msg)
	if err != nil {
		return r.fail(ctx, d, rec, obstacle{stage: StageUnreachable, err: err, result: result, node: true})
	}
	changed, err := r.record(rec, tx, func(rec *record) bool { return rec.stage != StageOrphaned && len(rec.sends) == 0 })
	if changed == nil || err != nil {
		return err
	}
	r.metrics.operation("submitted", d.name)
	e := r.event(changed)
	e.TxHash, e.Result = tx.Hash(), result
	r.emit(e)
	refused, err := r.offer(ctx, d, tx)
	if err != nil {
		return err
	}
	free, err := r.neverTaken(ctx, d, tx, refused)
	if free {
		d.forget(changed.sends)
		return r.fail(ctx, d, changed, obstacle{stage: StageNotTaken, err: refused, result: result})
	}
	return errors.Join(err, r.tell(rec.id, tx, refused))
}

// neverTaken reports whether a transaction that has been offered once, to a node that refused it, can be given up, so
// that its nonce holds up nobody else's messages: what no node takes, because it is too large say, would do so for ever.
//
// SECURITY: nobody else has seen the transaction, its node says that it does not have it, and has no other of that
// nonce. Should it be included all the same, a second delivery would be refused by the inbox, at the cost of its gas.
func (r *Relayer) neverTaken(ctx context.Context, d *destination, tx *types.Transaction, refused error) (bool, error) {
	if !errors.Is(refused, errRefused) {
		return false, nil
	}
	pending, err := d.chain.PendingNonce(ctx)
	return err == nil && pending <= tx.Nonce(), err
}

// record adds a signed transaction to a message, if the message still is as allowed says.
func (r *Relayer) record(rec *record, tx *types.Transaction, allowed func(*record) bool) (*record, error) {
	raw, err := tx.MarshalBinary()
	if err != nil {
		return nil, err
	}
	now := r.now()
	// SECURITY: on disk before it leaves, or a crash makes the relayer sign, and pay, again.
	return r.queue.updateSynced("submit", rec.id, func(rec *record) bool {
		if !allowed(rec) {
			return false
		}
		rec.stage, rec.reason = StageSubmitted, ""
		rec.sends = append(rec.sends, send{hash: tx.Hash(), nonce: tx.Nonce(), raw: raw, at: now})
		return true
	})
}

// send offers a message's transaction to the node. A refusal does not end the attempt: the transaction is offered again,
// for it may have reached the network all the same, and its nonce decides in the end. The status tells of the refusal.
func (r *Relayer) send(ctx context.Context, d *destination, id message.ID, tx *types.Transaction) error {
	refused, err := r.offer(ctx, d, tx)
	if err != nil {
		return err
	}
	return r.tell(id, tx, refused)
}

// offering is when a transaction was last handed to the node, and whether the node refused it.
type offering struct {
	at      time.Time
	refused bool
}

// offer hands a transaction to the node and returns the refusal, if there is one.
func (r *Relayer) offer(ctx context.Context, d *destination, tx *types.Transaction) (refused, err error) {
	r.store.step("send: before")
	err = d.chain.Send(ctx, tx)
	r.store.step("send: after")
	d.sent[tx.Hash()] = offering{at: r.now(), refused: errors.Is(err, errRefused)}
	switch {
	case ctx.Err() != nil:
		return nil, ctx.Err()
	case err != nil:
		return &SendError{TxHash: tx.Hash(), Err: err}, nil
	}
	return nil, nil
}

// tell puts a refusal, or that there is none any more, into the status of a message.
func (r *Relayer) tell(id message.ID, tx *types.Transaction, refused error) error {
	reason := ""
	if refused != nil {
		reason = clip(refused.Error())
	}
	changed, err := r.queue.update("send", id, func(rec *record) bool {
		news := rec.reason != reason && rec.stage == StageSubmitted
		rec.reason = reason
		return news
	})
	if err != nil || changed == nil || refused == nil {
		return err
	}
	r.errors.set(id, refused)
	e := r.event(changed)
	e.TxHash, e.Err = tx.Hash(), refused
	r.emit(e)
	return nil
}

// nextNonce returns the lowest nonce that neither the chain, nor the node's pool, nor a transaction of ours occupies.
func (r *Relayer) nextNonce(ctx context.Context, d *destination) (uint64, error) {
	nonce, err := d.chain.PendingNonce(ctx)
	if err != nil {
		return 0, err
	}
	used := r.queue.nonces(d.domain)
	for used[nonce] {
		nonce++
	}
	return nonce, nil
}

// resubmit looks after a transaction that has not been included: the node may have lost it, a nonce before it may be
// missing, or its fees may have become too low.
func (r *Relayer) resubmit(ctx context.Context, d *destination, rec *record) error {
	last := rec.sends[len(rec.sends)-1]
	tx := new(types.Transaction)
	if err := tx.UnmarshalBinary(last.raw); err != nil {
		return corrupt(recordKey(prefixQueue, rec.id), last.raw, err)
	}
	now := r.now()
	if sent, ok := d.sent[last.hash]; !ok || passed(now, sent.at, r.cfg.ResubmitAfter/10) {
		if err := r.send(ctx, d, rec.id, tx); err != nil {
			return err
		}
	}
	if !passed(now, last.at, r.cfg.ResubmitAfter) || rec.stage == StageOrphaned {
		return nil
	}
	if err := r.fillGap(ctx, d, last.nonce); err != nil {
		return err
	}
	replacement, err := r.replacement(ctx, d, rec, tx)
	if err != nil {
		return fmt.Errorf("replacing transaction %v: %w", last.hash, err)
	}
	if replacement == nil {
		return nil // offered again as it is
	}
	changed, err := r.record(rec, replacement, func(rec *record) bool {
		return len(rec.sends) > 0 && rec.sends[len(rec.sends)-1].hash == last.hash && rec.delivery == nil && rec.stage != StageOrphaned
	})
	if changed == nil || err != nil {
		return err
	}
	r.log.Warn("transaction not included in time, sending it again with higher fees", "destination", d.name, "id", rec.id,
		"old", last.hash, "new", replacement.Hash(), "nonce", last.nonce)
	e := r.event(changed)
	e.TxHash = replacement.Hash()
	r.emit(e)
	return r.send(ctx, d, rec.id, replacement)
}

// replacement returns what is to take the place of a transaction that has not been included: the same with higher fees,
// or nothing at all where the node has refused that as well, so that the nonce is used up and the delivery made anew.
func (r *Relayer) replacement(ctx context.Context, d *destination, rec *record, tx *types.Transaction) (*types.Transaction, error) {
	if d.sent[tx.Hash()].refused && len(rec.sends) > 1 && len(tx.Data()) > 0 {
		return d.chain.SignEmpty(ctx, tx.Nonce())
	}
	return d.chain.Replace(ctx, tx)
}

// passed reports whether so much time lies between then and now. Where now is the earlier one, the clock has been set
// back, and nobody knows.
func passed(now, then time.Time, d time.Duration) bool {
	return now.Before(then) || now.Sub(then) >= d
}

// fillGap uses up a nonce before ours that no transaction of ours occupies, which would keep ours waiting for ever. Such
// a gap is left when another relayer delivers a message whose transaction of ours then vanishes from the pool, or waits
// there with fees that have become too low.
func (r *Relayer) fillGap(ctx context.Context, d *destination, nonce uint64) error {
	free, err := r.nextNonce(ctx, d)
	if err != nil {
		return err
	}
	if free >= nonce {
		next, err := d.chain.NonceAt(ctx, nil)
		if err != nil || next >= nonce || r.queue.nonces(d.domain)[next] {
			return err
		}
		free = next
	}
	tx, err := d.chain.SignEmpty(ctx, free)
	if err != nil {
		return fmt.Errorf("filling nonce %d: %w", free, err)
	}
	r.log.Warn("filling a gap in the account's nonces", "destination", d.name, "nonce", free, "tx", tx.Hash())
	switch err := d.chain.Send(ctx, tx); {
	case errors.Is(err, errRefused):
		r.log.Warn("gap not filled: what waits there offers as much", "destination", d.name, "nonce", free, "err", err)
	case err != nil:
		return fmt.Errorf("filling nonce %d: %w", free, err)
	}
	return nil
}

// forget drops what is only remembered in memory about the transactions of a message.
func (d *destination) forget(sends []send) {
	for _, s := range sends {
		delete(d.sent, s.hash)
	}
}

// mine reports whether hash is one of sends.
func mine(sends []send, hash common.Hash) bool {
	for _, s := range sends {
		if s.hash == hash {
			return true
		}
	}
	return false
}
