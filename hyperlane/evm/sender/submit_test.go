package sender

import (
	"context"
	"errors"
	"math/big"
	"testing"

	"github.com/ethereum/go-ethereum/common"
	"github.com/ethereum/go-ethereum/core/types"
	"github.com/ethereum/go-ethereum/crypto"
	"github.com/holiman/uint256"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/hyperlane-go/sdk/hyperlane/evm"
)

// A transaction that its node refuses at first sight gives its nonce back.
func TestNotTaken(t *testing.T) {
	w := newWorld(t)
	w.n.refuse = refuseData("large")
	_, err := w.s.Submit(t.Context(), Intent{Call: callWith("large"), Gas: 1, Keys: []Key{"large"}})
	require.ErrorIs(t, err, ErrNotTaken)
	require.ErrorContains(t, err, "oversized data")
	var tx *evm.TxError
	require.ErrorAs(t, err, &tx)
	assert.Equal(t, w.n.offered[0].Hash(), tx.Hash)
	assert.Empty(t, w.disk.records)
	assert.Zero(t, w.submit("small").Nonce)
	w.n.refuse = nil
	assert.EqualValues(t, 1, w.submit("large").Nonce)
	settle(t, w, "small", "large")
}

func refuseData(data string) func(*types.Transaction) error {
	return func(tx *types.Transaction) error {
		if string(tx.Data()) == data {
			return saidNo("oversized data")
		}
		return nil
	}
}

// A refused transaction is kept where it may be on its way all the same.
func TestNotTakenInDoubt(t *testing.T) {
	for name, c := range map[string]func(w *world){
		"nonce is taken": func(w *world) {
			w.n.refuse = func(tx *types.Transaction) error { w.n.plant(0, 1<<30); return saidNo("no") }
		},
		"pool does not answer": func(w *world) { w.n.refuse = refuseData("a"); w.n.fail["PendingNonceAt"] = 1 },
		"node does not say":    func(w *world) { w.n.refuse = refuseData("a"); w.n.fail["TransactionByHash"] = 2 },
		"node is out of reach": func(w *world) { w.n.fail["SendTransaction"] = 1 },
		"account is poor":      func(w *world) { w.n.poor = true },
	} {
		t.Run(name, func(t *testing.T) {
			w := newWorld(t)
			w.step()
			_, err := w.s.nextNonce(t.Context()) // asks the pool, before it fails
			require.NoError(t, err)
			pending := w.n.calls["PendingNonceAt"]
			c(w)
			if w.n.fail["PendingNonceAt"] > 0 { // the second request is the one that fails
				w.n.fail["PendingNonceAt"] = 0
				refuse := w.n.refuse
				w.n.refuse = func(tx *types.Transaction) error { w.n.fail["PendingNonceAt"] = 1; return refuse(tx) }
			}
			f := w.submit("a")
			require.Error(t, f.Refused)
			assert.Equal(t, name == "account is poor", errors.Is(f.Refused, evm.ErrFunds))
			found, ok := w.s.Find("a")
			require.True(t, ok)
			assert.Equal(t, f, found)
			assert.GreaterOrEqual(t, w.n.calls["PendingNonceAt"], pending)
			w.n.refuse, w.n.poor = nil, false
			clear(w.n.fail)
			if settle(t, w, "a"); name != "nonce is taken" {
				assert.Len(t, w.n.mined("a", 1000), 1)
			}
		})
	}
}

// What is refused when it is offered again, and again at a higher price, uses its nonce up in the
// end.
func TestRefusedLater(t *testing.T) {
	w := newWorld(t)
	w.submit("a")
	w.submit("b")
	w.n.dropPool()
	w.n.refuse = refuseData("a")
	w.open()
	require.Error(t, w.look("a").Flight.Refused)
	for range 3 {
		w.wait(defaultResubmitAfter)
		w.look("a")
		w.track("b")
	}
	w.n.mine(1 + lag)
	o := w.look("a")
	assert.Equal(t, Replaced, o.State)
	assert.Equal(t, Mined, w.track("b").State)
	assert.Len(t, w.n.mined("", 1000), 1)
}

func TestCancelled(t *testing.T) {
	w := newWorld(t)
	w.submit("a")
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	_, err := w.s.Submit(ctx, Intent{Call: callWith("b"), Keys: []Key{"b"}})
	_, trackErr := w.s.Track(ctx, "a")
	for _, err := range []error{err, trackErr, w.s.Step(ctx), w.s.Release(ctx, "a")} {
		require.ErrorIs(t, err, context.Canceled)
		require.NotErrorIs(t, err, evm.ErrRPC)
	}
	_, found := w.s.Find("b")
	assert.False(t, found)

	// Interrupted while the node has it: the call is under way.
	ctx, cancel = context.WithCancel(t.Context())
	w.n.sent = func(string) { cancel() }
	f, err := w.s.Submit(ctx, Intent{Call: callWith("b"), Gas: 1, Keys: []Key{"b"}})
	require.NoError(t, err)
	require.ErrorIs(t, f.Refused, context.Canceled)
	w.n.sent = nil
	settle(t, w, "a", "b")
}

