package relayer

import (
	"context"
	"encoding/binary"
	"fmt"
	"io"
	"sync"

	"github.com/ethereum/go-ethereum/common"

	"github.com/hyperlane-go/sdk/merkle"
	"github.com/hyperlane-go/sdk/message"
)

// origin is a chain that messages come from: a cursor, and the tree up to it. Both move only to
// blocks at which the logs agree with the state of the contracts, so the tree is one that the chain
// had at that block.
type origin struct {
	domain   message.Domain
	name     string
	src      source
	treeAddr message.Address
	from     uint64 // first block to read
	window   uint64 // blocks to read before comparing with the state
	finality string
	want     pin // Genesis is zero until it has been read
	store    *store

	health health

	indexing sync.Mutex // held during an indexing pass: one at a time

	mu     sync.Mutex // guards the fields below
	at     point
	tree   merkle.FullTree
	pinned bool // the genesis has been compared since the process started
}

// start returns the point at which indexing starts.
func (o *origin) start() point { return point{Next: o.from, Root: merkle.EmptyRoot()} }

// load reads the cursor and the tree from the store. It fails if they do not belong together, or
// belong to another chain.
func (o *origin) load() error {
	var have pin
	found, err := o.store.getJSON(domainKey(prefixPin, o.domain), &have)
	if err != nil {
		return err
	}
	if found {
		o.want.Genesis = have.Genesis
		if have != o.want {
			return o.foreign(have)
		}
	}
	o.at = o.start()
	if _, err := o.store.getJSON(domainKey(prefixPoint, o.domain), &o.at); err != nil {
		return err
	}
	leaves := make([]merkle.Hash, 0, o.at.Count)
	err = o.store.scan(domainKey(prefixLeaf, o.domain), nil, func(key, value []byte) error {
		if index := binary.BigEndian.Uint32(key[len(key)-4:]); int(index) != len(leaves) || len(value) != 32 {
			return corrupt(key, value, fmt.Errorf("leaf %d is missing", len(leaves)))
		}
		leaves = append(leaves, merkle.Hash(value))
		return nil
	})
	if err != nil {
		return err
	}
	if err := o.tree.Append(leaves...); err != nil {
		return err
	}
	if root, err := o.tree.Root(o.tree.Count()); err != nil || o.tree.Count() != o.at.Count || root != o.at.Root {
		return corrupt(domainKey(prefixPoint, o.domain), nil,
			fmt.Errorf("%d leaves have root %v, want %d leaves with root %v", o.tree.Count(), root, o.at.Count, o.at.Root))
	}
	return nil
}

// foreign returns the error of a state that belongs to another chain, or to the same chain with
// another genesis.
func (o *origin) foreign(have pin) error {
	return storeError("origin "+o.domain.String(), have.String(), o.want.String(),
		"use a separate state directory for each network; this one is unchanged", nil)
}

func (p pin) String() string {
	return fmt.Sprintf("chain %s (genesis %v) with outbox %v and tree %v", p.ChainID, p.Genesis, p.Outbox, p.Tree)
}

// position returns the cursor.
func (o *origin) position() point {
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.at
}

// The methods below implement metadata.TreeReader.

// LeafIndexes returns the indexes of a message in the tree, in ascending order.
func (o *origin) LeafIndexes(_ context.Context, id message.ID) ([]uint32, error) {
	count := o.position().Count
	var indexes []uint32
	prefix := append(domainKey(prefixIndex, o.domain), id[:]...)
	err := o.store.scan(prefix, nil, func(key, _ []byte) error {
		index := binary.BigEndian.Uint32(key[len(key)-4:])
		if index >= count {
			return io.EOF // indexed after the cursor was read
		}
		indexes = append(indexes, index)
		return nil
	})
	return indexes, err
}

// Count returns the number of leaves.
func (o *origin) Count(context.Context) (uint32, error) { return o.position().Count, nil }

// Leaf returns the leaf at an index.
func (o *origin) Leaf(_ context.Context, index uint32) (merkle.Hash, error) {
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.tree.Leaf(index)
}

// Root returns the root of the tree when it had size leaves.
func (o *origin) Root(_ context.Context, size uint32) (merkle.Hash, error) {
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.tree.Root(size)
}

// Prove returns the proof of a leaf in the tree when it had size leaves.
func (o *origin) Prove(_ context.Context, index, size uint32) (merkle.Proof, error) {
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.tree.Prove(index, size)
}

// pin identifies the chain that the state belongs to. A development chain that restarts keeps its
// addresses, but has another genesis.
type pin struct {
	ChainID string         `json:"chainId"`
	Outbox  common.Address `json:"outbox"`
	Tree    common.Address `json:"tree"`
	Genesis common.Hash    `json:"genesis"`
}

// point is a position of the cursor: all logs before block Next agree with the state of the
// contracts.
type point struct {
	Next  uint64      `json:"next"`  // first block that has not been read
	Hash  common.Hash `json:"hash"`  // of block Next-1; zero at the start
	Count uint32      `json:"count"` // number of leaves
	Root  merkle.Hash `json:"root"`  // of the tree with Count leaves
	Nonce uint32      `json:"nonce"` // of the next dispatch
}
