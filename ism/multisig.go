package ism

import (
	"fmt"
	"slices"

	"github.com/ethereum/go-ethereum/common"

	"github.com/hyperlane-go/sdk/ism/checkpoint"
)

// SignatureLength is the number of bytes of each signature in metadata.
const SignatureLength = checkpoint.SignatureLength

// quorum is the check that all multisig modules share: the first threshold
// signatures belong to a subsequence of the validators.
type quorum struct {
	module     ModuleType
	validators []common.Address
	threshold  uint8
	start      int // offset of the first signature in metadata
}

// verify walks signatures and validators side by side, each forward only, in
// the order of the contract, so that the first error is the contract's too.
func (q quorum) verify(metadata []byte, c checkpoint.Checkpoint) error {
	if q.threshold == 0 {
		return fmt.Errorf("%w: %v with %d validators accepts nothing; set a threshold", ErrNoThreshold, q.module, len(q.validators))
	}
	digest := c.Digest()
	next := 0 // first validator that has not had its turn
	for i := range int(q.threshold) {
		end := q.start + (i+1)*SignatureLength
		if len(metadata) < end {
			return &ShortError{
				Type: q.module, Field: fmt.Sprintf("signature %d", i),
				Have: len(metadata), Want: end, Threshold: q.threshold,
			}
		}
		sig := checkpoint.Signature(metadata[end-SignatureLength : end])
		signer, err := sig.Recover(digest)
		if err != nil {
			return &SignatureError{Index: i, Threshold: q.threshold, Checkpoint: c, Err: err}
		}
		// SECURITY: a validator counts once for each time it is listed. The
		// zero address, should the set contain it, is never recovered.
		at := slices.Index(q.validators[next:], signer)
		if at < 0 {
			return q.refuse(metadata, c, i, signer)
		}
		next += at + 1
	}
	return nil
}

// refuse gathers the evidence for a signature at index i whose signer is not
// among the validators still to come. The signatures before it are matched
// once more; this path is not the fast one.
func (q quorum) refuse(metadata []byte, c checkpoint.Checkpoint, i int, signer common.Address) error {
	refusal := &ThresholdError{
		Threshold:  q.threshold,
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
			return &SignatureError{Index: j, Threshold: q.threshold, Checkpoint: c, Err: err}
		}
		at := next + slices.Index(q.validators[next:], matched)
		refusal.Unmatched = append(refusal.Unmatched, q.validators[next:at]...)
		refusal.Matched = append(refusal.Matched, matched)
		next = at + 1
	}
	refusal.Unmatched = append(refusal.Unmatched, q.validators[next:]...)
	return refusal
}

// splitSignatures copies the complete signatures of b and what trails them.
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
