package metadata

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync/atomic"
	"time"

	"github.com/ethereum/go-ethereum/common"

	"github.com/hyperlane-go/sdk/ism"
	"github.com/hyperlane-go/sdk/message"
)

// walker builds the tree of results of one message.
type walker struct {
	*Builder
	message *message.Message
	id      message.ID
	modules atomic.Int64 // modules in the tree
}

// child names a module to build: a value, or an address to read it from.
type child struct {
	address common.Address
	module  ism.Module
	value   bool // module is meant, even if it is nil
}

// build builds one module and everything below it. The path has the addresses of the modules above.
func (w *walker) build(ctx context.Context, path []common.Address, c child) *Result {
	ctx, cancel := share(ctx, len(path))
	defer cancel()
	r := &Result{Message: w.id, Address: c.address}
	r.Err = w.fill(ctx, r, append(slices.Clip(path), c.address), c)
	if r.Err != nil {
		r.Metadata, r.Verified = nil, false
	}
	return r
}

func (w *walker) fill(ctx context.Context, r *Result, path []common.Address, c child) error {
	if err := w.admit(path); err != nil {
		return err
	}
	module, err := w.read(ctx, c)
	if err != nil {
		return err
	}
	r.Type = module.Type()
	request := &Request{Module: module, Address: r.Address, Message: w.message, walker: w, path: path}
	metadata, err := w.call(ctx, r.Type, request)
	request.end(r)
	if err != nil {
		return err
	}
	return w.accept(r, module, metadata)
}

// share gives a module inside others half of the time that is left, so that one that takes all of
// its time leaves some to the module around it, for what the modules next to it have.
func share(ctx context.Context, depth int) (context.Context, context.CancelFunc) {
	deadline, ok := ctx.Deadline()
	if !ok || depth == 0 {
		return ctx, func() {}
	}
	return context.WithTimeout(ctx, time.Until(deadline)/2)
}

// admit bounds the depth of the tree and refuses cycles.
func (w *walker) admit(path []common.Address) error {
	last := len(path) - 1
	if most := orDefault(w.MaxDepth, DefaultMaxDepth); len(path) > most {
		return fmt.Errorf("%w: module %v is at depth %d, want at most %d (Builder.MaxDepth)", ErrLimit, path[last], len(path), most)
	}
	// Values without an address cannot lead back to themselves; the depth bounds what they hold.
	if path[last] == (common.Address{}) {
		return nil
	}
	if first := slices.Index(path[:last], path[last]); first >= 0 {
		names := make([]string, 0, len(path))
		for _, a := range path[first:] {
			names = append(names, a.String())
		}
		return fmt.Errorf("%w: %s", ErrCycle, strings.Join(names, " -> "))
	}
	return nil
}

// read returns the module, which shares no validator set with its source.
func (w *walker) read(ctx context.Context, c child) (ism.Module, error) {
	module := c.module
	if !c.value {
		var err error
		if module, err = w.Modules.Module(ctx, c.address, w.message); err != nil {
			return nil, fmt.Errorf("%w at %v: %w", ErrModule, c.address, err)
		}
	}
	switch m := module.(type) {
	case nil:
		return nil, fmt.Errorf("%w at %v: no module and no error", ErrModule, c.address)
	case ism.MessageIDMultisig:
		m.Validators = slices.Clone(m.Validators)
		return m, nil
	case ism.MerkleRootMultisig:
		m.Validators = slices.Clone(m.Validators)
		return m, nil
	}
	return module, nil
}

// call runs the builder of the type.
func (w *walker) call(ctx context.Context, kind ism.ModuleType, r *Request) ([]byte, error) {
	if registered := w.Types[kind]; registered != nil {
		return w.callRegistered(ctx, registered, r)
	}
	if b := builtIn(kind); b != nil {
		return b.BuildMetadata(ctx, r)
	}
	return nil, &UnsupportedModuleError{Address: r.Address, Type: kind}
}

// callRegistered runs a caller's builder apart, so that it cannot hold up or end what the walker
// does otherwise.
func (w *walker) callRegistered(ctx context.Context, b TypeBuilder, r *Request) ([]byte, error) {
	begin := time.Now()
	metadata, err := within(ctx, orDefault(w.TypeTimeout, DefaultTypeTimeout), func(ctx context.Context) ([]byte, error) {
		return recovered(func() ([]byte, error) { return b.BuildMetadata(ctx, r) })
	})
	switch {
	case err == nil && metadata == nil:
		err = errors.New("no metadata and no error; want an empty slice where the module wants none")
	case err == nil:
		return slices.Clone(metadata), nil
	case errors.Is(err, context.DeadlineExceeded):
		err = fmt.Errorf("no answer within %v (Builder.TypeTimeout, or what was left of it): %w", time.Since(begin).Round(time.Millisecond), err)
	}
	return nil, because(ctx, fmt.Errorf("%w for %v at %v: %w", ErrTypeBuilder, r.Module.Type(), r.Address, err))
}

// accept verifies built metadata and puts it into the result.
func (w *walker) accept(r *Result, module ism.Module, metadata []byte) error {
	// SECURITY: no metadata leaves the builder that the contract would refuse, as far as that can
	// be found out offline.
	err := module.Verify(metadata, w.message)
	if err != nil && !errors.Is(err, ism.ErrNoVerifier) {
		return fmt.Errorf("%w: %w", ErrUnverified, err)
	}
	r.Metadata, r.Verified = metadata, err == nil
	return nil
}
