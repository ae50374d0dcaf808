package merkle

import "fmt"

// Proof shows that a leaf stands at an index of a tree: it holds the sibling of every node on the
// way up to the root. A proof is only as good as the root that [Proof.Verify] checks it against.
type Proof struct {
	Leaf  Hash        // the leaf; in a tree of messages, the message's ID
	Index uint32      // number of leaves before it
	Path  [Depth]Hash // siblings, from the one of the leaf to the one below the root
}

// Root returns the root that the proof leads to.
func (p *Proof) Root() Hash {
	h := acquireHasher()
	defer releaseHasher(h)
	node := p.Leaf
	for level := range Depth {
		if p.Index>>level&1 == 1 {
			node = h.pair(&p.Path[level], &node)
		} else {
			node = h.pair(&node, &p.Path[level])
		}
	}
	return node
}

// RootAt returns the root that the tree had when Leaf was its newest leaf. Every place right of the
// leaf was empty then, so only the siblings on the left count. Fraud proofs compare this root with
// the one that a validator signed for the same index.
func (p *Proof) RootAt() Hash {
	h := acquireHasher()
	defer releaseHasher(h)
	node := p.Leaf
	for level := range Depth {
		if p.Index>>level&1 == 1 {
			node = h.pair(&p.Path[level], &node)
		} else {
			node = h.pair(&node, &zeroHashes[level])
		}
	}
	return node
}

// Verify returns nil when the proof leads to root, and a [RootError] otherwise.
func (p *Proof) Verify(root Hash) error {
	if err := compareRoot(p, p.Root(), root); err != nil {
		return err
	}
	return nil
}

// VerifyProofs checks every proof against root, four at a time where the CPU can. The error is a
// [RootError] that names the first proof that fails. No proofs at all verify.
func VerifyProofs(root Hash, proofs []Proof) error {
	done := 0
	if useLanes && len(proofs) >= laneCount {
		l := acquireLanes()
		defer releaseLanes(l)
		for ; done+laneCount <= len(proofs); done += laneCount {
			roots := l.proofRoots((*[laneCount]Proof)(proofs[done:]))
			for lane, have := range roots {
				if err := compareRoot(&proofs[done+lane], have, root); err != nil {
					return proofError(done+lane, err)
				}
			}
		}
	}
	for i := done; i < len(proofs); i++ {
		if err := compareRoot(&proofs[i], proofs[i].Root(), root); err != nil {
			return proofError(i, err)
		}
	}
	return nil
}

// compareRoot returns nil when have, the root that a proof leads to, is the one wanted.
func compareRoot(p *Proof, have, want Hash) *RootError {
	// SECURITY: this comparison decides whether a leaf is in the tree.
	if have != want {
		return &RootError{Index: p.Index, Have: have, Want: want}
	}
	return nil
}

func proofError(position int, err *RootError) error {
	err.Position = position
	return fmt.Errorf("merkle: proof %d: %w", position, err)
}
