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

// Written tells what WriteCheckpoint did.
type Written uint8

// What became of a checkpoint that was to be written.
const (
	// Unchanged: the same checkpoint with a valid signature of the same signer
	// was there already. Nothing was written.
	Unchanged Written = iota
	// Created: nothing was there.
	Created
	// Replaced: something unusable, or something of another signer, was there
	// and is gone. Worth a warning: two validators may share one location.
	Replaced
)

// Checkpoint reads the signed checkpoint at index. It fails with ErrNotFound,
// ErrTooLarge, ErrMalformed, or an error of the bucket. The answer is not
// verified.
func (s *Store) Checkpoint(ctx context.Context, index uint32) (checkpoint.Signed, error) {
	key := s.key(s.layout.checkpointName(index))
	data, err := s.read(ctx, key)
	if err != nil {
		return checkpoint.Signed{}, err
	}
	var signed checkpoint.Signed
	if err := signed.UnmarshalJSON(data); err != nil {
		return checkpoint.Signed{}, malformed(key, err)
	}
	if signed.Index != index {
		return checkpoint.Signed{}, malformed(key, fmt.Errorf("want a checkpoint at index %d, have one at %d", index, signed.Index))
	}
	return signed, nil
}

// WriteCheckpoint publishes a signed checkpoint. Writing the same checkpoint
// again does nothing, so a writer may simply start over after a crash.
//
// An object that is unusable, or signed by somebody else, is replaced, as the
// official validator does. Unlike it, WriteCheckpoint never replaces another
// checkpoint of the same signer at the same index: that would hide an
// equivocation. It fails with a *ConflictError then.
func (s *Store) WriteCheckpoint(ctx context.Context, signed checkpoint.Signed) (Written, error) {
	signer, err := signed.Signer()
	if err != nil {
		return Unchanged, fmt.Errorf("storage: refusing to publish checkpoint %d: %w", signed.Index, err)
	}
	name := s.layout.checkpointName(signed.Index)
	done := Replaced
	have, err := s.Checkpoint(ctx, signed.Index)
	switch {
	case errors.Is(err, ErrNotFound):
		done = Created
	case unusable(err):
	case err != nil:
		return Unchanged, err
	case have.Verify(signer) != nil:
	case have.Checkpoint == signed.Checkpoint:
		return Unchanged, nil
	default:
		// SECURITY: two contents, one signer. The store keeps the evidence.
		return Unchanged, &ConflictError{Key: s.key(name), Have: have, Want: signed}
	}
	if err := s.writeJSON(ctx, name, signed); err != nil {
		return Unchanged, err
	}
	return done, nil
}

// Indexes lists the indexes for which an object exists, in no useful order,
// whatever the object holds. It needs the permission to list the bucket, which
// public readers often lack.
func (s *Store) Indexes(ctx context.Context) iter.Seq2[uint32, error] {
	return func(yield func(uint32, error) bool) {
		folder := s.folderPrefix()
		objects := s.bucket.List(&blob.ListOptions{Prefix: folder + s.layout.checkpointPrefix()})
		for {
			object, err := objects.Next(ctx)
			if errors.Is(err, io.EOF) {
				return
			}
			if err != nil {
				yield(0, fmt.Errorf("storage: list checkpoints: %w", err))
				return
			}
			index, ok := s.layout.checkpointIndex(object.Key[len(folder):])
			if ok && !yield(index, nil) {
				return
			}
		}
	}
}
