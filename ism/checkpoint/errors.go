package checkpoint

import (
	"errors"
	"fmt"

	"github.com/ethereum/go-ethereum/common"
)

// Classes of failure, matched with errors.Is. The typed errors below carry
// the facts and match with errors.As.
var (
	// ErrSignature marks a signature that no contract would accept: wrong
	// length, v other than 27 and 28, s in the upper half, or a point that is
	// not on the curve. See [SignatureError].
	ErrSignature = errors.New("checkpoint: signature not acceptable")

	// ErrSigner marks a valid signature by somebody else than expected. See
	// [SignerError].
	ErrSigner = errors.New("checkpoint: wrong signer")

	// ErrJSON marks stored JSON that is not a signed checkpoint or
	// announcement. See [JSONError].
	ErrJSON = errors.New("checkpoint: malformed JSON")

	// ErrLegacy marks a checkpoint of the network's second generation, whose
	// signature covers no message id and which no V3 contract accepts. It
	// comes wrapped in a [JSONError].
	ErrLegacy = errors.New("checkpoint: legacy checkpoint without message id")

	// ErrTooLarge marks JSON of [MaxJSON] bytes or more. See [SizeError].
	ErrTooLarge = errors.New("checkpoint: JSON too large")

	// ErrNoKey marks a signer that is nil, or was made without a private key or function.
	ErrNoKey = errors.New("checkpoint: signer has no key")
)

// SignatureError says which part of a signature is not acceptable, and why.
type SignatureError struct {
	Field string // "length", "r", "s", "v" or "point"
	Have  string // what was found
	Want  string // what is acceptable, and what to do about it
}

func (e *SignatureError) Error() string {
	return fmt.Sprintf("%v: %s is %s, want %s", ErrSignature, e.Field, e.Have, e.Want)
}

// Unwrap makes a SignatureError match [ErrSignature].
func (e *SignatureError) Unwrap() error { return ErrSignature }

// SignerError says whose signature was expected and whose it is.
type SignerError struct {
	Want common.Address
	Have common.Address
}

func (e *SignerError) Error() string {
	return fmt.Sprintf("%v: signature recovers to %v, want %v (another key signed, or the signed content differs)",
		ErrSigner, e.Have, e.Want)
}

// Unwrap makes a SignerError match [ErrSigner].
func (e *SignerError) Unwrap() error { return ErrSigner }

// JSONError says which field of stored JSON is wrong. Field is a path such as
// value.checkpoint.root; it is empty when the text as a whole is wrong. Err
// has the reason.
type JSONError struct {
	Field string
	Err   error
}

func (e *JSONError) Error() string {
	if e.Field == "" {
		return fmt.Sprintf("%v: %v", ErrJSON, e.Err)
	}
	return fmt.Sprintf("%v: %s: %v", ErrJSON, e.Field, e.Err)
}

// Unwrap makes a JSONError match both [ErrJSON] and the reason.
func (e *JSONError) Unwrap() []error { return []error{ErrJSON, e.Err} }

// SizeError says how large the refused JSON was.
type SizeError struct {
	Have int
}

func (e *SizeError) Error() string {
	return fmt.Sprintf("%v: %d bytes, want fewer than %d", ErrTooLarge, e.Have, MaxJSON)
}

// Unwrap makes a SizeError match [ErrTooLarge].
func (e *SizeError) Unwrap() error { return ErrTooLarge }
