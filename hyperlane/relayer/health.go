package relayer

import (
	"context"
	"sync"
)

// health is the outcome of the last pass over a chain. Status reports it for messages that have no
// obstacle of their own.
type health struct {
	mu  sync.Mutex
	err error
}

// set stores the outcome of a pass. It ignores a pass that was cancelled, which says nothing about
// the chain.
func (h *health) set(ctx context.Context, err error) {
	if ctx.Err() != nil {
		return
	}
	h.mu.Lock()
	defer h.mu.Unlock()
	h.err = err
}

func (h *health) last() error {
	h.mu.Lock()
	defer h.mu.Unlock()
	return h.err
}
