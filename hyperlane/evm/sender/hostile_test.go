package sender

import (
	"context"
	"math/big"
	"testing"

	"github.com/ethereum/go-ethereum"
	"github.com/ethereum/go-ethereum/common"
	"github.com/ethereum/go-ethereum/core/types"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/hyperlane-go/sdk/hyperlane/evm"
)

// absurd is a node that answers some methods with nil, zero or nonsense, and no error.
type absurd struct {
	*node
	method string
	number *big.Int // what amounts are; nil is null
	count  uint64   // what counts are
}

func (a *absurd) HeaderByNumber(ctx context.Context, number *big.Int) (*types.Header, error) {
	switch a.method {
	case "header":
		return nil, nil
	case "empty header":
		return &types.Header{}, nil
	}
	return a.node.HeaderByNumber(ctx, number)
}

func (a *absurd) NonceAt(ctx context.Context, account common.Address, number *big.Int) (uint64, error) {
	if a.method == "nonce" {
		return a.count, nil
	}
	return a.node.NonceAt(ctx, account, number)
}

func (a *absurd) PendingNonceAt(ctx context.Context, account common.Address) (uint64, error) {
	if a.method == "pending" {
		return a.count, nil
	}
	return a.node.PendingNonceAt(ctx, account)
}

func (a *absurd) BalanceAt(ctx context.Context, account common.Address, number *big.Int) (*big.Int, error) {
	if a.method == "balance" {
		return a.number, nil
	}
	return a.node.BalanceAt(ctx, account, number)
}

func (a *absurd) SuggestGasTipCap(ctx context.Context) (*big.Int, error) {
	if a.method == "tip" {
		return a.number, nil
	}
	return a.node.SuggestGasTipCap(ctx)
}

func (a *absurd) EstimateGas(ctx context.Context, msg ethereum.CallMsg) (uint64, error) {
	if a.method == "gas" {
		return a.count, nil
	}
	return a.node.EstimateGas(ctx, msg)
}

func (a *absurd) SendTransaction(ctx context.Context, tx *types.Transaction) error {
	if a.method == "balance" || a.method == "transaction" {
		return saidNo("no")
	}
	return a.node.SendTransaction(ctx, tx)
}

func (a *absurd) TransactionByHash(ctx context.Context, hash common.Hash) (*types.Transaction, bool, error) {
	if a.method == "transaction" {
		return nil, true, nil
	}
	return a.node.TransactionByHash(ctx, hash)
}

func (a *absurd) TransactionReceipt(ctx context.Context, hash common.Hash) (*types.Receipt, error) {
	switch a.method {
	case "receipt":
		return nil, nil
	case "empty receipt":
		return &types.Receipt{}, nil
	}
	return a.node.TransactionReceipt(ctx, hash)
}

// Answers that are null, empty or absurd panic nothing, cost nothing, and end with the account at
// work again.
func TestAbsurdAnswers(t *testing.T) {
	for _, method := range []string{"header", "empty header", "nonce", "pending", "balance", "tip", "gas", "transaction", "receipt", "empty receipt"} {
		for _, number := range []*big.Int{nil, big.NewInt(-1), new(big.Int).Lsh(common.Big1, 300)} {
			for _, count := range []uint64{0, 100, 1 << 63} {
				w := newWorld(t)
				a := &absurd{node: w.n, number: number, count: count}
				client, err := evm.New(t.Context(), a)
				require.NoError(t, err)
				w.cfg.Store = w.disk
				w.s, err = New(t.Context(), client, w.opts, w.cfg)
				require.NoError(t, err)
				w.submit("before")
				a.method = method
				for range 3 {
					_ = w.s.Step(t.Context())
					_, _ = w.s.Submit(t.Context(), Intent{Call: callWith("during"), Keys: []Key{"during"}})
					w.n.mine(2)
					_ = w.s.Step(t.Context())
					_, _ = w.s.Track(t.Context(), "before")
					w.wait(defaultResubmitAfter / 3)
				}
				a.method = ""
				w.step()
				if _, found := w.s.Find("during"); !found {
					w.submit("during")
				}
				settle(t, w, "before", "during")
				for _, data := range []string{"before", "during"} {
					assert.Len(t, w.n.mined(data, 1000), 1, "%s: %v %d", method, number, count)
				}
				assert.Empty(t, w.n.mined("", 1000), "%s: %v %d", method, number, count)
			}
		}
	}
}
