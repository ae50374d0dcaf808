package ism

import (
	"github.com/ethereum/go-ethereum/common"

	"github.com/hyperlane-go/sdk/message"
)

// Null is the module that accepts every message with any metadata, as the network's no-op module
// does. Contracts that report [TypeNull] may check more on chain (pausing, rate limits, bridges);
// the type says only that they want no metadata.
type Null struct {
	Address common.Address // zero where the module is no contract
}

var _ Addressed = Null{}

// Verify accepts every message. Only a nil message is an error.
func (Null) Verify(_ []byte, m *message.Message) error {
	if m == nil {
		return ErrNoMessage
	}
	return nil
}

// Type returns [TypeNull].
func (Null) Type() ModuleType { return TypeNull }

// ModuleAddress returns Address.
func (v Null) ModuleAddress() common.Address { return v.Address }
