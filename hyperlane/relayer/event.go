package relayer

import (
	"log/slog"
	"time"

	"github.com/ethereum/go-ethereum/common"

	"github.com/hyperlane-go/sdk/ism/metadata"
	"github.com/hyperlane-go/sdk/message"
)

// Event tells that a message has reached a stage, or was held up at one. Events come in the order in which the facts
// were written down, one at a time. After a kill between writing and telling, an event may be missing.
type Event struct {
	Time     time.Time
	Stage    Stage
	ID       message.ID
	Message  *message.Message // must not be changed
	Attempts int              // failed attempts so far
	Err      error            // what holds the message up; nil when nothing does
	Next     time.Time        // when it is tried again, where Err is not nil

	// Where it happened. Chain is the origin for StageDispatched, StageInserted, StageFiltered and StageOrphaned, and
	// the destination otherwise. What does not apply to a stage is zero.
	Chain     message.Domain
	Block     uint64
	TxHash    common.Hash
	GasUsed   uint64
	LeafIndex uint32           // StageInserted
	Result    *metadata.Result // outcome of building the metadata, module by module; must not be changed
}

// event starts an event about a record as it is.
func (r *Relayer) event(rec *record) Event {
	return Event{Time: r.now(), Stage: rec.stage, ID: rec.id, Message: &rec.msg, Attempts: rec.failed, Chain: rec.msg.Destination}
}

// emit logs events and hands them to the observer.
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
	r.log.LogAttrs(r.background, level, "message", attrs...)
}
