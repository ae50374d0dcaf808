package checkpoint

import (
	"bytes"
	"encoding/hex"
	"fmt"
	"math/big"

	"github.com/ethereum/go-ethereum/common"
	"github.com/ethereum/go-ethereum/crypto"
)

// SignatureLength is the number of bytes of a signature: r, s and v.
const SignatureLength = 65

// Offsets of the parts of a signature.
const (
	offsetS = 32
	offsetV = 64
)

// Signature is r ‖ s ‖ v over secp256k1. The type only holds bytes: metadata
// may carry any 65 of them. [Signature.Validate] says whether they are in the
// one form that counts. The zero value is no signature and does not validate.
type Signature [SignatureLength]byte

var (
	order     = [32]byte(crypto.S256().Params().N.FillBytes(make([]byte, 32)))
	halfOrder = [32]byte(new(big.Int).Rsh(crypto.S256().Params().N, 1).FillBytes(make([]byte, 32)))
)

// NewSignature copies b, which must be 65 bytes in the form the contracts
// accept. [NormalizeSignature] takes other spellings of the same signature.
func NewSignature(b []byte) (Signature, error) {
	if len(b) != SignatureLength {
		return Signature{}, lengthError(len(b))
	}
	s := Signature(b)
	if err := s.Validate(); err != nil {
		return Signature{}, err
	}
	return s, nil
}

// NormalizeSignature copies b, which must be 65 bytes, and translates it to
// the form the contracts accept: see [Signature.Normalize]. Use it on what a
// key store, a KMS or another client returned.
func NormalizeSignature(b []byte) (Signature, error) {
	if len(b) != SignatureLength {
		return Signature{}, lengthError(len(b))
	}
	return Signature(b).Normalize()
}

// Normalize returns the one form of the signature that the contracts accept:
// v of 0 or 1 becomes 27 or 28, and s of the upper half is replaced by its
// negative with v flipped. Both steps leave the recovered signer as it is, so
// a normalised signature means what the original meant. What cannot be
// translated is an error of class [ErrSignature].
func (s Signature) Normalize() (Signature, error) {
	if s[offsetV] <= 1 {
		s[offsetV] += 27
	}
	// v is checked first: flipping an unknown v would invent a meaning.
	if err := s.validateV(); err != nil {
		return Signature{}, err
	}
	if err := validateScalar("s", s[offsetS:offsetV]); err != nil {
		return Signature{}, err
	}
	if bytes.Compare(s[offsetS:offsetV], halfOrder[:]) > 0 {
		low := new(big.Int).SetBytes(s[offsetS:offsetV])
		low.Sub(crypto.S256().Params().N, low)
		low.FillBytes(s[offsetS:offsetV])
		s[offsetV] ^= 27 ^ 28
	}
	if err := s.Validate(); err != nil {
		return Signature{}, err
	}
	return s, nil
}

// Validate checks the form that the contracts accept: r and s between 1 and
// the group order, s in the lower half, v 27 or 28. A signature that
// validates may still fail to recover, when r is no point of the curve.
func (s Signature) Validate() error {
	if err := validateScalar("r", s[:offsetS]); err != nil {
		return err
	}
	if err := validateScalar("s", s[offsetS:offsetV]); err != nil {
		return err
	}
	// SECURITY: the upper half of s is the second spelling of the same
	// signature; contracts refuse it, so must every verdict made here.
	if bytes.Compare(s[offsetS:offsetV], halfOrder[:]) > 0 {
		return &SignatureError{
			Field: "s",
			Have:  "0x" + hex.EncodeToString(s[offsetS:offsetV]),
			Want:  "a value in the lower half of the group order (normalize it first)",
		}
	}
	return s.validateV()
}

func (s Signature) validateV() error {
	if v := s[offsetV]; v != 27 && v != 28 {
		return &SignatureError{Field: "v", Have: fmt.Sprint(v), Want: "27 or 28 (normalize 0 and 1 first)"}
	}
	return nil
}

