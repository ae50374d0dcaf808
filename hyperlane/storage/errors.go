package storage

import (
	"context"
	"errors"
	"fmt"

	"github.com/hyperlane-go/sdk/ism/checkpoint"
)

// Classes of errors, matched with errors.Is. The text names the object and the store. When the
// context of a call ends, its error is that of the context and of no class.
var (
	// ErrNotFound reports an object, or a directory, that does not exist (yet).
	ErrNotFound = errors.New("storage: not found")
	// ErrMalformed reports an object that does not hold what its name says, or that has
	// [MaxObjectSize] bytes or more.
	ErrMalformed = errors.New("storage: malformed object")
	// ErrConflict reports that the same signer already signed another checkpoint at this index:
	// [ConflictError]. Nothing was overwritten.
	ErrConflict = errors.New("storage: conflicting checkpoint")
	// ErrReadOnly reports a write to a store that is open for reading only.
	ErrReadOnly = errors.New("storage: read only")
	// ErrLocation reports a location string that no store can have.
	ErrLocation = errors.New("storage: malformed location")
	// ErrNoDriver reports a location of a kind for which no driver is registered.
	ErrNoDriver = errors.New("storage: no driver")
	// ErrBucket reports a failure of the bucket itself: network, permission or disk. Retry.
	ErrBucket = errors.New("storage: bucket failed")
)

// ConflictError holds valid signatures of one signer over two checkpoints at one index. That is
// equivocation, for which a validator is slashed. It matches [ErrConflict].
type ConflictError struct {
	Store string            // the store, as [Store.String] names it
	Key   string            // full name of the object in the bucket
	Have  checkpoint.Signed // in the store
	Want  checkpoint.Signed // refused; without a signature when it was refused before signing
}

// Error returns both contents and the next step.
func (e *ConflictError) Error() string {
	return fmt.Sprintf("%v: object %q of %s: have root %s and message %s, want root %s and message %s of the same signer (find the other process that signs with this key)",
		ErrConflict, e.Key, e.Store, e.Have.Root, e.Have.MessageID, e.Want.Root, e.Want.MessageID)
}

// Unwrap returns the errors that e matches.
func (e *ConflictError) Unwrap() error { return ErrConflict }

// objectError reports an object of the store. The cause may be nil.
func (s *Store) objectError(class error, key string, cause error) error {
	if cause == nil {
		return fmt.Errorf("%w: object %q of %s", class, key, s)
	}
	return fmt.Errorf("%w: object %q of %s: %w", class, key, s, cause)
}

// bucketError classes what the bucket answered to a call with ctx, which does not include the
// store's own timeout.
func bucketError(ctx context.Context, doing string, err error) error {
	if ctx.Err() != nil {
		return fmt.Errorf("storage: %s: %w", doing, ctx.Err())
	}
	return fmt.Errorf("%w: %s: %w", ErrBucket, doing, err)
}

// locationError reports what is wrong with a location string.
func locationError(location, reason string) error {
	return fmt.Errorf("%w: %q: %s, want s3://BUCKET/REGION[/FOLDER], gs://BUCKET[/FOLDER]/%s or file:///DIRECTORY",
		ErrLocation, clip(location), reason, gcsAnnouncement)
}

// clip bounds how much of a hostile text an error message repeats.
func clip(s string) string {
	const most = 200
	if len(s) <= most {
		return s
	}
	return s[:most] + "…"
}
