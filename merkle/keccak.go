package merkle

import (
	"hash"
	"io"
	"sync"

	"github.com/ethereum/go-ethereum/crypto/keccak"
)

// sponge is go-ethereum's Keccak state. Beyond [hash.Hash], it reads the digest without copying the
// state.
type sponge interface {
	hash.Hash
	io.Reader
}

// hasher is plain Keccak-256, one hash at a time, together with the memory that it reads from and
// writes to, so that hashing allocates nothing.
type hasher struct {
	sponge sponge
	in     [64]byte
	out    Hash
}

var hashers = sync.Pool{New: func() any {
	return &hasher{sponge: keccak.NewLegacyKeccak256().(sponge)}
}}

func acquireHasher() *hasher  { return hashers.Get().(*hasher) }
func releaseHasher(h *hasher) { hashers.Put(h) }

// pair returns the hash of left and right. The calls below cannot fail: a sponge has no error to
// report.
func (h *hasher) pair(left, right *Hash) Hash {
	copy(h.in[:32], left[:])
	copy(h.in[32:], right[:])
	h.sponge.Reset()
	h.sponge.Write(h.in[:])
	_, _ = h.sponge.Read(h.out[:])
	return h.out
}

// sum returns the hash of a and b.
func (h *hasher) sum(a, b []byte) Hash {
	h.sponge.Reset()
	h.sponge.Write(a)
	h.sponge.Write(b)
	_, _ = h.sponge.Read(h.out[:])
	return h.out
}

// pairs sets dst[i] to the hash of src[2i] and src[2i+1]. dst may be the beginning of src.
func (h *hasher) pairs(dst, src []Hash) {
	for i := range dst {
		dst[i] = h.pair(&src[2*i], &src[2*i+1])
	}
}

// hashPairs is [hasher.pairs], in lanes where the CPU can.
func hashPairs(dst, src []Hash) {
	done := 0
	if useLanes && len(dst) >= laneCount {
		l := acquireLanes()
		done = l.pairs(dst, src)
		releaseLanes(l)
	}
	if done == len(dst) {
		return
	}
	h := acquireHasher()
	defer releaseHasher(h)
	h.pairs(dst[done:], src[2*done:])
}
