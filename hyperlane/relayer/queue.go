package relayer

import (
	"cmp"
	"slices"
	"sync"
	"time"

	"github.com/cockroachdb/pebble"

	"github.com/hyperlane-go/sdk/message"
)

// queue holds the records of the messages that are not done: all that the store has under
// prefixQueue.
//
// Two kinds of work change records. Indexing adds and removes them, for all destinations at once.
// Delivering changes those of one destination, one at a time. So indexing locks change for writing,
// and deliveries lock it for reading. A delivery looks a record up again under that lock before it
// changes it: indexing may have removed it.
type queue struct {
	store  *store
	change sync.RWMutex

	mu   sync.Mutex
	live map[message.ID]*record
}

// newQueue reads the queue from the store.
func newQueue(s *store) (*queue, error) {
	q := &queue{store: s, live: map[message.ID]*record{}}
	return q, s.scan([]byte{prefixQueue}, nil, func(key, value []byte) error {
		r, err := readRecord(key, value)
		if err == nil {
			q.live[r.id] = r
		}
		return err
	})
}

// find returns the record of a message in the queue, or nil. The record is read-only.
func (q *queue) find(id message.ID) *record {
	q.mu.Lock()
	defer q.mu.Unlock()
	return q.live[id]
}

// set applies to memory what has been stored.
func (q *queue) set(records ...*record) {
	q.mu.Lock()
	defer q.mu.Unlock()
	for _, r := range records {
		if prefixOf(r.stage) == prefixQueue {
			q.live[r.id] = r
		} else {
			delete(q.live, r.id)
		}
	}
}

// drop removes messages from memory.
func (q *queue) drop(ids ...message.ID) {
	q.mu.Lock()
	defer q.mu.Unlock()
	for _, id := range ids {
		delete(q.live, id)
	}
}

// update applies change to a copy of a record, stores the copy and returns it. It stores nothing
// and returns nil if the message is not in the queue, or if change returns false. name is the name
// of the write, for tests.
func (q *queue) update(name string, id message.ID, change func(r *record) bool) (*record, error) {
	return q.changeRecord(name, id, change, q.store.commit)
}

// updateSynced is update, and returns once the record is on disk.
func (q *queue) updateSynced(name string, id message.ID, change func(r *record) bool) (*record, error) {
	return q.changeRecord(name, id, change, q.store.commitSynced)
}

func (q *queue) changeRecord(name string, id message.ID, change func(r *record) bool,
	commit func(string, func(*pebble.Batch) error) error) (*record, error) {
	q.change.RLock()
	defer q.change.RUnlock()
	current := q.find(id)
	if current == nil {
		return nil, nil
	}
	r := current.clone()
	if !change(r) {
		return nil, nil
	}
	if err := commit(name, func(b *pebble.Batch) error { return putRecord(b, r) }); err != nil {
		return nil, err
	}
	q.set(r)
	return r, nil
}

// remove deletes a message from the store and from memory.
func (q *queue) remove(name string, id message.ID) error {
	q.change.RLock()
	defer q.change.RUnlock()
	if err := q.store.commit(name, func(b *pebble.Batch) error { return dropRecord(b, id) }); err != nil {
		return err
	}
	q.drop(id)
	return nil
}

// due returns the messages for a destination whose next attempt is due: the one that became due
// first comes first, then by origin and nonce.
func (q *queue) due(destination message.Domain, now time.Time, retry Retry) []*record {
	return q.pick(func(r *record) bool {
		return r.msg.Destination == destination && (r.tracked() || retry.due(r, now))
	})
}

// all returns every message in the queue, in the order of due.
func (q *queue) all() []*record { return q.pick(func(*record) bool { return true }) }

// pick returns the records that want accepts, in the order of due.
func (q *queue) pick(want func(*record) bool) []*record {
	q.mu.Lock()
	var out []*record
	for _, r := range q.live {
		if want(r) {
			out = append(out, r)
		}
	}
	q.mu.Unlock()
	slices.SortFunc(out, func(a, b *record) int {
		return cmp.Or(a.next.Compare(b.next), cmp.Compare(a.msg.Origin, b.msg.Origin),
			cmp.Compare(a.msg.Nonce, b.msg.Nonce), slices.Compare(a.id[:], b.id[:]))
	})
	return out
}
