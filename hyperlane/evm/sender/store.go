package sender

import (
	"context"
	"sync"
)

// Store keeps the records of one account on one chain. A sender calls it from one goroutine at a
// time.
type Store interface {
	// Load returns all records, in any order.
	Load(ctx context.Context) ([]Record, error)
	// Put writes a record in place of the one of the same nonce. It returns once the record, and
	// every Delete before it, survive a crash: the transaction leaves the process right after.
	Put(ctx context.Context, r Record) error
	// Delete removes the record of a nonce. A crash may bring it back until the next Put has
	// returned.
	Delete(ctx context.Context, nonce uint64) error
}

// Memory is a [Store] that ends with the process.
type Memory struct {
	mu      sync.Mutex
	records map[uint64]Record
}

// NewMemory returns an empty store in memory.
func NewMemory() *Memory { return &Memory{records: map[uint64]Record{}} }

// Load implements [Store].
func (m *Memory) Load(context.Context) ([]Record, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	out := make([]Record, 0, len(m.records))
	for _, r := range m.records {
		out = append(out, r)
	}
	return out, nil
}

// Put implements [Store].
func (m *Memory) Put(_ context.Context, r Record) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.records[r.Nonce] = r
	return nil
}

// Delete implements [Store].
func (m *Memory) Delete(_ context.Context, nonce uint64) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	delete(m.records, nonce)
	return nil
}
