package merkle

// Proof shows that a leaf stands at an index of a tree: the sibling of every node on the way up
// to the root. As a value it claims nothing; [Proof.Verify] checks it against a root that the
// caller trusts.
type Proof struct {
	Leaf  Hash        // the leaf, which for message trees is the message's id
	Index uint32      // its place among the leaves, from 0
	Path  [Depth]Hash // its siblings, from the leaf's up to the one below the root
}

// Root returns the root that the proof leads to.
func (p *Proof) Root() Hash {
	s := acquireSponge()
	defer releaseSponge(s)
	return p.root(s)
}

func (p *Proof) root(s *sponge) Hash {
	node := p.Leaf
	for level := range Depth {
		if p.Index>>level&1 == 1 {
			node = s.pair(&p.Path[level], &node)
		} else {
			node = s.pair(&node, &p.Path[level])
		}
	}
	return node
}

// RootAt returns the root as of the proof's own index: the one that the tree had when Leaf was
// its newest leaf. Everything right of the leaf is taken to be empty, so of the path only the
// siblings on the left count. Fraud proofs rest on this.
func (p *Proof) RootAt() Hash {
	s := acquireSponge()
	defer releaseSponge(s)
	node := p.Leaf
	for level := range Depth {
		if p.Index>>level&1 == 1 {
			node = s.pair(&p.Path[level], &node)
		} else {
			node = s.pair(&node, &zeroHashes[level])
		}
	}
	return node
}

// Verify returns nil when the proof leads to root, and a [RootError] otherwise.
func (p *Proof) Verify(root Hash) error {
	return compareRoot(p.Root(), root)
}

// compareRoot returns a [RootError] when the root that a proof leads to is not the one wanted.
func compareRoot(have, want Hash) error {
	// SECURITY: this comparison decides whether a leaf is in the tree.
	if have != want {
		return &RootError{Have: have, Want: want}
	}
	return nil
}
