package relayer

import (
	"cmp"
	"slices"
	"sync"
	"time"

	"github.com/cockroachdb/pebble"

	"github.com/hyperlane-go/sdk/message"
)

// queue holds the messages with work left: everything the store keeps under prefixQueue.
//
// Two kinds of work change records. Indexing adds them and takes them back, for all destinations at once; delivering
// changes those of one destination, one at a time. Indexing therefore holds change alone while it writes, deliveries
// share it. A record is looked up again under that lock before it is changed: it may have been taken back meanwhile.
type queue struct {
	store  *store
	change sync.RWMutex

	mu   sync.Mutex
	live map[message.ID]*record
}

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

// find returns the record of a message with work left, or nil. It must not be changed.
func (q *queue) find(id message.ID) *record {
	q.mu.Lock()
	defer q.mu.Unlock()
	return q.live[id]
}

// set mirrors what has been written.
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

func (q *queue) drop(ids ...message.ID) {
	q.mu.Lock()
	defer q.mu.Unlock()
	for _, id := range ids {
		delete(q.live, id)
	}
}

// update writes what change makes of the current record of a message and returns it. It returns nil without writing
// when the message is no longer in the queue, or change returns false.
func (q *queue) update(name string, id message.ID, change func(r *record) bool) (*record, error) {
	return q.changeRecord(name, id, change, q.store.commit)
}

// updateSynced is update that returns once the record is on disk.
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

// remove forgets a message.
func (q *queue) remove(name string, id message.ID) error {
	q.change.RLock()
	defer q.change.RUnlock()
	if err := q.store.commit(name, func(b *pebble.Batch) error { return dropRecord(b, id) }); err != nil {
		return err
	}
	q.drop(id)
	return nil
}

// due returns the messages for a destination whose time has come, the longest waiting first, then by origin and nonce.
func (q *queue) due(destination message.Domain, now time.Time, retry Retry) []*record {
	return q.pick(func(r *record) bool {
		return r.msg.Destination == destination && (r.tracked() || retry.due(r, now))
	})
}

// all returns every message with work left.
func (q *queue) all() []*record { return q.pick(func(*record) bool { return true }) }

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
