package message

import (
	"errors"
	"fmt"
)

// Classes of errors, to be matched with errors.Is. The typed errors below carry the facts.
var (
	// ErrSyntax is the class of texts that are not a domain, id or address: [SyntaxError].
	ErrSyntax = errors.New("message: malformed text")
	// ErrShort is the class of byte strings that end before the header does: [ShortError].
	ErrShort = errors.New("message: too short")
	// ErrVersion is the class of messages that are not of version 3: [VersionError].
	ErrVersion = errors.New("message: unsupported version")
	// ErrDirtyAddress is the class of 32-byte addresses that no EVM account has: [DirtyAddressError].
	ErrDirtyAddress = errors.New("message: not an EVM address")
	// ErrVariant is the class of hook metadata that the hooks refuse: [VariantError].
	ErrVariant = errors.New("message: invalid hook metadata variant")
	// ErrLayout is the class of hook metadata values that have no encoding: [LayoutError].
	ErrLayout = errors.New("message: hook metadata cannot be encoded")
)

// SyntaxError says why a text is not a domain, id or address. It matches [ErrSyntax].
type SyntaxError struct {
	Kind   string // what was to be read: "domain", "message id", "address"
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
	return fmt.Sprintf("message: %s %q %s", e.Kind, input, e.Reason)
}

func (e *SyntaxError) Unwrap() error { return ErrSyntax }

// ShortError says that a byte string cannot hold a message header. It matches [ErrShort].
type ShortError struct {
	Have int // bytes given
	Want int // bytes needed at least
}

func (e *ShortError) Error() string {
	return fmt.Sprintf("message: too short: have %d bytes, want at least %d", e.Have, e.Want)
}

func (e *ShortError) Unwrap() error { return ErrShort }

// VersionError says that a message is of a version that no deployed mailbox accepts. It matches
// [ErrVersion].
type VersionError struct {
	Have uint8 // version found
}

func (e *VersionError) Error() string {
	return fmt.Sprintf("message: unsupported version: have %d, want %d (set Version: message.Version)", e.Have, Version)
}

func (e *VersionError) Unwrap() error { return ErrVersion }

// DirtyAddressError says that an address has non-zero bytes above the 20 of an EVM address. It
// matches [ErrDirtyAddress].
type DirtyAddressError struct {
	Address Address
}

func (e *DirtyAddressError) Error() string {
	return fmt.Sprintf("message: not an EVM address: %v has non-zero bytes among its first %d, want 0x, %d zeros and the 40 digits of the account",
		e.Address, evmPadding, 2*evmPadding)
}

func (e *DirtyAddressError) Unwrap() error { return ErrDirtyAddress }

// VariantError says that hook metadata does not begin with variant 1. It matches [ErrVariant].
type VariantError struct {
	Have   uint16 // variant as the contracts read it: 0 when there are fewer than two bytes
	Length int    // length of the metadata, or -1 when the error is about a value to be encoded
}

func (e *VariantError) Error() string {
	if e.Length == 1 {
		return fmt.Sprintf("message: invalid hook metadata variant: one byte holds none, want no bytes or 0x%04x first", StandardVariant)
	}
	return fmt.Sprintf("message: invalid hook metadata variant: have 0x%04x, want 0x%04x", e.Have, StandardVariant)
}

func (e *VariantError) Unwrap() error { return ErrVariant }

// LayoutError says which field keeps hook metadata from being encoded. It matches [ErrLayout].
type LayoutError struct {
	Field  string // "Refund" or "Rest"
	Reason string // what is wrong and what to do
}

func (e *LayoutError) Error() string {
	return fmt.Sprintf("message: hook metadata cannot be encoded: %s %s", e.Field, e.Reason)
}

func (e *LayoutError) Unwrap() error { return ErrLayout }
