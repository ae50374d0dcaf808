package metadata

import (
	"context"
	"fmt"
	"slices"
	"sync"

	"github.com/ethereum/go-ethereum/common"

	"github.com/hyperlane-go/sdk/ism"
	"github.com/hyperlane-go/sdk/ism/checkpoint"
	"github.com/hyperlane-go/sdk/message"
)

// Request is what a [TypeBuilder] works on: one module and one message. Its methods build the
// modules inside this one, and give access to tree and checkpoints through the checks that the
// builders of this package rely on. What they find becomes part of the module's [Result].
//
// The methods may be called from several goroutines, until BuildMetadata returns.
type Request struct {
	Module  ism.Module       // the module; as a value it may hold others
	Address common.Address   // its contract, zero where it has none
	Message *message.Message // must not be changed

	walker *walker
	path   []common.Address // from the root of the tree to this module

	mu       sync.Mutex
	ended    bool
	facts    facts
	children []*Result
	omitted  int
}

// facts are what a result says about a quorum.
type facts struct {
	threshold  uint8
	leaf       uint32
	checkpoint *checkpoint.Checkpoint
	validators []ValidatorStatus
}

// Build builds metadata for modules inside this one, at the same time, and returns a result for
// each, in their order. A module that fails says so in its Err and does not affect the others. The
// results must not be changed.
func (r *Request) Build(ctx context.Context, modules ...ism.Module) []*Result {
	all := make([]child, len(modules))
	for i, m := range modules {
		all[i] = child{address: ism.AddressOf(m), module: m, value: true}
	}
	return r.build(ctx, all)
}

// BuildAt is Build for modules that the builder's [ModuleReader] reads.
func (r *Request) BuildAt(ctx context.Context, addresses ...common.Address) []*Result {
	all := make([]child, len(addresses))
	for i, a := range addresses {
		all[i] = child{address: a}
	}
	return r.build(ctx, all)
}

func (r *Request) build(ctx context.Context, all []child) []*Result {
	results := make([]*Result, len(all))
	var running sync.WaitGroup
	for i, c := range all {
		slot, err := r.reserve(c)
		if err != nil {
			results[i] = &Result{Message: r.walker.id, Address: c.address, Err: err}
			continue
		}
		running.Go(func() {
			results[i] = r.walker.build(ctx, r.path, c)
			r.set(slot, results[i])
		})
	}
	running.Wait()
	return results
}

// reserve adds a place for a child to the tree, with a result that holds until the child has one.
func (r *Request) reserve(c child) (slot int, err error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	wide := orDefault(r.walker.MaxChildren, DefaultMaxChildren)
	large := orDefault(r.walker.MaxModules, DefaultMaxModules)
	switch {
	case r.ended:
		return 0, fmt.Errorf("%w: request of %v has ended", ErrTypeBuilder, r.Address)
	case len(r.children) >= wide:
		r.omitted++
		return 0, fmt.Errorf("%w: want at most %d modules inside one (Builder.MaxChildren)", ErrLimit, wide)
	case r.walker.modules.Add(1) > int64(large):
		r.omitted++
		return 0, fmt.Errorf("%w: want at most %d modules for a message (Builder.MaxModules)", ErrLimit, large)
	}
	unfinished := &Result{Message: r.walker.id, Address: c.address, Err: ErrUnfinished}
	if c.module != nil {
		unfinished.Type = c.module.Type()
	}
	r.children = append(r.children, unfinished)
	return len(r.children) - 1, nil
}

func (r *Request) set(slot int, result *Result) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if !r.ended {
		r.children[slot] = result
	}
}

// note changes the facts, unless the request has ended.
func (r *Request) note(change func(*facts)) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if !r.ended {
		change(&r.facts)
	}
}

// end puts what was found into the result. A builder that was left behind changes nothing after it.
func (r *Request) end(result *Result) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.ended = true
	result.Threshold, result.LeafIndex = r.facts.threshold, r.facts.leaf
	result.Checkpoint, result.Validators = r.facts.checkpoint, r.facts.validators
	result.Children, result.Omitted = slices.Clone(r.children), r.omitted
}