// Failures before the transaction is stored leave nothing behind.
func TestSubmitFails(t *testing.T) {
	for name, c := range map[string]struct {
		set   func(w *world)
		class error
	}{
		"head":    {func(w *world) { w.n.fail["HeaderByNumber"] = 1 }, evm.ErrRPC},
		"count":   {func(w *world) { w.n.fail["NonceAt"] = 1 }, evm.ErrRPC},
		"pool":    {func(w *world) { w.n.fail["PendingNonceAt"] = 1 }, evm.ErrRPC},
		"tip":     {func(w *world) { w.n.fail["SuggestGasTipCap"] = 1 }, evm.ErrRPC},
		"gas":     {func(w *world) { w.n.fail["EstimateGas"] = 1 }, evm.ErrRPC},
		"store":   {func(w *world) { w.disk.fail = errNode }, errNode},
		"no key":  {func(w *world) { w.s.opts.Signer = broken(nil, errNode) }, errNode},
		"no tx":   {func(w *world) { w.s.opts.Signer = broken(nil, nil) }, evm.ErrConfig},
		"another": {func(w *world) { w.s.opts.Signer = broken(w.n.plant(0, 1), nil); clear(w.n.pool) }, evm.ErrConfig},
	} {
		t.Run(name, func(t *testing.T) {
			w := newWorld(t)
			signer := w.s.opts.Signer
			c.set(w)
			_, err := w.s.Submit(t.Context(), Intent{Call: callWith("a"), Keys: []Key{"a"}})
			require.ErrorIs(t, err, c.class)
			assert.Empty(t, w.s.Flights())
			assert.Empty(t, w.n.offered)
			w.disk.fail, w.s.opts.Signer = nil, signer
			f := w.submit("a")
			assert.Zero(t, f.Nonce)
			settle(t, w, "a")
			assert.Len(t, w.n.mined("a", 100), 1)
		})
	}
}

func broken(tx *types.Transaction, err error) func(common.Address, *types.Transaction) (*types.Transaction, error) {
	return func(common.Address, *types.Transaction) (*types.Transaction, error) { return tx, err }
}

func TestConfigRefused(t *testing.T) {
	w := newWorld(t)
	client := w.s.client
	for field, spoil := range map[string]func(*world){
		"Config.Store":           func(w *world) { w.cfg.Store = nil },
		"Config.ResubmitAfter":   func(w *world) { w.cfg.ResubmitAfter = -1 },
		"Config.Interval":        func(w *world) { w.cfg.Interval = -1 },
		"finality":               func(w *world) { w.cfg.Finality = evm.Finality{Tag: "soon"} },
		"TransactOpts":           func(w *world) { w.opts = nil },
		"TransactOpts.Signer":    func(w *world) { w.opts.Signer = nil },
		"TransactOpts.NoSend":    func(w *world) { w.opts.NoSend = true },
		"TransactOpts.Nonce":     func(w *world) { w.opts.Nonce = common.Big1 },
		"TransactOpts.Value":     func(w *world) { w.opts.Value = common.Big1 },
		"TransactOpts.GasLimit":  func(w *world) { w.opts.GasLimit = 1 },
		"TransactOpts.GasPrice":  func(w *world) { w.opts.GasPrice, w.cfg.MaxFee = common.Big2, uint256.NewInt(1) },
		"TransactOpts.GasFeeCap": func(w *world) { w.opts.GasFeeCap, w.cfg.MaxFee = common.Big2, uint256.NewInt(1) },
	} {
		w := &world{opts: w.n.opts(), cfg: w.cfg}
		spoil(w)
		_, err := New(t.Context(), client, w.opts, w.cfg)
		var e *evm.ConfigError
		require.ErrorAs(t, err, &e, field)
		assert.Equal(t, field, e.Field)
	}
	_, err := New(t.Context(), nil, w.opts, w.cfg)
	require.ErrorIs(t, err, evm.ErrConfig)
}

// Records of another account or chain, and broken ones, are refused.
func TestStateRefused(t *testing.T) {
	w := newWorld(t)
	w.submit("a")
	record := *w.s.at(0)
	other, err := crypto.GenerateKey()
	require.NoError(t, err)
	sign := func(chain int64, nonce uint64) Tx {
		return Tx{Transaction: types.MustSignNewTx(other, types.LatestSignerForChainID(big.NewInt(chain)), &types.DynamicFeeTx{
			ChainID: big.NewInt(chain), Nonce: nonce, To: &contract, Gas: 1, GasFeeCap: big.NewInt(1), GasTipCap: big.NewInt(1)})}
	}
	for name, records := range map[string][]Record{
		"another account":  {{Txs: []Tx{sign(1337, 0)}}},
		"another chain":    {{Txs: []Tx{sign(1, 0)}}},
		"another nonce":    {{Nonce: 1, Txs: record.Txs}},
		"no transaction":   {{}},
		"two of a nonce":   {record, record},
		"a key of another": {record, {Nonce: 1, Keys: record.Keys, Txs: record.Txs}},
	} {
		_, err := New(t.Context(), w.s.client, w.opts, Config{Store: fixed(records)})
		require.ErrorIs(t, err, ErrState, name)
	}
	_, err = New(t.Context(), w.s.client, w.opts, Config{Store: fixed(nil)})
	require.ErrorIs(t, err, errNode)
}

// fixed is a store that holds some records; nil cannot be read.
type fixed []Record

func (f fixed) Load(context.Context) ([]Record, error) {
	if f == nil {
		return nil, errNode
	}
	return f, nil
}

func (fixed) Put(context.Context, Record) error { return nil }

func (fixed) Delete(context.Context, uint64) error { return nil }
