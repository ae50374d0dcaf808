package relayer

import (
	"log/slog"
	"time"

	"github.com/ethereum/go-ethereum/common"

	"github.com/hyperlane-go/sdk/ism/metadata"
	"github.com/hyperlane-go/sdk/message"
)

// Event reports that a message has reached a stage, or has met an obstacle at one. Events arrive
// one at a time, in the order in which the changes were stored. A crash between storing and
// reporting can lose an event.
type Event struct {
	Time     time.Time
	Stage    Stage
	ID       message.ID
	Message  *message.Message // read-only
	Attempts int              // failed attempts
	Err      error            // the obstacle, nil if there is none
	Next     time.Time        // time of the next attempt, if Err is not nil

	// Chain is the origin at StageDispatched, StageInserted, StageFiltered and StageOrphaned, and
	// the destination at all other stages. Fields that do not apply to a stage are zero.
	Chain     message.Domain
	Block     uint64
	TxHash    common.Hash
	GasUsed   uint64
	LeafIndex uint32           // at StageInserted
	Result    *metadata.Result // outcome of building the metadata; read-only
}

// event returns an event with the fields that a record determines.
func (r *Relayer) event(rec *record) Event {
	return Event{Time: r.now(), Stage: rec.stage, ID: rec.id, Message: &rec.msg, Attempts: rec.failed, Chain: rec.msg.Destination}
}

// emit logs events and passes them to Config.Observe.
func (r *Relayer) emit(events ...Event) {
	r.observing.Lock()
	defer r.observing.Unlock()
	for _, e := range events {
		r.logEvent(&e)
		if r.cfg.Observe != nil {
			r.cfg.Observe(e)
		}
	}
}

// logEvent logs an event. Its level is Error if only a person can help: attempts are exhausted, or
// a dispatch was reorganised away. It is Warn for other obstacles, except missing signatures and
// filters, which are expected; Info for a dispatch, submission or delivery; Debug for the rest.
func (r *Relayer) logEvent(e *Event) {
	level := slog.LevelDebug
	attrs := []slog.Attr{
		slog.String("stage", e.Stage.String()), slog.String("id", e.ID.String()),
		slog.String("origin", e.Message.Origin.String()), slog.String("destination", e.Message.Destination.String()),
		slog.Uint64("nonce", uint64(e.Message.Nonce)),
	}
	add := func(a slog.Attr, present bool) {
		if present {
			attrs = append(attrs, a)
		}
	}
	add(slog.Uint64("block", e.Block), e.Block != 0)
	add(slog.String("tx", e.TxHash.String()), e.TxHash != common.Hash{})
	add(slog.Uint64("gas", e.GasUsed), e.GasUsed != 0)
	add(slog.Int("attempts", e.Attempts), e.Attempts != 0)
	add(slog.Time("next", e.Next), !e.Next.IsZero())
	switch {
	case e.Err != nil && (e.Attempts >= maxRetries || e.Stage == StageOrphaned):
		level = slog.LevelError
	case e.Err != nil && e.Stage != StageFiltered && e.Stage != StageAwaitingCheckpoints:
		level = slog.LevelWarn
	case e.Stage == StageDispatched || e.Stage == StageSubmitted || e.Stage == StageDelivered:
		level = slog.LevelInfo
	}
	if e.Result != nil {
		attrs = append(attrs, slog.String("module", e.Result.Address.String()), slog.String("type", e.Result.Type.String()))
		add(slog.Int("metadata", len(e.Result.Metadata)), e.Result.Metadata != nil)
	}
	add(slog.Any("err", e.Err), e.Err != nil)
	r.log.LogAttrs(r.background, level, "message reached a stage", attrs...)
}
