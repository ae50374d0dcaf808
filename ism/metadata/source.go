package metadata

import (
	"context"
	"fmt"

	"github.com/ethereum/go-ethereum/common"

	"github.com/hyperlane-go/sdk/ism"
	"github.com/hyperlane-go/sdk/ism/checkpoint"
	"github.com/hyperlane-go/sdk/merkle"
	"github.com/hyperlane-go/sdk/message"
)

// ModuleReader reads interchain security modules on the destination. It is called from several
// goroutines at once where a module holds others, and ends with its context.
type ModuleReader interface {
	// Module returns the module at address as it judges m. A module that depends on the message
	// (validators by origin, a route by recipient) returns its value for this message. A module of
	// a type without a value in package ism is an [ism.Unknown], or a value of the caller's own.
	//
	// A module that holds others returns them inside its value, or leaves them to a builder that
	// reads them with [Request.BuildAt].
	Module(ctx context.Context, address common.Address, m *message.Message) (ism.Module, error)
}

// ModuleReaderFunc is a function as a [ModuleReader].
type ModuleReaderFunc func(ctx context.Context, address common.Address, m *message.Message) (ism.Module, error)

// Module calls f.
func (f ModuleReaderFunc) Module(ctx context.Context, address common.Address, m *message.Message) (ism.Module, error) {
	if f == nil {
		return nil, ErrNotFound
	}
	return f(ctx, address, m)
}

// CheckpointReader reads what validators stored at the locations they announced. It is called from
// several goroutines at once. It need not check answers, because the builder does. It should bound
// what it reads, and return early when the context ends; the builder does not wait for one that
// does not.
type CheckpointReader interface {
	// LatestIndex returns the index of the newest checkpoint that the validator says to have
	// signed, or an error of class [ErrNotFound] when it has not stored any.
	LatestIndex(ctx context.Context, validator common.Address) (uint32, error)
	// Checkpoint returns what the validator stored for index, or an error of class [ErrNotFound]
	// when there is nothing.
	Checkpoint(ctx context.Context, validator common.Address, index uint32) (checkpoint.Signed, error)
}

// TreeReader reads the origin's tree as the caller knows it. It is the only source of roots and
// leaves that the builder believes. It is called from several goroutines at once where a module
// holds others.
type TreeReader interface {
	// LeafIndexes returns the indexes at which the message was inserted, ascending; none when it
	// was not. Only the first and the last are used.
	LeafIndexes(ctx context.Context, id message.ID) ([]uint32, error)
	// Count returns the number of leaves known.
	Count(ctx context.Context) (uint32, error)
	// Leaf returns the leaf at index, below Count.
	Leaf(ctx context.Context, index uint32) (merkle.Hash, error)
	// Root returns the root of the first size leaves, up to Count.
	Root(ctx context.Context, size uint32) (merkle.Hash, error)
	// Prove returns the proof of the leaf at index in the tree of the first size leaves.
	Prove(ctx context.Context, index, size uint32) (merkle.Proof, error)
}

// StaticModules is a ModuleReader over values, by address. They are the same for every message.
type StaticModules map[common.Address]ism.Module

// Module returns the module at the address, or an error of class [ErrNotFound].
func (s StaticModules) Module(_ context.Context, address common.Address, _ *message.Message) (ism.Module, error) {
	m := s[address]
	if m == nil {
		return nil, fmt.Errorf("%w: no module at %v", ErrNotFound, address)
	}
	return m, nil
}

// CheckpointFuncs makes a CheckpointReader of two functions. A nil function returns [ErrNotFound].
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

// TreeOf makes a TreeReader of a tree in memory. It looks at every leaf to find a message, and must
// not be used while the tree changes.
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
