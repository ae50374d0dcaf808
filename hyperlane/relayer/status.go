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

// Status answers where a message is, and why it is not delivered.
type Status struct {
	ID      message.ID
	Stage   Stage
	Message *message.Message // nil for StageUnknown; must not be changed

	OriginBlock uint64      // block of the dispatch
	OriginTx    common.Hash // transaction of the dispatch
	LeafIndexes []uint32    // where it stands in the tree; usually one index, none when it was not inserted

	Attempts int       // attempts that failed
	Next     time.Time // when it is tried again; zero means at once
	// Err says what holds the message up, nil when nothing does: its own obstacle, or else what is wrong with its
	// destination. It matches the class of its kind: ErrUnknownMessage, ErrFiltered, ErrOrphaned, ErrNoRecipient,
	// metadata.ErrNotReady, metadata.ErrNotInTree, hyperlane.ErrISMRefused, and so on. After a restart, and until the
	// next attempt, it is a storedError, which has the text and the stage.
	Err error
	// Result is the outcome of the last build of metadata in this run of the process: the tree of modules, and for each
	// multisig the state of every validator. It must not be changed. Of many waiting messages only some have one; Err
	// names the validators all the same.
	Result *metadata.Result

	Transactions []common.Hash // deliveries under way, oldest first; they share one nonce
	Delivery     *Delivery     // where it was processed, nil before
}

// Status returns where a message is. A message that has not been seen is no error: its status has StageUnknown and an
// error of class ErrUnknownMessage. An error means that the state cannot be read.
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

// RetryNow makes a waiting message due at once and restarts its schedule, for an operator who has removed what held it
// up. A message that nothing holds up, that is done, or that the configuration excludes stays as it is. The status is the
// one after the change; the next pass makes the attempt.
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

// unknown returns the error of a message that has not been seen.
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

func (r *Relayer) status(rec *record) Status {
	msg := rec.msg
	s := Status{ID: rec.id, Stage: rec.stage, Message: &msg, OriginBlock: rec.block, OriginTx: rec.txHash,
		Attempts: rec.failed, Next: rec.next}
	if rec.delivery != nil {
		d := *rec.delivery
		s.Delivery = &d
	}
	if o := r.origin(rec.msg.Origin); o != nil {
		s.LeafIndexes, _ = o.LeafIndexes(context.Background(), rec.id) // detail only: without it the status still stands
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

// obstacle returns the error of a record: the one of this run where there is one, else what was stored.
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

// Pending yields the status of every message that is not done, in the order in which they are due.
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
