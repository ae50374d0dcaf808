package merkle

import (
	"errors"
	"fmt"
)

// Classes of errors, to be matched with errors.Is. The typed errors below carry the facts.
var (
	// ErrSyntax is the class of texts that are not a hash: [SyntaxError].
	ErrSyntax = errors.New("merkle: malformed text")
	// ErrFull is the class of appends beyond [MaxLeaves]: [FullError].
	ErrFull = errors.New("merkle: tree full")
	// ErrIndex is the class of leaf indexes outside the tree asked about: [IndexError].
	ErrIndex = errors.New("merkle: no such leaf")
	// ErrSize is the class of sizes that the tree has not reached: [SizeError].
	ErrSize = errors.New("merkle: no such size")
	// ErrRoot is the class of proofs that lead to another root: [RootError].
	ErrRoot = errors.New("merkle: root mismatch")
	// ErrFormat is the class of saved trees that cannot be loaded: [FormatError].
	ErrFormat = errors.New("merkle: malformed saved tree")
)

// SyntaxError says why a text is not a hash. It matches [ErrSyntax].
type SyntaxError struct {
	Input  string // the text as given
	Reason string // what is wrong with it and what was wanted
}

// maxQuoted bounds how much of a hostile input an error message repeats.
const maxQuoted = 80

func (e *SyntaxError) Error() string {
	input := e.Input
	if len(input) > maxQuoted {
		input = input[:maxQuoted] + "..."
	}
	return fmt.Sprintf("merkle: hash %q %s", input, e.Reason)
}

func (e *SyntaxError) Unwrap() error { return ErrSyntax }

// FullError says that leaves do not fit; none of them was appended. It matches [ErrFull].
type FullError struct {
	Count uint32 // leaves in the tree
	Add   int    // leaves that were to be appended
}

func (e *FullError) Error() string {
	return fmt.Sprintf("merkle: tree full: have %d leaves, cannot append %d, want at most %d in all", e.Count, e.Add, uint32(MaxLeaves))
}

func (e *FullError) Unwrap() error { return ErrFull }

// IndexError says that a tree has no leaf of that index. It matches [ErrIndex].
type IndexError struct {
	Index uint32 // leaf asked for
	Size  uint32 // leaves in the tree asked about
}

func (e *IndexError) Error() string {
	return fmt.Sprintf("merkle: no such leaf: have index %d, want less than the size %d", e.Index, e.Size)
}

func (e *IndexError) Unwrap() error { return ErrIndex }

// SizeError says that a tree never had that size, or has it no longer or not yet. It matches
// [ErrSize].
type SizeError struct {
	Size  uint32 // size asked for
	Count uint32 // leaves in the tree
}

func (e *SizeError) Error() string {
	return fmt.Sprintf("merkle: no such size: have %d, want at most the %d leaves in the tree (append the missing leaves first)", e.Size, e.Count)
}

func (e *SizeError) Unwrap() error { return ErrSize }

// RootError says that a proof leads to another root than the one wanted. It matches [ErrRoot].
type RootError struct {
	Have Hash // root that the proof leads to
	Want Hash // root that it was checked against
}

func (e *RootError) Error() string {
	return fmt.Sprintf("merkle: root mismatch: proof leads to %v, want %v (was it made for another size of the tree?)", e.Have, e.Want)
}

func (e *RootError) Unwrap() error { return ErrRoot }

// ProofError says which of several proofs is the first that fails. It matches [ErrRoot].
type ProofError struct {
	Position int    // place among the proofs given, from 0
	Index    uint32 // index of the leaf that the proof is for
	Err      error  // why it fails: a [RootError]
}

func (e *ProofError) Error() string {
	return fmt.Sprintf("merkle: proof %d, of leaf %d: %v", e.Position, e.Index, e.Err)
}

func (e *ProofError) Unwrap() error { return e.Err }

// FormatError says why a saved tree cannot be loaded. It matches [ErrFormat], and whatever error
// the reader gave.
type FormatError struct {
	Field  string // "magic", "version", "count", "leaves", "checksum" or "end"
	Offset int64  // bytes read when it was noticed
	Reason string // what is wrong and what was wanted
	Err    error  // error of the reader, or nil
}

func (e *FormatError) Error() string {
	s := fmt.Sprintf("merkle: malformed saved tree: %s: %s (at byte %d)", e.Field, e.Reason, e.Offset)
	if e.Err != nil {
		s += ": " + e.Err.Error()
	}
	return s
}

func (e *FormatError) Unwrap() []error {
	if e.Err == nil {
		return []error{ErrFormat}
	}
	return []error{ErrFormat, e.Err}
}
