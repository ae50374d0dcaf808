package hyperlane

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"iter"
	"math"
	"math/big"
	"reflect"
	"slices"
	"strconv"

	"github.com/ethereum/go-ethereum"
	"github.com/ethereum/go-ethereum/common"
	"github.com/ethereum/go-ethereum/core/types"
	"golang.org/x/sync/errgroup"
)

// checkLanes is how many blocks are checked at a time for still being part of the chain.
const checkLanes = 8

// scan reads the events of a range that ends at a final block.
func scan[E any](ctx context.Context, c *Chain, kind eventKind[E], r EventRange) iter.Seq2[E, error] {
	return func(yield func(E, error) bool) {
		var zero E
		if err := need(kind.field, kind.address); err != nil {
			yield(zero, err)
			return
		}
		head, err := c.Head(ctx, r.Finality)
		if err != nil {
			yield(zero, err)
			return
		}
		to := head.Number
		if r.To != 0 {
			to = min(to, r.To)
		}
		rd := newReader(c, kind, r.Chunk)
		for from := r.From; from <= to; {
			end, events, err := rd.chunk(ctx, from, to)
			if err == nil {
				err = rd.accept(ctx, end, events, end.Number == head.Number)
			}
			if err != nil {
				yield(zero, err)
				return
			}
			for i := range events {
				if !yield(events[i], nil) {
					return
				}
			}
			if end.Number == math.MaxUint64 {
				return
			}
			from = end.Number + 1
		}
	}
}

// reader reads events in chunks of blocks that shrink when a node refuses and grow again.
type reader[E any] struct {
	c    *Chain
	kind eventKind[E]
	size uint64 // blocks the next query covers
	most uint64
	next *uint32 // serial that the next event must have; nil: not known yet
}

func newReader[E any](c *Chain, kind eventKind[E], chunk uint64) *reader[E] {
	most := c.opts.chunk
	if chunk != 0 {
		most = chunk
	}
	return &reader[E]{c: c, kind: kind, size: most, most: most}
}

// chunk reads the events from block from up to block end, which is to or earlier, and all of one chain: end was the same block before and after.
//
// A node that refuses a range, finds too many results in it or runs out of time for it is asked for half of it, down to one block: what the
// refusal says differs from node to node and is not looked at.
func (rd *reader[E]) chunk(ctx context.Context, from, to uint64) (end Head, events []E, err error) {
	for {
		last := to
		if to-from >= rd.size {
			last = from + rd.size - 1
		}
		if end, err = rd.c.HeadAt(ctx, last); err != nil {
			return Head{}, nil, err
		}
		logs, err := rd.c.logs(ctx, rd.kind.address, rd.kind.topics, from, last)
		if err == nil {
			err = rd.c.sameBlock(ctx, end.Number, end.Hash)
		}
		if err == nil {
			events, err = rd.kind.decode(logs)
		}
		if err == nil {
			rd.size = min(rd.most, rd.size+rd.size/4+1)
			return end, events, nil
		}
		if last == from || ctx.Err() != nil || errors.Is(err, ErrAnswer) || errors.Is(err, ErrReorg) {
			return Head{}, nil, err
		}
		rd.size = (last - from + 1) / 2
		rd.c.opts.log.Debug("log range refused, halving", "event", rd.kind.name, "from", from, "to", last, "err", err)
	}
}

// accept checks that the serial numbers of a chunk follow each other and those before: a gap is a log that the node kept back. In the newest chunk
// the last one must also be what the contract counts. Nothing is changed on error, but the next chunk is smaller: nodes cut long answers short.
func (rd *reader[E]) accept(ctx context.Context, end Head, events []E, newest bool) error {
	if rd.kind.serial == nil {
		return nil
	}
	next, err := rd.inOrder(events)
	if err == nil && newest && next != nil {
		err = rd.complete(ctx, end, *next)
	}
	if err != nil {
		rd.size = max(1, rd.size/2)
		return err
	}
	rd.next = next
	return nil
}

func (rd *reader[E]) inOrder(events []E) (*uint32, error) {
	next := rd.next
	for i := range events {
		have := rd.kind.serial(&events[i])
		if next != nil && have != *next {
			p := rd.kind.place(&events[i])
			return nil, &AnswerError{
				Op: "eth_getLogs", Block: p.BlockNumber, Tx: p.TxHash, What: rd.kind.name + " number",
				Have: strconv.FormatUint(uint64(have), 10), Want: strconv.FormatUint(uint64(*next), 10) + ": logs are missing or repeated",
			}
		}
		after := have + 1
		next = &after
	}
	return next, nil
}

