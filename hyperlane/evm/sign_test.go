package evm_test

import (
	"context"
	"encoding/json"
	"errors"
	"math"
	"math/big"
	"testing"

	"github.com/ethereum/go-ethereum"
	bind "github.com/ethereum/go-ethereum/accounts/abi/bind/v2"
	"github.com/ethereum/go-ethereum/common"
	"github.com/ethereum/go-ethereum/core/types"
	"github.com/ethereum/go-ethereum/crypto"
	"github.com/holiman/uint256"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/hyperlane-go/sdk/hyperlane/evm"
	"github.com/hyperlane-go/sdk/hyperlane/evm/evmtest"
)

// Options that cannot end in a mined transaction are refused before anything is asked.
func TestCheckOpts(t *testing.T) {
	c := client(t, evmtest.NewNode())
	noSigner, noSend := payer(t), payer(t)
	noSigner.Signer, noSend.NoSend = nil, true
	for _, opts := range []*bind.TransactOpts{nil, noSigner, noSend} {
		_, err := c.Send(t.Context(), opts, toContract())
		require.ErrorIs(t, err, evm.ErrConfig)
		_, err = c.Deploy(t.Context(), opts, evm.NewDeployment("", nil))
		require.ErrorIs(t, err, evm.ErrConfig)
	}
	broken := payer(t)
	broken.Signer = func(common.Address, *types.Transaction) (*types.Transaction, error) { return nil, nil }
	_, err := c.Sign(t.Context(), broken, toContract())
	require.ErrorIs(t, err, evm.ErrConfig, "a signer that returns nothing")
	require.ErrorContains(t, err, "TransactOpts.Signer")
	ctx, cancel := context.WithCancel(t.Context())
	broken.Signer = func(common.Address, *types.Transaction) (*types.Transaction, error) { cancel(); return nil, errGivenUp }
	_, err = c.Sign(ctx, broken, toContract())
	require.ErrorIs(t, err, context.Canceled, "the caller gave up while it was signed")
	require.NotErrorIs(t, err, errGivenUp)
	broken.Signer = func(common.Address, *types.Transaction) (*types.Transaction, error) { return nil, errGivenUp }
	_, err = c.Submit(t.Context(), broken, toContract())
	require.ErrorIs(t, err, errGivenUp)
	require.NotErrorIs(t, err, evm.ErrRPC, "the signer's failure is not the node's")
}

// A signature for another chain is not sent, since it is valid there.
func TestSignsForAnotherChain(t *testing.T) {
	n := evmtest.NewNode()
	c := client(t, n)
	n.Submit = func(*types.Transaction) (bool, error) { t.Error("it was sent"); return true, nil }
	key, err := crypto.GenerateKey()
	require.NoError(t, err)
	for _, price := range []*big.Int{nil, big.NewInt(1)} {
		opts := bind.NewKeyedTransactor(key, big.NewInt(1))
		opts.GasPrice = price
		_, err = c.Submit(t.Context(), opts, toContract())
		require.ErrorIs(t, err, evm.ErrConfig)
		require.ErrorContains(t, err, "signs for chain 1, want chain 7")
		opts = bind.NewKeyedTransactor(key, big.NewInt(evmtest.ChainID))
		opts.GasPrice = price
		_, err = c.Sign(t.Context(), opts, toContract())
		require.NoError(t, err)
	}
	require.ErrorIs(t, c.Offer(t.Context(), common.Address{}, nil), evm.ErrConfig)
}

func TestGasMargin(t *testing.T) {
	for margin, want := range map[uint64]uint64{0: 50_000, 7: 50_007, math.MaxUint64: math.MaxUint64} {
		tx, err := client(t, evmtest.NewNode(), evm.WithGasMargin(margin)).Prepare(t.Context(), common.Address{1}, toContract())
		require.NoError(t, err)
		assert.Equal(t, want, tx.Gas())
	}
}

// A chain without a base fee takes transactions of the old kind, which are unsigned without a chain
// id.
func TestPrepareLegacy(t *testing.T) {
	n := evmtest.NewNode()
	n.Header = func(h *types.Header) (*types.Header, error) { h.BaseFee = nil; return h, nil }
	c := client(t, n)
	tx, err := c.Prepare(t.Context(), common.Address{1}, toContract())
	require.NoError(t, err)
	assert.EqualValues(t, types.LegacyTxType, tx.Type())
	assert.EqualValues(t, 2, tx.GasPrice().Int64())
	n.Header = nil
	tx, err = c.Prepare(t.Context(), common.Address{1}, toContract())
	require.NoError(t, err)
	assert.EqualValues(t, types.DynamicFeeTxType, tx.Type())
	assert.EqualValues(t, evmtest.ChainID, tx.ChainId().Int64())
	assert.Equal(t, evmtest.Contract, *tx.To())
	assert.EqualValues(t, 5, tx.Value().Int64())
	assert.Equal(t, []byte{1, 2, 3, 4}, tx.Data())
	assert.EqualValues(t, 1, tx.GasTipCap().Int64())
	assert.EqualValues(t, 3, tx.GasFeeCap().Int64(), "the tip and twice the base fee")
	// What cannot be priced is not signed, a call or a deployment.
	n.Header = func(*types.Header) (*types.Header, error) { return nil, errors.New("connection reset") }
	for _, call := range []evm.Call{toContract(), evm.NewDeployment("deploy", []byte{1})} {
		tx, err = c.Prepare(t.Context(), common.Address{1}, call)
		require.ErrorIs(t, err, evm.ErrRPC)
		assert.Nil(t, tx)
	}
}

