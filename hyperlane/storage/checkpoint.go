package storage

import (
	"context"
	"errors"
	"fmt"
	"io"
	"iter"

	"gocloud.dev/blob"

	"github.com/hyperlane-go/sdk/ism/checkpoint"
)

// Written says what [Store.WriteCheckpoint] did.
type Written uint8

const (
	// Unchanged: the store had the same checkpoint with a valid signature of the same signer.
	// Nothing was written.
	Unchanged Written = iota
	// Created: the store had no object at this index.
	Created
	// Replaced: the store had a malformed object, or one of another signer. Log a warning: two
	// validators may share one location.
	Replaced
)

// Checkpoint reads the signed checkpoint at index. It does not verify the signature. It fails with
// [ErrNotFound], [ErrMalformed] or [ErrBucket].
func (s *Store) Checkpoint(ctx context.Context, index uint32) (checkpoint.Signed, error) {
	key := s.key(s.layout.checkpointName(index))
	data, err := s.read(ctx, key)
	if err != nil {
		return checkpoint.Signed{}, err
	}
	var signed checkpoint.Signed
	if err := signed.UnmarshalJSON(data); err != nil {
		return checkpoint.Signed{}, s.objectError(ErrMalformed, key, err)
	}
	if signed.Index != index {
		return checkpoint.Signed{}, s.objectError(ErrMalformed, key, fmt.Errorf("have a checkpoint at index %d, want one at %d", signed.Index, index))
	}
	return signed, nil
}

// WriteCheckpoint publishes a signed checkpoint. Writing the same checkpoint again changes nothing,
// so a writer can start over after a crash.
//
// It replaces an object that is malformed or of another signer, as the official validator does.
// Unlike the official validator, it never replaces another checkpoint of the same signer at the
// same index, which would hide an equivocation: it fails with a [ConflictError]. It also fails with
// checkpoint.ErrSignature, [ErrReadOnly] or [ErrBucket].
func (s *Store) WriteCheckpoint(ctx context.Context, signed checkpoint.Signed) (Written, error) {
	signer, err := signed.Signer()
	if err != nil {
		return Unchanged, fmt.Errorf("storage: refuse to write object %q of %s: %w", s.CheckpointKey(signed.Index), s, err)
	}
	name := s.layout.checkpointName(signed.Index)
	done := Replaced
	have, err := s.Checkpoint(ctx, signed.Index)
	switch {
	case errors.Is(err, ErrNotFound):
		done = Created
	case replaceable(err):
	case err != nil:
		return Unchanged, err
	case have.Verify(signer) != nil:
	case have.Checkpoint == signed.Checkpoint:
		return Unchanged, nil
	default:
		// SECURITY: one signer signed two contents. The store keeps the evidence.
		return Unchanged, &ConflictError{Store: s.String(), Key: s.key(name), Have: have, Want: signed}
	}
	if err := s.writeJSON(ctx, name, signed); err != nil {
		return Unchanged, err
	}
	return done, nil
}

// Indexes lists the indexes for which an object exists, in no particular order and whatever the
// object holds. It needs permission to list the bucket, which public readers often lack. It stops
// at the first error, of class [ErrBucket].
func (s *Store) Indexes(ctx context.Context) iter.Seq2[uint32, error] {
	return func(yield func(uint32, error) bool) {
		folder := s.key("")
		objects := s.bucket.List(&blob.ListOptions{Prefix: folder + s.layout.checkpointPrefix()})
		for {
			object, err := objects.Next(ctx)
			if errors.Is(err, io.EOF) {
				return
			}
			if err == nil {
				err = ctx.Err()
			}
			if err != nil {
				yield(0, bucketError(ctx, "list the checkpoints of "+s.String(), err))
				return
			}
			index, ok := s.layout.checkpointIndex(object.Key[len(folder):])
			if ok && !yield(index, nil) {
				return
			}
		}
	}
}
