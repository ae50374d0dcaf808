package merkle

import (
	"encoding/hex"
	"strconv"
)

// Depth is the number of levels between a leaf and the root.
const Depth = 32

// MaxLeaves is the number of leaves that a tree can hold, one fewer than it has places.
const MaxLeaves = 1<<32 - 1

// Hash is a node of the tree: a leaf, an inner node or a root.
type Hash [32]byte

// ParseHash reads 0x and 64 hexadecimal digits of either case.
func ParseHash(s string) (Hash, error) {
	var h Hash
	if len(s) < 2 || s[0] != '0' || (s[1] != 'x' && s[1] != 'X') {
		return Hash{}, syntaxError(s, "does not start with 0x")
	}
	if n := len(s) - 2; n != 2*len(h) {
		return Hash{}, syntaxError(s, "has "+strconv.Itoa(n)+" characters after 0x")
	}
	if _, err := hex.Decode(h[:], []byte(s[2:])); err != nil {
		return Hash{}, syntaxError(s, "has a character that is not a hexadecimal digit")
	}
	return h, nil
}

// MustParseHash is [ParseHash] for constants: it panics where ParseHash returns an error.
func MustParseHash(s string) Hash {
	h, err := ParseHash(s)
	if err != nil {
		panic(err)
	}
	return h
}

// IsZero reports whether all bytes are zero, as in a place without a leaf.
func (h Hash) IsZero() bool { return h == Hash{} }

// String returns 0x and 64 lower-case hexadecimal digits.
func (h Hash) String() string { return string(h.appendHex(nil)) }

func (h Hash) appendHex(b []byte) []byte { return hex.AppendEncode(append(b, "0x"...), h[:]) }

// AppendText appends the form of [Hash.String] to b.
func (h Hash) AppendText(b []byte) ([]byte, error) { return h.appendHex(b), nil }

// MarshalText returns the form of [Hash.String].
func (h Hash) MarshalText() ([]byte, error) { return h.appendHex(nil), nil }

// UnmarshalText reads what [ParseHash] reads. On an error h keeps its value.
func (h *Hash) UnmarshalText(text []byte) error {
	parsed, err := ParseHash(string(text))
	if err != nil {
		return err
	}
	*h = parsed
	return nil
}

// HashPair returns the node above two others: the Keccak-256 hash of left and then right.
func HashPair(left, right Hash) Hash {
	h := acquireHasher()
	defer releaseHasher(h)
	return h.pair(&left, &right)
}

// zeroHashes[i] is the root of a subtree of i levels without leaves.
var zeroHashes = func() (z [Depth + 1]Hash) {
	for i := range Depth {
		z[i+1] = HashPair(z[i], z[i])
	}
	return z
}()

// ZeroHash returns the root of a subtree of that many levels without leaves: 32 zero bytes at level
// 0, [EmptyRoot] at level [Depth]. It panics outside that range, as an index into an array does.
func ZeroHash(level int) Hash { return zeroHashes[level] }

// EmptyRoot returns the root of the tree without leaves.
func EmptyRoot() Hash { return zeroHashes[Depth] }
