package metadata

import (
	"context"
	"fmt"

	"github.com/hyperlane-go/sdk/ism"
	"github.com/hyperlane-go/sdk/merkle"
	"github.com/hyperlane-go/sdk/message"
)

// merkleRoot looks for the highest index at or above the message's leaf where
// a quorum has signed (or close to the highest, where validators do not deliver
// what they claim), and proves the message in the tree as of that index.
func (b *Builder) merkleRoot(ctx context.Context, r *Result, s *set, m *message.Message) error {
	best, err := b.search(ctx, r, s)
	if err != nil {
		return err
	}
	best.report(r, s)
	if err := best.quorum(ctx, s); err != nil {
		return err
	}
	proof, err := b.Tree.Prove(ctx, r.LeafIndex, best.want.Index+1)
	if err != nil {
		return fmt.Errorf("%w: proof of leaf %d: %w", ErrTree, r.LeafIndex, err)
	}
	// The verifier computes the root from the message; a source that proves
	// another leaf, or to another root, is named here.
	if proof.Leaf != merkle.Hash(r.Message) || proof.Index != r.LeafIndex {
		return fmt.Errorf("%w: proof is of leaf %d, %v, not of message %v at %d", ErrTree, proof.Index, proof.Leaf, r.Message, r.LeafIndex)
	}
	if err := proof.Verify(best.want.Root); err != nil {
		return fmt.Errorf("%w: proof of leaf %d: %w", ErrTree, r.LeafIndex, err)
	}
	d := ism.MerkleRootMetadata{
		Tree:            best.want.Tree,
		MessageIndex:    r.LeafIndex,
		SignedMessageID: best.want.MessageID,
		Path:            proof.Path,
		SignedIndex:     best.want.Index,
		Signatures:      best.signatures(s),
	}
	metadata, err := d.MarshalBinary()
	if err != nil {
		return err
	}
	return b.accept(r, ism.MerkleRootMultisig{Validators: s.validators, Threshold: r.Threshold}, metadata, m)
}

// search returns the first round with a quorum or, when there is none, the
// round that came closest to one, the last of equals.
func (b *Builder) search(ctx context.Context, r *Result, s *set) (*round, error) {
	count, err := b.Tree.Count(ctx)
	if err != nil {
		return nil, fmt.Errorf("%w: count: %w", ErrTree, err)
	}
	if count <= r.LeafIndex {
		return nil, fmt.Errorf("%w: shrank to %d leaves, message is leaf %d", ErrTree, count, r.LeafIndex)
	}
	w := b.newWalk(ctx, s, r.LeafIndex, count-1)
	var best *round
	for step := 0; ; step++ {
		index, who := w.next()
		last := index == r.LeafIndex || step >= orDefault(b.MaxSteps, DefaultMaxSteps)
		if last {
			index, who = r.LeafIndex, w.atLeaf()
		}
		want, err := b.expected(ctx, index)
		if err != nil {
			return nil, err
		}
		found := b.collect(ctx, s, who, want)
		w.explain(found)
		if best == nil || found.have >= best.have {
			best = found
		}
		if last || found.have >= s.threshold || ctx.Err() != nil {
			return best, nil
		}
		w.learn(found)
	}
}
