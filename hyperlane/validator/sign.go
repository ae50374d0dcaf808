package validator

import (
	"context"
	"fmt"

	"github.com/hyperlane-go/sdk/ism/checkpoint"
	"github.com/hyperlane-go/sdk/merkle"
	"github.com/hyperlane-go/sdk/message"
)

// guard is the only way to the key. It enforces the two rules of the sign log: nothing is signed
// unless the tree reproduces the record, and nothing above the record is signed before the record
// is raised.
type guard struct {
	id     identity
	signer checkpoint.Signer
	log    *signLog
}

// checkpointAt returns the checkpoint of a leaf: the root right after it.
func (g *guard) checkpointAt(tree *merkle.FullTree, index uint32) (checkpoint.Checkpoint, error) {
	leaf, err := tree.Leaf(index)
	if err != nil {
		return checkpoint.Checkpoint{}, err
	}
	root, err := tree.Root(index + 1)
	if err != nil {
		return checkpoint.Checkpoint{}, err
	}
	return checkpoint.Checkpoint{Origin: g.id.origin, Tree: g.id.tree, Root: root, Index: index, MessageID: message.ID(leaf)}, nil
}

// reproduced checks that the tree contains what was signed. It fails with ErrBehind or a
// *ReorgError.
func (g *guard) reproduced(tree *merkle.FullTree, at point) error {
	last := g.log.last
	if last == nil {
		return nil
	}
	if tree.Count() <= last.Index {
		return fmt.Errorf("%w: %d leaves as of block %d, but index %d is signed", ErrBehind, tree.Count(), at.Number, last.Index)
	}
	have, err := g.checkpointAt(tree, last.Index)
	if err != nil {
		return err
	}
	if have.Root != last.Root || have.MessageID != last.MessageID {
		return &ReorgError{Index: last.Index, Have: have.Root, Want: last.Root, Block: at.Number, BlockHash: at.Hash}
	}
	return nil
}

// extend raises the record to the newest leaf of the tree. When it returns nil, the whole tree may
// be signed.
func (g *guard) extend(tree *merkle.FullTree, at point) error {
	// SECURITY: check before raising. A record raised on a tree that does not reproduce the old one
	// would allow a second root for an index.
	if err := g.reproduced(tree, at); err != nil {
		return err
	}
	count := tree.Count()
	if count == 0 || g.log.last != nil && count == g.log.last.Index+1 {
		return nil
	}
	newest, err := g.checkpointAt(tree, count-1)
	if err != nil {
		return err
	}
	return g.log.write(newRecord(g.id, newest))
}

// sign signs the checkpoint at index. It asks the key only if the record covers the index and the
// tree reproduces the record.
func (g *guard) sign(ctx context.Context, tree *merkle.FullTree, at point, index uint32) (checkpoint.Signed, error) {
	// SECURITY: these two checks make a second root for an index impossible.
	if g.log.last == nil || index > g.log.last.Index {
		return checkpoint.Signed{}, fmt.Errorf("%w: %s: index %d is above the record", ErrSignLog, g.log.path(), index)
	}
	if err := g.reproduced(tree, at); err != nil {
		return checkpoint.Signed{}, err
	}
	c, err := g.checkpointAt(tree, index)
	if err != nil {
		return checkpoint.Signed{}, err
	}
	return checkpoint.Sign(ctx, g.signer, c)
}
