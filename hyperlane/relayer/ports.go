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

// The relayer's own logic sees chains through the two interfaces of this file, and accounts through package sender.
// chain.go implements them over a hyperlane.Chain; the tests run them over a model of a chain that reorganises, lies and
// stalls at will.

// source is a chain that messages come from.
type source interface {
	// Head returns the newest block that is final as far as the relayer is told to care.
	Head(ctx context.Context) (evm.Head, error)
	// HashAt returns the hash of a block, or ethereum.NotFound where the node has none of that number.
	HashAt(ctx context.Context, number uint64) (common.Hash, error)
	// Dispatches and Insertions yield the events of the blocks from..to in order.
	Dispatches(ctx context.Context, from, to uint64) iter.Seq2[dispatched, error]
	Insertions(ctx context.Context, from, to uint64) iter.Seq2[inserted, error]
	// State returns what the contracts say at a block.
	State(ctx context.Context, at evm.Head) (sourceState, error)
	// Locations returns what a validator announced, oldest first.
	Locations(ctx context.Context, validator common.Address) ([]string, error)
}

type dispatched struct {
	msg    message.Message
	block  uint64
	txHash common.Hash
}

type inserted struct {
	id    message.ID
	index uint32
	block uint64
}

type sourceState struct {
	nonce uint32 // of the next dispatch
	tree  merkle.Tree
}

// target is a chain that messages go to.
type target interface {
	metadata.ModuleReader
	// Head returns the newest block that is final as far as the relayer is told to care.
	Head(ctx context.Context) (evm.Head, error)
	// Height returns the number of the latest block.
	Height(ctx context.Context) (uint64, error)
	// Delivered reports whether a message is processed as of a block, nil meaning the latest one.
	Delivered(ctx context.Context, id message.ID, at *evm.Head) (bool, error)
	// ProcessedAt returns the block in which a message was processed, as of the latest block.
	ProcessedAt(ctx context.Context, id message.ID) (block uint64, found bool, err error)
	HasCode(ctx context.Context, account common.Address) (bool, error)
	RecipientISM(ctx context.Context, recipient common.Address) (common.Address, error)
	// Estimate runs process with the relayer's account as sender and returns the gas it takes, or an *evm.RevertError.
	Estimate(ctx context.Context, metadata []byte, m *message.Message) (uint64, error)
	// ProcessCall returns the call that delivers a message.
	ProcessCall(metadata []byte, m *message.Message) (evm.Call, error)
}
