package merkle

import (
	"encoding/binary"
	"sync"

	"github.com/cloudflare/circl/simd/keccakf1600"
)

// A node is the Keccak-256 hash of 64 bytes, which takes one permutation of a state of 25 words of
// 64 bits. The bytes are words 0 to 7 (little-endian). The padding sets the lowest bit of word 8
// and the highest bit of word 16, the last word of the block of 136 bytes. After the permutation,
// words 0 to 3 are the digest. With AVX2 the CPU permutes four such states at once: four lanes.
const (
	laneCount    = 4
	hashWords    = 4
	padWord      = 8
	padEndWord   = 16
	padStart     = 0x01
	padEnd       = 0x80 << 56
	usedWords    = 2 * hashWords // words that hold the two nodes
	unusedOffset = usedWords * laneCount
)

// useLanes says whether to hash in lanes. Without AVX2 the lanes are slower than the plain code.
// Tests set it to compare the two.
var useLanes = keccakf1600.IsEnabledX4()

// laneHasher is four states side by side: word w of lane l is words[4*w+l].
type laneHasher struct {
	state keccakf1600.StateX4
	words []uint64 // into state
}

// laneHashers saves allocations and keeps the states on the heap: a state is aligned once and must
// never move.
var laneHashers = sync.Pool{New: func() any {
	l := new(laneHasher)
	l.words = l.state.Initialize(false)
	return l
}}

func acquireLanes() *laneHasher  { return laneHashers.Get().(*laneHasher) }
func releaseLanes(l *laneHasher) { laneHashers.Put(l) }

// set writes a node into a lane, as the left (side 0) or right (side 1) of the two.
func (l *laneHasher) set(lane, side int, h *Hash) {
	words := l.words[side*hashWords*laneCount+lane:]
	_ = words[3*laneCount] // one bounds check
	words[0*laneCount] = binary.LittleEndian.Uint64(h[0:])
	words[1*laneCount] = binary.LittleEndian.Uint64(h[8:])
	words[2*laneCount] = binary.LittleEndian.Uint64(h[16:])
	words[3*laneCount] = binary.LittleEndian.Uint64(h[24:])
}

// digest reads the hash of a lane after [laneHasher.permute].
func (l *laneHasher) digest(lane int, h *Hash) {
	words := l.words[lane:]
	_ = words[3*laneCount] // one bounds check
	binary.LittleEndian.PutUint64(h[0:], words[0*laneCount])
	binary.LittleEndian.PutUint64(h[8:], words[1*laneCount])
	binary.LittleEndian.PutUint64(h[16:], words[2*laneCount])
	binary.LittleEndian.PutUint64(h[24:], words[3*laneCount])
}

// permute pads the two nodes of every lane and hashes them.
func (l *laneHasher) permute() {
	rest := l.words[unusedOffset:]
	clear(rest)
	for lane := range laneCount {
		rest[(padWord-usedWords)*laneCount+lane] = padStart
		rest[(padEndWord-usedWords)*laneCount+lane] = padEnd
	}
	l.state.Permute()
}

// pairs sets dst[i] to the hash of src[2i] and src[2i+1] for as many whole groups of four as dst
// has, and returns the number of hashes. dst may be the beginning of src: a group is read before
// its hashes are written.
func (l *laneHasher) pairs(dst, src []Hash) int {
	done := 0
	for ; done+laneCount <= len(dst); done += laneCount {
		in, out := (*[2 * laneCount]Hash)(src[2*done:]), (*[laneCount]Hash)(dst[done:])
		for lane := range laneCount {
			l.set(lane, 0, &in[2*lane])
			l.set(lane, 1, &in[2*lane+1])
		}
		l.permute()
		for lane := range laneCount {
			l.digest(lane, &out[lane])
		}
	}
	return done
}

// proofRoots returns the roots that four proofs lead to.
func (l *laneHasher) proofRoots(proofs *[laneCount]Proof) (roots [laneCount]Hash) {
	for lane := range laneCount {
		roots[lane] = proofs[lane].Leaf
	}
	for level := range Depth {
		for lane := range laneCount {
			p := &proofs[lane]
			side := int(p.Index >> level & 1) // of the node; its sibling is on the other
			l.set(lane, side, &roots[lane])
			l.set(lane, 1-side, &p.Path[level])
		}
		l.permute()
		for lane := range laneCount {
			l.digest(lane, &roots[lane])
		}
	}
	return roots
}
