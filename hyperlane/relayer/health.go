package relayer

import (
	"context"
	"sync"
)

// health is how the last pass over a chain ended. It is what messages wait for that nothing else holds up.
type health struct {
	mu  sync.Mutex
	err error
}

// note keeps the outcome of a pass, unless the pass was interrupted, which says nothing about the chain.
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
