package hyperlane

import (
	"context"
	"math/big"

	bind "github.com/ethereum/go-ethereum/accounts/abi/bind/v2"
	"github.com/ethereum/go-ethereum/common"
	"github.com/ethereum/go-ethereum/core/types"
	"github.com/ethereum/go-ethereum/rpc"
)

// Backend is a node as the client needs it. It is made of go-ethereum's own small interfaces, so that
// *ethclient.Client, the client of the simulated backend and a test double all fit without an adapter.
//
// A backend may be able to do more, found by type assertion:
//
//   - bind.BlockHashContractCaller (CallContractAtHash, CodeAtHash): state is then read at a block's hash, not at its
//     number, so a reorganisation between two reads cannot mix two chains;
//   - Client() *rpc.Client: block hashes are then taken as the node states them. On chains whose headers have fields that
//     go-ethereum does not know, the hash computed from a *types.Header is wrong; the stated one is right;
//   - SubscribeFilterLogs that works: [Inbox.Wait] then wakes at the event and not at the next poll.
//
// Every answer is held to be hostile: see [ErrRPC].
type Backend interface {
	bind.Backend
	BlockNumber(ctx context.Context) (uint64, error)
	HeaderByHash(ctx context.Context, hash common.Hash) (*types.Header, error)
	ChainID(ctx context.Context) (*big.Int, error)
	BalanceAt(ctx context.Context, account common.Address, block *big.Int) (*big.Int, error)
}

// rawCaller is the optional door to plain JSON-RPC; *ethclient.Client has it.
type rawCaller interface {
	Client() *rpc.Client
}

// guarded stands between bind and a backend: bind dereferences answers that a broken node may leave null.
type guarded struct{ Backend }

func (g guarded) HeaderByNumber(ctx context.Context, number *big.Int) (*types.Header, error) {
	h, err := g.Backend.HeaderByNumber(ctx, number)
	if err == nil && h == nil {
		err = &AnswerError{Op: "eth_getBlockByNumber", What: "header", Have: "null", Want: "a header"}
	}
	return h, err
}

func (g guarded) SuggestGasPrice(ctx context.Context) (*big.Int, error) {
	return notNil(g.Backend.SuggestGasPrice(ctx))("eth_gasPrice")
}

func (g guarded) SuggestGasTipCap(ctx context.Context) (*big.Int, error) {
	return notNil(g.Backend.SuggestGasTipCap(ctx))("eth_maxPriorityFeePerGas")
}

func notNil(v *big.Int, err error) func(op string) (*big.Int, error) {
	return func(op string) (*big.Int, error) {
		switch {
		case err != nil:
			return nil, err
		case v == nil || v.Sign() < 0:
			return nil, &AnswerError{Op: op, What: "amount", Have: bigText(v), Want: "zero or more"}
		}
		return v, nil
	}
}

func bigText(v *big.Int) string {
	if v == nil {
		return "null"
	}
	return v.String()
}
