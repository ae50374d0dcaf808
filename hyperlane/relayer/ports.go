package relayer

import (
	"context"
	"iter"

	"github.com/ethereum/go-ethereum/common"

	"github.com/hyperlane-go/sdk/hyperlane/evm"
	"github.com/hyperlane-go/sdk/ism/metadata"
	"github.com/hyperlane-go/sdk/merkle"
	"github.com/hyperlane-go/sdk/message"
)

// The relayer sees chains through the two interfaces of this file, and accounts through package
// sender. File chain.go implements them over a hyperlane.Chain. The tests implement them over a
// model of a chain that reorganises, lies and stalls on demand.

// source is a chain that messages come from.
type source interface {
	// Head returns the newest block that is final by Chain.Finality.
	Head(ctx context.Context) (evm.Head, error)
	// HashAt returns the hash of a block, or ethereum.NotFound if the node has no block of that
	// number.
	HashAt(ctx context.Context, number uint64) (common.Hash, error)
	// Dispatches and Insertions yield the events of the blocks from..to, both included, in order.
	Dispatches(ctx context.Context, from, to uint64) iter.Seq2[dispatchEvent, error]
	Insertions(ctx context.Context, from, to uint64) iter.Seq2[insertionEvent, error]
	// State returns the state of the contracts as of a block.
	State(ctx context.Context, at evm.Head) (sourceState, error)
	// Locations returns the storage locations that a validator has announced, oldest first.
	Locations(ctx context.Context, validator common.Address) ([]string, error)
}

// dispatchEvent is a Dispatch event of the outbox.
type dispatchEvent struct {
	msg    message.Message
	block  uint64
	txHash common.Hash
}

// insertionEvent is an InsertedIntoTree event of the Merkle tree hook.
type insertionEvent struct {
	id    message.ID
	index uint32
	block uint64
}

// sourceState is the state of the contracts as of one block.
type sourceState struct {
	nonce uint32 // of the next dispatch
	tree  merkle.Tree
}

// target is a chain that messages go to.
type target interface {
	metadata.ModuleReader
	// Head returns the newest block that is final by Chain.Finality.
	Head(ctx context.Context) (evm.Head, error)
	// Height returns the number of the latest block.
	Height(ctx context.Context) (uint64, error)
	// Delivered reports whether a message is processed as of a block; nil means the latest block.
	Delivered(ctx context.Context, id message.ID, at *evm.Head) (bool, error)
	// ProcessedAt returns the block in which a message was processed, as of the latest block.
	ProcessedAt(ctx context.Context, id message.ID) (block uint64, found bool, err error)
	// HasCode reports whether an account has code as of the latest block.
	HasCode(ctx context.Context, account common.Address) (bool, error)
	// RecipientISM returns the module that verifies the messages to a recipient.
	RecipientISM(ctx context.Context, recipient common.Address) (common.Address, error)
	// Estimate simulates process from the relayer's account. It returns the gas that it uses, or an
	// *evm.RevertError.
	Estimate(ctx context.Context, metadata []byte, m *message.Message) (uint64, error)
	// ProcessCall returns the call that delivers a message.
	ProcessCall(metadata []byte, m *message.Message) (evm.Call, error)
}