// An account that cannot pay is recognised by its balance, not by the node's words.
func TestFunds(t *testing.T) {
	n := evmtest.NewNode()
	poor := &balance{Node: n, have: big.NewInt(3)}
	c := client(t, poor)
	poor.refuse = evmtest.Error{Code: -32000, Text: "no"}
	_, err := c.Estimate(t.Context(), common.Address{1}, toContract())
	var funds *evm.FundsError
	require.ErrorAs(t, err, &funds)
	require.ErrorIs(t, err, evm.ErrFunds)
	assert.EqualValues(t, 3, funds.Have.Int64())
	assert.EqualValues(t, 5, funds.Want.Int64())
	poor.have = big.NewInt(6)
	_, err = c.Estimate(t.Context(), common.Address{1}, toContract())
	require.NotErrorIs(t, err, evm.ErrFunds)
	require.ErrorIs(t, err, evm.ErrRPC)
	poor.have = new(big.Int)
	_, err = c.Estimate(t.Context(), common.Address{1}, evm.NewCall("", evmtest.Contract, nil))
	require.ErrorIs(t, err, evm.ErrFunds, "an account without anything cannot pay for gas")
	for have, call := range map[int64]evm.Call{5: toContract(), 1: evm.NewCall("", evmtest.Contract, nil)} {
		poor.have = big.NewInt(have)
		_, err = c.Estimate(t.Context(), common.Address{1}, call)
		require.NotErrorIs(t, err, evm.ErrFunds, "exactly enough")
	}
	poor.have, poor.refuse = new(big.Int), evmtest.Error{Code: 3, Text: "execution reverted", Data: "0x"}
	_, err = c.Estimate(t.Context(), common.Address{1}, toContract())
	require.ErrorIs(t, err, evm.ErrReverted, "the contract refuses, whoever pays")
	require.NotErrorIs(t, err, evm.ErrFunds)
	poor.refuse = evmtest.Error{Code: -32000, Text: "no"}
	poor.have = big.NewInt(-1) // no answer at all
	_, err = c.Estimate(t.Context(), common.Address{1}, toContract())
	require.ErrorIs(t, err, evm.ErrRPC, "what went wrong first")
	require.NotErrorIs(t, err, evm.ErrAnswer)
	poor.have = big.NewInt(3)
	poor.refuse = errors.New("connection reset")
	_, err = c.Estimate(t.Context(), common.Address{1}, toContract())
	require.NotErrorIs(t, err, evm.ErrFunds)
	// A call that cannot be estimated is not sent.
	n.Submit = func(*types.Transaction) (bool, error) { t.Error("it was sent"); return true, nil }
	_, err = c.Submit(t.Context(), payer(t), toContract())
	require.ErrorIs(t, err, evm.ErrRPC)
	// The access list is part of what is estimated, and of what is signed.
	poor.refuse = nil
	opts := payer(t)
	opts.AccessList = types.AccessList{{Address: evmtest.Contract}}
	tx, err := c.Sign(t.Context(), opts, toContract())
	require.NoError(t, err)
	assert.Equal(t, opts.AccessList, tx.AccessList())
	assert.Equal(t, opts.AccessList, poor.asked.AccessList)
	assert.EqualValues(t, 5, poor.asked.Value.Int64())
	assert.Equal(t, opts.From, poor.asked.From)
}

// balance is a node that refuses estimates, and knows what accounts have.
type balance struct {
	*evmtest.Node
	have   *big.Int
	refuse error
	asked  ethereum.CallMsg
}

func (b *balance) BalanceAt(context.Context, common.Address, *big.Int) (*big.Int, error) {
	return b.have, nil
}

func (b *balance) EstimateGas(_ context.Context, msg ethereum.CallMsg) (uint64, error) {
	b.asked = msg
	return 0, b.refuse
}

func TestCallJSON(t *testing.T) {
	text, err := json.Marshal(toContract())
	require.NoError(t, err)
	assert.JSONEq(t, `{"name":"Contract.poke","to":"0x00000000000000000000000000000000000000b0","value":"5","data":"0x01020304"}`, string(text))
	text, err = json.Marshal(evm.NewDeployment("", []byte{1, 2}))
	require.NoError(t, err)
	assert.JSONEq(t, `{"to":null,"value":"0","data":"0x0102"}`, string(text))
	assert.Equal(t, "Contract.poke 0x00000000000000000000000000000000000000B0 with value 5", toContract().String())
	assert.Equal(t, "call of a deployment", evm.Call{}.String())
	value := uint256.NewInt(1)
	call := toContract().WithValue(value)
	value.SetUint64(2)
	assert.EqualValues(t, 1, call.Value.Uint64(), "the caller's value is copied")
	assert.Nil(t, call.WithValue(nil).Value)
}
