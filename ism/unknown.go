package ism

import (
	"fmt"

	"github.com/ethereum/go-ethereum/common"

	"github.com/hyperlane-go/sdk/message"
)

// Unknown is a module of a type that has no value in this package. It carries the type, so that a
// metadata builder registered for the type can serve it, and has no verifier.
type Unknown struct {
	Address    common.Address
	ModuleType ModuleType // as reported by the contract
}

var _ Addressed = Unknown{}

// Verify returns an error of class [ErrNoVerifier].
func (v Unknown) Verify(_ []byte, m *message.Message) error {
	if m == nil {
		return ErrNoMessage
	}
	return fmt.Errorf("%w for %v at %v: only the contract can tell", ErrNoVerifier, v.ModuleType, v.Address)
}

// Type returns ModuleType.
func (v Unknown) Type() ModuleType { return v.ModuleType }

// ModuleAddress returns Address.
func (v Unknown) ModuleAddress() common.Address { return v.Address }
