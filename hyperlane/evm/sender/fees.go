package sender

import (
	"context"
	"errors"
	"fmt"
	"math/big"

	"github.com/ethereum/go-ethereum/common"
	"github.com/ethereum/go-ethereum/core/types"
	"github.com/holiman/uint256"

	"github.com/hyperlane-go/sdk/hyperlane/evm"
)

// transferGas is what a transaction without data takes on Ethereum. Chains that add the cost of
// another chain take more, and say so when asked.
const transferGas = 21_000

// quote returns the unsigned transaction of a call, with fees of the market or of the operator,
// within Config.MaxFee. market is the price per gas before that bound.
func (s *Sender) quote(ctx context.Context, nonce, gas uint64, call evm.Call) (tx *types.Transaction, market *big.Int, err error) {
	opts := s.opts
	opts.Nonce, opts.GasLimit = new(big.Int).SetUint64(nonce), gas
	opts.Signer = func(_ common.Address, tx *types.Transaction) (*types.Transaction, error) { return tx, nil }
	tx, err = s.client.Sign(ctx, &opts, call)
	if err != nil {
		return nil, nil, err
	}
	market = tx.GasFeeCap()
	if s.cfg.MaxFee != nil {
		if most := s.cfg.MaxFee.ToBig(); market.Cmp(most) > 0 {
			tx = s.withFees(tx, most, least(tx.GasTipCap(), most))
		}
	}
	return tx, market, nil
}

// fixed reports whether the operator has set fees.
func (s *Sender) fixed() bool {
	return s.opts.GasPrice != nil || s.opts.GasFeeCap != nil || s.opts.GasTipCap != nil
}

// raise returns an unsigned transaction that nodes accept in place of old and that makes the call;
// nil if that would cost more than is reasonable, or than the operator allows.
func (s *Sender) raise(ctx context.Context, old *types.Transaction, gas uint64, call evm.Call) (*types.Transaction, error) {
	tx, market, err := s.quote(ctx, old.Nonce(), gas, call)
	if err != nil {
		return nil, err
	}
	tip, fee := raised(old.GasTipCap()), raised(old.GasFeeCap())
	if tx.GasTipCap().Cmp(tip) >= 0 && tx.GasFeeCap().Cmp(fee) >= 0 {
		return tx, nil // the market has risen more
	}
	fee, tip = greatest(fee, tx.GasFeeCap()), greatest(tip, tx.GasTipCap())
	fee = greatest(fee, tip)
	switch {
	case s.fixed():
		return nil, nil
	case fee.Cmp(new(big.Int).Mul(market, new(big.Int).SetUint64(s.cfg.MaxRaise))) > 0:
		return nil, nil
	case s.cfg.MaxFee != nil && fee.Cmp(s.cfg.MaxFee.ToBig()) > 0:
		return nil, nil
	}
	return s.withFees(tx, fee, tip), nil
}

// raised returns an eighth more, and at least one: nodes want a tenth more for a replacement.
func raised(v *big.Int) *big.Int {
	out := new(big.Int).Div(v, big.NewInt(8))
	return out.Add(out, v).Add(out, big.NewInt(1))
}

func greatest(a, b *big.Int) *big.Int {
	if a.Cmp(b) >= 0 {
		return a
	}
	return b
}

func least(a, b *big.Int) *big.Int {
	if a.Cmp(b) <= 0 {
		return a
	}
	return b
}

// withFees returns an unsigned transaction of this chain with other fees. Those with one price pay
// fee.
func (s *Sender) withFees(tx *types.Transaction, fee, tip *big.Int) *types.Transaction {
	switch tx.Type() {
	case types.LegacyTxType:
		return types.NewTx(&types.LegacyTx{
			Nonce: tx.Nonce(), GasPrice: fee, Gas: tx.Gas(), To: tx.To(), Value: tx.Value(), Data: tx.Data(),
		})
	case types.AccessListTxType:
		return types.NewTx(&types.AccessListTx{
			ChainID: s.client.ChainID(), Nonce: tx.Nonce(), GasPrice: fee, Gas: tx.Gas(), To: tx.To(), Value: tx.Value(),
			Data: tx.Data(), AccessList: tx.AccessList(),
		})
	default:
		return types.NewTx(&types.DynamicFeeTx{
			ChainID: s.client.ChainID(), Nonce: tx.Nonce(), GasFeeCap: fee, GasTipCap: tip, Gas: tx.Gas(), To: tx.To(),
			Value: tx.Value(), Data: tx.Data(), AccessList: tx.AccessList(),
		})
	}
}

// sign has the transaction signed, and checks that what comes back is this transaction, signed by
// the account.
func (s *Sender) sign(ctx context.Context, tx *types.Transaction) (Tx, error) {
	tx = s.withFees(tx, tx.GasFeeCap(), tx.GasTipCap()) // with the chain id, which package bind leaves to the signer
	signed, err := s.opts.Signer(s.opts.From, tx)
	if ctx.Err() != nil {
		return Tx{}, ctx.Err()
	}
	switch {
	case err != nil:
		return Tx{}, fmt.Errorf("sender: signing nonce %d: %w", tx.Nonce(), err)
	case signed == nil:
		return Tx{}, &evm.ConfigError{Field: "TransactOpts.Signer", Have: "returned no transaction", Want: "the signed transaction"}
	}
	from, err := types.Sender(s.signer, signed)
	if err == nil && from != s.opts.From {
		err = fmt.Errorf("signed by %v, want %v", from, s.opts.From)
	}
	if err == nil && s.signer.Hash(signed) != s.signer.Hash(tx) {
		err = errors.New("another transaction than the one to be signed")
	}
	if err != nil {
		return Tx{}, &evm.ConfigError{Field: "TransactOpts.Signer", Have: "not usable", Want: "the given transaction, signed by TransactOpts.From", Err: err}
	}
	return Tx{Transaction: signed, Signed: s.cfg.Now().UTC()}, nil
}

// nothing is the call that does nothing but use up a nonce, and the gas that it takes.
func (s *Sender) nothing(ctx context.Context) (evm.Call, uint64) {
	call := evm.NewCall("nothing", s.opts.From, nil)
	gas, err := s.client.Estimate(ctx, s.opts.From, call)
	if err != nil || gas < transferGas {
		gas = transferGas
	}
	return call, gas
}

// callOf returns what a transaction does.
func callOf(tx *types.Transaction) evm.Call {
	value, _ := uint256.FromBig(tx.Value()) // a signed transaction has at most 256 bits
	return evm.Call{To: tx.To(), Value: value, Data: tx.Data()}
}
