package hyperlane

import (
	"context"
	"errors"
	"math"

	"github.com/ethereum/go-ethereum/common"

	"github.com/hyperlane-go/sdk/contracts"
	"github.com/hyperlane-go/sdk/merkle"
)

// TreeClient reads the tree of dispatched messages. Get it from [Chain.Tree].
type TreeClient struct{ c *Chain }

// Address is the tree's contract, as it stands in checkpoints (padded to 32 bytes: [Chain.TreeAddress]).
func (t *TreeClient) Address() common.Address { return t.c.addrs.Tree() }

// Tree reads the whole incremental tree as of a block. Branch, count and the root that the contract itself computes
// must agree.
func (t *TreeClient) Tree(ctx context.Context, at Head) (merkle.Tree, error) {
	if err := need("MerkleTreeHook", t.Address()); err != nil {
		return merkle.Tree{}, err
	}
	at, err := t.fix(ctx, at)
	if err != nil {
		return merkle.Tree{}, err
	}
	b := contracts.Mailbox{}
	raw, err := read(ctx, t.c, at, t.Address(), "tree()", b.PackTree(), b.UnpackTree)
	if err != nil {
		return merkle.Tree{}, err
	}
	if raw.Count == nil || !raw.Count.IsUint64() || raw.Count.Uint64() > merkle.MaxLeaves {
		return merkle.Tree{}, &AnswerError{
			Op: "tree()", Block: at.Number, What: "count", Have: bigText(raw.Count), Want: "at most 2^32-1",
		}
	}
	var branch [merkle.Depth]merkle.Hash
	for i := range branch {
		branch[i] = raw.Branch[i]
	}
	tree := merkle.NewTree(branch, uint32(raw.Count.Uint64()))
	root, err := t.Root(ctx, at)
	if err != nil {
		return merkle.Tree{}, err
	}
	if have := tree.Root(); have != root {
		return merkle.Tree{}, &AnswerError{
			Op: "tree()", Block: at.Number,
			What: "root of the branch", Have: have.String(), Want: root.String() + ", as root() says of the same block",
		}
	}
	return tree, nil
}

// fix gives "latest" a hash, so that several reads are of one block.
func (t *TreeClient) fix(ctx context.Context, at Head) (Head, error) {
	if !at.isLatest() {
		return at, nil
	}
	return t.c.Head(ctx, Finality{})
}

// Count is the number of leaves as of a block, and the index of the next.
func (t *TreeClient) Count(ctx context.Context, at Head) (uint32, error) {
	if err := need("MerkleTreeHook", t.Address()); err != nil {
		return 0, err
	}
	b := contracts.Mailbox{}
	return read(ctx, t.c, at, t.Address(), "count()", b.PackCount(), b.UnpackCount)
}

// Root is the root as of a block.
func (t *TreeClient) Root(ctx context.Context, at Head) (merkle.Hash, error) {
	if err := need("MerkleTreeHook", t.Address()); err != nil {
		return merkle.Hash{}, err
	}
	b := contracts.Mailbox{}
	return read(ctx, t.c, at, t.Address(), "root()", b.PackRoot(), b.UnpackRoot)
}

// LatestCheckpoint is the root as of a block, and the index of the newest leaf in it. An empty tree has no
// checkpoint: [ErrEmptyTree].
func (t *TreeClient) LatestCheckpoint(ctx context.Context, at Head) (root merkle.Hash, index uint32, err error) {
	if err := need("MerkleTreeHook", t.Address()); err != nil {
		return merkle.Hash{}, 0, err
	}
	b := contracts.Mailbox{}
	cp, err := read(ctx, t.c, at, t.Address(), "latestCheckpoint()", b.PackLatestCheckpoint(), unpackCheckpoint)
	var refused *RevertError
	switch {
	// The official hook computes 0 - 1 and panics; that is the only arithmetic there.
	case errors.As(err, &refused) && refused.Name == "Panic":
		refused.Class = ErrEmptyTree
		return merkle.Hash{}, 0, err
	case err != nil:
		return merkle.Hash{}, 0, err
	}
	return cp.root, cp.index, nil
}

type rootAndIndex struct {
	root  merkle.Hash
	index uint32
}

func unpackCheckpoint(out []byte) (rootAndIndex, error) {
	if len(out) != 64 {
		return rootAndIndex{}, errors.New("(bytes32, uint32), 64 bytes")
	}
	index, ok := word32(out[32:])
	if !ok || index == math.MaxUint32 {
		return rootAndIndex{}, errors.New("an index below 2^32-1")
	}
	return rootAndIndex{merkle.Hash(out[:32]), index}, nil
}
