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

// Signature is r ‖ s ‖ v over secp256k1. The type holds any 65 bytes, as metadata may carry them;
// [Signature.Validate] checks that they are in the one form that contracts accept. The zero value
// is no signature and does not validate.
type Signature [SignatureLength]byte

var (
	order     = [32]byte(crypto.S256().Params().N.FillBytes(make([]byte, 32)))
	halfOrder = [32]byte(new(big.Int).Rsh(crypto.S256().Params().N, 1).FillBytes(make([]byte, 32)))
)

// NewSignature copies b, which must be 65 bytes in the form that contracts accept. It fails with
// [ErrSignature]. [NormalizeSignature] takes the other forms.
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

// NormalizeSignature copies b, which must be 65 bytes, and converts it to the form that contracts
// accept: see [Signature.Normalize]. Use it for the answer of a key store, a KMS or another client.
func NormalizeSignature(b []byte) (Signature, error) {
	if len(b) != SignatureLength {
		return Signature{}, lengthError(len(b))
	}
	return Signature(b).Normalize()
}

// Normalize returns the one form of the signature that contracts accept. It adds 27 to a v of 0 or
// 1, and replaces an s in the upper half with its negative and flips v. Neither step changes the
// signer that the signature recovers to. Any other form fails with [ErrSignature].
func (s Signature) Normalize() (Signature, error) {
	if s[offsetV] <= 1 {
		s[offsetV] += 27
	}
	// Check v first: flipping an unknown v would turn an invalid signature into another one.
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

// Validate checks the form that contracts accept: r and s are from 1 to the group order minus 1, s
// is in the lower half, v is 27 or 28. It fails with [ErrSignature]. A valid signature may still
// fail to recover, when r is not the coordinate of a point of the curve.
func (s Signature) Validate() error {
	if err := validateScalar("r", s[:offsetS]); err != nil {
		return err
	}
	if err := validateScalar("s", s[offsetS:offsetV]); err != nil {
		return err
	}
	// SECURITY: an s in the upper half is a second form of the same signature. Contracts refuse it,
	// so every verdict here must refuse it too.
	if bytes.Compare(s[offsetS:offsetV], halfOrder[:]) > 0 {
		return signatureError("s", "0x"+hex.EncodeToString(s[offsetS:offsetV]), "a value in the lower half of the group order (normalize it first)")
	}
	return s.validateV()
}

func (s Signature) validateV() error {
	if v := s[offsetV]; v != 27 && v != 28 {
		return signatureError("v", fmt.Sprint(v), "27 or 28 (normalize 0 and 1 first)")
	}
	return nil
}

func validateScalar(field string, b []byte) error {
	if bytes.Equal(b, make([]byte, 32)) || bytes.Compare(b, order[:]) >= 0 {
		return signatureError(field, "0x"+hex.EncodeToString(b), "a value from 1 to the group order minus 1")
	}
	return nil
}

// Recover returns the address whose key signed digest. It accepts exactly what contracts accept
// (OpenZeppelin's ECDSA over the ecrecover precompile) and fails with [ErrSignature]. It never
// returns the zero address without an error.
func (s Signature) Recover(digest [32]byte) (common.Address, error) {
	if err := s.Validate(); err != nil {
		return common.Address{}, err
	}
	raw := s // a copy: the caller's signature keeps its v
	raw[offsetV] -= 27
	pub, err := crypto.Ecrecover(digest[:], raw[:])
	if err != nil {
		return common.Address{}, signatureError("point", "not recoverable", "a signature made by a key")
	}
	// SECURITY: the address is the end of the hash of the 64-byte public key, without its leading
	// format byte.
	signer := common.Address(crypto.Keccak256(pub[1:])[12:])
	if signer == (common.Address{}) {
		return common.Address{}, signatureError("point", "the zero address", "a signature made by a key")
	}
	return signer, nil
}

// Verify checks that want signed digest. It fails with [ErrSignature], or with a [SignerError].
func (s Signature) Verify(digest [32]byte, want common.Address) error {
	have, err := s.Recover(digest)
	if err != nil {
		return err
	}
	// SECURITY: a signature counts for its recovered signer only.
	if have != want {
		return &SignerError{Have: have, Want: want}
	}
	return nil
}

// ParseSignature reads 0x and 130 hexadecimal digits of either case. The signature must be in the
// form that contracts accept. It fails with [ErrSignature].
func ParseSignature(text string) (Signature, error) {
	b, err := parseSignatureBytes(text)
	if err != nil {
		return Signature{}, err
	}
	return NewSignature(b)
}

// MustParseSignature is [ParseSignature] for constants: it panics where ParseSignature returns an
// error.
func MustParseSignature(text string) Signature {
	s, err := ParseSignature(text)
	if err != nil {
		panic(err)
	}
	return s
}

// String returns 0x and 130 lower-case hexadecimal digits.
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

// UnmarshalText reads what [ParseSignature] reads. On an error s keeps its value.
func (s *Signature) UnmarshalText(text []byte) error {
	parsed, err := ParseSignature(string(text))
	if err != nil {
		return err
	}
	*s = parsed
	return nil
}

func parseSignatureBytes(text string) ([]byte, error) {
	const want = "0x and 130 hexadecimal digits"
	if len(text) != 2+2*SignatureLength || text[:2] != "0x" {
		return nil, signatureError("text", fmt.Sprintf("%d characters", len(text)), want)
	}
	b, err := hex.DecodeString(text[2:])
	if err != nil {
		return nil, signatureError("text", "not hexadecimal", want)
	}
	return b, nil
}

func lengthError(have int) error {
	return signatureError("length", fmt.Sprintf("%d bytes", have), fmt.Sprintf("%d bytes r, s, v", SignatureLength))
}
