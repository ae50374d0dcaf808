package evm

import (
	"context"
	"errors"
	"iter"
	"strconv"
)

// Scan reads the events in a range of blocks, oldest first. It covers [WithChunk] blocks a query at
// most, half of them where the node refuses, and grows again. It reads the last block of each chunk
// before and after the query, and the block of every event, so that logs of two chains are not
// mixed. Iteration stops at the first error, which comes with a zero event.
func Scan[E any](ctx context.Context, c *Client, s Stream[E], r Range) iter.Seq2[E, error] {
	return func(yield func(E, error) bool) {
		if err := scan(ctx, c, s, r, yield); err != nil && !errors.Is(err, errStopped) {
			var none E
			yield(none, err)
		}
	}
}

// scan yields the events of the range. It returns errStopped where the loop was left.
func scan[E any](ctx context.Context, c *Client, s Stream[E], r Range, yield func(E, error) bool) error {
	if err := s.check(); err != nil {
		return err
	}
	head, err := c.Head(ctx, r.Finality)
	if err != nil {
		return err
	}
	to := r.To.least(head.Number)
	if r.From > to {
		return nil
	}
	rd := newReader(c, s, r.Chunk)
	if err := rd.start(ctx, r.From); err != nil {
		return err
	}
	for from := r.From; from <= to; {
		end, events, err := rd.chunk(ctx, from, to)
		if err == nil {
			err = rd.accept(ctx, end, events, end.Number == to)
		}
		if err != nil {
			return err
		}
		for i := range events {
			if !yield(events[i], nil) {
				return errStopped
			}
		}
		from = end.Number + 1
	}
	return nil
}

// reader reads events in chunks of blocks that shrink when a node refuses and grow again.
type reader[E any] struct {
	c      *Client
	kind   Stream[E]
	size   uint64 // blocks the next query covers
	most   uint64
	anchor *Head   // the block that the next chunk follows; nil: the next chunk is the chain's first
	next   *uint32 // serial that the next event must have; nil: not known yet
}

func newReader[E any](c *Client, kind Stream[E], chunk uint64) *reader[E] {
	most := c.opts.chunk
	if chunk != 0 {
		most = chunk
	}
	return &reader[E]{c: c, kind: kind, size: most, most: most}
}

// start anchors the reader before its first block, and learns from the contract's counter which
// number the first event must have. A node without the state of that block cannot be asked; any
// number is then accepted for the first event.
func (rd *reader[E]) start(ctx context.Context, from uint64) error {
	rd.anchor, rd.next = nil, nil
	if from == 0 {
		if rd.kind.Serial != nil {
			rd.next = new(uint32)
		}
		return nil
	}
	before, err := rd.c.HeadAt(ctx, from-1)
	if err != nil {
		return err
	}
	rd.anchor = &before
	if rd.kind.Serial == nil {
		return nil
	}
	rd.next, err = rd.count(ctx, before)
	return err
}

// count reads the contract's counter as of a block. Nil: the node refuses, as one without the state
// of that block does. A node that fails, or contradicts itself, has not refused, and can be asked
// again.
func (rd *reader[E]) count(ctx context.Context, at Head) (*uint32, error) {
	count, err := rd.kind.Count(ctx, at)
	switch {
	case err == nil:
		return &count, nil
	case errors.Is(err, ErrNoCode):
		return new(uint32), nil // without the contract there were no events
	case ctx.Err() != nil || !(saidNo(err) || errors.Is(err, ErrReverted)):
		return nil, err
	}
	rd.c.opts.log.Debug("counter not readable, number of logs not checked", "event", rd.kind.Name, "block", at.Number, "err", err)
	return nil, nil
}

// chunk reads the events from block from up to block end, which is to or earlier, and all of one
// chain: end was the same block before and after, and so is the block that the chunk follows.
//
// A node that refuses a range, finds too many results in it or runs out of time for it is asked for
// half of it, down to one block: what the refusal says differs from node to node and is not looked
// at.
func (rd *reader[E]) chunk(ctx context.Context, from, to uint64) (end Head, events []E, err error) {
	for {
		last := to
		if to-from >= rd.size {
			last = from + rd.size - 1
		}
		if end, err = rd.c.HeadAt(ctx, last); err != nil {
			return Head{}, nil, err
		}
		logs, err := rd.c.Logs(ctx, rd.kind.Address, rd.kind.Topics, from, last)
		if err == nil {
			err = rd.c.SameBlock(ctx, end.Number, end.Hash)
		}
		if err == nil && rd.anchor != nil {
			err = rd.c.SameBlock(ctx, rd.anchor.Number, rd.anchor.Hash)
		}
		if err == nil {
			events, err = rd.kind.Decode(logs)
		}
		if err == nil {
			rd.size += min(rd.most-rd.size, rd.size/4+1)
			return end, events, nil
		}
		if last == from || ctx.Err() != nil || errors.Is(err, ErrAnswer) || errors.Is(err, ErrReorg) {
			return Head{}, nil, err
		}
		rd.size = (last - from + 1) / 2
		rd.c.opts.log.Debug("log range refused, halving", "event", rd.kind.Name, "from", from, "to", last, "err", err)
	}
}

// accept checks that the serial numbers of a chunk follow each other and those before: a gap is a
// log that the node kept back. At the end of the range the last one must also be what the contract
// counts. Nothing is changed on error, but the next chunk is smaller: nodes cut long answers short.
func (rd *reader[E]) accept(ctx context.Context, end Head, events []E, last bool) error {
	if rd.kind.Serial != nil {
		next, err := rd.inOrder(events)
		if err == nil && last && next != nil {
			err = rd.complete(ctx, end, *next)
		}
		if err != nil {
			rd.size = max(1, rd.size/2)
			return err
		}
		rd.next = next
	}
	rd.anchor = &end
	return nil
}

func (rd *reader[E]) inOrder(events []E) (*uint32, error) {
	next := rd.next
	for i := range events {
		have := rd.kind.Serial(&events[i])
		if next != nil && have != *next {
			p := rd.kind.Position(&events[i])
			return nil, &AnswerError{
				Op: "eth_getLogs", Block: p.BlockNumber, Tx: p.TxHash, What: rd.kind.Name + " number",
				Have: strconv.FormatUint(uint64(have), 10),
				Want: strconv.FormatUint(uint64(*next), 10) + ": logs are missing or repeated",
			}
		}
		after := have + 1
		next = &after
	}
	return next, nil
}

// complete compares the serial reached with the contract's own counter as of the block the range
// ends at: it notices logs missing at the end. A node without the state of that block cannot be
// asked, and a gap is then noticed with the next event.
func (rd *reader[E]) complete(ctx context.Context, at Head, next uint32) error {
	count, err := rd.count(ctx, at)
	if err != nil || count == nil || *count == next {
		return err
	}
	return &AnswerError{
		Op: "eth_getLogs", Block: at.Number, What: "number of " + rd.kind.Name + " events",
		Have: strconv.FormatUint(uint64(next), 10),
		Want: strconv.FormatUint(uint64(*count), 10) + ", as the contract counts: logs are missing",
	}
}
