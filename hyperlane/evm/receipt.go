package evm

import (
	"context"
	"errors"
	"strconv"

	"github.com/ethereum/go-ethereum"
	"github.com/ethereum/go-ethereum/common"
	"github.com/ethereum/go-ethereum/core/types"
)

// WaitMined waits for the receipt of a transaction in the chain as it is now, with the blocks on
// top that [WithConfirmations] asks for. It asks a failing or lying node again until ctx ends; the
// error then is a *[TxError] that matches [ErrNotMined], the context's error and the node's last
// failure.
func (c *Client) WaitMined(ctx context.Context, hash common.Hash) (*types.Receipt, error) {
	pause := c.pauses()
	var last error
	for {
		receipt, err := c.confirmed(ctx, hash)
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

// confirmed returns a receipt once enough blocks are on top of its own.
func (c *Client) confirmed(ctx context.Context, hash common.Hash) (*types.Receipt, error) {
	r, err := c.node.TransactionReceipt(ctx, hash)
	if err != nil {
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
	return r, c.SameBlock(ctx, number, r.BlockHash)
}

// Receipt returns the receipt of a transaction, checked to be of this transaction and of a block
// that is part of the chain as it is now. The error matches ethereum.NotFound while the transaction
// is not mined, and [ErrReorg] where its block is gone.
func (c *Client) Receipt(ctx context.Context, hash common.Hash) (*types.Receipt, error) {
	r, err := c.node.TransactionReceipt(ctx, hash)
	if err != nil {
		return nil, err
	}
	if err := c.SameBlock(ctx, r.BlockNumber.Uint64(), r.BlockHash); err != nil {
		return nil, err
	}
	return r, nil
}

// CheckReceipt reports a receipt that contradicts itself or is of another transaction.
func CheckReceipt(r *types.Receipt, hash common.Hash) error {
	bad := func(what, have, want string) error {
		return &AnswerError{Op: "eth_getTransactionReceipt", Tx: hash, What: what, Have: have, Want: want}
	}
	switch {
	case r.TxHash != hash:
		return bad("transactionHash", r.TxHash.Hex(), hash.Hex())
	case !isBlock(r.BlockNumber):
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
