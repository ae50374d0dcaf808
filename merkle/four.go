package merkle

import (
	"encoding/binary"
	"sync"

	"github.com/cloudflare/circl/simd/keccakf1600"
)

// Keccak-256 of 64 bytes takes one permutation of a state of 25 words: the bytes are words 0 to 7
// (little-endian), the padding sets the lowest bit of word 8 and the highest of word 16, the last
// of the 136 bytes that a block has. The digest is words 0 to 3 afterwards.
const (
	lanes        = 4
	hashWords    = 4
	padWord      = 8
	padEndWord   = 16
	padStart     = 0x01
	padEnd       = 0x80 << 56
	usedWords    = 2 * hashWords // words that hold the two nodes
	unusedOffset = usedWords * lanes
)

// useFour says whether hashing goes four at a time. Without AVX2 the four lanes would be slower
// than the plain code. Tests set it to compare the two.
var useFour = keccakf1600.IsEnabledX4()

// quad is four permutations side by side: word w of lane l is words[4*w+l].
type quad struct {
	state keccakf1600.StateX4
	words []uint64 // into state
}

// quads also keeps the states on the heap: they are aligned once and must never move.
var quads = sync.Pool{New: func() any {
	q := new(quad)
	q.words = q.state.Initialize(false)
	return q
}}

func acquireQuad() *quad  { return quads.Get().(*quad) }
func releaseQuad(q *quad) { quads.Put(q) }

// set writes a node into a lane, as the left (0) or right (1) of the two.
func (q *quad) set(lane, side int, h *Hash) {
	words := q.words[side*hashWords*lanes+lane:]
	_ = words[3*lanes]
	words[0*lanes] = binary.LittleEndian.Uint64(h[0:])
	words[1*lanes] = binary.LittleEndian.Uint64(h[8:])
	words[2*lanes] = binary.LittleEndian.Uint64(h[16:])
	words[3*lanes] = binary.LittleEndian.Uint64(h[24:])
}

// digest reads the hash of a lane after [quad.permute].
func (q *quad) digest(lane int, h *Hash) {
	words := q.words[lane:]
	_ = words[3*lanes]
	binary.LittleEndian.PutUint64(h[0:], words[0*lanes])
	binary.LittleEndian.PutUint64(h[8:], words[1*lanes])
	binary.LittleEndian.PutUint64(h[16:], words[2*lanes])
	binary.LittleEndian.PutUint64(h[24:], words[3*lanes])
}

// permute hashes the two nodes of every lane.
func (q *quad) permute() {
	rest := q.words[unusedOffset:]
	clear(rest)
	for lane := range lanes {
		rest[(padWord-usedWords)*lanes+lane] = padStart
		rest[(padEndWord-usedWords)*lanes+lane] = padEnd
	}
	q.state.Permute()
}

// pairs sets dst[i] to the hash of src[2i] and src[2i+1] for as many whole quads as dst has, and
// returns how many that are. dst may be the beginning of src: a quad is read before it is written.
func (q *quad) pairs(dst, src []Hash) int {
	done := 0
	for ; done+lanes <= len(dst); done += lanes {
		in, out := (*[2 * lanes]Hash)(src[2*done:]), (*[lanes]Hash)(dst[done:])
		for lane := range lanes {
			q.set(lane, 0, &in[2*lane])
			q.set(lane, 1, &in[2*lane+1])
		}
		q.permute()
		for lane := range lanes {
			q.digest(lane, &out[lane])
		}
	}
	return done
}

// proofRoots returns the roots that four proofs lead to.
func (q *quad) proofRoots(proofs *[lanes]Proof) (roots [lanes]Hash) {
	for lane := range lanes {
		roots[lane] = proofs[lane].Leaf
	}
	for level := range Depth {
		for lane := range lanes {
			p := &proofs[lane]
			side := int(p.Index >> level & 1) // of the node; its sibling is on the other
			q.set(lane, side, &roots[lane])
			q.set(lane, 1-side, &p.Path[level])
		}
		q.permute()
		for lane := range lanes {
			q.digest(lane, &roots[lane])
		}
	}
	return roots
}
