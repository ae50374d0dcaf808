package relayer_test

import (
	"context"
	"math/big"
	"testing"
	"time"

	"github.com/ethereum/go-ethereum"
	"github.com/ethereum/go-ethereum/common"
	"github.com/ethereum/go-ethereum/core/types"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/hyperlane-go/sdk/hyperlane"
	"github.com/hyperlane-go/sdk/hyperlane/evm"
	"github.com/hyperlane-go/sdk/hyperlane/hyperlanetest"
	"github.com/hyperlane-go/sdk/hyperlane/relayer"
)

// null is a node that answers some methods with nil and no error.
type null struct {
	*hyperlanetest.Link
	method hyperlanetest.Method
}

func (n *null) HeaderByNumber(ctx context.Context, number *big.Int) (*types.Header, error) {
	if n.method == hyperlanetest.HeaderByNumber {
		return nil, nil
	}
	return n.Link.HeaderByNumber(ctx, number)
}

func (n *null) CallContract(ctx context.Context, msg ethereum.CallMsg, number *big.Int) ([]byte, error) {
	if n.method == hyperlanetest.CallContract {
		return nil, nil
	}
	return n.Link.CallContract(ctx, msg, number)
}

func (n *null) CallContractAtHash(ctx context.Context, msg ethereum.CallMsg, hash common.Hash) ([]byte, error) {
	if n.method == hyperlanetest.CallContract {
		return nil, nil
	}
	return n.Link.CallContractAtHash(ctx, msg, hash)
}

func (n *null) CodeAt(ctx context.Context, account common.Address, number *big.Int) ([]byte, error) {
	if n.method == hyperlanetest.CodeAt {
		return nil, nil
	}
	return n.Link.CodeAt(ctx, account, number)
}

func (n *null) BalanceAt(ctx context.Context, account common.Address, number *big.Int) (*big.Int, error) {
	if n.method == hyperlanetest.BalanceAt {
		return nil, nil
	}
	return n.Link.BalanceAt(ctx, account, number)
}

func (n *null) SuggestGasTipCap(ctx context.Context) (*big.Int, error) {
	if n.method == hyperlanetest.SuggestGas {
		return nil, nil
	}
	return n.Link.SuggestGasTipCap(ctx)
}

func (n *null) FilterLogs(ctx context.Context, q ethereum.FilterQuery) ([]types.Log, error) {
	if n.method == hyperlanetest.FilterLogs {
		return nil, nil
	}
	return n.Link.FilterLogs(ctx, q)
}

func (n *null) TransactionByHash(ctx context.Context, hash common.Hash) (*types.Transaction, bool, error) {
	if n.method == hyperlanetest.TransactionByHash {
		return nil, false, nil
	}
	return n.Link.TransactionByHash(ctx, hash)
}

func (n *null) TransactionReceipt(ctx context.Context, hash common.Hash) (*types.Receipt, error) {
	if n.method == hyperlanetest.TransactionReceipt {
		return nil, nil
	}
	return n.Link.TransactionReceipt(ctx, hash)
}

// A node that answers nil without an error panics nothing, at any stage of a message, and loses nothing.
func TestNullAnswers(t *testing.T) {
	for _, method := range []hyperlanetest.Method{
		hyperlanetest.HeaderByNumber, hyperlanetest.CallContract, hyperlanetest.CodeAt, hyperlanetest.BalanceAt, hyperlanetest.SuggestGas,
		hyperlanetest.FilterLogs, hyperlanetest.TransactionByHash, hyperlanetest.TransactionReceipt,
	} {
		t.Run(string(method), func(t *testing.T) {
			n := hyperlanetest.New(t, 2)
			n.Relayer.Pause()
			var nodes []*null
			cfg := relayer.Config{Ephemeral: true, OpenStore: n.OpenStore, Now: n.Clock.Now}
			for _, c := range n.Chains {
				node := &null{Link: c.Link}
				client, err := evm.New(t.Context(), node)
				require.NoError(t, err)
				chain, err := hyperlane.New(t.Context(), client, c.Addresses())
				require.NoError(t, err)
				nodes = append(nodes, node)
				cfg.Chains = append(cfg.Chains, relayer.Chain{Client: chain, Transactor: c.Transactor(5)})
			}
			r, err := relayer.New(cfg)
			require.NoError(t, err)
			defer func() { require.NoError(t, r.Close()) }()
			sent := send(t, n, "hello")
			rounds(t, n, 3)
			for range 8 { // a null answer at each stage in turn
				for _, node := range nodes {
					node.method = method
				}
				_ = r.Step(t.Context())
				for _, node := range nodes {
					node.method = ""
				}
				n.Clock.Advance(time.Minute)
				require.NoError(t, r.Step(t.Context()))
				rounds(t, n, 1)
				n.Clock.Advance(time.Minute)
			}
			s, err := r.Status(sent.ID)
			require.NoError(t, err)
			require.Equal(t, relayer.StageFinal, s.Stage, "%v", s)
			assert.Equal(t, 1, processed(t, n.Chains[1], sent.ID))
		})
	}
}
