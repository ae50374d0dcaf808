package relayer

import (
	"sync"

	"github.com/hyperlane-go/sdk/message"
)

// maxRecent bounds how many messages keep their details in memory, and maxDetail the size of one
// detail. The store keeps the text of every message's error.
const (
	maxRecent = 1024
	maxDetail = 8192 // bytes of revert data
)

// recent keeps a value for each of a bounded number of messages. When it is full, it drops the
// value of an arbitrary message. The zero recent is empty.
type recent[T any] struct {
	mu    sync.Mutex
	of    map[message.ID]T
	limit int // 0 means maxRecent
}

func (r *recent[T]) set(id message.ID, v T) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.of == nil {
		r.of = map[message.ID]T{}
	}
	limit := maxRecent
	if r.limit > 0 {
		limit = r.limit
	}
	for other := range r.of {
		if _, known := r.of[id]; known || len(r.of) < limit {
			break
		}
		delete(r.of, other)
	}
	r.of[id] = v
}

func (r *recent[T]) find(id message.ID) (T, bool) {
	r.mu.Lock()
	defer r.mu.Unlock()
	v, ok := r.of[id]
	return v, ok
}

func (r *recent[T]) drop(id message.ID) {
	r.mu.Lock()
	defer r.mu.Unlock()
	delete(r.of, id)
}
