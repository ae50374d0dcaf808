package metadata

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/ethereum/go-ethereum/common"

	"github.com/hyperlane-go/sdk/message"
)

// Limits of a [Builder] whose fields are zero.
const (
	DefaultMaxDepth       = 12
	DefaultMaxChildren    = 32
	DefaultMaxModules     = 100
	DefaultMaxValidators  = 50
	DefaultMaxConcurrency = 10
	DefaultMaxSteps       = 32
	DefaultTimeout        = 10 * time.Second
	DefaultTypeTimeout    = time.Minute
	DefaultPatience       = time.Second
)

// Builder builds metadata for messages of one origin. Modules, Origin and TreeAddress are required,
// Checkpoints and Tree where a module wants checkpoints. Every limit has a default. A Builder is
// read-only; several goroutines may use it if they may use its sources.
type Builder struct {
	Modules     ModuleReader     // modules on the destination
	Checkpoints CheckpointReader // checkpoints that validators stored
	Tree        TreeReader       // the origin's tree
	Origin      message.Domain   // origin of the messages
	TreeAddress message.Address  // Merkle tree hook on the origin

	// Types serves module types that this package does not, see [Types].
	Types Types

	// MaxDepth bounds how deep modules nest; the recipient's own module has depth 1. 0 means 12.
	MaxDepth int
	// MaxChildren bounds how many modules one module holds. 0 means 32.
	MaxChildren int
	// MaxModules bounds how many modules are built for one message. 0 means 100.
	MaxModules int
	// MaxValidators bounds the validator sets that are served. 0 means 50.
	MaxValidators int
	// MaxConcurrency bounds how many validators of one module are asked at once. 0 means 10.
	MaxConcurrency int
	// MaxSteps bounds at how many indexes a Merkle-root module is searched before the message's own
	// leaf. 0 means 32.
	MaxSteps int
	// Timeout bounds each question to a validator. 0 means 10 s.
	Timeout time.Duration
	// TypeTimeout bounds each call of a registered builder, with everything below its module; each
	// module inside gets half of what is left. 0 means 1 min.
	TypeTimeout time.Duration
	// Patience is how long a module waits, after its quorum is complete, for the other validators.
	// 0 means 1 s; below 0, not at all.
	Patience time.Duration
}

// Build builds the metadata with which the module at address accepts m. The result explains the
// outcome on success and on failure and is never nil; its Err is the error returned.
//
// An error of class [ErrNotReady] or [ErrNotInTree] goes away by waiting; [ErrUnsupportedModule],
// [ErrSet] and [ErrOrigin] do not. When the context ends, the error wraps its cause.
func (b *Builder) Build(ctx context.Context, address common.Address, m *message.Message) (*Result, error) {
	w, err := b.walker(m)
	if err != nil {
		r := &Result{Address: address, Err: err}
		if m != nil {
			r.Message = m.ID()
		}
		return r, err
	}
	w.modules.Add(1)
	r := w.build(ctx, nil, child{address: address})
	return r, r.Err
}

// walker checks the builder and the message and starts a tree.
func (b *Builder) walker(m *message.Message) (*walker, error) {
	if m == nil {
		return nil, fmt.Errorf("%w: message is nil", ErrBuilder)
	}
	if b.Modules == nil {
		return nil, fmt.Errorf("%w: Modules is nil", ErrBuilder)
	}
	if err := b.Types.Validate(); err != nil {
		return nil, err
	}
	// SECURITY: a checkpoint of another origin says nothing about m.
	if m.Origin != b.Origin {
		return nil, fmt.Errorf("%w: message is from domain %v, builder reads domain %v", ErrOrigin, m.Origin, b.Origin)
	}
	return &walker{Builder: b, message: m, id: m.ID()}, nil
}

// needsCheckpoints returns an error where the sources of checkpoints are missing.
func (b *Builder) needsCheckpoints() error {
	switch {
	case b.Checkpoints == nil:
		return fmt.Errorf("%w: Checkpoints is nil", ErrBuilder)
	case b.Tree == nil:
		return fmt.Errorf("%w: Tree is nil", ErrBuilder)
	}
	return nil
}

func orDefault[T int | time.Duration](have, otherwise T) T {
	if have <= 0 {
		return otherwise
	}
	return have
}

// because adds the cause of an ended context to an error that does not have it.
func because(ctx context.Context, err error) error {
	if cause := context.Cause(ctx); cause != nil && err != nil && !errors.Is(err, cause) {
		return fmt.Errorf("%w: %w", err, cause)
	}
	return err
}
