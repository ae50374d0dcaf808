package hyperlane_test

import (
	"context"
	"errors"
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
	"github.com/hyperlane-go/sdk/message"
)

// crooked is a real node whose answers about transactions are broken.
type crooked struct {
	*sim
	receipt func(*types.Receipt) (*types.Receipt, error)
	price   func() (*big.Int, error)
	gas     func() (uint64, error)
	submit  func(tx *types.Transaction, pass func() error) error
	header  func(*types.Header) *types.Header
}

func (c *crooked) TransactionReceipt(ctx context.Context, hash common.Hash) (*types.Receipt, error) {
	r, err := c.sim.TransactionReceipt(ctx, hash)
	if err == nil && c.receipt != nil {
		return c.receipt(r)
	}
	return r, err
}

func (c *crooked) SuggestGasTipCap(ctx context.Context) (*big.Int, error) {
	if c.price != nil {
		return c.price()
	}
	return c.sim.SuggestGasTipCap(ctx)
}

func (c *crooked) EstimateGas(ctx context.Context, msg ethereum.CallMsg) (uint64, error) {
	if c.gas != nil {
		return c.gas()
	}
	return c.sim.EstimateGas(ctx, msg)
}

func (c *crooked) SendTransaction(ctx context.Context, tx *types.Transaction) error {
	pass := func() error { return c.sim.SendTransaction(ctx, tx) }
	if c.submit != nil {
		return c.submit(tx, pass)
	}
	return pass()
}

func (c *crooked) HeaderByNumber(ctx context.Context, n *big.Int) (*types.Header, error) {
	h, err := c.sim.HeaderByNumber(ctx, n)
	if err == nil && c.header != nil {
		return c.header(h), nil
	}
	return h, err
}

// newCrooked is a client that gives up after some looks at the node.
func newCrooked(t *testing.T, k *core) (*crooked, *hyperlane.Chain) {
	b := &crooked{sim: k.sim}
	naps := 0
	c, err := connect(t.Context(), b, k.Addresses(), evm.WithSleep(func(context.Context, time.Duration) error {
		if naps++; naps%5 == 0 {
			return errStop
		}
		return nil
	}))
	require.NoError(t, err)
	return b, c
}

var toSomebody = hyperlane.Dispatch{Destination: 2000, Recipient: message.Address{31: 1}, Body: []byte("x")}

