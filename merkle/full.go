package merkle

// FullTree keeps every leaf. It returns the root of every size that it ever had and proves any leaf
// against any of these roots. It also keeps the inner nodes whose leaves are all there, because
// they never change: memory is a little more than 64 bytes a leaf, and a root or a proof costs some
// tens of hashes at any size. The zero FullTree is empty and ready to use. Do not copy it after
// first use.
//
// Many goroutines may read at once (Count, Leaf, Root, Prove, Tree, WriteTo) while none changes the
// tree (Append, Truncate, ReadFrom); there is no lock inside.
type FullTree struct {
	// levels[i] holds the complete nodes at level i, count >> i of them. The root is never
	// complete: MaxLeaves is one leaf short of that.
	levels [Depth]row
}

// Count returns the number of leaves.
func (t *FullTree) Count() uint32 { return uint32(t.levels[0].len()) }

// Append appends the leaves in order, hashing four pairs at a time where the CPU can. It appends
// all of them or, with [ErrFull], none.
func (t *FullTree) Append(leaves ...Hash) error {
	if err := room(t.Count(), uint64(len(leaves))); err != nil {
		return err
	}
	for len(leaves) > 0 {
		leaves = leaves[copy(t.levels[0].extend(len(leaves)), leaves):]
	}
	t.complete()
	return nil
}

// complete computes the inner nodes whose leaves are all there now.
func (t *FullTree) complete() {
	for i := range Depth - 1 {
		below, above := &t.levels[i], &t.levels[i+1]
		for above.len() < below.len()/2 {
			from := 2 * above.len()
			// A run of children lies within one chunk, and so do their parents.
			src := below.run(from, below.len()&^1)
			hashPairs(above.extend(len(src)/2), src)
		}
	}
}

// Leaf returns the leaf at an index. It fails with [ErrRange] at or beyond [FullTree.Count].
func (t *FullTree) Leaf(index uint32) (Hash, error) {
	if index >= t.Count() {
		return Hash{}, indexError(index, t.Count())
	}
	return *t.levels[0].at(int(index)), nil
}

// Root returns the root that the tree had with its first size leaves. It fails with [ErrRange]
// beyond [FullTree.Count].
func (t *FullTree) Root(size uint32) (Hash, error) {
	past, err := t.Tree(size)
	if err != nil {
		return Hash{}, err
	}
	return past.Root(), nil
}

// Tree returns the incremental tree of the first size leaves. It fails with [ErrRange] beyond
// [FullTree.Count].
func (t *FullTree) Tree(size uint32) (Tree, error) {
	if size > t.Count() {
		return Tree{}, sizeError(size, t.Count())
	}
	return t.past(size), nil
}

// past is [FullTree.Tree] for a size that the tree has.
func (t *FullTree) past(size uint32) Tree {
	past := Tree{count: size}
	for i := range past.branch {
		// The branch keeps the last left child, that is the last node with an even index.
		if nodes := int(size >> i); nodes > 0 {
			past.branch[i] = *t.levels[i].at((nodes - 1) &^ 1)
		}
	}
	return past
}

// Prove returns the proof of a leaf in the tree of the first size leaves. The proof leads to
// Root(size). Prove fails with [ErrRange] where the size is beyond [FullTree.Count] or the index is
// not below the size.
func (t *FullTree) Prove(index, size uint32) (Proof, error) {
	if size > t.Count() {
		return Proof{}, sizeError(size, t.Count())
	}
	if index >= size {
		return Proof{}, indexError(index, size)
	}
	h := acquireHasher()
	defer releaseHasher(h)
	p := Proof{Leaf: *t.levels[0].at(int(index)), Index: index}
	// edge is the node after the last complete one at this level: above leaves and empty places, or
	// above empty places only.
	var edge Hash
	for i := range p.Path {
		complete := size >> i
		switch sibling := index>>i ^ 1; {
		case sibling < complete:
			p.Path[i] = *t.levels[i].at(int(sibling))
		case sibling == complete:
			p.Path[i] = edge
		default:
			p.Path[i] = zeroHashes[i]
		}
		if complete&1 == 1 {
			edge = h.pair(t.levels[i].at(int(complete-1)), &edge)
		} else {
			edge = h.pair(&edge, &zeroHashes[i])
		}
	}
	return p, nil
}

// Truncate removes all leaves but the first size, as after a reorganization of the chain. It fails
// with [ErrRange] beyond [FullTree.Count].
func (t *FullTree) Truncate(size uint32) error {
	if size > t.Count() {
		return sizeError(size, t.Count())
	}
	for i := range t.levels {
		t.levels[i].truncate(int(size >> i))
	}
	return nil
}
