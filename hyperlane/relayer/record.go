package relayer

import (
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"github.com/cockroachdb/pebble"
	"github.com/ethereum/go-ethereum/common"
	"github.com/ethereum/go-ethereum/common/hexutil"

	"github.com/hyperlane-go/sdk/message"
)

// record is the stored state of a message. Its transactions are records of the sender, see
// senderStore. A record is immutable once it is in the queue: a change is made to a clone that
// replaces it, so no reader sees half a change.
type record struct {
	id  message.ID
	msg message.Message

	block  uint64      // of the dispatch
	txHash common.Hash // of the dispatch

	stage  Stage
	failed int       // failed attempts: the n of the retry schedule
	next   time.Time // time of the next attempt; zero means at once
	reason string    // text of the last attempt's error

	delivery *Delivery // nil until the message is processed
}

// Delivery describes where a message was processed.
type Delivery struct {
	// TxHash is the transaction. It is zero if another relayer sent it, or if the node has no
	// receipt of it.
	TxHash common.Hash `json:"txHash"`
	// Block is the number of the block on the destination.
	Block uint64 `json:"block"`
	// GasUsed is the gas used by the transaction, zero if TxHash is zero.
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

// tracked reports whether every pass works on the message, whatever the retry schedule says.
func (r *record) tracked() bool {
	return r.delivery != nil || r.stage == StageSubmitted || r.stage == StageOrphaned
}

// storedRecord is the JSON form of a record.
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
		return nil, fmt.Errorf("the number of failed attempts is %d, want zero or more", s.Failed)
	}
	return r, nil
}

// The store keeps times as Unix nanoseconds, and the zero time as 0.

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

// putRecord writes a record under the prefix of its stage, and deletes it under the others.
func putRecord(b *pebble.Batch, r *record) error {
	data, err := r.encode()
	if err != nil {
		return err
	}
	keep := prefixOf(r.stage)
	for _, p := range [...]byte{prefixQueue, prefixAside, prefixDone} {
		if p == keep {
			err = b.Set(recordKey(p, r.id), data, nil)
		} else {
			err = b.Delete(recordKey(p, r.id), nil)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// record returns the stored record of a message, or nil.
func (s *store) record(id message.ID) (*record, error) {
	for _, p := range [...]byte{prefixQueue, prefixAside, prefixDone} {
		data, found, err := s.get(recordKey(p, id))
		if err != nil {
			return nil, err
		}
		if found {
			return readRecord(recordKey(p, id), data)
		}
	}
	return nil, nil
}

// readRecord decodes a stored record and checks that it belongs to its key.
func readRecord(key, data []byte) (*record, error) {
	r, err := decodeRecord(data)
	if err != nil {
		return nil, corrupt(key, data, err)
	}
	if string(key[1:]) != string(r.id[:]) {
		return nil, corrupt(key, data, fmt.Errorf("holds message %v", r.id))
	}
	return r, nil
}

// dropRecord deletes the record of a message.
func dropRecord(b *pebble.Batch, id message.ID) error {
	return errors.Join(b.Delete(recordKey(prefixQueue, id), nil), b.Delete(recordKey(prefixAside, id), nil), b.Delete(recordKey(prefixDone, id), nil))
}
