package evm

import (
	"context"

	"github.com/ethereum/go-ethereum/common"
	"github.com/ethereum/go-ethereum/core/types"
)

// Position is where in the chain an event stands. Every event carries one.
type Position struct {
	BlockNumber uint64
	BlockHash   common.Hash
	TxHash      common.Hash
	TxIndex     uint // within the block
	LogIndex    uint // within the block
	Removed     bool // only from [Follow]: the event was yielded before, and a reorganisation undid it
}

// PositionOf returns where a log stands.
func PositionOf(l *types.Log) Position {
	return Position{BlockNumber: l.BlockNumber, BlockHash: l.BlockHash, TxHash: l.TxHash, TxIndex: l.TxIndex, LogIndex: l.Index}
}

// End is the last block of a [Range]. The zero End is [Open].
type End struct {
	block uint64
	set   bool
}

// Open ends a range at the newest block that is final; a followed range then has no end.
var Open = End{}

// Through ends a range at a block, which belongs to it. [Scan] stops at the newest final block if
// that comes first.
func Through(block uint64) End { return End{block: block, set: true} }

// least returns the lower of the end and a block.
func (e End) least(block uint64) uint64 {
	if e.set {
		return min(e.block, block)
	}
	return block
}

// Passed reports whether a block is beyond the end.
func (e End) Passed(block uint64) bool { return e.set && block > e.block }

// Range is a range of blocks. The zero Range is the whole chain up to its newest block.
type Range struct {
	From uint64 // first block
	To   End    // last block: Open or Through(n)
	// Finality bounds what is read at all. Zero is no lag: events can then still be undone.
	Finality Finality
	// Chunk is how many blocks one query covers at most. Zero is the client's own setting, see
	// [WithChunk].
	Chunk uint64
}

// Stream says how to read one kind of event, for [Scan] and [Follow].
type Stream[E any] struct {
	Name    string // of the event, for errors and logs
	Field   string // the setting that holds Address, for errors
	Address common.Address
	Topics  []common.Hash // any of them as the first topic
	// Decode turns the logs of some blocks, in order, into events. It fails for logs that the
	// contract cannot have emitted; see [BadLog].
	Decode func([]types.Log) ([]E, error)
	// Position returns a pointer to the event's own position.
	Position func(*E) *Position
	// Serial is a number that grows by one with each event, so that missing and repeated logs are
	// noticed; nil if there is none. Count then reads the serial of the next event as of a block;
	// where the node refuses to, as one without the state of that block does, missing logs at that
	// end of the range are not noticed.
	Serial func(*E) uint32
	Count  func(context.Context, Head) (uint32, error)
}

// check reports a stream that cannot be read.
func (s *Stream[E]) check() error {
	switch {
	case s.Address == (common.Address{}):
		return &ConfigError{Field: s.Field, Have: "zero", Want: "the contract's address, to read " + s.Name + " events"}
	case s.Decode == nil || s.Position == nil:
		return &ConfigError{Field: "Stream", Have: "without Decode or Position", Want: "both, to read " + s.Name + " events"}
	case (s.Serial == nil) != (s.Count == nil):
		return &ConfigError{Field: "Stream", Have: "Serial without Count, or Count without Serial", Want: "both or neither"}
	}
	return nil
}
