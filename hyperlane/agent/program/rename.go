package program

import (
	"errors"

	"github.com/hyperlane-go/sdk/hyperlane/agent"
	"github.com/hyperlane-go/sdk/hyperlane/evm"
)

// renamed turns an error about a field of an agent's Config into one about the key of the file.
// Fields that no key sets, but a function of the program, keep their name.
func renamed(err error, s *agent.Setup, keys map[string]string) error {
	var refused *evm.ConfigError
	if !errors.As(err, &refused) {
		return err
	}
	key, known := keys[refused.Field]
	if !known {
		return err
	}
	return s.Refuse(key, refused.Have, refused.Want, refused.Err)
}
