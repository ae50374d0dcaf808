package ism

import (
	"fmt"

	"github.com/ethereum/go-ethereum/common"

	"github.com/hyperlane-go/sdk/message"
)

// ModuleType is the answer of moduleType() of a module's contract ([Protocol 7.1]). It decides
// which metadata the module wants.
//
// [Protocol 7.1]: https://github.com/hyperlane-go/sdk/blob/main/docs/protocol/ism.md#71-module-types
type ModuleType uint8

// The module types of the network. Types without a module in this package have a name so that
// reports can use it.
const (
	TypeUnused ModuleType = iota
	TypeRouting
	TypeAggregation
	TypeLegacyMultisig
	TypeMerkleRootMultisig
	TypeMessageIDMultisig
	TypeNull
	TypeCCIPRead
	TypeArbL2ToL1
	TypeWeightedMerkleRootMultisig
	TypeWeightedMessageIDMultisig
	TypeOPL2ToL1
	TypePolymer
	TypeComposite
)

var typeNames = [...]string{
	TypeUnused:                     "unused",
	TypeRouting:                    "routing",
	TypeAggregation:                "aggregation",
	TypeLegacyMultisig:             "legacy multisig",
	TypeMerkleRootMultisig:         "merkle root multisig",
	TypeMessageIDMultisig:          "message id multisig",
	TypeNull:                       "null",
	TypeCCIPRead:                   "ccip read",
	TypeArbL2ToL1:                  "arbitrum l2 to l1",
	TypeWeightedMerkleRootMultisig: "weighted merkle root multisig",
	TypeWeightedMessageIDMultisig:  "weighted message id multisig",
	TypeOPL2ToL1:                   "op stack l2 to l1",
	TypePolymer:                    "polymer",
	TypeComposite:                  "composite",
}

// String returns the name of the type in lower case, or its number when the network has no such
// type.
func (t ModuleType) String() string {
	if int(t) < len(typeNames) {
		return typeNames[t]
	}
	return fmt.Sprintf("module type %d", uint8(t))
}

// Module is an interchain security module as a value. A module that consists of others holds them
// as Module values. The order of the arguments is the contract's: metadata first.
type Module interface {
	// Verify returns nil exactly if the contract would accept the message with this metadata, and
	// an error of class [ErrNoVerifier] where only the contract can tell. It modifies neither.
	Verify(metadata []byte, m *message.Message) error
	// Type returns the type, which decides which metadata the module wants.
	Type() ModuleType
}

// Addressed is a [Module] that knows its contract. All modules of this package implement it.
type Addressed interface {
	Module
	// ModuleAddress returns the contract's address, or zero where there is none.
	ModuleAddress() common.Address
}

// AddressOf returns the address of a module's contract, or zero where the module has none.
func AddressOf(m Module) common.Address {
	if a, ok := m.(Addressed); ok {
		return a.ModuleAddress()
	}
	return common.Address{}
}
