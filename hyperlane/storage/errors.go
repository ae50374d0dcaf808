package storage

import (
	"errors"
	"fmt"

	"github.com/hyperlane-go/sdk/ism/checkpoint"
)

// Classes of failure; match them with errors.Is. Any other error is a failure
// of the bucket itself (network, permission, disk) and may be retried.
var (
	// ErrNotFound says that the object, or the directory, does not exist (yet).
	ErrNotFound = errors.New("storage: not found")
	// ErrTooLarge says that an object has MaxObjectSize bytes or more.
	ErrTooLarge = errors.New("storage: object too large")
	// ErrMalformed says that an object does not hold what its name says.
	ErrMalformed = errors.New("storage: malformed object")
	// ErrConflict says that the same signer already signed something else for
	// this index. Nothing was overwritten.
	ErrConflict = errors.New("storage: conflicting checkpoint")
	// ErrReadOnly says that the store was opened for reading.
	ErrReadOnly = errors.New("storage: read only")
	// ErrLocation says that a location string has no meaning.
	ErrLocation = errors.New("storage: bad location")
	// ErrNoDriver says that nobody registered a driver for the location's kind.
	ErrNoDriver = errors.New("storage: no driver")
)

// ObjectError tells which object an error is about. It wraps the class and,
// where there is one, the cause.
type ObjectError struct {
	Key   string // full name in the bucket, folder included
	Class error  // ErrNotFound, ErrTooLarge, ErrMalformed, or nil for a failure of the bucket
	Err   error  // cause; may be nil
}

func (e *ObjectError) Error() string {
	switch {
	case e.Class == nil:
		return fmt.Sprintf("storage: object %q: %v", e.Key, e.Err)
	case e.Err == nil:
		return fmt.Sprintf("%v: %q", e.Class, e.Key)
	}
	return fmt.Sprintf("%v: %q: %v", e.Class, e.Key, e.Err)
}

// Unwrap gives the class and the cause.
func (e *ObjectError) Unwrap() []error {
	errs := make([]error, 0, 2)
	for _, err := range []error{e.Class, e.Err} {
		if err != nil {
			errs = append(errs, err)
		}
	}
	return errs
}

// ConflictError holds both sides of an ErrConflict: valid signatures of one
// signer over two contents of one index. That is equivocation, and slashable.
// Find out which process signed the other. Want is without a signature where it
// was refused before anybody signed it.
type ConflictError struct {
	Key  string
	Have checkpoint.Signed // in the store
	Want checkpoint.Signed // refused
}

func (e *ConflictError) Error() string {
	return fmt.Sprintf("%v: %q holds root %s and message %s, refused root %s and message %s of the same signer; find the process that signed the other",
		ErrConflict, e.Key, e.Have.Root, e.Have.MessageID, e.Want.Root, e.Want.MessageID)
}

// Unwrap gives ErrConflict.
func (e *ConflictError) Unwrap() error { return ErrConflict }

// LocationError tells what is wrong with a location string.
type LocationError struct {
	Location string
	Reason   string
}

func (e *LocationError) Error() string {
	return fmt.Sprintf("%v: %q: %s; want s3://BUCKET/REGION[/FOLDER], gs://BUCKET[/FOLDER]/%s or file:///DIRECTORY",
		ErrLocation, clip(e.Location), e.Reason, gcsAnnouncement)
}

// Unwrap gives ErrLocation.
func (e *LocationError) Unwrap() error { return ErrLocation }

// clip keeps a hostile location from filling a log.
func clip(s string) string {
	const most = 200
	if len(s) <= most {
		return s
	}
	return s[:most] + "…"
}
