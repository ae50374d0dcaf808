package evm

import (
	"context"
	"math/big"

	bind "github.com/ethereum/go-ethereum/accounts/abi/bind/v2"
	"github.com/ethereum/go-ethereum/common"
	"github.com/ethereum/go-ethereum/rpc"
)

// Backend is a node as [Client] needs it. It consists of go-ethereum's own small interfaces, so
// *ethclient.Client, the client of the simulated backend and a test double fit without an adapter.
//
// A backend can offer more, found by type assertion:
//
//   - bind.BlockHashContractCaller (CallContractAtHash, CodeAtHash): the client then reads state at
//     the hash of a block instead of its number, so a reorganisation between two reads cannot mix
//     two chains.
//   - Client() *rpc.Client: the client then takes block hashes as the node states them, and sends
//     many reads in one JSON-RPC batch. On chains whose headers have fields that go-ethereum does
//     not know, the hash computed from a *types.Header is wrong and the stated one is right.
//   - SubscribeFilterLogs that works: [Client.Watch] then wakes at the event instead of at the next
//     poll.
//
// The client treats every answer as hostile: see [ErrRPC].
type Backend interface {
	bind.Backend
	ChainID(ctx context.Context) (*big.Int, error)
	BalanceAt(ctx context.Context, account common.Address, block *big.Int) (*big.Int, error)
	NonceAt(ctx context.Context, account common.Address, block *big.Int) (uint64, error)
}

// rawCaller is the optional access to plain JSON-RPC; *ethclient.Client has it.
type rawCaller interface {
	Client() *rpc.Client
}

// raw returns the plain JSON-RPC client of the backend, nil if it has none.
func (c *Client) raw() *rpc.Client {
	if raw, ok := c.node.backend.(rawCaller); ok {
		return raw.Client()
	}
	return nil
}
