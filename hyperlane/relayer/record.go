package relayer

import (
	"encoding/json"
	"fmt"
	"time"

	"github.com/ethereum/go-ethereum/common"
	"github.com/ethereum/go-ethereum/common/hexutil"

	"github.com/hyperlane-go/sdk/message"
)

// record is what the store keeps of a message. The transactions that deliver it are the sender's, see sendings. Records
// are values: a change is made to a clone, which then takes the record's place, so a reader never sees half a change.
type record struct {
	id  message.ID
	msg message.Message

	block  uint64      // of the dispatch
	txHash common.Hash // of the dispatch

	stage  Stage
	failed int       // attempts that failed, the n of the retry schedule
	next   time.Time // no attempt before; zero means at once
	reason string    // why the last attempt failed

	delivery *Delivery // nil until processed
}

// Delivery says where a message was processed.
type Delivery struct {
	// TxHash is the transaction; zero when it was not one of this relayer's, or its receipt has not been seen.
	TxHash common.Hash `json:"txHash"`
	// Block is the block of the destination.
	Block uint64 `json:"block"`
	// GasUsed is the gas of the transaction, zero when TxHash is.
	GasUsed uint64 `json:"gasUsed"`
}

func (r *record) clone() *record {
	c := *r
	if r.delivery != nil {
		d := *r.delivery
		c.delivery = &d
	}
	return &c
}

// tracked reports whether every pass looks at the message, whatever the schedule of attempts says.
func (r *record) tracked() bool {
	return r.delivery != nil || r.stage == StageSubmitted || r.stage == StageOrphaned
}

// storedRecord is the JSON of a record.
type storedRecord struct {
	Message  hexutil.Bytes `json:"message"`
	Block    uint64        `json:"block"`
	TxHash   common.Hash   `json:"txHash"`
	Stage    Stage         `json:"stage"`
	Failed   int           `json:"failed,omitempty"`
	Next     int64         `json:"next,omitempty"` // Unix nanoseconds
	Reason   string        `json:"reason,omitempty"`
	Delivery *Delivery     `json:"delivery,omitempty"`
}

func (r *record) encode() ([]byte, error) {
	raw, err := r.msg.MarshalBinary()
	if err != nil {
		return nil, err
	}
	s := storedRecord{Message: raw, Block: r.block, TxHash: r.txHash, Stage: r.stage, Failed: r.failed,
		Next: toNanos(r.next), Reason: r.reason, Delivery: r.delivery}
	return json.Marshal(s)
}

func decodeRecord(data []byte) (*record, error) {
	var s storedRecord
	if err := json.Unmarshal(data, &s); err != nil {
		return nil, err
	}
	r := &record{block: s.Block, txHash: s.TxHash, stage: s.Stage, failed: s.Failed, next: fromNanos(s.Next),
		reason: s.Reason, delivery: s.Delivery}
	if err := r.msg.UnmarshalBinary(s.Message); err != nil {
		return nil, err
	}
	r.id = r.msg.ID()
	if s.Failed < 0 {
		return nil, fmt.Errorf("%d failed attempts", s.Failed)
	}
	return r, nil
}

// Times are stored as Unix nanoseconds, the zero time as 0.

func toNanos(t time.Time) int64 {
	if t.IsZero() {
		return 0
	}
	return t.UnixNano()
}

func fromNanos(n int64) time.Time {
	if n == 0 {
		return time.Time{}
	}
	return time.Unix(0, n).UTC()
}
