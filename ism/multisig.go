package ism

import (
	"fmt"
	"slices"

	"github.com/ethereum/go-ethereum/common"

	"github.com/hyperlane-go/sdk/ism/checkpoint"
)

// SignatureLength is the number of bytes of each signature in metadata.
const SignatureLength = checkpoint.SignatureLength

// quorum is the check that all multisig modules share: the first threshold signatures belong to a
// subsequence of the validators.
type quorum struct {
	module     ModuleType
	validators []common.Address
	threshold  uint8
	start      int // offset of the first signature in metadata
}

// verify walks signatures and validators side by side, each forward only, in the order of the
// contract, so that the first error is the contract's too.
func (q quorum) verify(metadata []byte, c checkpoint.Checkpoint) error {
	if q.threshold == 0 {
		return fmt.Errorf("%w: %v with %d validators accepts nothing; set a threshold", ErrNoThreshold, q.module, len(q.validators))
	}
	digest := c.Digest()
	next := 0 // first validator that may sign next
	for i := range int(q.threshold) {
		end := q.start + (i+1)*SignatureLength
		if len(metadata) < end {
			return fmt.Errorf("%w (threshold %d wants that many signatures)",
				tooShort(q.module, fmt.Sprintf("signature %d", i), len(metadata), end), q.threshold)
		}
		sig := checkpoint.Signature(metadata[end-SignatureLength : end])
		signer, err := sig.Recover(digest)
		if err != nil {
			return q.unrecovered(c, i, err)
		}
		// SECURITY: a validator counts once for each time it is listed. The zero address is never
		// recovered, even if the set contains it.
		at := slices.Index(q.validators[next:], signer)
		if at < 0 {
			return q.refuse(metadata, c, i, signer)
		}
		next += at + 1
	}
	return nil
}

// refuse gathers the evidence for a signature at index i whose signer is not among the validators
// still to come. It matches the signatures before i once more, so that only refusals pay for it.
func (q quorum) refuse(metadata []byte, c checkpoint.Checkpoint, i int, signer common.Address) error {
	refusal := &ThresholdError{
		Have:       i,
		Want:       int(q.threshold),
		Index:      i,
		Signer:     signer,
		Position:   slices.Index(q.validators, signer),
		Checkpoint: c,
	}
	next, digest := 0, c.Digest()
	for j := range i {
		from := q.start + j*SignatureLength
		matched, err := checkpoint.Signature(metadata[from : from+SignatureLength]).Recover(digest)
		if err != nil { // verify recovered it a moment ago
			return q.unrecovered(c, j, err)
		}
		at := next + slices.Index(q.validators[next:], matched)
		refusal.Missing = append(refusal.Missing, q.validators[next:at]...)
		refusal.Matched = append(refusal.Matched, matched)
		next = at + 1
	}
	refusal.Missing = append(refusal.Missing, q.validators[next:]...)
	return refusal
}

// unrecovered returns the error for a signature without a signer.
func (q quorum) unrecovered(c checkpoint.Checkpoint, i int, err error) error {
	return fmt.Errorf("%w: signature %d of %d over %s: %w", ErrSignature, i, q.threshold, describe(c), err)
}

// splitSignatures copies the complete signatures of b and the bytes after them.
func splitSignatures(b []byte) (signatures []checkpoint.Signature, trailing []byte) {
	if n := len(b) / SignatureLength; n > 0 {
		signatures = make([]checkpoint.Signature, n)
		for i := range signatures {
			signatures[i] = checkpoint.Signature(b[i*SignatureLength:])
		}
		b = b[n*SignatureLength:]
	}
	return signatures, append(trailing, b...)
}

func appendSignatures(b []byte, signatures []checkpoint.Signature, trailing []byte) []byte {
	for _, s := range signatures {
		b = append(b, s[:]...)
	}
	return append(b, trailing...)
}
