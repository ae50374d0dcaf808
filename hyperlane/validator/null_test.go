package validator_test

import (
	"context"
	"math/big"
	"testing"
	"time"

	"github.com/ethereum/go-ethereum"
	"github.com/ethereum/go-ethereum/core/types"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/hyperlane-go/sdk/hyperlane"
	"github.com/hyperlane-go/sdk/hyperlane/evm"
	"github.com/hyperlane-go/sdk/hyperlane/hyperlanetest"
	"github.com/hyperlane-go/sdk/hyperlane/storage"
	"github.com/hyperlane-go/sdk/hyperlane/validator"
)

// nullNode answers null, without an error, to the calls that are switched off.
type nullNode struct {
	evm.Backend
	null string
}

func (n *nullNode) HeaderByNumber(ctx context.Context, number *big.Int) (*types.Header, error) {
	if n.null == "header" {
		return nil, nil
	}
	if n.null == "empty header" {
		return &types.Header{}, nil
	}
	return n.Backend.HeaderByNumber(ctx, number)
}

func (n *nullNode) CallContract(ctx context.Context, call ethereum.CallMsg, number *big.Int) ([]byte, error) {
	if n.null == "call" {
		return nil, nil
	}
	return n.Backend.CallContract(ctx, call, number)
}

func (n *nullNode) FilterLogs(ctx context.Context, q ethereum.FilterQuery) ([]types.Log, error) {
	switch n.null {
	case "logs":
		return nil, nil
	case "empty logs":
		return make([]types.Log, 3), nil
	}
	return n.Backend.FilterLogs(ctx, q)
}

func (n *nullNode) SuggestGasTipCap(ctx context.Context) (*big.Int, error) {
	if n.null == "fees" {
		return nil, nil
	}
	return n.Backend.SuggestGasTipCap(ctx)
}

// A node that answers null costs no signature and no panic, whatever it answers null to, and as
// chain or as witness.
func TestNullAnswers(t *testing.T) {
	n := hyperlanetest.New(t, 2, hyperlanetest.WithValidators(1, 1))
	origin := n.Chains[0]
	for range 2 {
		_, err := origin.Dispatch(t.Context(), n.Chains[1], []byte("hello"))
		require.NoError(t, err)
	}
	for _, null := range []string{"header", "empty header", "call", "logs", "empty logs", "fees"} {
		for _, place := range []string{"chain", "witness"} {
			if place == "witness" && (null == "logs" || null == "empty logs" || null == "fees") {
				continue // a witness is not asked for logs, and sends nothing
			}
			t.Run(null+" of "+place, func(t *testing.T) {
				node := &nullNode{Backend: origin.Link}
				client, err := evm.New(t.Context(), node)
				require.NoError(t, err)
				chain, err := hyperlane.New(t.Context(), client, origin.Addresses())
				require.NoError(t, err)
				store, now := storage.NewMemory(), n.Clock.Now()
				cfg := validator.Config{
					Chain: chain, Signer: newKey(t), Store: store, StateDir: t.TempDir(), Now: func() time.Time { return now },
					Location: "s3://validator/us-east-1", Transactor: origin.Transactor(3),
				}
				cfg.SkipAnnounce = null != "fees"
				if place == "witness" {
					cfg.Chain, cfg.Witnesses = origin.Chain, []*hyperlane.Chain{chain}
				}
				v, err := validator.New(cfg)
				require.NoError(t, err)
				defer v.Close()
				node.null = null
				err = v.Step(t.Context())
				require.Error(t, err)
				assert.ErrorIs(t, err, evm.ErrRPC)
				require.ErrorIs(t, v.Health(), err, "health says why")
				_, err = store.Checkpoint(t.Context(), 0)
				require.ErrorIs(t, err, storage.ErrNotFound, "nothing is signed")

				node.null = ""
				now = now.Add(time.Minute) // when an announcement is due again
				require.NoError(t, v.Step(t.Context()))
				require.NoError(t, v.Health())
				p := v.Progress()
				assert.EqualValues(t, 2, p.Leaves)
				assert.Zero(t, p.Pending)
				assert.True(t, p.Announced)
				assert.NoError(t, p.Err)
			})
		}
	}
}
