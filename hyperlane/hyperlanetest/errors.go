package hyperlanetest

import "github.com/hyperlane-go/sdk/hyperlane/evm"

// refused returns the error of an option, or of an argument of a verb, that cannot work.
func refused(option, have, want string) error {
	return &evm.ConfigError{Field: "hyperlanetest." + option, Have: have, Want: want}
}
