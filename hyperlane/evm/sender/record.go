package sender

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/ethereum/go-ethereum/common"
	"github.com/ethereum/go-ethereum/common/hexutil"
	"github.com/ethereum/go-ethereum/core/types"
)

// Key is what the caller knows a piece of work by: any text that stays the same across restarts.
type Key string

// Record is what is under way at one nonce. A sender treats records as immutable, and so must a
// [Store].
type Record struct {
	Nonce uint64
	Keys  []Key // empty: released
	Txs   []Tx  // the oldest first, never empty
}

// Tx is a signed transaction of a record.
type Tx struct {
	*types.Transaction
	Signed time.Time
}

func (r *Record) last() Tx { return r.Txs[len(r.Txs)-1] }

// cancels reports whether a transaction of the record does not make the record's call, but only
// uses up its nonce.
func (r *Record) cancels(tx Tx) bool {
	first := r.Txs[0]
	sameTo := first.To() == nil && tx.To() == nil || first.To() != nil && tx.To() != nil && *first.To() == *tx.To()
	return !sameTo || first.Value().Cmp(tx.Value()) != 0 || !bytes.Equal(first.Data(), tx.Data())
}

// hashes returns the hashes of the transactions, the oldest first.
func (r *Record) hashes() []common.Hash {
	out := make([]common.Hash, len(r.Txs))
	for i, tx := range r.Txs {
		out[i] = tx.Hash()
	}
	return out
}

// fills reports whether the record only uses up its nonce.
func (r *Record) fills() bool { return len(r.Txs[0].Data()) == 0 && r.Txs[0].Value().Sign() == 0 }

// with returns the record with one more transaction.
func (r *Record) with(tx Tx) *Record {
	return &Record{Nonce: r.Nonce, Keys: r.Keys, Txs: append(slices.Clip(r.Txs), tx)}
}

// without returns the record without a key.
func (r *Record) without(key Key) *Record {
	keys := slices.DeleteFunc(slices.Clone(r.Keys), func(k Key) bool { return k == key })
	return &Record{Nonce: r.Nonce, Keys: keys, Txs: r.Txs}
}

type recordJSON struct {
	Nonce uint64   `json:"nonce"`
	Keys  []Key    `json:"keys,omitempty"`
	Txs   []txJSON `json:"txs"`
}

type txJSON struct {
	Raw hexutil.Bytes `json:"raw"`
	At  int64         `json:"at"`
}

// MarshalJSON returns the stored form, see the package documentation.
func (r Record) MarshalJSON() ([]byte, error) {
	out := recordJSON{Nonce: r.Nonce, Keys: r.Keys}
	for _, tx := range r.Txs {
		raw, err := tx.MarshalBinary()
		if err != nil {
			return nil, err
		}
		out.Txs = append(out.Txs, txJSON{Raw: raw, At: tx.Signed.UnixNano()})
	}
	return json.Marshal(out)
}

// UnmarshalJSON reads the stored form. It refuses a record that no sender can have written; r is
// unchanged then.
func (r *Record) UnmarshalJSON(data []byte) error {
	var in recordJSON
	if err := json.Unmarshal(data, &in); err != nil {
		return err
	}
	out := Record{Nonce: in.Nonce, Keys: in.Keys}
	if len(in.Txs) == 0 {
		return errors.New("record without a transaction")
	}
	for i, t := range in.Txs {
		tx := new(types.Transaction)
		if err := tx.UnmarshalBinary(t.Raw); err != nil {
			return fmt.Errorf("transaction %d: %w", i, err)
		}
		if tx.Nonce() != in.Nonce {
			return fmt.Errorf("transaction %d has nonce %d, the record has %d", i, tx.Nonce(), in.Nonce)
		}
		out.Txs = append(out.Txs, Tx{Transaction: tx, Signed: time.Unix(0, t.At).UTC()})
	}
	*r = out
	return nil
}
