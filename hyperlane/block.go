package hyperlane

import (
	"context"
	"math/big"
	"sync"
	"time"

	"github.com/ethereum/go-ethereum"
	"github.com/ethereum/go-ethereum/common"
	"github.com/ethereum/go-ethereum/common/hexutil"
	"github.com/ethereum/go-ethereum/rpc"
)

// Head is a block to read at. The zero Head stands for "the latest block at the moment of the call".
//
// With a Hash, reads are made at exactly that block; with a Number only, at whatever block has the number.
type Head struct {
	Number uint64
	Hash   common.Hash // as the node states it, which may differ from the hash of go-ethereum's header
	Parent common.Hash // hash of the block before
	Time   time.Time   // as the block states it, in whole seconds
}

func (h Head) isLatest() bool { return h.Number == 0 && h.Hash == common.Hash{} }

// blockJSON is as much of a block as we read; unknown header fields of other chains do not matter.
type blockJSON struct {
	Number     *hexutil.Big    `json:"number"`
	Hash       *common.Hash    `json:"hash"`
	ParentHash *common.Hash    `json:"parentHash"`
	Timestamp  *hexutil.Uint64 `json:"timestamp"`
}

// block reads one block; nil is the latest, a negative number a tag in go-ethereum's spelling.
func (c *Chain) block(ctx context.Context, number *big.Int) (Head, error) {
	const op = "eth_getBlockByNumber"
	ctx, cancel := c.bounded(ctx)
	defer cancel()
	raw, ok := c.backend.(rawCaller)
	if !ok || raw.Client() == nil {
		h, err := c.backend.HeaderByNumber(ctx, number)
		switch {
		case err != nil:
			return Head{}, &RPCError{Op: op + " " + blockArg(number), Err: err}
		case h == nil:
			return Head{}, &RPCError{Op: op + " " + blockArg(number), Err: ethereum.NotFound}
		case h.Number == nil || !h.Number.IsUint64():
			return Head{}, &AnswerError{Op: op, What: "number", Have: bigText(h.Number), Want: "a block number"}
		}
		return Head{Number: h.Number.Uint64(), Hash: h.Hash(), Parent: h.ParentHash, Time: unix(h.Time)}, nil
	}
	var b *blockJSON
	if err := raw.Client().CallContext(ctx, &b, op, blockArg(number), false); err != nil {
		return Head{}, &RPCError{Op: op + " " + blockArg(number), Err: err}
	}
	switch {
	case b == nil:
		return Head{}, &RPCError{Op: op + " " + blockArg(number), Err: ethereum.NotFound}
	case b.Number == nil || !b.Number.ToInt().IsUint64():
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

// highWater remembers the highest finalized block; a finalized block cannot come back off.
type highWater struct {
	mu   sync.Mutex
	seen Head
}

// higher says whether the block is above all seen.
func (w *highWater) higher(h Head) bool {
	w.mu.Lock()
	defer w.mu.Unlock()
	return h.Number > w.seen.Number
}

func (w *highWater) advance(h Head) (Head, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	switch {
	case h.Number < w.seen.Number:
		return Head{}, &StaleHeadError{Have: h, Seen: w.seen}
	case h.Number == w.seen.Number && w.seen.Hash != (common.Hash{}) && h.Hash != w.seen.Hash:
		return Head{}, &ReorgError{Number: h.Number, Had: w.seen.Hash, Now: h.Hash}
	}
	w.seen = h
	return h, nil
}
