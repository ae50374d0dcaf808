package contracts

import (
	"iter"

	"github.com/ethereum/go-ethereum/accounts/abi"

	"github.com/hyperlane-go/sdk/contracts/internal/codec"
)

// Error is a custom error of the contracts.
type Error struct {
	abi.Error
	Contracts []string // the contracts and interfaces whose ABI declares it, sorted
}

// Selector returns the first four bytes of revert data with this error.
func (e Error) Selector() [4]byte { return [4]byte(e.ID[:4]) }

// ErrUnknownError marks revert data that is none of the custom errors of the contracts: too short
// for a selector, a revert string, a panic, or the error of another contract further in.
var ErrUnknownError = codec.ErrUnknownError

// Errors returns every custom error that a contract of this package declares, sorted by name.
func Errors() iter.Seq[Error] {
	return func(yield func(Error) bool) {
		for i, e := range table.Errors() {
			if !yield(Error{Error: e, Contracts: table.Declared[i].Contracts}) {
				return
			}
		}
	}
}

// ErrorBySelector returns the custom error whose revert data starts with the selector. No two
// errors share one.
func ErrorBySelector(selector [4]byte) (Error, bool) {
	i, ok := table.Find(selector)
	if !ok {
		return Error{}, false
	}
	return Error{Error: table.Errors()[i], Contracts: table.Declared[i].Contracts}, true
}

// UnpackError unpacks revert data into a pointer to the Go type of the custom error, for example
// *[InboxAlreadyDelivered]. The error wraps [ErrUnknownError] when no contract declares one with
// that selector.
func UnpackError(data []byte) (any, error) { return table.Unpack(data) }
