package metadata

import (
	"context"
	"fmt"

	"github.com/hyperlane-go/sdk/ism"
)

// merkleRoot looks for the highest index at or above the message's leaf where a quorum has signed,
// or an index near it where validators do not deliver what they claim, and proves the message in
// the tree as of that index.
func merkleRoot(ctx context.Context, r *Request) ([]byte, error) {
	module, ok := r.Module.(ism.MerkleRootMultisig)
	if !ok {
		return nil, fmt.Errorf("%w at %v: is a %T, want an ism.MerkleRootMultisig", ErrModule, r.Address, r.Module)
	}
	return r.multisig(ctx, module.Validators, module.Threshold, func(s *set, leaf uint32) ([]byte, error) {
		best, err := r.highest(ctx, s, leaf)
		if err != nil {
			return nil, err
		}
		signatures, err := r.quorum(ctx, s, best)
		if err != nil {
			return nil, err
		}
		proof, err := r.Prove(ctx, leaf, best.want)
		if err != nil {
			return nil, err
		}
		d := ism.MerkleRootMetadata{
			Tree:            best.want.Tree,
			MessageIndex:    leaf,
			SignedMessageID: best.want.MessageID,
			Path:            proof.Path,
			SignedIndex:     best.want.Index,
			Signatures:      signatures,
		}
		return d.MarshalBinary()
	})
}

// highest returns the first round with a quorum or, when there is none, the round that came closest
// to one, the last of equals.
func (r *Request) highest(ctx context.Context, s *set, leaf uint32) (*round, error) {
	count, err := r.walker.Tree.Count(ctx)
	if err != nil {
		return nil, fmt.Errorf("%w: count: %w", ErrTree, err)
	}
	if count <= leaf {
		return nil, fmt.Errorf("%w: shrank to %d leaves, message is leaf %d", ErrTree, count, leaf)
	}
	w := r.walker.newSearch(ctx, s, leaf, count-1)
	var best *round
	for step := 0; ; step++ {
		index, who := w.next()
		last := index == leaf || step >= orDefault(r.walker.MaxSteps, DefaultMaxSteps)
		if last {
			index, who = leaf, w.atLeaf()
		}
		want, err := r.Expected(ctx, index)
		if err != nil {
			return nil, err
		}
		found := r.walker.collect(ctx, s, who, want)
		w.explain(found)
		if best == nil || found.have >= best.have {
			best = found
		}
		if last || found.have >= s.threshold || ctx.Err() != nil {
			return best, nil //nolint:nilerr // the caller reports the context
		}
		w.learn(found)
	}
}
