package relayer

import (
	"context"
	"errors"
	"sync"

	"github.com/ethereum/go-ethereum/rpc"

	"github.com/hyperlane-go/sdk/hyperlane/evm"
	"github.com/hyperlane-go/sdk/ism/metadata"
	"github.com/hyperlane-go/sdk/message"
)

// maxRecent is of how many messages the details are remembered, and maxDetail how large one may be. The store has the
// words of all.
const (
	maxRecent = 1024
	maxDetail = 8192 // bytes of revert data
)

// recent remembers something about messages, and forgets somebody where there are too many. The zero recent is empty.
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

// compactResult returns a copy of a tree of results whose errors can be remembered.
func compactResult(r *metadata.Result) *metadata.Result {
	kept := *r
	kept.Err = compactError(StageNoMetadata, r.Err)
	kept.Children = make([]*metadata.Result, len(r.Children))
	for i, c := range r.Children {
		kept.Children[i] = compactResult(c)
	}
	return &kept
}

// lasting returns an error that can be remembered: the words of one with more revert data than anybody needs. How much a
// recipient reverts with is a stranger's choice.
func compactError(stage Stage, err error) error {
	var reverted *evm.RevertError
	var answer rpc.DataError
	large := errors.As(err, &reverted) && len(reverted.Data) > maxDetail
	if errors.As(err, &answer) {
		text, ok := answer.ErrorData().(string)
		large = large || answer.ErrorData() != nil && (!ok || len(text) > 2*maxDetail+2)
	}
	if large {
		return &storedError{Stage: stage, Text: clip(err.Error())}
	}
	return err
}
