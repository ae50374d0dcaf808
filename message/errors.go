package message

import (
	"errors"
	"fmt"
)

// Classes of errors, matched with errors.Is. The text has the facts and the next step.
var (
	// ErrSyntax reports a text that is not a domain, a message ID or an address.
	ErrSyntax = errors.New("message: malformed text")
	// ErrAddress reports a 32-byte address that the virtual machine asked about cannot have.
	ErrAddress = errors.New("message: address does not fit")
	// ErrMessage reports bytes that no mailbox accepts, and a [Message] that has no encoding.
	ErrMessage = errors.New("message: malformed message")
	// ErrHookMetadata reports metadata that the hooks refuse, and a [HookMetadata] that has no
	// encoding.
	ErrHookMetadata = errors.New("message: malformed hook metadata")
)

// maxQuoted bounds how much of a hostile input an error message repeats.
const maxQuoted = 80

// syntaxError reports that text s is not of the kind expected. The reason continues the sentence
// and says what is wanted.
func syntaxError(kind, s, format string, a ...any) error {
	if len(s) > maxQuoted {
		s = s[:maxQuoted] + "..."
	}
	return fmt.Errorf("%w: %s %q %s", ErrSyntax, kind, s, fmt.Sprintf(format, a...))
}

func shortError(have int) error {
	return fmt.Errorf("%w: have %d bytes, want at least %d", ErrMessage, have, HeaderLength)
}

func versionError(have uint8) error {
	return fmt.Errorf("%w: have version %d, want %d (set Version: message.Version)", ErrMessage, have, Version)
}

func variantError(have uint16) error {
	return fmt.Errorf("%w: have variant %d, want %d", ErrHookMetadata, have, HookMetadataVariant)
}
