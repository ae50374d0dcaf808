package checkpoint

import (
	"errors"
	"fmt"

	"github.com/ethereum/go-ethereum/common"
)

// Classes of errors, matched with errors.Is. The text has the facts and the next step.
var (
	// ErrSignature reports a signature that no contract accepts: its length is not 65 bytes, v is
	// not 27 or 28, s is in the upper half, or no key made it.
	ErrSignature = errors.New("checkpoint: signature not acceptable")
	// ErrSigner reports a valid signature by another key than the one expected: [SignerError].
	ErrSigner = errors.New("checkpoint: wrong signer")
	// ErrJSON reports stored JSON that is not a signed checkpoint or announcement of V3. The text
	// names the field by its path, such as value.checkpoint.root.
	ErrJSON = errors.New("checkpoint: malformed JSON")
	// ErrNoKey reports a [Signer] that is nil, or has no private key and no function.
	ErrNoKey = errors.New("checkpoint: signer has no key")
)

// SignerError reports whose signature was found and whose was expected. It matches [ErrSigner].
type SignerError struct {
	Have common.Address // recovered from the signature
	Want common.Address // expected
}

// Error returns both addresses and the usual causes.
func (e *SignerError) Error() string {
	return fmt.Sprintf("%v: signature recovers to %v, want %v (another key signed, or the signed content differs)",
		ErrSigner, e.Have, e.Want)
}

// Unwrap returns the errors that e matches.
func (e *SignerError) Unwrap() error { return ErrSigner }

// signatureError reports the part of a signature that is not acceptable.
func signatureError(part, have, want string) error {
	return fmt.Errorf("%w: %s is %s, want %s", ErrSignature, part, have, want)
}

// jsonError reports the field of stored JSON that is wrong. The reason may wrap an error with %w.
// An empty field stands for the text as a whole.
func jsonError(field, reason string, a ...any) error {
	if field == "" {
		field = "text"
	}
	return fmt.Errorf("%w: %s: %w", ErrJSON, field, fmt.Errorf(reason, a...))
}
