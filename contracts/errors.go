package contracts

import (
	"iter"

	"github.com/hyperlane-go/sdk/contracts/internal/codec"
)

// Error is a custom error of the contracts, with the contracts and interfaces that declare it. To name what a contract
// refused and why, look the first four bytes of the revert data up with [ErrorBySelector] and call Unpack.
type Error = codec.Error

// ErrUnknownError marks revert data that is none of the custom errors of the contracts: too short for a selector, a
// revert string, a panic, or the error of another contract further in.
var ErrUnknownError = codec.ErrUnknownError

// Errors returns every custom error that a contract of this package declares, sorted by name.
func Errors() iter.Seq[Error] {
	return func(yield func(Error) bool) {
		for _, e := range table.Errors() {
			if !yield(e) {
				return
			}
		}
	}
}

// ErrorBySelector returns the custom error whose revert data starts with the selector. No two errors share one.
func ErrorBySelector(selector [4]byte) (Error, bool) {
	i, ok := table.Find(selector)
	if !ok {
		return Error{}, false
	}
	return table.Errors()[i], true
}

// UnpackError unpacks revert data into a pointer to the Go type of the custom error, for example
// *[InboxAlreadyDelivered]. The error wraps [ErrUnknownError] when no contract declares one with that selector.
func UnpackError(data []byte) (any, error) { return table.Unpack(data) }
