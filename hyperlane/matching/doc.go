// Package matching holds the whitelists and blacklists by which an agent selects messages, in the
// JSON form of the network's agents ([Protocol 15.7]).
//
// A [List] matches by id, origin, sender, destination, recipient and body; an [AddressBlacklist] by
// byte strings anywhere in a message. The package knows messages and nothing of agents, so any
// program can select messages as the relayer does.
//
// [Protocol 15.7]: https://github.com/hyperlane-go/sdk/blob/main/docs/interop.md#157-matching-list
package matching

import (
	"errors"
	"fmt"
)

// ErrSyntax marks a list that cannot be read. The text says where, what is there and what can be.
var ErrSyntax = errors.New("matching: invalid list")

// syntaxError describes the part of a list that cannot be read. err can be nil.
func syntaxError(path, have, want string, err error) error {
	if err != nil {
		return fmt.Errorf("%w: %s is %s, want %s: %w", ErrSyntax, path, have, want, err)
	}
	return fmt.Errorf("%w: %s is %s, want %s", ErrSyntax, path, have, want)
}
