package hyperlane

import (
	"context"
	"errors"
	"math/big"
	"strconv"
	"time"

	"github.com/cenkalti/backoff/v5"
	"github.com/ethereum/go-ethereum"
	"github.com/ethereum/go-ethereum/accounts/abi"
	bind "github.com/ethereum/go-ethereum/accounts/abi/bind/v2"
	"github.com/ethereum/go-ethereum/common"
	"github.com/ethereum/go-ethereum/core/types"
)

// checkOpts refuses options that cannot end in a mined transaction.
func checkOpts(opts *bind.TransactOpts) error {
	switch {
	case opts == nil:
		return &ConfigError{Field: "TransactOpts", Have: "nil", Want: "who signs and pays"}
	case opts.Signer == nil:
		return &ConfigError{Field: "TransactOpts.Signer", Have: "nil", Want: "a signing function"}
	case opts.NoSend:
		return &ConfigError{Field: "TransactOpts.NoSend", Have: "true", Want: "false: the result is read from the mined transaction"}
	}
	return nil
}

// estimate asks for the gas of a call by its real sender. Refusals come back as *RevertError.
func (c *Chain) estimate(ctx context.Context, msg ethereum.CallMsg) (uint64, error) {
	ctx, cancel := c.bounded(ctx)
	defer cancel()
	gas, err := c.backend.EstimateGas(ctx, msg)
	if err != nil {
		return 0, callError("eth_estimateGas "+msg.To.Hex(), *msg.To, err)
	}
	if gas > 1<<40 {
		return 0, &AnswerError{Op: "eth_estimateGas", What: "gas", Have: strconv.FormatUint(gas, 10), Want: "what fits in a block"}
	}
	return gas, nil
}

// send signs and sends a call, waits until it is mined and returns its checked receipt. The caller's options are
// copied, never changed.
func (c *Chain) send(
	ctx context.Context, opts *bind.TransactOpts, to common.Address, input []byte, value *big.Int,
) (*types.Receipt, error) {
	msg := ethereum.CallMsg{From: opts.From, To: &to, Value: value, Data: input, AccessList: opts.AccessList}
	o := *opts
	o.Context, o.Value, o.NoSend = ctx, value, true
	if o.GasLimit == 0 {
		gas, err := c.estimate(ctx, msg)
		if err != nil {
			return nil, c.broke(ctx, opts.From, value, err)
		}
		o.GasLimit = gas + c.opts.margin
	}
	g := guarded{c.backend}
	tx, err := bind.NewBoundContract(to, abi.ABI{}, g, g, g).RawTransact(&o, input)
	if err != nil {
		return nil, callError("prepare transaction", to, err)
	}
	if tx == nil {
		return nil, &ConfigError{Field: "TransactOpts.Signer", Have: "returned no transaction", Want: "the signed transaction"}
	}
	if err := c.submit(ctx, tx); err != nil {
		return nil, c.broke(ctx, opts.From, tx.Cost(), err)
	}
	receipt, err := c.mined(ctx, tx.Hash())
	if err != nil {
		return receipt, err
	}
	if receipt.Status != types.ReceiptStatusSuccessful {
		return receipt, &TxError{
			Hash: tx.Hash(), Receipt: receipt, Class: ErrTxFailed, Err: c.replay(ctx, msg, receipt, o.GasLimit),
		}
	}
	return receipt, nil
}

// broke tells an account without means from a node that fails: nodes say both in words of their own, so the balance
// is looked at.
func (c *Chain) broke(ctx context.Context, account common.Address, want *big.Int, err error) error {
	if !errors.Is(err, ErrRPC) || !nodeSaidNo(err) {
		return err
	}
	ctx, cancel := c.bounded(ctx)
	defer cancel()
	have, lookErr := c.backend.BalanceAt(ctx, account, nil)
	if lookErr != nil || have == nil {
		return err
	}
	if want.Sign() == 0 {
		want = big.NewInt(1) // gas is never free of charge to an account without anything
	}
	if have.Cmp(want) < 0 {
		return &FundsError{Account: account, Have: have, Want: want, Err: err}
	}
	return err
}

// submit hands the transaction to the node. A node that fails may have passed it on all the same, so the hash goes
// into the error, and a node that already knows the transaction has not failed.
func (c *Chain) submit(ctx context.Context, tx *types.Transaction) error {
	reqCtx, cancel := c.bounded(ctx)
	defer cancel()
	err := c.backend.SendTransaction(reqCtx, tx)
	if err == nil {
		return nil
	}
	known, _, lookErr := c.backend.TransactionByHash(reqCtx, tx.Hash())
	if lookErr == nil && known != nil && known.Hash() == tx.Hash() {
		return nil
	}
	return &TxError{Hash: tx.Hash(), Class: ErrNotMined, Err: &RPCError{Op: "eth_sendRawTransaction", Err: err}}
}

