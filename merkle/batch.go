package merkle

// hashPairs sets dst[i] to the hash of src[2i] and src[2i+1]. dst may be the beginning of src.
func hashPairs(dst, src []Hash) {
	done := 0
	if useFour && len(dst) >= lanes {
		q := acquireQuad()
		done = q.pairs(dst, src)
		releaseQuad(q)
	}
	if done == len(dst) {
		return
	}
	s := acquireSponge()
	defer releaseSponge(s)
	s.pairs(dst[done:], src[2*done:])
}

// VerifyProofs checks every proof against root, four at a time where the CPU can. The error is a
// [ProofError] that names the first proof that fails. Without proofs there is nothing to fail.
func VerifyProofs(root Hash, proofs []Proof) error {
	done := 0
	if useFour && len(proofs) >= lanes {
		q := acquireQuad()
		defer releaseQuad(q)
		for ; done+lanes <= len(proofs); done += lanes {
			roots := q.proofRoots((*[lanes]Proof)(proofs[done:]))
			for lane, have := range roots {
				if err := compareRoot(have, root); err != nil {
					return proofError(done+lane, proofs, err)
				}
			}
		}
	}
	for i := done; i < len(proofs); i++ {
		if err := proofs[i].Verify(root); err != nil {
			return proofError(i, proofs, err)
		}
	}
	return nil
}

func proofError(position int, proofs []Proof, err error) error {
	return &ProofError{Position: position, Index: proofs[position].Index, Err: err}
}

// batchSize is how many leaves [Tree.Append] takes through the levels at once. Per batch the few
// pairs near the top are hashed one at a time, so it should not be small.
const batchSize = 1 << 10

// appendBatch appends up to batchSize leaves. nodes has room for one more than there are leaves:
// its first element is free, the leaves follow, and all are overwritten.
func (t *Tree) appendBatch(nodes []Hash) {
	count := t.count // nodes at this level before the batch
	t.count += uint32(len(nodes) - 1)
	for level := 0; len(nodes) > 1; level++ {
		// fresh begins with a left child: where the level has one waiting, with that.
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
