package merkle

import (
	"hash"
	"io"
	"sync"

	"github.com/ethereum/go-ethereum/crypto/keccak"
)

// keccakState is what go-ethereum's Keccak state offers beyond [hash.Hash]: reading the digest
// without copying the state.
type keccakState interface {
	hash.Hash
	io.Reader
}

// sponge is plain Keccak-256, one hash at a time, together with the memory that it reads from and
// writes to, so that nothing has to move to the heap for a hash.
type sponge struct {
	state keccakState
	in    [64]byte
	out   Hash
}

var sponges = sync.Pool{New: func() any {
	return &sponge{state: keccak.NewLegacyKeccak256().(keccakState)}
}}

func acquireSponge() *sponge  { return sponges.Get().(*sponge) }
func releaseSponge(s *sponge) { sponges.Put(s) }

// pair returns the hash of left and right. The calls below cannot fail: a sponge has no error to
// report.
func (s *sponge) pair(left, right *Hash) Hash {
	copy(s.in[:32], left[:])
	copy(s.in[32:], right[:])
	s.state.Reset()
	s.state.Write(s.in[:])
	s.state.Read(s.out[:])
	return s.out
}

// sum returns the hash of a and b.
func (s *sponge) sum(a, b []byte) Hash {
	s.state.Reset()
	s.state.Write(a)
	s.state.Write(b)
	s.state.Read(s.out[:])
	return s.out
}

// pairs sets dst[i] to the hash of src[2i] and src[2i+1]. dst may be the beginning of src.
func (s *sponge) pairs(dst, src []Hash) {
	for i := range dst {
		dst[i] = s.pair(&src[2*i], &src[2*i+1])
	}
}
