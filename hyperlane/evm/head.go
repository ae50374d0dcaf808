package evm

import (
	"context"
	"fmt"
	"math/big"
	"sync"
	"time"

	"github.com/ethereum/go-ethereum"
	"github.com/ethereum/go-ethereum/common"
	"github.com/ethereum/go-ethereum/common/hexutil"
	"github.com/ethereum/go-ethereum/rpc"
)

// Head is a block to read at. The zero Head stands for the latest block at the moment of the call.
//
// With a Hash, reads are made at exactly that block; with a Number only, at the block that has the
// number.
type Head struct {
	Number uint64
	Hash   common.Hash // as the node states it, which can differ from the hash of go-ethereum's header
	Parent common.Hash // hash of the block before
	Time   time.Time   // as the block states it, in whole seconds
}

// IsLatest reports whether h is the zero Head, the latest block at the moment of each call.
func (h Head) IsLatest() bool { return h.Number == 0 && h.Hash == common.Hash{} }

// number returns the block as go-ethereum's interfaces take it: nil is the latest.
func (h Head) number() *big.Int {
	if h.IsLatest() {
		return nil
	}
	return new(big.Int).SetUint64(h.Number)
}

// blockJSON is the part of a block that the client reads. Header fields of other chains do not
// matter.
type blockJSON struct {
	Number     *hexutil.Big    `json:"number"`
	Hash       *common.Hash    `json:"hash"`
	ParentHash *common.Hash    `json:"parentHash"`
	Timestamp  *hexutil.Uint64 `json:"timestamp"`
}

// block reads one block; nil is the latest, a negative number a tag in go-ethereum's spelling.
func (c *Client) block(ctx context.Context, number *big.Int) (Head, error) {
	raw := c.raw()
	if raw == nil {
		h, err := c.node.HeaderByNumber(ctx, number)
		if err != nil {
			return Head{}, err
		}
		return Head{Number: h.Number.Uint64(), Hash: h.Hash(), Parent: h.ParentHash, Time: unix(h.Time)}, nil
	}
	const method = "eth_getBlockByNumber"
	op := method + " " + blockArg(number)
	b, err := ask(ctx, c.node, op, func(ctx context.Context) (b *blockJSON, err error) {
		return b, raw.CallContext(ctx, &b, method, blockArg(number), false)
	})
	if err != nil {
		return Head{}, err
	}
	return b.head(op)
}

// head checks the block and returns it.
func (b *blockJSON) head(op string) (Head, error) {
	switch {
	case b == nil:
		return Head{}, &RPCError{Op: op, Err: ethereum.NotFound}
	case !isBlock(b.Number.ToInt()):
		return Head{}, &AnswerError{Op: op, What: "number", Have: bigText(b.Number.ToInt()), Want: "a block number"}
	case b.Hash == nil || *b.Hash == common.Hash{} || b.ParentHash == nil || b.Timestamp == nil:
		return Head{}, &AnswerError{
			Op: op, Block: b.Number.ToInt().Uint64(),
			What: "block", Have: "without hash, parentHash or timestamp", Want: "all three",
		}
	}
	return Head{Number: b.Number.ToInt().Uint64(), Hash: *b.Hash, Parent: *b.ParentHash, Time: unix(uint64(*b.Timestamp))}, nil
}

func unix(seconds uint64) time.Time { return time.Unix(int64(min(seconds, 1<<62)), 0).UTC() }

func blockArg(number *big.Int) string {
	switch {
	case number == nil:
		return tagLatest
	case number.Sign() < 0:
		return rpc.BlockNumber(number.Int64()).String()
	}
	return hexutil.EncodeBig(number)
}

// highWater remembers the highest finalized block: a finalized head cannot go backwards.
type highWater struct {
	mu   sync.Mutex
	seen Head
}

// highest returns the highest block seen.
func (w *highWater) highest() Head {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.seen
}

// advance takes in the answer h to a request that was made after the block before had been seen.
// Requests overlap: an answer below a block that another request has seen since is late, and only
// one below before is stale.
func (w *highWater) advance(before, h Head) (Head, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	switch {
	case h.Number < before.Number:
		return Head{}, fmt.Errorf("%w: it is block %d, was block %d before (%w)", ErrStaleHead, h.Number, before.Number, ErrRPC)
	case h.Number == w.seen.Number && w.seen.Hash != (common.Hash{}) && h.Hash != w.seen.Hash:
		return Head{}, &ReorgError{Number: h.Number, Had: w.seen.Hash, Now: h.Hash}
	case h.Number > w.seen.Number || w.seen.Hash == (common.Hash{}):
		w.seen = h
	}
	return h, nil
}
