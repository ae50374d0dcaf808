package relayer

import (
	"context"
	"fmt"
	"iter"
	"strings"
	"time"

	"github.com/ethereum/go-ethereum/common"

	"github.com/hyperlane-go/sdk/ism/metadata"
	"github.com/hyperlane-go/sdk/message"
)

// Status describes where a message is, and why it is not delivered.
type Status struct {
	ID      message.ID
	Stage   Stage
	Message *message.Message // nil at StageUnknown; read-only

	OriginBlock uint64      // block of the dispatch
	OriginTx    common.Hash // transaction of the dispatch
	LeafIndexes []uint32    // its positions in the tree: usually one, none if it was not inserted

	Attempts int       // failed attempts
	Next     time.Time // time of the next attempt; zero means at once
	// Err is what prevents the delivery, nil if nothing does: the obstacle of this message, or else
	// the failure of its destination. It matches a class: ErrUnknownMessage, ErrFiltered,
	// ErrOrphaned, ErrNoRecipient, metadata.ErrNotReady, metadata.ErrNotInTree,
	// hyperlane.ErrISMRefused and others. Only the text and the class survive a restart; the next
	// attempt restores the typed errors.
	Err error
	// Result is the outcome of the last build of metadata since the process started: the tree of
	// modules, with the state of every validator of a multisig. It is read-only. The relayer keeps
	// the results of about a thousand messages; Err names the validators in any case.
	Result *metadata.Result

	Transactions []common.Hash // deliveries under way, oldest first; they share one nonce
	Delivery     *Delivery     // where it was processed, nil before
}

// Status returns the status of a message. A message that the relayer has not seen is not an error:
// its status has StageUnknown and an Err of class ErrUnknownMessage. Status fails when the state
// cannot be read.
func (r *Relayer) Status(id message.ID) (Status, error) {
	leave, err := r.use.enter()
	if err != nil {
		return Status{}, err
	}
	defer leave()
	rec := r.queue.find(id)
	if rec == nil {
		if rec, err = r.store.record(id); err != nil {
			return Status{}, err
		}
	}
	if rec == nil {
		return Status{ID: id, Err: r.unknown(id)}, nil
	}
	return r.status(rec), nil
}

// RetryNow makes a waiting message due at once and restarts its retry schedule. Call it after
// removing the cause of an obstacle. It does not change a message that is not waiting, is done, or
// is filtered. It returns the status after the change; the next pass makes the attempt.
func (r *Relayer) RetryNow(id message.ID) (Status, error) {
	leave, err := r.use.enter()
	if err != nil {
		return Status{}, err
	}
	_, err = r.queue.updateSynced("retry now", id, func(rec *record) bool {
		if rec.failed == 0 && rec.next.IsZero() {
			return false
		}
		rec.failed, rec.next = 0, time.Time{}
		return true
	})
	leave()
	if err != nil {
		return Status{}, err
	}
	return r.Status(id)
}

// unknown returns the error of a message that the relayer has not seen. It says how far each origin
// has been indexed.
func (r *Relayer) unknown(id message.ID) error {
	var b strings.Builder
	for i, o := range r.Progress() {
		if i > 0 {
			b.WriteByte(',')
		}
		fmt.Fprintf(&b, " of origin %v up to block %d (finality %s)", o.Origin, o.Block, o.Finality)
		if o.Failure != "" {
			fmt.Fprintf(&b, ", where indexing fails: %s", o.Failure)
		}
	}
	return fmt.Errorf("%w: %v is not among the dispatches%s", ErrUnknownMessage, id, b.String())
}

// status returns the status of a record.
func (r *Relayer) status(rec *record) Status {
	msg := rec.msg
	s := Status{ID: rec.id, Stage: rec.stage, Message: &msg, OriginBlock: rec.block, OriginTx: rec.txHash,
		Attempts: rec.failed, Next: rec.next}
	if rec.delivery != nil {
		d := *rec.delivery
		s.Delivery = &d
	}
	if o := r.origin(rec.msg.Origin); o != nil {
		// A detail: the status is usable without it.
		s.LeafIndexes, _ = o.LeafIndexes(context.Background(), rec.id)
	}
	s.Result, _ = r.results.find(rec.id)
	s.Err = r.errorOf(rec)
	if d := r.destination(rec.msg.Destination); d != nil {
		flight, _ := d.sender.Find(keyOf(rec.id))
		s.Transactions = flight.Txs
		if s.Err == nil && rec.stage != StageFinal {
			s.Err = d.health.last()
		}
	}
	return s
}

// errorOf returns the error of a record: that of the last attempt if it is in memory, else the
// stored text.
func (r *Relayer) errorOf(rec *record) error {
	switch {
	case rec.stage == StageFiltered:
		return filteredError(rec.reason)
	case rec.stage == StageOrphaned:
		return ErrOrphaned
	case rec.reason == "":
		return nil
	}
	if err, ok := r.errors.find(rec.id); ok && clip(err.Error()) == rec.reason {
		return err
	}
	return &storedError{Stage: rec.stage, Text: rec.reason}
}

// Pending yields the status of every message that is not done, in the order in which they become
// due.
func (r *Relayer) Pending() iter.Seq[Status] {
	return func(yield func(Status) bool) {
		leave, err := r.use.enter()
		if err != nil {
			return
		}
		var all []Status
		for _, rec := range r.queue.all() {
			all = append(all, r.status(rec))
		}
		leave()
		for _, s := range all {
			if !yield(s) {
				return
			}
		}
	}
}