// complete compares the serial reached with the contract's own counter as of the block the range ends at: it notices logs missing at the
// end. A node without the state of that block cannot be asked, and a gap is then noticed with the next event.
func (rd *reader[E]) complete(ctx context.Context, at Head, next uint32) error {
	count, err := rd.kind.count(ctx, at)
	switch {
	case errors.Is(err, ErrReorg) || (err != nil && ctx.Err() != nil):
		return err
	case err != nil:
		rd.c.opts.log.Debug("counter not readable, completeness of logs not checked", "event", rd.kind.name, "block", at.Number, "err", err)
		return nil
	case count != next:
		return &AnswerError{
			Op: "eth_getLogs", Block: at.Number, What: "number of " + rd.kind.name + " events",
			Have: strconv.FormatUint(uint64(next), 10), Want: strconv.FormatUint(uint64(count), 10) + ", as the contract counts: logs are missing",
		}
	}
	return nil
}

// logs reads, checks and sorts the logs of a range, and checks that their blocks are part of the chain.
func (c *Chain) logs(ctx context.Context, address common.Address, topics []common.Hash, from, to uint64) ([]types.Log, error) {
	reqCtx, cancel := c.bounded(ctx)
	defer cancel()
	logs, err := c.backend.FilterLogs(reqCtx, ethereum.FilterQuery{
		FromBlock: new(big.Int).SetUint64(from), ToBlock: new(big.Int).SetUint64(to),
		Addresses: []common.Address{address}, Topics: [][]common.Hash{topics},
	})
	if err != nil {
		return nil, &RPCError{Op: fmt.Sprintf("eth_getLogs %d..%d of %s", from, to, address), Err: err}
	}
	logs = slices.Clone(logs)
	for i := range logs {
		if err := checkLog(&logs[i], address, topics, from, to); err != nil {
			return nil, err
		}
	}
	slices.SortStableFunc(logs, func(a, b types.Log) int {
		return cmp.Or(cmp.Compare(a.BlockNumber, b.BlockNumber), cmp.Compare(a.Index, b.Index))
	})
	// The same log twice is a node's mistake without consequence; two logs in one place are a contradiction.
	logs = slices.CompactFunc(logs, func(a, b types.Log) bool { return reflect.DeepEqual(a, b) })
	var blocks []types.Log // one log of each block
	for i := range logs {
		l := &logs[i]
		if i == 0 || l.BlockNumber != logs[i-1].BlockNumber {
			blocks = append(blocks, *l)
			continue
		}
		switch prev := &logs[i-1]; {
		case l.BlockHash != prev.BlockHash:
			return nil, &ReorgError{Number: l.BlockNumber, Had: prev.BlockHash, Now: l.BlockHash}
		case l.Index == prev.Index:
			return nil, badLog(l, "place", "taken by two different logs", "one log")
		case l.TxIndex < prev.TxIndex || (l.TxIndex == prev.TxIndex) != (l.TxHash == prev.TxHash):
			return nil, badLog(l, "transaction", fmt.Sprintf("%s at place %d", l.TxHash, l.TxIndex), fmt.Sprintf("in order after %s at place %d", prev.TxHash, prev.TxIndex))
		}
	}
	return logs, c.canonical(ctx, blocks)
}

// checkLog reports a log that was not asked for.
func checkLog(l *types.Log, address common.Address, topics []common.Hash, from, to uint64) error {
	switch {
	case l.Address != address:
		return badLog(l, "address", l.Address.Hex(), address.Hex())
	case !hasTopic(l, topics...):
		return badLog(l, "topic", topicText(l), "one of those asked for")
	case l.BlockNumber < from || l.BlockNumber > to:
		return badLog(l, "block", strconv.FormatUint(l.BlockNumber, 10), fmt.Sprintf("%d..%d", from, to))
	case l.Removed:
		return badLog(l, "removed", "true", "false")
	case l.BlockHash == common.Hash{} || l.TxHash == common.Hash{}:
		return badLog(l, "block and transaction", l.BlockHash.Hex()+" "+l.TxHash.Hex(), "those of a mined log")
	}
	return nil
}

// canonical checks that the blocks of these logs are the chain's.
func (c *Chain) canonical(ctx context.Context, blocks []types.Log) error {
	group, ctx := errgroup.WithContext(ctx)
	group.SetLimit(checkLanes)
	for _, l := range blocks {
		group.Go(func() error { return c.sameBlock(ctx, l.BlockNumber, l.BlockHash) })
	}
	return group.Wait()
}
