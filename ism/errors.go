package ism

import (
	"errors"
	"fmt"
	"strings"

	"github.com/ethereum/go-ethereum/common"

	"github.com/hyperlane-go/sdk/ism/checkpoint"
)

// Classes of refusal, matched with errors.Is. The typed errors below carry the
// facts and match with errors.As.
var (
	// ErrMetadata marks metadata that ends too early. See [ShortError].
	ErrMetadata = errors.New("ism: metadata too short")

	// ErrMerkleIndex marks Merkle-root metadata whose message is newer than
	// the signed checkpoint. See [MerkleIndexError].
	ErrMerkleIndex = errors.New("ism: message is newer than the signed checkpoint")

	// ErrNoThreshold marks a module whose threshold is zero, which accepts
	// nothing.
	ErrNoThreshold = errors.New("ism: module has no threshold")

	// ErrSignature marks a signature that is nobody's. See [SignatureError].
	ErrSignature = errors.New("ism: signature not acceptable")

	// ErrThreshold marks signatures that do not make a quorum. See
	// [ThresholdError].
	ErrThreshold = errors.New("ism: threshold not met")

	// ErrNoMessage marks a nil message.
	ErrNoMessage = errors.New("ism: message is nil")
)

// ShortError says which field the metadata ends before or within.
type ShortError struct {
	Type      ModuleType
	Field     string // "header", or "signature 2" counted from 0
	Have      int    // bytes of metadata
	Want      int    // bytes needed to the end of the field
	Threshold uint8  // signatures the module asks for; 0 where the header is short
}

func (e *ShortError) Error() string {
	text := fmt.Sprintf("%v for %v: %s ends at byte %d, have %d bytes", ErrMetadata, e.Type, e.Field, e.Want, e.Have)
	if e.Threshold > 0 {
		text += fmt.Sprintf(" (threshold %d asks for that many signatures)", e.Threshold)
	}
	return text
}

// Unwrap makes a ShortError match [ErrMetadata].
func (e *ShortError) Unwrap() error { return ErrMetadata }

// MerkleIndexError says how the two indexes of Merkle-root metadata compare.
type MerkleIndexError struct {
	MessageIndex uint32
	SignedIndex  uint32
}

func (e *MerkleIndexError) Error() string {
	return fmt.Sprintf("%v: message is leaf %d, checkpoint covers leaves up to %d; wait for a later checkpoint",
		ErrMerkleIndex, e.MessageIndex, e.SignedIndex)
}

// Unwrap makes a MerkleIndexError match [ErrMerkleIndex].
func (e *MerkleIndexError) Unwrap() error { return ErrMerkleIndex }

// SignatureError says which signature of the metadata is not acceptable. Err
// is of class [checkpoint.ErrSignature] and has the reason.
type SignatureError struct {
	Index      int                   // place among the signatures, from 0
	Threshold  uint8                 // signatures the module asks for
	Checkpoint checkpoint.Checkpoint // what should have been signed
	Err        error
}

func (e *SignatureError) Error() string {
	return fmt.Sprintf("%v: signature %d of %d over %s: %v",
		ErrSignature, e.Index, e.Threshold, describe(e.Checkpoint), e.Err)
}

// Unwrap makes a SignatureError match [ErrSignature] and the reason.
func (e *SignatureError) Unwrap() []error { return []error{ErrSignature, e.Err} }

// ThresholdError says why the signatures make no quorum: the signature at
// Index was made by Signer, who is not among the validators that were still
// to come. Matched names the validators that the signatures before it
// belong to, Unmatched all others of the set.
type ThresholdError struct {
	Threshold  uint8
	Index      int                   // place of the refused signature, from 0
	Signer     common.Address        // who made it, over Checkpoint
	Position   int                   // place of Signer in the set, -1 if it is not in it
	Matched    []common.Address      // in the set's order
	Unmatched  []common.Address      // in the set's order
	Checkpoint checkpoint.Checkpoint // what should have been signed
}

func (e *ThresholdError) Error() string {
	reason := "is not a validator of the set, or signed something else"
	if e.Position >= 0 {
		reason = fmt.Sprintf("is validator %d, whose turn has passed: signatures follow the order of the set and count once", e.Position)
	}
	return fmt.Sprintf("%v: %d of %d signatures over %s matched %s; signature %d recovers to %v, who %s; not matched: %s",
		ErrThreshold, len(e.Matched), e.Threshold, describe(e.Checkpoint), list(e.Matched), e.Index, e.Signer, reason, list(e.Unmatched))
}

// Unwrap makes a ThresholdError match [ErrThreshold].
func (e *ThresholdError) Unwrap() error { return ErrThreshold }

func describe(c checkpoint.Checkpoint) string {
	return fmt.Sprintf("root %v at index %d of tree %v on domain %v for message %v", c.Root, c.Index, c.Tree, c.Origin, c.MessageID)
}

func list(addresses []common.Address) string {
	if len(addresses) == 0 {
		return "nobody"
	}
	texts := make([]string, len(addresses))
	for i, a := range addresses {
		texts[i] = a.String()
	}
	return strings.Join(texts, ", ")
}
