package hyperlane

import (
	"context"
	"errors"
	"fmt"
	"math/big"

	"github.com/ethereum/go-ethereum"
	bind "github.com/ethereum/go-ethereum/accounts/abi/bind/v2"
	"github.com/ethereum/go-ethereum/common"
	"github.com/ethereum/go-ethereum/common/hexutil"
	"github.com/ethereum/go-ethereum/rpc"
)

// bounded gives a single request its time.
func (c *Chain) bounded(ctx context.Context) (context.Context, context.CancelFunc) {
	if c.opts.timeout <= 0 {
		return context.WithCancel(ctx)
	}
	return context.WithTimeout(ctx, c.opts.timeout)
}

// call asks a contract without changing anything. Refusals come back as *RevertError, the rest as *RPCError.
func (c *Chain) call(ctx context.Context, at Head, msg ethereum.CallMsg) ([]byte, error) {
	op := "eth_call " + msg.To.Hex()
	reqCtx, cancel := c.bounded(ctx)
	defer cancel()
	if at.isLatest() {
		out, err := c.backend.CallContract(reqCtx, msg, nil)
		if err != nil {
			return nil, callError(op, *msg.To, err)
		}
		return out, nil
	}
	if by, ok := c.byHash(at); ok {
		out, err := by.CallContractAtHash(reqCtx, msg, at.Hash)
		if err == nil {
			return out, nil
		}
		if !badParams(err) {
			return nil, callError(op, *msg.To, err)
		}
		c.noHash.Store(true)
		c.opts.log.Debug("node does not read at a block hash, reading at numbers", "node", err)
	}
	out, err := c.backend.CallContract(reqCtx, msg, new(big.Int).SetUint64(at.Number))
	if err != nil {
		return nil, callError(op, *msg.To, err)
	}
	// The number alone does not say which block was read: it must still be the block that was meant.
	if at.Hash != (common.Hash{}) {
		if err := c.sameBlock(ctx, at.Number, at.Hash); err != nil {
			return nil, err
		}
	}
	return out, nil
}

func (c *Chain) byHash(at Head) (bind.BlockHashContractCaller, bool) {
	by, ok := c.backend.(bind.BlockHashContractCaller)
	return by, ok && at.Hash != common.Hash{} && !c.noHash.Load()
}

func badParams(err error) bool {
	var answered rpc.Error
	return errors.As(err, &answered) && answered.ErrorCode() == codeBadParams
}

// code reads a contract's code.
func (c *Chain) code(ctx context.Context, at Head, a common.Address) ([]byte, error) {
	ctx, cancel := c.bounded(ctx)
	defer cancel()
	var (
		code []byte
		err  error
	)
	if by, ok := c.byHash(at); ok {
		code, err = by.CodeAtHash(ctx, a, at.Hash)
	} else if at.isLatest() {
		code, err = c.backend.CodeAt(ctx, a, nil)
	} else {
		code, err = c.backend.CodeAt(ctx, a, new(big.Int).SetUint64(at.Number))
	}
	if err != nil {
		return nil, &RPCError{Op: "eth_getCode " + a.Hex(), Err: err}
	}
	return code, nil
}

func (c *Chain) needCode(ctx context.Context, at Head, a common.Address) error {
	code, err := c.code(ctx, at, a)
	if err == nil && len(code) == 0 {
		err = &NoCodeError{Address: a, Block: at.Number}
	}
	return err
}

// read calls a view function and decodes its answer; op names the function in errors.
func read[T any](
	ctx context.Context, c *Chain, at Head, to common.Address, op string, input []byte, unpack func([]byte) (T, error),
) (T, error) {
	return readAs(ctx, c, at, common.Address{}, to, op, input, unpack)
}

// readAs is read for functions whose answer depends on who asks.
func readAs[T any](
	ctx context.Context, c *Chain, at Head, from, to common.Address, op string, input []byte, unpack func([]byte) (T, error),
) (T, error) {
	var zero T
	out, err := c.call(ctx, at, ethereum.CallMsg{From: from, To: &to, Data: input})
	if err != nil {
		return zero, err
	}
	if len(out) == 0 {
		if err := c.needCode(ctx, at, to); err != nil {
			return zero, err
		}
	}
	v, err := unpack(out)
	if err != nil {
		return zero, &AnswerError{
			Op: op + " at " + to.Hex(), Block: at.Number,
			What: "answer", Have: short(out), Want: "what the ABI says: " + err.Error(),
		}
	}
	return v, nil
}

// short prints bytes of unknown length within reason.
func short(b []byte) string {
	if len(b) > 64 {
		return fmt.Sprintf("%s... (%d bytes)", hexutil.Encode(b[:64]), len(b))
	}
	return hexutil.Encode(b)
}