func validateScalar(field string, b []byte) error {
	if bytes.Equal(b, make([]byte, 32)) || bytes.Compare(b, order[:]) >= 0 {
		return &SignatureError{
			Field: field,
			Have:  "0x" + hex.EncodeToString(b),
			Want:  "a value between 1 and the group order",
		}
	}
	return nil
}

// Recover returns the address whose key signed digest. It accepts exactly
// what the contracts accept (OpenZeppelin's ECDSA over the ecrecover
// precompile) and never returns the zero address without an error.
func (s Signature) Recover(digest [32]byte) (common.Address, error) {
	if err := s.Validate(); err != nil {
		return common.Address{}, err
	}
	raw := s // a copy: the caller's signature keeps its v
	raw[offsetV] -= 27
	pub, err := crypto.Ecrecover(digest[:], raw[:])
	if err != nil {
		return common.Address{}, &SignatureError{
			Field: "point",
			Have:  "not recoverable",
			Want:  "a signature made by a key",
		}
	}
	// SECURITY: the address is the end of the hash of the 64-byte public key,
	// without the format byte in front.
	signer := common.Address(crypto.Keccak256(pub[1:])[12:])
	if signer == (common.Address{}) {
		return common.Address{}, &SignatureError{Field: "point", Have: "the zero address", Want: "a signature made by a key"}
	}
	return signer, nil
}

// Verify checks that want signed digest. The error is of class [ErrSignature]
// or [ErrSigner].
func (s Signature) Verify(digest [32]byte, want common.Address) error {
	have, err := s.Recover(digest)
	if err != nil {
		return err
	}
	// SECURITY: a signature counts for nobody but its recovered signer.
	if have != want {
		return &SignerError{Want: want, Have: have}
	}
	return nil
}

// ParseSignature reads 0x and 130 hex digits in either case. The signature
// must be in the form the contracts accept.
func ParseSignature(text string) (Signature, error) {
	b, err := parseSignatureBytes(text)
	if err != nil {
		return Signature{}, err
	}
	return NewSignature(b)
}

// MustParseSignature is ParseSignature for constants. It panics on error.
func MustParseSignature(text string) Signature {
	s, err := ParseSignature(text)
	if err != nil {
		panic(err)
	}
	return s
}

// String returns 0x and 130 lower-case hex digits.
func (s Signature) String() string {
	text, _ := s.AppendText(nil)
	return string(text)
}

// AppendText appends the form of [Signature.String]. It never fails.
func (s Signature) AppendText(b []byte) ([]byte, error) {
	return hex.AppendEncode(append(b, "0x"...), s[:]), nil
}

// MarshalText returns the form of [Signature.String]. It never fails.
func (s Signature) MarshalText() ([]byte, error) {
	return s.AppendText(make([]byte, 0, 2+2*SignatureLength))
}

// UnmarshalText reads what [ParseSignature] reads.
func (s *Signature) UnmarshalText(text []byte) error {
	parsed, err := ParseSignature(string(text))
	if err != nil {
		return err
	}
	*s = parsed
	return nil
}

func parseSignatureBytes(text string) ([]byte, error) {
	const want = "0x and 130 hex digits"
	if len(text) != 2+2*SignatureLength || text[:2] != "0x" {
		return nil, &SignatureError{Field: "length", Have: fmt.Sprintf("%d characters", len(text)), Want: want}
	}
	b, err := hex.DecodeString(text[2:])
	if err != nil {
		return nil, &SignatureError{Field: "text", Have: "not hexadecimal", Want: want}
	}
	return b, nil
}

func lengthError(have int) error {
	return &SignatureError{
		Field: "length",
		Have:  fmt.Sprintf("%d bytes", have),
		Want:  fmt.Sprintf("%d bytes r, s, v", SignatureLength),
	}
}
