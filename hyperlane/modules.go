package hyperlane

import (
	"context"
	"fmt"

	"github.com/ethereum/go-ethereum/common"

	"github.com/hyperlane-go/sdk/contracts"
	"github.com/hyperlane-go/sdk/hyperlane/evm"
	"github.com/hyperlane-go/sdk/ism"
	"github.com/hyperlane-go/sdk/message"
)

// Modules reads security modules. Get it from [Chain.Modules].
type Modules struct{ c *Chain }

// NewModules returns the reader of security modules of a chain whose mailbox does not matter.
func NewModules(client *evm.Client) *Modules {
	client.Register(Refusals())
	return &Modules{&Chain{Client: client}}
}

// Module reads the module at address as it judges a message: its type, and for a multisig the
// validators and the threshold for this message. A type that package ism has no value for is an
// [ism.Unknown].
func (m *Modules) Module(ctx context.Context, address common.Address, msg *message.Message) (ism.Module, error) {
	kind, err := m.ModuleType(ctx, address)
	if err != nil {
		return nil, err
	}
	switch kind {
	case ism.TypeNull:
		return ism.Null{Address: address}, nil
	case ism.TypeMessageIDMultisig, ism.TypeMerkleRootMultisig:
		validators, threshold, err := m.ValidatorsAndThreshold(ctx, address, msg)
		if err != nil {
			return nil, err
		}
		if kind == ism.TypeMessageIDMultisig {
			return ism.MessageIDMultisig{Address: address, Validators: validators, Threshold: threshold}, nil
		}
		return ism.MerkleRootMultisig{Address: address, Validators: validators, Threshold: threshold}, nil
	default:
		return ism.Unknown{Address: address, ModuleType: kind}, nil
	}
}

// ModuleType reads which metadata a module wants. It returns types that package ism does not know
// as they are.
func (m *Modules) ModuleType(ctx context.Context, module common.Address) (ism.ModuleType, error) {
	b := contracts.IMultisigIsm{}
	t, err := read(ctx, m.c, module, "moduleType()", b.PackModuleType(), b.UnpackModuleType)
	return ism.ModuleType(t), err
}

// ValidatorsAndThreshold reads the validators that a multisig module wants for a message, in the
// module's own order, which is the order that signatures must have.
func (m *Modules) ValidatorsAndThreshold(
	ctx context.Context, module common.Address, msg *message.Message,
) ([]common.Address, uint8, error) {
	raw, err := marshal(msg)
	if err != nil {
		return nil, 0, err
	}
	b := contracts.IMultisigIsm{}
	out, err := read(ctx, m.c, module, "validatorsAndThreshold",
		b.PackValidatorsAndThreshold(raw), b.UnpackValidatorsAndThreshold)
	if err != nil {
		return nil, 0, err
	}
	return out.Validators, out.Threshold, nil
}

// Verify asks a module about metadata outside of any delivery. Modules that look at the delivery
// itself (a trusted relayer's, a rate limit) refuse here what they accept in process:
// [Inbox.Simulate] is the real question. Nil: accepted.
func (m *Modules) Verify(ctx context.Context, from, module common.Address, metadata []byte, msg *message.Message) error {
	raw, err := marshal(msg)
	if err != nil {
		return err
	}
	b := contracts.IMultisigIsm{}
	ok, err := evm.Read(ctx, m.c.Client, m.c.at, evm.Query[bool]{
		Name: "verify", From: from, To: module, Data: b.PackVerify(metadata, raw), Decode: b.UnpackVerify,
	})
	if err != nil {
		return err
	}
	if !ok {
		return &evm.RevertError{To: module, Class: ErrISMRefused, Reason: "verify returned false"}
	}
	return nil
}

func marshal(m *message.Message) ([]byte, error) {
	if m == nil {
		return nil, &evm.ConfigError{Field: "message", Have: "nil", Want: "a message"}
	}
	raw, err := m.MarshalBinary()
	if err != nil {
		return nil, fmt.Errorf("%w: %w", ErrVersion, err)
	}
	return raw, nil
}
