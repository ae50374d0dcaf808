package merkle

// Tree is the incremental tree that the contracts keep: a branch and a count, of constant size. It
// accepts leaves and knows its root, and that is all; [FullTree] keeps the leaves and can prove
// them. The zero Tree is the empty tree. Trees that were given the same leaves are equal (==).
//
// A Tree is a value: a copy goes its own way. It is not safe for concurrent use while one of the
// uses changes it.
type Tree struct {
	// branch[i] is the last left child at level i. It belongs to the tree where bit i of count is
	// set; elsewhere it is left over from before, as in the contracts' storage, or still zero.
	branch [Depth]Hash
	count  uint32
}

// NewTree returns the tree with the branch and count that a contract's tree() reports. Slots of
// the branch that the count does not use are kept as they are and never enter a root.
func NewTree(branch [Depth]Hash, count uint32) Tree { return Tree{branch: branch, count: count} }

// Count returns the number of leaves.
func (t *Tree) Count() uint32 { return t.count }

// Branch returns the branch, byte for byte as a contract that was given the same leaves reports
// it.
func (t *Tree) Branch() [Depth]Hash { return t.branch }

// Insert appends one leaf. A tree of [MaxLeaves] leaves stays as it is and the error is a
// [FullError].
func (t *Tree) Insert(leaf Hash) error {
	if err := room(t.count, 1); err != nil {
		return err
	}
	s := acquireSponge()
	defer releaseSponge(s)
	t.insert(s, leaf)
	return nil
}

// insert appends a leaf for which there is room.
func (t *Tree) insert(s *sponge, leaf Hash) {
	t.count++
	// Every level whose bit of the new count is zero is complete with this node: its left child
	// waits in the branch. The loop ends, as a count up to MaxLeaves has a bit set.
	level := 0
	for ; t.count>>level&1 == 0; level++ {
		leaf = s.pair(&t.branch[level], &leaf)
	}
	t.branch[level] = leaf
}

// Append appends the leaves in order, hashing four pairs at a time where the CPU can. It appends
// all of them or, with a [FullError], none.
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

// Root returns the root of the tree, in 32 hashes.
func (t *Tree) Root() Hash {
	if t.count == 0 {
		return EmptyRoot()
	}
	s := acquireSponge()
	defer releaseSponge(s)
	var node Hash
	for level := range Depth {
		if t.count>>level&1 == 1 {
			node = s.pair(&t.branch[level], &node)
		} else {
			node = s.pair(&node, &zeroHashes[level])
		}
	}
	return node
}

// room returns a [FullError] when n more leaves do not fit beside count.
func room(count uint32, n uint64) error {
	if n > MaxLeaves-uint64(count) {
		return &FullError{Count: count, Add: int(n)}
	}
	return nil
}