// A receipt that is null, or of something else, is never taken for the transaction's; the error
// carries the hash, for the message may have left.
func TestHostileReceipts(t *testing.T) {
	k := newCore(t)
	b, c := newCrooked(t, k)
	edit := func(change func(r *types.Receipt)) func(*types.Receipt) (*types.Receipt, error) {
		return func(r *types.Receipt) (*types.Receipt, error) { change(r); return r, nil }
	}
	for _, row := range []struct {
		name    string
		receipt func(*types.Receipt) (*types.Receipt, error)
		also    error
	}{
		{"null", func(*types.Receipt) (*types.Receipt, error) { return nil, nil }, nil},
		{"never", func(*types.Receipt) (*types.Receipt, error) { return nil, ethereum.NotFound }, nil},
		{"failure", func(*types.Receipt) (*types.Receipt, error) { return nil, errors.New("down") }, evm.ErrRPC},
		{"another transaction", edit(func(r *types.Receipt) { r.TxHash[0]++ }), evm.ErrAnswer},
		{"no block", edit(func(r *types.Receipt) { r.BlockNumber = nil }), evm.ErrAnswer},
		{"negative block", edit(func(r *types.Receipt) { r.BlockNumber = big.NewInt(-1) }), evm.ErrAnswer},
		{"no block hash", edit(func(r *types.Receipt) { r.BlockHash = common.Hash{} }), evm.ErrAnswer},
		{"another block", edit(func(r *types.Receipt) {
			r.BlockHash[0]++
			for _, l := range r.Logs {
				l.BlockHash = r.BlockHash
			}
		}), evm.ErrReorg},
		{"status 2", edit(func(r *types.Receipt) { r.Status = 2 }), evm.ErrAnswer},
		{"null log", edit(func(r *types.Receipt) { r.Logs[0] = nil }), evm.ErrAnswer},
		{"log of another transaction", edit(func(r *types.Receipt) { r.Logs[0].TxHash[0]++ }), evm.ErrAnswer},
		{"log of another block", edit(func(r *types.Receipt) { r.Logs[0].BlockNumber++ }), evm.ErrAnswer},
		{"removed log", edit(func(r *types.Receipt) { r.Logs[0].Removed = true }), evm.ErrAnswer},
		{"logs out of order", edit(func(r *types.Receipt) { r.Logs[1].Index = 0 }), evm.ErrAnswer},
	} {
		t.Run(row.name, func(t *testing.T) {
			var hash common.Hash
			b.submit = func(tx *types.Transaction, pass func() error) error { hash = tx.Hash(); return pass() }
			b.receipt = row.receipt
			sent, err := c.Outbox().Dispatch(t.Context(), b.opts(), toSomebody)
			require.ErrorIs(t, err, evm.ErrNotMined)
			require.ErrorIs(t, err, errStop)
			if row.also != nil {
				require.ErrorIs(t, err, row.also)
			}
			assert.Nil(t, sent)
			var tx *evm.TxError
			require.ErrorAs(t, err, &tx)
			assert.Equal(t, hash, tx.Hash)
			assert.Contains(t, err.Error(), hash.Hex())
		})
	}
	// Receipts that hold together, of a transaction that cannot have gone so.
	for name, change := range map[string]func(r *types.Receipt){
		"no logs":             func(r *types.Receipt) { r.Logs = nil },
		"only the id":         func(r *types.Receipt) { r.Logs = r.Logs[1:] },
		"another message":     func(r *types.Receipt) { r.Logs[0].Data[100]++ },
		"another destination": func(r *types.Receipt) { r.Logs[0].Topics[2][31]++ },
		"a whole other message": func(r *types.Receipt) {
			other := &message.Message{Version: 3, Origin: coreDomain, Sender: message.FromEVM(fakeSender), Destination: 2000, Recipient: toSomebody.Recipient, Body: toSomebody.Body}
			for i, l := range messageLogs(other, 0)[:3] {
				r.Logs[i].Topics, r.Logs[i].Data = l.Topics, l.Data
			}
		},
		"a broken insertion": func(r *types.Receipt) { r.Logs[2].Data = nil },
	} {
		t.Run(name, func(t *testing.T) {
			b.submit, b.receipt = nil, edit(change)
			_, err := c.Outbox().Dispatch(t.Context(), b.opts(), toSomebody)
			require.ErrorIs(t, err, evm.ErrAnswer)
		})
	}
	// Without the insertion's log the message is simply not in the tree: hooks may have left it
	// out.
	b.receipt = edit(func(r *types.Receipt) { r.Logs = r.Logs[:2] })
	sent, err := c.Outbox().Dispatch(t.Context(), b.opts(), toSomebody)
	require.NoError(t, err)
	assert.False(t, sent.InTree)

	b.receipt = edit(func(r *types.Receipt) { r.Logs = nil })
	_, err = c.Inbox().Process(t.Context(), b.opts(), nil, k.inbound(0))
	require.ErrorIs(t, err, evm.ErrAnswer)
	b.receipt = edit(func(r *types.Receipt) { r.Status = 0 })
	_, err = c.Inbox().Process(t.Context(), b.opts(), nil, k.inbound(1))
	require.ErrorIs(t, err, evm.ErrTxFailed)
}

// A lie that ends is survived: the node is asked again.
func TestReceiptLiesEnd(t *testing.T) {
	k := newCore(t)
	b, c := newCrooked(t, k)
	asked := 0
	b.receipt = func(r *types.Receipt) (*types.Receipt, error) {
		if asked++; asked < 4 {
			return nil, errors.New("down")
		}
		return r, nil
	}
	sent, err := c.Outbox().Dispatch(t.Context(), b.opts(), toSomebody)
	require.NoError(t, err)
	assert.True(t, sent.InTree)
}

