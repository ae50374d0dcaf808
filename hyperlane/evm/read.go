package evm

import (
	"context"
	"errors"
	"fmt"

	"github.com/ethereum/go-ethereum"
	"github.com/ethereum/go-ethereum/common"
	"github.com/ethereum/go-ethereum/common/hexutil"
	"github.com/ethereum/go-ethereum/rpc"
)

// Query is a read of one contract as a value: a view function with its arguments, and how to decode
// the answer.
type Query[T any] struct {
	Name   string         // the function, for errors: "nonce()"
	From   common.Address // who asks, for functions whose answer depends on it; zero for all others
	To     common.Address
	Data   []byte
	Decode func([]byte) (T, error) // fails for an answer that the ABI does not permit
}

// Read makes a query as of a block. Its error is a *[RevertError] where the contract refuses,
// matches [ErrNoCode] where there is no contract, and matches [ErrRPC] where the node fails or its
// answer does not decode.
func Read[T any](ctx context.Context, c *Client, at Head, q Query[T]) (T, error) {
	out, err := c.call(ctx, at, q.message())
	return q.answer(ctx, c, at, out, err)
}

func (q Query[T]) message() ethereum.CallMsg {
	return ethereum.CallMsg{From: q.From, To: &q.To, Data: q.Data}
}

// answer decodes what came back for the query.
func (q Query[T]) answer(ctx context.Context, c *Client, at Head, out []byte, err error) (T, error) {
	var none T
	if err != nil {
		return none, err
	}
	if len(out) == 0 {
		if err := c.NeedCode(ctx, at, q.To); err != nil {
			return none, err
		}
	}
	v, err := q.Decode(out)
	if err != nil {
		return none, &AnswerError{
			Op: q.Name + " at " + q.To.Hex(), Block: at.Number,
			What: "answer", Have: Short(out), Want: "what the ABI says: " + err.Error(),
		}
	}
	return v, nil
}

// call asks a contract without changing anything.
func (c *Client) call(ctx context.Context, at Head, msg ethereum.CallMsg) ([]byte, error) {
	if c.readsAtHash(at) {
		out, err := c.hashes.CallContractAtHash(ctx, msg, at.Hash)
		if err == nil {
			return out, nil
		}
		if !badParams(err) {
			return nil, c.refused(msg.To, err)
		}
		c.refusesHashes(err)
	}
	out, err := c.node.CallContract(ctx, msg, at.number())
	if err != nil {
		err = c.refused(msg.To, err)
		if !errors.Is(err, ErrReverted) {
			return nil, err
		}
	}
	// A refusal is an answer too: it must be of the block that was meant.
	if moved := c.stillAt(ctx, at); moved != nil {
		return nil, moved
	}
	return out, err
}

// stillAt checks that the block of a read by number is the one that was meant.
func (c *Client) stillAt(ctx context.Context, at Head) error {
	if at.Hash == (common.Hash{}) {
		return nil
	}
	return c.SameBlock(ctx, at.Number, at.Hash)
}

// readsAtHash reports whether the client reads this block at its hash.
func (c *Client) readsAtHash(at Head) bool {
	return c.hashes != nil && at.Hash != common.Hash{} && !c.noHash.Load()
}

// refusesHashes remembers that the node refuses reads at hashes.
func (c *Client) refusesHashes(err error) {
	c.noHash.Store(true)
	c.opts.log.Debug("node does not read at the hash of a block, reading at numbers", "err", err)
}

func badParams(err error) bool {
	var said rpc.Error
	return errors.As(err, &said) && said.ErrorCode() == codeBadParams
}

// Code returns the code at an address as of a block, empty where there is none.
func (c *Client) Code(ctx context.Context, at Head, a common.Address) ([]byte, error) {
	if c.readsAtHash(at) {
		code, err := c.hashes.CodeAtHash(ctx, a, at.Hash)
		if err == nil || !badParams(err) {
			return code, err
		}
		c.refusesHashes(err)
	}
	code, err := c.node.CodeAt(ctx, a, at.number())
	if err == nil {
		err = c.stillAt(ctx, at)
	}
	if err != nil {
		return nil, err
	}
	return code, nil
}

// NeedCode returns an error that matches [ErrNoCode] where there is no contract at an address as of
// a block.
func (c *Client) NeedCode(ctx context.Context, at Head, a common.Address) error {
	code, err := c.Code(ctx, at, a)
	switch {
	case err != nil || len(code) > 0:
		return err
	case at.Number == 0:
		return fmt.Errorf("%w: %s: is this the right address, and the right chain?", ErrNoCode, a)
	}
	return fmt.Errorf("%w: %s as of block %d", ErrNoCode, a, at.Number)
}

// Short prints bytes of unknown length within reason, for errors.
func Short(b []byte) string {
	if len(b) > 64 {
		return fmt.Sprintf("%s... (%d bytes)", hexutil.Encode(b[:64]), len(b))
	}
	return hexutil.Encode(b)
}
