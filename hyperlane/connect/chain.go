package connect

import (
	"context"
	"errors"
	"fmt"

	"github.com/ethereum/go-ethereum/accounts/abi/bind/v2"

	"github.com/hyperlane-go/sdk/hyperlane"
)

// ErrConfig marks settings that cannot work. See [Error].
var ErrConfig = errors.New("connect: configuration refused")

// Error says which setting cannot work, by its name in the file.
type Error struct {
	Field string // such as "contracts.mailbox" or "signer.keyEnv"
	Want  string // what would work
	Err   error  // nil when Want says it all
}

func (e *Error) Error() string {
	text := fmt.Sprintf("%v: %s: want %s", ErrConfig, e.Field, e.Want)
	if e.Err != nil {
		text += ": " + e.Err.Error()
	}
	return text
}

// Unwrap makes an Error match [ErrConfig] and its cause.
func (e *Error) Unwrap() []error {
	if e.Err == nil {
		return []error{ErrConfig}
	}
	return []error{ErrConfig, e.Err}
}

// Chain is how to reach a chain, and as whom.
type Chain struct {
	// RPC is the URL of a node: http, https, ws, wss, or the path of a socket.
	RPC string `yaml:"rpc"`
	// Contracts is where the protocol lives on the chain.
	Contracts Contracts `yaml:"contracts"`
	// Signer is the account that pays. The zero Key means nobody does: the chain
	// is only read.
	Signer Key `yaml:"signer"`
}

// Dial connects to the chain and reads the key, if one is named. The transactor
// is nil without one. The caller closes the client.
func (c Chain) Dial(ctx context.Context) (*hyperlane.Chain, *bind.TransactOpts, error) {
	if c.RPC == "" {
		return nil, nil, &Error{Field: "rpc", Want: "the URL of a node"}
	}
	addresses, err := c.Contracts.Addresses()
	if err != nil {
		return nil, nil, err
	}
	key, err := c.Signer.Load("signer")
	if err != nil {
		return nil, nil, err
	}
	client, err := hyperlane.Dial(ctx, c.RPC, addresses)
	if err != nil {
		return nil, nil, &Error{Field: "rpc", Want: "a node that answers, of a chain with these contracts", Err: err}
	}
	if key == nil {
		return client, nil, nil
	}
	return client, bind.NewKeyedTransactor(key, client.ChainID()), nil
}
