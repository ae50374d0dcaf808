package merkle

import (
	"errors"
	"fmt"
)

// Classes of errors, matched with errors.Is. The text has the facts and the next step.
var (
	// ErrSyntax reports a text that is not a hash.
	ErrSyntax = errors.New("merkle: malformed text")
	// ErrFull reports leaves beyond [MaxLeaves]. None of them was appended.
	ErrFull = errors.New("merkle: tree full")
	// ErrRange reports an index or a size that the tree does not have.
	ErrRange = errors.New("merkle: out of range")
	// ErrRoot reports a proof that leads to another root: [RootError].
	ErrRoot = errors.New("merkle: root mismatch")
	// ErrFormat reports a saved tree that cannot be loaded. The error also matches that of the
	// reader, if there was one.
	ErrFormat = errors.New("merkle: malformed saved tree")
)

// RootError reports a proof that leads to another root than the one wanted. It matches [ErrRoot].
type RootError struct {
	Have     Hash   // root that the proof leads to
	Want     Hash   // root that the proof was checked against
	Index    uint32 // index of the leaf that the proof is for
	Position int    // place of the proof among those given to [VerifyProofs], from 0
}

// Error returns both roots and the usual cause.
func (e *RootError) Error() string {
	return fmt.Sprintf("%v: the proof of leaf %d leads to %v, want %v (was it made for another size of the tree?)",
		ErrRoot, e.Index, e.Have, e.Want)
}

// Unwrap returns the errors that e matches.
func (e *RootError) Unwrap() error { return ErrRoot }

// maxQuoted bounds how much of a hostile input an error message repeats.
const maxQuoted = 80

func syntaxError(s, reason string) error {
	if len(s) > maxQuoted {
		s = s[:maxQuoted] + "..."
	}
	return fmt.Errorf("%w: hash %q %s, want 0x and 64 hexadecimal digits", ErrSyntax, s, reason)
}

func indexError(have, size uint32) error {
	return fmt.Errorf("%w: have index %d, want less than the size %d", ErrRange, have, size)
}

func sizeError(have, count uint32) error {
	return fmt.Errorf("%w: have size %d, want at most the %d leaves in the tree (append the missing leaves first)", ErrRange, have, count)
}