// mined waits for a transaction's receipt in the chain as it is now, with the confirmations asked for. Failing and
// lying nodes are asked again until ctx ends; the error then carries the last failure.
func (c *Chain) mined(ctx context.Context, hash common.Hash) (*types.Receipt, error) {
	pause := c.pauses()
	var last error
	for {
		receipt, err := c.receipt(ctx, hash)
		if err == nil {
			return receipt, nil
		}
		if !errors.Is(err, ethereum.NotFound) && ctx.Err() == nil {
			last = err
			c.opts.log.Warn("receipt not usable, asking again", "tx", hash, "err", err)
		}
		if sleepErr := c.opts.sleep(ctx, pause.NextBackOff()); sleepErr != nil {
			return nil, &TxError{Hash: hash, Class: ErrNotMined, Err: errors.Join(sleepErr, last)}
		}
	}
}

// receipt reads a receipt and checks that it is this transaction's, in a block of the chain as it is now.
// ethereum.NotFound means not yet.
func (c *Chain) receipt(ctx context.Context, hash common.Hash) (*types.Receipt, error) {
	reqCtx, cancel := c.bounded(ctx)
	defer cancel()
	r, err := c.backend.TransactionReceipt(reqCtx, hash)
	if err != nil {
		return nil, &RPCError{Op: "eth_getTransactionReceipt " + hash.Hex(), Err: err}
	}
	if r == nil {
		return nil, ethereum.NotFound // some clients return a null receipt without an error while the transaction is pending
	}
	if err := checkReceipt(r, hash); err != nil {
		return nil, err
	}
	number := r.BlockNumber.Uint64()
	if c.opts.confirmations > 0 {
		head, err := c.Head(ctx, Finality{})
		if err != nil {
			return nil, err
		}
		if head.Number < number || head.Number-number < c.opts.confirmations {
			return nil, ethereum.NotFound
		}
	}
	if err := c.sameBlock(ctx, number, r.BlockHash); err != nil {
		return nil, err
	}
	return r, nil
}

// checkReceipt reports a receipt that contradicts itself or is of another transaction.
func checkReceipt(r *types.Receipt, hash common.Hash) error {
	bad := func(what, have, want string) error {
		return &AnswerError{Op: "eth_getTransactionReceipt", Tx: hash, What: what, Have: have, Want: want}
	}
	switch {
	case r.TxHash != hash:
		return bad("transactionHash", r.TxHash.Hex(), hash.Hex())
	case r.BlockNumber == nil || !r.BlockNumber.IsUint64():
		return bad("blockNumber", bigText(r.BlockNumber), "a block number")
	case r.BlockHash == common.Hash{}:
		return bad("blockHash", "zero", "the hash of a block")
	case r.Status > types.ReceiptStatusSuccessful:
		return bad("status", strconv.FormatUint(r.Status, 10), "0 or 1")
	}
	for i, l := range r.Logs {
		switch {
		case l == nil:
			return bad("log "+strconv.Itoa(i), "null", "a log")
		case l.TxHash != hash || l.BlockHash != r.BlockHash || l.BlockNumber != r.BlockNumber.Uint64():
			return bad("log "+strconv.Itoa(i), "of transaction "+l.TxHash.Hex()+" in block "+l.BlockHash.Hex(),
				"of the receipt's own")
		case l.Removed:
			return bad("log "+strconv.Itoa(i), "removed", "part of the chain")
		case i > 0 && l.Index <= r.Logs[i-1].Index:
			return bad("log "+strconv.Itoa(i)+" index", strconv.FormatUint(uint64(l.Index), 10), "more than the log before")
		}
	}
	return nil
}

// replay runs a failed call again at the block it failed in, and before, to learn the reason. Nil: it would succeed
// there, so the reason depended on its place in the block or on the gas it was given.
func (c *Chain) replay(ctx context.Context, msg ethereum.CallMsg, r *types.Receipt, gas uint64) error {
	number := r.BlockNumber.Uint64()
	msg.Gas = gas
	for _, at := range []Head{{Number: number, Hash: r.BlockHash}, {Number: number - min(number, 1)}} {
		_, err := c.call(ctx, at, msg)
		var refused *RevertError
		if errors.As(err, &refused) {
			return refused
		}
	}
	if r.GasUsed >= gas {
		return errors.New("it used all of its gas: raise TransactOpts.GasLimit or the gas margin")
	}
	return nil
}

// pauses grow from the poll interval to sixteen times as much, with jitter.
func (c *Chain) pauses() *backoff.ExponentialBackOff {
	b := backoff.NewExponentialBackOff()
	b.InitialInterval = c.opts.poll
	b.RandomizationFactor = 0.2
	b.Multiplier = 1.3
	b.MaxInterval = max(16*c.opts.poll, time.Millisecond)
	b.Reset()
	return b
}
