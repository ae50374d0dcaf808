package ism

import (
	"fmt"

	"github.com/hyperlane-go/sdk/message"
)

// ModuleType is what moduleType() of a module's contract answers. It decides
// which metadata the module wants.
type ModuleType uint8

// The module types of the network. Types without a module in this package are
// named so that a report can name them.
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

// String names the type in lower case, or gives its number when the network
// knows no such type.
func (t ModuleType) String() string {
	if int(t) < len(typeNames) {
		return typeNames[t]
	}
	return fmt.Sprintf("module type %d", uint8(t))
}

// Module is an interchain security module whose verdict can be reached
// offline. The order of the arguments is the contract's: metadata first.
type Module interface {
	// Verify returns nil exactly if the contract would accept the message with
	// this metadata. It modifies neither.
	Verify(metadata []byte, m *message.Message) error
	// Type says which metadata the module wants.
	Type() ModuleType
}
