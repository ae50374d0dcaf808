package metadata

import (
	"context"
	"fmt"

	"github.com/ethereum/go-ethereum/common"

	"github.com/hyperlane-go/sdk/ism/checkpoint"
	"github.com/hyperlane-go/sdk/merkle"
	"github.com/hyperlane-go/sdk/message"
)

// Leaves returns the leaf indexes to try for the message: the last, and then the first if it was
// inserted more than once.
//
// The network's relayer uses the last. The first is the second best: anyone can insert a message
// again while it is the latest, and so move the last leaf ahead of the validators, but not the
// first.
func (r *Request) Leaves(ctx context.Context) ([]uint32, error) {
	if err := r.walker.needsCheckpoints(); err != nil {
		return nil, err
	}
	id, tree := r.walker.id, r.walker.Tree
	indexes, err := tree.LeafIndexes(ctx, id)
	if err != nil {
		return nil, fmt.Errorf("%w: leaves of message %v: %w", ErrTree, id, err)
	}
	// Counted after, because the tree may grow in between.
	count, err := tree.Count(ctx)
	if err != nil {
		return nil, fmt.Errorf("%w: count: %w", ErrTree, err)
	}
	if len(indexes) == 0 {
		return nil, fmt.Errorf("%w: %v is none of the %d leaves known; index further, or the message was never inserted", ErrNotInTree, id, count)
	}
	first, last := indexes[0], indexes[len(indexes)-1]
	if first > last || last >= count {
		return nil, fmt.Errorf("%w: message %v is said to be at leaves %d to %d of %d", ErrTree, id, first, last, count)
	}
	r.note(func(f *facts) { f.leaf = last })
	if first == last {
		return []uint32{last}, nil
	}
	return []uint32{last, first}, nil
}

// Expected returns the checkpoint that an honest validator signs at index, according to the
// builder's tree.
func (r *Request) Expected(ctx context.Context, index uint32) (checkpoint.Checkpoint, error) {
	if err := r.walker.needsCheckpoints(); err != nil {
		return checkpoint.Checkpoint{}, err
	}
	tree := r.walker.Tree
	root, err := tree.Root(ctx, index+1)
	if err != nil {
		return checkpoint.Checkpoint{}, fmt.Errorf("%w: root of %d leaves: %w", ErrTree, uint64(index)+1, err)
	}
	leaf, err := tree.Leaf(ctx, index)
	if err != nil {
		return checkpoint.Checkpoint{}, fmt.Errorf("%w: leaf %d: %w", ErrTree, index, err)
	}
	return checkpoint.Checkpoint{
		Origin:    r.walker.Origin,
		Tree:      r.walker.TreeAddress,
		Root:      root,
		Index:     index,
		MessageID: message.ID(leaf),
	}, nil
}

// Prove returns a verified proof that the message is the leaf at index in the tree that the
// checkpoint at, which comes from Expected, is about.
func (r *Request) Prove(ctx context.Context, index uint32, at checkpoint.Checkpoint) (merkle.Proof, error) {
	if err := r.walker.needsCheckpoints(); err != nil {
		return merkle.Proof{}, err
	}
	proof, err := r.walker.Tree.Prove(ctx, index, at.Index+1)
	if err != nil {
		return merkle.Proof{}, fmt.Errorf("%w: proof of leaf %d: %w", ErrTree, index, err)
	}
	// The verifier computes the root from the message. A source that proves another leaf, or to
	// another root, is named here.
	if proof.Leaf != merkle.Hash(r.walker.id) || proof.Index != index {
		return merkle.Proof{}, fmt.Errorf("%w: proof is of leaf %d, %v, not of message %v at %d", ErrTree, proof.Index, proof.Leaf, r.walker.id, index)
	}
	if err := proof.Verify(at.Root); err != nil {
		return merkle.Proof{}, fmt.Errorf("%w: proof of leaf %d: %w", ErrTree, index, err)
	}
	return proof, nil
}

// Collect asks validators for their signatures over the checkpoint want, which comes from Expected,
// and verifies every answer. It returns exactly threshold signatures, in the order of the
// validators, or a [QuorumError]. The result of the module names every validator.
func (r *Request) Collect(ctx context.Context, validators []common.Address, threshold uint8, want checkpoint.Checkpoint) ([]checkpoint.Signature, error) {
	s, err := r.validatorSet(validators, threshold)
	if err != nil {
		return nil, err
	}
	return r.quorum(ctx, s, r.walker.collect(ctx, s, s.all(), want))
}
