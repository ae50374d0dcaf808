package merkle

import "fmt"

// Tree is the incremental tree that the contracts keep: a branch and a count, of constant size. It
// accepts leaves and returns its root; [FullTree] also keeps the leaves and proves them. The zero
// Tree is the empty tree. Trees with the same leaves are equal (==).
//
// A Tree is a value: changing a copy does not change the original. Insert and Append must not run
// concurrently with any other use of the same Tree.
type Tree struct {
	// branch[i] is the last left child at level i. It enters the root where bit i of count is set;
	// elsewhere it is a leftover, as in the contracts' storage, or zero.
	branch [Depth]Hash
	count  uint32
}

// NewTree returns the tree with the branch and count that a contract's tree() returns. It keeps the
// slots of the branch that the count does not use; they never enter a root.
func NewTree(branch [Depth]Hash, count uint32) Tree { return Tree{branch: branch, count: count} }

// Count returns the number of leaves.
func (t *Tree) Count() uint32 { return t.count }

// Branch returns the branch, byte for byte as a contract with the same leaves returns it.
func (t *Tree) Branch() [Depth]Hash { return t.branch }

// Insert appends one leaf. It fails with [ErrFull] on a tree of [MaxLeaves] leaves.
func (t *Tree) Insert(leaf Hash) error {
	if err := room(t.count, 1); err != nil {
		return err
	}
	h := acquireHasher()
	defer releaseHasher(h)
	t.insert(h, leaf)
	return nil
}

// insert appends a leaf for which there is room.
func (t *Tree) insert(h *hasher, leaf Hash) {
	t.count++
	// Where the bit of the new count is zero, this node completes a pair: its left sibling waits in
	// the branch. The loop ends because a count from 1 to MaxLeaves has a bit set.
	level := 0
	for ; t.count>>level&1 == 0; level++ {
		leaf = h.pair(&t.branch[level], &leaf)
	}
	t.branch[level] = leaf
}

// Append appends the leaves in order, hashing four pairs at a time where the CPU can. It appends
// all of them or, with [ErrFull], none.
func (t *Tree) Append(leaves ...Hash) error {
	if err := room(t.count, uint64(len(leaves))); err != nil {
		return err
	}
	nodes := make([]Hash, 1+min(len(leaves), batchSize))
	for len(leaves) > 0 {
		n := copy(nodes[1:], leaves)
		leaves = leaves[n:]
		t.appendBatch(nodes[:1+n])
	}
	return nil
}

// batchSize is the number of leaves that [Tree.Append] takes through the levels at once. It is
// large because the few pairs near the top of each batch are hashed one at a time.
const batchSize = 1 << 10

// appendBatch appends up to batchSize leaves. The first element of nodes is free, the leaves
// follow, and all are overwritten.
func (t *Tree) appendBatch(nodes []Hash) {
	count := t.count // nodes at this level before the batch
	t.count += uint32(len(nodes) - 1)
	for level := 0; len(nodes) > 1; level++ {
		// fresh begins with a left child: the one that waits in the branch, where there is one.
		fresh := nodes[1:]
		if count&1 == 1 {
			nodes[0] = t.branch[level]
			fresh = nodes
		}
		pairs := len(fresh) / 2
		t.branch[level] = fresh[(len(fresh)-1)&^1] // the last left child, paired or not
		hashPairs(nodes[1:1+pairs], fresh)
		nodes = nodes[:1+pairs]
		count >>= 1
	}
}

// Root returns the root of the tree, in 32 hashes.
func (t *Tree) Root() Hash {
	if t.count == 0 {
		return EmptyRoot()
	}
	h := acquireHasher()
	defer releaseHasher(h)
	var node Hash
	for level := range Depth {
		if t.count>>level&1 == 1 {
			node = h.pair(&t.branch[level], &node)
		} else {
			node = h.pair(&node, &zeroHashes[level])
		}
	}
	return node
}

// room fails with [ErrFull] when a tree of count leaves cannot hold n more.
func room(count uint32, n uint64) error {
	if n > MaxLeaves-uint64(count) {
		return fmt.Errorf("%w: have %d leaves and %d to append, want at most %d in all", ErrFull, count, n, uint32(MaxLeaves))
	}
	return nil
}
