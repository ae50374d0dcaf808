package metadata

import (
	"context"
	"fmt"
	"slices"

	"github.com/ethereum/go-ethereum/common"

	"github.com/hyperlane-go/sdk/ism"
	"github.com/hyperlane-go/sdk/ism/checkpoint"
	"github.com/hyperlane-go/sdk/merkle"
	"github.com/hyperlane-go/sdk/message"
)

// ModuleReader reads interchain security modules on the destination.
type ModuleReader interface {
	// ModuleType returns what moduleType() of the module answers.
	ModuleType(ctx context.Context, module common.Address) (ism.ModuleType, error)
	// ValidatorsAndThreshold returns the set that the module holds m to, in
	// the order of the contract.
	ValidatorsAndThreshold(ctx context.Context, module common.Address, m *message.Message) ([]common.Address, uint8, error)
}

// CheckpointReader reads what validators stored, wherever they announced it.
// It is called from several goroutines at once. Answers need not be checked:
// the builder does. It should bound what it reads, and return early when the
// context ends; the builder does not wait for one that does not.
type CheckpointReader interface {
	// LatestIndex returns the index of the newest checkpoint the validator
	// says to have signed, or an error of class [ErrNotFound] when it has not
	// stored any.
	LatestIndex(ctx context.Context, validator common.Address) (uint32, error)
	// Checkpoint returns what the validator stored for index, or an error of
	// class [ErrNotFound] when there is nothing.
	Checkpoint(ctx context.Context, validator common.Address, index uint32) (checkpoint.Signed, error)
}

// TreeReader reads the origin's tree as the caller knows it. Everything the
// builder believes about roots and leaves comes from here.
type TreeReader interface {
	// LeafIndexes returns where the message was inserted, ascending; nothing
	// when it was not. Only the first and the last are used.
	LeafIndexes(ctx context.Context, id message.ID) ([]uint32, error)
	// Count returns the number of leaves known.
	Count(ctx context.Context) (uint32, error)
	// Leaf returns the leaf at index, below Count.
	Leaf(ctx context.Context, index uint32) (merkle.Hash, error)
	// Root returns the root of the first size leaves, up to Count.
	Root(ctx context.Context, size uint32) (merkle.Hash, error)
	// Prove returns the proof of the leaf at index in the tree of the first
	// size leaves.
	Prove(ctx context.Context, index, size uint32) (merkle.Proof, error)
}

// Modules is a ModuleReader over values: what stands at each address.
type Modules map[common.Address]ism.Module

// ModuleType returns the type of the module at the address.
func (s Modules) ModuleType(_ context.Context, module common.Address) (ism.ModuleType, error) {
	m, ok := s[module]
	if !ok || m == nil {
		return 0, fmt.Errorf("metadata: no module at %v: %w", module, ErrNotFound)
	}
	return m.Type(), nil
}

// ValidatorsAndThreshold returns the set of the multisig at the address. It is
// the same for every message.
func (s Modules) ValidatorsAndThreshold(_ context.Context, module common.Address, _ *message.Message) ([]common.Address, uint8, error) {
	switch m := s[module].(type) {
	case ism.MessageIDMultisig:
		return slices.Clone(m.Validators), m.Threshold, nil
	case ism.MerkleRootMultisig:
		return slices.Clone(m.Validators), m.Threshold, nil
	default:
		return nil, 0, fmt.Errorf("metadata: no multisig at %v: %w", module, ErrNotFound)
	}
}

// CheckpointFuncs makes a CheckpointReader of two functions. A nil function
// answers [ErrNotFound].
type CheckpointFuncs struct {
	Latest func(ctx context.Context, validator common.Address) (uint32, error)
	At     func(ctx context.Context, validator common.Address, index uint32) (checkpoint.Signed, error)
}

// LatestIndex calls Latest.
func (f CheckpointFuncs) LatestIndex(ctx context.Context, validator common.Address) (uint32, error) {
	if f.Latest == nil {
		return 0, ErrNotFound
	}
	return f.Latest(ctx, validator)
}

// Checkpoint calls At.
func (f CheckpointFuncs) Checkpoint(ctx context.Context, validator common.Address, index uint32) (checkpoint.Signed, error) {
	if f.At == nil {
		return checkpoint.Signed{}, ErrNotFound
	}
	return f.At(ctx, validator, index)
}

// TreeOf makes a TreeReader of a tree in memory. It finds messages by looking
// at every leaf, and must not be used while the tree changes.
func TreeOf(tree *merkle.FullTree) TreeReader { return fullTree{tree} }

type fullTree struct{ tree *merkle.FullTree }

func (t fullTree) LeafIndexes(_ context.Context, id message.ID) ([]uint32, error) {
	var found []uint32
	for i := range t.tree.Count() {
		leaf, err := t.tree.Leaf(i)
		if err != nil {
			return nil, err
		}
		if leaf == merkle.Hash(id) {
			found = append(found, i)
		}
	}
	return found, nil
}

func (t fullTree) Count(context.Context) (uint32, error) { return t.tree.Count(), nil }

func (t fullTree) Leaf(_ context.Context, index uint32) (merkle.Hash, error) {
	return t.tree.Leaf(index)
}

func (t fullTree) Root(_ context.Context, size uint32) (merkle.Hash, error) {
	return t.tree.Root(size)
}

func (t fullTree) Prove(_ context.Context, index, size uint32) (merkle.Proof, error) {
	return t.tree.Prove(index, size)
}
