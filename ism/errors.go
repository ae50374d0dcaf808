package ism

import (
	"errors"
	"fmt"
	"strings"

	"github.com/ethereum/go-ethereum/common"

	"github.com/hyperlane-go/sdk/ism/checkpoint"
)

// Classes of refusal, matched with errors.Is.
var (
	// ErrMetadata is the class of metadata that ends too early.
	ErrMetadata = errors.New("ism: metadata too short")

	// ErrMerkleIndex is the class of Merkle-root metadata whose message is newer than the signed
	// checkpoint.
	ErrMerkleIndex = errors.New("ism: message is newer than the signed checkpoint")

	// ErrNoThreshold is the class of modules with a threshold of zero, which accept nothing.
	ErrNoThreshold = errors.New("ism: module has no threshold")

	// ErrSignature is the class of signatures from which no signer can be recovered. The reason,
	// of class [checkpoint.ErrSignature], is wrapped too.
	ErrSignature = errors.New("ism: signature not acceptable")

	// ErrThreshold is the class of signatures that make no quorum: [ThresholdError].
	ErrThreshold = errors.New("ism: threshold not met")

	// ErrNoVerifier is the class of modules without an offline verifier. It says nothing about the
	// verdict of the contract. A module that holds others returns it only if a module without a
	// verifier is all that its verdict depends on; what is refused, it refuses.
	ErrNoVerifier = errors.New("ism: no offline verifier")

	// ErrNoMessage is the class of verifications of a nil message.
	ErrNoMessage = errors.New("ism: message is nil")
)

// ThresholdError carries the evidence that signatures make no quorum. Signer made the signature at
// Index and is not among the validators that may follow the matched ones.
type ThresholdError struct {
	Have       int                   // signatures matched before Index
	Want       int                   // threshold of the module
	Index      int                   // place of the refused signature, from 0
	Signer     common.Address        // signer of the refused signature over Checkpoint
	Position   int                   // place of Signer in the set, -1 if it is not in the set
	Matched    []common.Address      // validators of the signatures before Index, in the set's order
	Missing    []common.Address      // all other validators of the set, in its order
	Checkpoint checkpoint.Checkpoint // checkpoint that the signatures must be over
}

func (e *ThresholdError) Error() string {
	reason := "is not a validator of the set, or signed something else"
	if e.Position >= 0 {
		reason = fmt.Sprintf("is validator %d, whose turn has passed: signatures follow the order of the set and count once", e.Position)
	}
	return fmt.Sprintf("%v: %d of %d signatures over %s matched %s; signature %d recovers to %v, who %s; not matched: %s",
		ErrThreshold, e.Have, e.Want, describe(e.Checkpoint), list(e.Matched), e.Index, e.Signer, reason, list(e.Missing))
}

// Unwrap returns the errors that e matches.
func (e *ThresholdError) Unwrap() error { return ErrThreshold }

// tooShort returns the error for metadata that ends before or within a field.
func tooShort(module ModuleType, field string, have, want int) error {
	return fmt.Errorf("%w for %v: %s ends at byte %d, have %d bytes", ErrMetadata, module, field, want, have)
}

func describe(c checkpoint.Checkpoint) string {
	return fmt.Sprintf("root %v at index %d of tree %v on domain %v for message %v", c.Root, c.Index, c.Tree, c.Origin, c.MessageID)
}

func list(addresses []common.Address) string {
	if len(addresses) == 0 {
		return "no validator"
	}
	texts := make([]string, len(addresses))
	for i, a := range addresses {
		texts[i] = a.String()
	}
	return strings.Join(texts, ", ")
}
