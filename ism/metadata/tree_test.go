package metadata_test

import (
	"context"
	"errors"
	"testing"

	"github.com/ethereum/go-ethereum/common"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/hyperlane-go/sdk/ism"
	"github.com/hyperlane-go/sdk/ism/metadata"
	"github.com/hyperlane-go/sdk/merkle"
	"github.com/hyperlane-go/sdk/message"
)

// sharedSet hands out its slice.
type sharedSet struct{ set []common.Address }

func (s sharedSet) Module(context.Context, common.Address, *message.Message) (ism.Module, error) {
	return ism.MessageIDMultisig{Validators: s.set, Threshold: uint8(len(s.set))}, nil
}

// lyingTree answers like the real tree but where a field is set.
type lyingTree struct {
	metadata.TreeReader
	indexes func() ([]uint32, error)
	count   func() (uint32, error)
	leaf    func(index uint32) (merkle.Hash, error)
	root    func(size uint32) (merkle.Hash, error)
	prove   func(p merkle.Proof) (merkle.Proof, error)
}

func (l *lyingTree) LeafIndexes(ctx context.Context, id message.ID) ([]uint32, error) {
	if l.indexes != nil {
		return l.indexes()
	}
	return l.TreeReader.LeafIndexes(ctx, id)
}

func (l *lyingTree) Count(ctx context.Context) (uint32, error) {
	if l.count != nil {
		return l.count()
	}
	return l.TreeReader.Count(ctx)
}

func (l *lyingTree) Leaf(ctx context.Context, index uint32) (merkle.Hash, error) {
	if l.leaf != nil {
		return l.leaf(index)
	}
	return l.TreeReader.Leaf(ctx, index)
}

func (l *lyingTree) Root(ctx context.Context, size uint32) (merkle.Hash, error) {
	if l.root != nil {
		return l.root(size)
	}
	return l.TreeReader.Root(ctx, size)
}

func (l *lyingTree) Prove(ctx context.Context, index, size uint32) (merkle.Proof, error) {
	p, err := l.TreeReader.Prove(ctx, index, size)
	if l.prove != nil && err == nil {
		return l.prove(p)
	}
	return p, err
}

// A tree that fails or contradicts itself yields an error, never metadata.
func TestLyingTree(t *testing.T) {
	broken := errors.New("database is closed")
	counts := 0
	for name, row := range map[string]struct {
		lie    lyingTree
		module common.Address
		want   error
	}{
		"no count":         {lyingTree{count: func() (uint32, error) { return 0, broken }}, moduleID, broken},
		"no indexes":       {lyingTree{indexes: func() ([]uint32, error) { return nil, broken }}, moduleID, broken},
		"index beyond":     {lyingTree{indexes: func() ([]uint32, error) { return []uint32{9}, nil }}, moduleID, metadata.ErrTree},
		"descending":       {lyingTree{indexes: func() ([]uint32, error) { return []uint32{2, 0}, nil }}, moduleID, metadata.ErrTree},
		"another's index":  {lyingTree{indexes: func() ([]uint32, error) { return []uint32{1}, nil }}, moduleID, metadata.ErrTree},
		"another's, root":  {lyingTree{indexes: func() ([]uint32, error) { return []uint32{1}, nil }}, moduleRoot, metadata.ErrTree},
		"no leaf":          {lyingTree{leaf: func(uint32) (merkle.Hash, error) { return merkle.Hash{}, broken }}, moduleID, broken},
		"no root":          {lyingTree{root: func(uint32) (merkle.Hash, error) { return merkle.Hash{}, broken }}, moduleID, broken},
		"no root, root":    {lyingTree{root: func(uint32) (merkle.Hash, error) { return merkle.Hash{}, broken }}, moduleRoot, broken},
		"wrong root":       {lyingTree{root: func(uint32) (merkle.Hash, error) { return merkle.Hash{1}, nil }}, moduleID, metadata.ErrNotReady},
		"wrong root, root": {lyingTree{root: func(uint32) (merkle.Hash, error) { return merkle.Hash{1}, nil }}, moduleRoot, metadata.ErrNotReady},
		"no proof":         {lyingTree{prove: func(p merkle.Proof) (merkle.Proof, error) { return p, broken }}, moduleRoot, broken},
		"proof of another index": {lyingTree{prove: func(p merkle.Proof) (merkle.Proof, error) {
			p.Index++
			return p, nil
		}}, moduleRoot, metadata.ErrTree},
		"proof of another leaf": {lyingTree{prove: func(p merkle.Proof) (merkle.Proof, error) {
			p.Leaf[0] ^= 1
			return p, nil
		}}, moduleRoot, metadata.ErrTree},
		"proof to another root": {lyingTree{prove: func(p merkle.Proof) (merkle.Proof, error) {
			p.Path[31][0] ^= 1
			return p, nil
		}}, moduleRoot, merkle.ErrRoot},
		"a tree that shrinks": {lyingTree{count: func() (uint32, error) {
			counts++
			return uint32(4 - 2*counts), nil
		}, indexes: func() ([]uint32, error) { return []uint32{0}, nil }}, moduleRoot, metadata.ErrTree},
	} {
		t.Run(name, func(t *testing.T) {
			w := newWorld(t, 3, 3)
			b := w.builder(2)
			row.lie.TreeReader = b.Tree
			b.Tree = &row.lie
			r, err := b.Build(t.Context(), row.module, w.messages[0])
			require.ErrorIs(t, err, row.want)
			if !errors.Is(row.want, metadata.ErrNotReady) {
				require.ErrorIs(t, err, metadata.ErrTree)
			}
			assert.Nil(t, r.Metadata)
		})
	}
}
