package merkle

// FullTree keeps every leaf, and so knows the root of every size it ever had and can prove any
// leaf against any of these roots. It also keeps the inner nodes whose leaves are all there, which
// never change: a leaf takes a little more than 64 bytes in all, and a root or a proof takes some
// tens of hashes whatever the size. The zero FullTree is empty and ready to use. It must not be
// copied after first use.
//
// Reading (Count, Leaf, Root, Prove, Tree, WriteTo) is safe from many goroutines at once as long
// as none changes the tree (Append, Truncate, ReadFrom) at the same time; there is no lock inside.
type FullTree struct {
	// levels[i] holds the complete nodes at level i: count >> i of them. Nothing is complete at
	// the level of the root, as MaxLeaves is one short of it.
	levels [Depth]row
}

// Count returns the number of leaves.
func (t *FullTree) Count() uint32 { return uint32(t.levels[0].len()) }

// Append appends the leaves in order, hashing four pairs at a time where the CPU can. It appends
// all of them or, with a [FullError], none.
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

// complete computes the inner nodes for which all leaves are there by now.
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

// Leaf returns the leaf at an index, or an [IndexError].
func (t *FullTree) Leaf(index uint32) (Hash, error) {
	if index >= t.Count() {
		return Hash{}, &IndexError{Index: index, Size: t.Count()}
	}
	return *t.levels[0].at(int(index)), nil
}

// Root returns the root that the tree had with its first size leaves. A size beyond
// [FullTree.Count] is a [SizeError].
func (t *FullTree) Root(size uint32) (Hash, error) {
	past, err := t.Tree(size)
	if err != nil {
		return Hash{}, err
	}
	return past.Root(), nil
}

// Tree returns the incremental tree of the first size leaves, equal to one into which they were
// inserted one by one. A size beyond [FullTree.Count] is a [SizeError].
func (t *FullTree) Tree(size uint32) (Tree, error) {
	if size > t.Count() {
		return Tree{}, &SizeError{Size: size, Count: t.Count()}
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

// Prove returns the proof of a leaf in the tree of the first size leaves, which leads to
// Root(size). A size beyond [FullTree.Count] is a [SizeError], an index that the tree of that size
// does not have an [IndexError].
func (t *FullTree) Prove(index, size uint32) (Proof, error) {
	if size > t.Count() {
		return Proof{}, &SizeError{Size: size, Count: t.Count()}
	}
	if index >= size {
		return Proof{}, &IndexError{Index: index, Size: size}
	}
	s := acquireSponge()
	defer releaseSponge(s)
	p := Proof{Leaf: *t.levels[0].at(int(index)), Index: index}
	// edge is the node at this level above both leaves and emptiness, where there is one: the
	// place after the last complete node.
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
			edge = s.pair(t.levels[i].at(int(complete-1)), &edge)
		} else {
			edge = s.pair(&edge, &zeroHashes[i])
		}
	}
	return p, nil
}

// Truncate forgets all leaves but the first size, as when a chain reorganises. A size beyond
// [FullTree.Count] is a [SizeError].
func (t *FullTree) Truncate(size uint32) error {
	if size > t.Count() {
		return &SizeError{Size: size, Count: t.Count()}
	}
	for i := range t.levels {
		t.levels[i].truncate(int(size >> i))
	}
	return nil
}
