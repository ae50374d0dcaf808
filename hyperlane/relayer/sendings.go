package relayer

import (
	"context"
	"encoding/binary"
	"encoding/json"
	"errors"
	"fmt"

	"github.com/cockroachdb/pebble"

	"github.com/hyperlane-go/sdk/hyperlane/evm/sender"
	"github.com/hyperlane-go/sdk/message"
)

// sendings keeps the transactions under way to a destination, for its sender. The key of a
// transaction is the id of the message that it delivers.
type sendings struct {
	domain message.Domain
	store  *store
	queue  *queue
}

// errWithdrawn says that a message was taken back before its delivery left the process.
var errWithdrawn = errors.New("relayer: message was taken back")

func keyOf(id message.ID) sender.Key { return sender.Key(id.String()) }

// messageOf returns the message of a key.
func messageOf(key sender.Key) (message.ID, error) { return message.ParseID(string(key)) }

func sendingKey(d message.Domain, nonce uint64) []byte {
	return binary.BigEndian.AppendUint64(domainKey(prefixSending, d), nonce)
}

// Load implements sender.Store.
func (s *sendings) Load(context.Context) ([]sender.Record, error) {
	var all []sender.Record
	err := s.store.scan(domainKey(prefixSending, s.domain), nil, func(key, value []byte) error {
		var r sender.Record
		err := json.Unmarshal(value, &r)
		for _, k := range r.Keys {
			_, keyErr := messageOf(k)
			err = errors.Join(err, keyErr)
		}
		if err != nil {
			return corrupt(key, value, err)
		}
		all = append(all, r)
		return nil
	})
	return all, err
}

// Put implements sender.Store. With the first transaction of a message it writes, in the same
// batch, that the message is submitted; a message that was taken back meanwhile is not delivered
// any more.
func (s *sendings) Put(_ context.Context, r sender.Record) error {
	s.queue.change.RLock()
	defer s.queue.change.RUnlock()
	key := sendingKey(s.domain, r.Nonce)
	_, known, err := s.store.get(key)
	if err != nil {
		return err
	}
	var submitted []*record
	for _, k := range r.Keys {
		if known {
			break
		}
		rec, err := s.submitted(k)
		if err != nil {
			return err
		}
		submitted = append(submitted, rec)
	}
	err = s.store.commitSynced("submit", func(b *pebble.Batch) error {
		errs := []error{setJSON(b, key, r)}
		for _, rec := range submitted {
			errs = append(errs, putRecord(b, rec))
		}
		return errors.Join(errs...)
	})
	if err == nil {
		s.queue.set(submitted...)
	}
	return err
}

// submitted returns the record of a message as it is once its delivery is under way.
func (s *sendings) submitted(key sender.Key) (*record, error) {
	id, err := messageOf(key)
	if err != nil {
		return nil, err
	}
	rec := s.queue.find(id)
	if rec == nil || rec.stage == StageOrphaned {
		return nil, fmt.Errorf("%w: %v", errWithdrawn, id)
	}
	rec = rec.clone()
	rec.stage, rec.reason = StageSubmitted, ""
	return rec, nil
}

// Delete implements sender.Store.
func (s *sendings) Delete(_ context.Context, nonce uint64) error {
	return s.store.commit("settle", func(b *pebble.Batch) error { return b.Delete(sendingKey(s.domain, nonce), nil) })
}