func TestSending(t *testing.T) {
	k := newCore(t)
	b, c := newCrooked(t, k)
	nonce := func() uint32 {
		n, err := k.Outbox().Nonce(t.Context())
		require.NoError(t, err)
		return n
	}
	// A node that passes the transaction on and says it failed.
	b.submit = func(_ *types.Transaction, pass func() error) error { _ = pass(); return errors.New("broken pipe") }
	_, err := c.Outbox().Dispatch(t.Context(), b.opts(), toSomebody)
	require.NoError(t, err)
	assert.EqualValues(t, 1, nonce())
	// One that does fail.
	b.submit = func(*types.Transaction, func() error) error { return errors.New("broken pipe") }
	_, err = c.Outbox().Dispatch(t.Context(), b.opts(), toSomebody)
	require.ErrorIs(t, err, evm.ErrNotMined)
	require.ErrorIs(t, err, evm.ErrRPC)
	assert.EqualValues(t, 1, nonce())
	b.submit = nil

	for _, price := range []*big.Int{nil, big.NewInt(-1)} {
		b.price = func() (*big.Int, error) { return price, nil }
		_, err = c.Outbox().Dispatch(t.Context(), b.opts(), toSomebody)
		require.ErrorIs(t, err, evm.ErrAnswer)
	}
	b.price = nil
	b.gas = func() (uint64, error) { return 1 << 60, nil }
	_, err = c.Outbox().Dispatch(t.Context(), b.opts(), toSomebody)
	require.ErrorIs(t, err, evm.ErrAnswer)
	b.gas = func() (uint64, error) { return 0, errors.New("down") }
	_, err = c.Outbox().Dispatch(t.Context(), b.opts(), toSomebody)
	require.ErrorIs(t, err, evm.ErrRPC)
	b.gas = nil
	b.header = func(*types.Header) *types.Header { return nil }
	_, err = c.Outbox().Dispatch(t.Context(), b.opts(), toSomebody)
	require.ErrorIs(t, err, evm.ErrRPC)
	b.header = nil

	opts := b.opts()
	opts.Signer = func(common.Address, *types.Transaction) (*types.Transaction, error) { return nil, errors.New("no key") }
	_, err = c.Outbox().Dispatch(t.Context(), opts, toSomebody)
	require.ErrorContains(t, err, "no key")
	opts.Signer = func(common.Address, *types.Transaction) (*types.Transaction, error) { return nil, nil }
	_, err = c.Outbox().Dispatch(t.Context(), opts, toSomebody)
	require.ErrorIs(t, err, evm.ErrConfig)
	assert.EqualValues(t, 1, nonce(), "none of these was sent")
}

// An account that cannot pay is recognised by its balance, not by the node's words.
func TestFunds(t *testing.T) {
	k := newCore(t)
	poor := &sim{Backend: k.sim.Backend, BlockHashContractCaller: k.sim.BlockHashContractCaller, node: k.sim.node, key: newKey(t)}
	c, err := connect(t.Context(), poor, k.Addresses(), fast)
	require.NoError(t, err)
	check := func(err error, want int64) {
		t.Helper()
		require.ErrorIs(t, err, evm.ErrFunds)
		var funds *evm.FundsError
		require.ErrorAs(t, err, &funds)
		assert.Equal(t, poor.opts().From, funds.Account)
		assert.Zero(t, funds.Have.Sign())
		if want > 0 {
			assert.EqualValues(t, want, funds.Want.Int64())
		}
	}
	opts := poor.opts()
	opts.Value = big.NewInt(5)
	_, err = c.Outbox().Dispatch(t.Context(), opts, toSomebody)
	check(err, 5)
	_, err = c.Inbox().Process(t.Context(), opts, nil, k.inbound(0))
	check(err, 5)
	opts.GasLimit = 200_000 // nothing is estimated, and the transaction itself is refused
	_, err = c.Outbox().Dispatch(t.Context(), opts, toSomebody)
	check(err, 0)

	rich := k.sim.opts()
	b, c := newCrooked(t, k)
	b.gas = func() (uint64, error) { return 0, rpcError{Code: -32000, Text: "insufficient funds"} }
	_, err = c.Outbox().Dispatch(t.Context(), rich, toSomebody)
	require.NotErrorIs(t, err, evm.ErrFunds, "the node's words are not believed")
	require.ErrorIs(t, err, evm.ErrRPC)
}

func TestConfirmations(t *testing.T) {
	k := newCore(t)
	naps := 0
	c, err := connect(t.Context(), k.sim, k.Addresses(), evm.WithConfirmations(3), evm.WithSleep(func(context.Context, time.Duration) error {
		naps++
		k.sim.node.Commit()
		return nil
	}))
	require.NoError(t, err)
	sent, err := c.Outbox().Dispatch(t.Context(), k.sim.opts(), toSomebody)
	require.NoError(t, err)
	assert.Equal(t, 3, naps)
	n, err := k.sim.height(t.Context())
	require.NoError(t, err)
	assert.Equal(t, sent.Receipt.BlockNumber.Uint64()+3, n)
}

func TestGasMargin(t *testing.T) {
	k := newCore(t)
	for margin, opts := range map[uint64][]evm.Option{75_000: nil, 0: {evm.WithGasMargin(0)}, 9: {evm.WithGasMargin(9)}} {
		c, err := connect(t.Context(), k.sim, k.Addresses(), append(opts, fast)...)
		require.NoError(t, err)
		estimate, err := c.Outbox().EstimateDispatch(t.Context(), k.sim.opts().From, nil, toSomebody)
		require.NoError(t, err)
		var limit uint64
		k.sim.sent = func(tx *types.Transaction) { limit = tx.Gas() }
		_, err = c.Outbox().Dispatch(t.Context(), k.sim.opts(), toSomebody)
		require.NoError(t, err)
		assert.Equal(t, estimate+margin, limit)
	}
}
