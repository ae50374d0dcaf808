package metadata

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/ethereum/go-ethereum/common"

	"github.com/hyperlane-go/sdk/ism"
	"github.com/hyperlane-go/sdk/ism/checkpoint"
	"github.com/hyperlane-go/sdk/message"
)

// What the limits of a [Builder] are when they are left zero.
const (
	DefaultMaxValidators  = 50
	DefaultMaxConcurrency = 10
	DefaultMaxSteps       = 32
	DefaultTimeout        = 10 * time.Second
	DefaultPatience       = time.Second
)

// Builder builds metadata for messages of one origin. The sources, Origin and
// TreeAddress are required; every limit has a default. A Builder is read
// only: it may be used from several goroutines if its sources may.
type Builder struct {
	Modules     ModuleReader     // modules on the destination
	Checkpoints CheckpointReader // not needed for null modules
	Tree        TreeReader       // not needed for null modules
	Origin      message.Domain   // where the messages come from
	TreeAddress message.Address  // Merkle tree hook on the origin

	// MaxValidators bounds the sets that are served. 0 means 50.
	MaxValidators int
	// MaxConcurrency bounds how many validators are asked at once. 0 means 10.
	MaxConcurrency int
	// MaxSteps bounds how many indexes a Merkle-root module is searched at
	// before the message's own leaf. 0 means 32.
	MaxSteps int
	// Timeout bounds each question to a validator. 0 means 10 s.
	Timeout time.Duration
	// Patience is how long the builder waits, after the quorum is complete,
	// for what the other validators say. 0 means 1 s; below 0, not at all.
	Patience time.Duration
}

// Build builds the metadata with which the module accepts m. The result is
// never nil and explains the outcome, whether there is metadata or an error;
// its Err is the error returned.
//
// An error of class [ErrNotReady] or [ErrNotInTree] goes away by waiting;
// [ErrUnsupportedModule], [ErrSet] and [ErrOrigin] do not. When the context
// ends, the error wraps its cause.
func (b *Builder) Build(ctx context.Context, module common.Address, m *message.Message) (*Result, error) {
	r := &Result{Module: module}
	r.Err = b.build(ctx, r, m)
	if r.Err != nil {
		r.Metadata = nil
	}
	return r, r.Err
}

func (b *Builder) build(ctx context.Context, r *Result, m *message.Message) error {
	if m == nil {
		return fmt.Errorf("%w: message is nil", ErrBuilder)
	}
	r.Message = m.ID()
	if b.Modules == nil {
		return fmt.Errorf("%w: Modules is nil", ErrBuilder)
	}
	// SECURITY: a checkpoint of another origin says nothing about m.
	if m.Origin != b.Origin {
		return &OriginError{Have: m.Origin, Want: b.Origin}
	}
	kind, err := b.Modules.ModuleType(ctx, r.Module)
	if err != nil {
		return fmt.Errorf("%w: type of %v: %w", ErrModule, r.Module, err)
	}
	r.Type = kind
	switch kind {
	case ism.TypeNull:
		return b.null(r, m)
	case ism.TypeMessageIDMultisig:
		return b.multisig(ctx, r, m, b.messageID)
	case ism.TypeMerkleRootMultisig:
		return b.multisig(ctx, r, m, b.merkleRoot)
	default:
		return &UnsupportedModuleError{Module: r.Module, Type: kind}
	}
}

// multisig does what both multisig modules need first: the set, and the place
// of the message in the tree.
func (b *Builder) multisig(ctx context.Context, r *Result, m *message.Message,
	finish func(context.Context, *Result, *set, *message.Message) error) error {
	switch {
	case b.Checkpoints == nil:
		return fmt.Errorf("%w: Checkpoints is nil", ErrBuilder)
	case b.Tree == nil:
		return fmt.Errorf("%w: Tree is nil", ErrBuilder)
	}
	validators, threshold, err := b.Modules.ValidatorsAndThreshold(ctx, r.Module, m)
	if err != nil {
		return fmt.Errorf("%w: validators of %v: %w", ErrModule, r.Module, err)
	}
	r.Threshold = threshold
	most := orDefault(b.MaxValidators, DefaultMaxValidators)
	if threshold == 0 || int(threshold) > len(validators) || len(validators) > most {
		return &SetError{Module: r.Module, Threshold: threshold, Validators: len(validators), Max: most}
	}
	s := newSet(validators, int(threshold))
	r.Validators = s.expand(make([]ValidatorStatus, len(s.unique)))
	leaves, err := b.leaves(ctx, r.Message)
	if err != nil {
		return err
	}
	for _, r.LeafIndex = range leaves {
		if err = finish(ctx, r, s, m); !errors.Is(err, ErrNotReady) || ctx.Err() != nil {
			return err
		}
	}
	return err
}

// leaves finds the message in the tree. The last of several leaves is the one
// that the network's relayer uses. The first is the second best: whoever keeps
// inserting a message anew, as anybody may while it is the latest, can move the
// last leaf away from the validators, but not the first.
func (b *Builder) leaves(ctx context.Context, id message.ID) ([]uint32, error) {
	indexes, err := b.Tree.LeafIndexes(ctx, id)
	if err != nil {
		return nil, fmt.Errorf("%w: leaves of message %v: %w", ErrTree, id, err)
	}
	// Counted after, because the tree may grow in between.
	count, err := b.Tree.Count(ctx)
	if err != nil {
		return nil, fmt.Errorf("%w: count: %w", ErrTree, err)
	}
	if len(indexes) == 0 {
		return nil, &NotInTreeError{ID: id, Count: count}
	}
	first, last := indexes[0], indexes[len(indexes)-1]
	if first > last || last >= count {
		return nil, fmt.Errorf("%w: message %v is said to be at leaves %d to %d of %d", ErrTree, id, first, last, count)
	}
	if first == last {
		return []uint32{last}, nil
	}
	return []uint32{last, first}, nil
}

// expected returns the checkpoint that an honest validator signs at index,
// according to the caller's tree.
func (b *Builder) expected(ctx context.Context, index uint32) (checkpoint.Checkpoint, error) {
	root, err := b.Tree.Root(ctx, index+1)
	if err != nil {
		return checkpoint.Checkpoint{}, fmt.Errorf("%w: root of %d leaves: %w", ErrTree, uint64(index)+1, err)
	}
	leaf, err := b.Tree.Leaf(ctx, index)
	if err != nil {
		return checkpoint.Checkpoint{}, fmt.Errorf("%w: leaf %d: %w", ErrTree, index, err)
	}
	return checkpoint.Checkpoint{
		Origin:    b.Origin,
		Tree:      b.TreeAddress,
		Root:      root,
		Index:     index,
		MessageID: message.ID(leaf),
	}, nil
}

// accept verifies built metadata and puts it into the result.
func (b *Builder) accept(r *Result, module ism.Module, metadata []byte, m *message.Message) error {
	// SECURITY: nothing leaves the builder that the contract would refuse.
	if err := module.Verify(metadata, m); err != nil {
		return fmt.Errorf("%w: %w", ErrUnverified, err)
	}
	r.Metadata = metadata
	return nil
}

func orDefault[T int | time.Duration](have, otherwise T) T {
	if have <= 0 {
		return otherwise
	}
	return have
}
