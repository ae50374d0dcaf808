package hyperlanetest

import (
	"errors"
	"fmt"
)

// ErrOption says that an option, or an argument of a verb, cannot work; see [OptionError].
var ErrOption = errors.New("hyperlanetest: option refused")

// OptionError names the option or verb and what it wants. It matches [ErrOption].
type OptionError struct {
	Option     string
	Have, Want string
}

func (e *OptionError) Error() string {
	return fmt.Sprintf("hyperlanetest: %s: have %s, want %s", e.Option, e.Have, e.Want)
}

func (e *OptionError) Unwrap() error { return ErrOption }
