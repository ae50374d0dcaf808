package relayer

import (
	"encoding/json"
	"fmt"
	"slices"
	"time"

	"github.com/ethereum/go-ethereum/common"
	"github.com/ethereum/go-ethereum/common/hexutil"

	"github.com/hyperlane-go/sdk/message"
)

// record is what the store keeps of a message. Records are values: whoever changes one works on a clone and puts the
// clone back, so a reader never sees half a change.
type record struct {
	id  message.ID
	msg message.Message

	block  uint64      // of the dispatch
	txHash common.Hash // of the dispatch

	stage  Stage
	failed int       // attempts that failed, the n of the retry schedule
	next   time.Time // no attempt before; zero means at once
	reason string    // why the last attempt failed

	// sends are the delivery transactions that may still be included, oldest first. They share one nonce, so the
	// chain can include one of them at most.
	sends    []send
	delivery *Delivery // nil until processed
}

// send is a signed transaction. It is stored before it leaves the process: after a kill the very same bytes are sent
// again, which cannot pay twice.
type send struct {
	hash  common.Hash
	nonce uint64
	raw   []byte
	at    time.Time
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
	c.sends = slices.Clone(r.sends)
	if r.delivery != nil {
		d := *r.delivery
		c.delivery = &d
	}
	return &c
}

// nonce returns the nonce that the record's transactions occupy.
func (r *record) nonce() (uint64, bool) {
	if len(r.sends) == 0 {
		return 0, false
	}
	return r.sends[0].nonce, true
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
	Sends    []storedSend  `json:"sends,omitempty"`
	Delivery *Delivery     `json:"delivery,omitempty"`
}

type storedSend struct {
	Hash  common.Hash   `json:"hash"`
	Nonce uint64        `json:"nonce"`
	Raw   hexutil.Bytes `json:"raw"`
	At    int64         `json:"at"`
}

func (r *record) encode() ([]byte, error) {
	raw, err := r.msg.MarshalBinary()
	if err != nil {
		return nil, err
	}
	s := storedRecord{Message: raw, Block: r.block, TxHash: r.txHash, Stage: r.stage, Failed: r.failed,
		Next: toNanos(r.next), Reason: r.reason, Delivery: r.delivery}
	for _, x := range r.sends {
		s.Sends = append(s.Sends, storedSend{Hash: x.hash, Nonce: x.nonce, Raw: x.raw, At: toNanos(x.at)})
	}
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
	for _, x := range s.Sends {
		if len(x.Raw) == 0 || x.Nonce != s.Sends[0].Nonce {
			return nil, fmt.Errorf("transaction %v of nonce %d beside nonce %d", x.Hash, x.Nonce, s.Sends[0].Nonce)
		}
		r.sends = append(r.sends, send{hash: x.Hash, nonce: x.Nonce, raw: x.Raw, at: fromNanos(x.At)})
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
