package hyperlane

import (
	"context"
	"errors"
	"fmt"
	"math"

	"github.com/ethereum/go-ethereum/common"

	"github.com/hyperlane-go/sdk/contracts"
	"github.com/hyperlane-go/sdk/hyperlane/evm"
	"github.com/hyperlane-go/sdk/merkle"
)

// Tree is the tree of dispatched messages. Get it from [Chain.Tree].
type Tree struct{ c *Chain }

// Address returns the tree's contract, as it stands in checkpoints (padded to 32 bytes:
// [Chain.TreeAddress]).
func (t *Tree) Address() common.Address { return t.c.addrs.Tree() }

// Read returns the whole incremental tree. Branch, count and the root that the contract itself
// computes must agree.
func (t *Tree) Read(ctx context.Context) (merkle.Tree, error) {
	if err := need("MerkleTreeHook", t.Address()); err != nil {
		return merkle.Tree{}, err
	}
	at, err := t.fix(ctx)
	if err != nil {
		return merkle.Tree{}, err
	}
	b := contracts.Mailbox{}
	batch := t.c.Batch(at)
	whole := evm.Add(batch, evm.Query[contracts.IMerkleTreeHookTree]{Name: "tree()", To: t.Address(), Data: b.PackTree(), Decode: b.UnpackTree})
	stated := evm.Add(batch, t.rootQuery())
	if err := batch.Run(ctx); err != nil {
		return merkle.Tree{}, err
	}
	raw, err := whole.Get()
	if err != nil {
		return merkle.Tree{}, err
	}
	if raw.Count == nil || !raw.Count.IsUint64() || raw.Count.Uint64() > merkle.MaxLeaves {
		return merkle.Tree{}, &evm.AnswerError{
			Op: "tree()", Block: at.Number, What: "count", Have: fmt.Sprint(raw.Count), Want: "at most 2^32-1",
		}
	}
	var branch [merkle.Depth]merkle.Hash
	for i := range branch {
		branch[i] = raw.Branch[i]
	}
	tree := merkle.NewTree(branch, uint32(raw.Count.Uint64()))
	root, err := stated.Get()
	if err != nil {
		return merkle.Tree{}, err
	}
	if have := tree.Root(); have != root {
		return merkle.Tree{}, &evm.AnswerError{
			Op: "tree()", Block: at.Number,
			What: "root of the branch", Have: have.String(), Want: root.String() + ", as root() says of the same block",
		}
	}
	return tree, nil
}

// fix gives the latest block a hash, so that several reads are of one block.
func (t *Tree) fix(ctx context.Context) (evm.Head, error) {
	if !t.c.at.IsLatest() {
		return t.c.at, nil
	}
	return t.c.Head(ctx, evm.Finality{})
}

// Count returns the number of leaves, which is the index of the next.
func (t *Tree) Count(ctx context.Context) (uint32, error) {
	if err := need("MerkleTreeHook", t.Address()); err != nil {
		return 0, err
	}
	return evm.Read(ctx, t.c.Client, t.c.at, t.CountQuery())
}

// CountQuery returns the query of [Tree.Count], for a batch.
func (t *Tree) CountQuery() evm.Query[uint32] {
	b := contracts.Mailbox{}
	return evm.Query[uint32]{Name: "count()", To: t.Address(), Data: b.PackCount(), Decode: b.UnpackCount}
}

// Root returns the root of the tree.
func (t *Tree) Root(ctx context.Context) (merkle.Hash, error) {
	if err := need("MerkleTreeHook", t.Address()); err != nil {
		return merkle.Hash{}, err
	}
	return evm.Read(ctx, t.c.Client, t.c.at, t.rootQuery())
}

func (t *Tree) rootQuery() evm.Query[merkle.Hash] {
	b := contracts.Mailbox{}
	return evm.Query[merkle.Hash]{Name: "root()", To: t.Address(), Data: b.PackRoot(), Decode: func(out []byte) (merkle.Hash, error) {
		root, err := b.UnpackRoot(out)
		return root, err
	}}
}

// LatestCheckpoint returns the root of the tree and the index of its newest leaf. An empty tree has
// no checkpoint: [ErrEmptyTree].
func (t *Tree) LatestCheckpoint(ctx context.Context) (root merkle.Hash, index uint32, err error) {
	if err := need("MerkleTreeHook", t.Address()); err != nil {
		return merkle.Hash{}, 0, err
	}
	cp, err := read(ctx, t.c, t.Address(), "latestCheckpoint()", contracts.Mailbox{}.PackLatestCheckpoint(), unpackCheckpoint)
	var refused *evm.RevertError
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
