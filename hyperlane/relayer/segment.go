package relayer

import (
	"context"
	"fmt"
	"strconv"

	"github.com/hyperlane-go/sdk/hyperlane/evm"
	"github.com/hyperlane-go/sdk/merkle"
	"github.com/hyperlane-go/sdk/message"
)

// segment is a range of blocks of an origin, as read from the node and not stored yet.
type segment struct {
	from       point
	to         point
	tree       merkle.Tree
	dispatches []dispatchEvent
	leaves     []insertionEvent
	ids        map[message.ID]bool // of the dispatches
}

// readSegment reads the logs after the cursor, and returns them once they agree with the state of
// the contracts as of the last block read. A node without the state of old blocks fails the
// comparison there: readSegment then reads on, and compares at a newer block, at the latest the
// head.
func (r *Relayer) readSegment(ctx context.Context, o *origin, head evm.Head) (*segment, error) {
	p := &segment{from: o.position(), ids: map[message.ID]bool{}}
	p.to = p.from
	o.mu.Lock()
	tree, err := o.tree.Tree(p.from.Count)
	o.mu.Unlock()
	if err != nil {
		return nil, err
	}
	p.tree = tree
	for {
		end := head
		if last := p.to.Next + o.window - 1; last < head.Number {
			hash, err := o.src.HashAt(ctx, last)
			if err != nil {
				return nil, fmt.Errorf("relayer: origin %s: block %d: %w", o.name, last, err)
			}
			end = evm.Head{Number: last, Hash: hash}
		}
		if err := p.read(ctx, o, end); err != nil {
			return nil, err
		}
		state, err := o.src.State(ctx, end)
		switch {
		case err == nil:
			return p, p.compare(o, state)
		case end.Number == head.Number || ctx.Err() != nil:
			return nil, fmt.Errorf("relayer: origin %s: state at block %d: %w", o.name, end.Number, err)
		}
		r.log.Debug("state of block not available, comparing at a later block", "origin", o.name, "block", end.Number, "err", err)
	}
}

// read adds the logs of the blocks up to end. Nonces and leaf indexes must be consecutive, so a log
// that the node omits shows as a gap.
func (p *segment) read(ctx context.Context, o *origin, end evm.Head) error {
	for d, err := range o.src.Dispatches(ctx, p.to.Next, end.Number) {
		if err != nil {
			return fmt.Errorf("relayer: origin %s: dispatches: %w", o.name, err)
		}
		if d.msg.Nonce != p.to.Nonce {
			return p.inconsistent(o, end, "the nonce of a dispatch", strconv.FormatUint(uint64(d.msg.Nonce), 10), strconv.FormatUint(uint64(p.to.Nonce), 10)+" next")
		}
		p.to.Nonce++
		p.ids[d.msg.ID()] = true
		p.dispatches = append(p.dispatches, d)
	}
	for l, err := range o.src.Insertions(ctx, p.to.Next, end.Number) {
		if err != nil {
			return fmt.Errorf("relayer: origin %s: insertions: %w", o.name, err)
		}
		if l.index != p.tree.Count() {
			return p.inconsistent(o, end, "the index of a leaf", strconv.FormatUint(uint64(l.index), 10), strconv.FormatUint(uint64(p.tree.Count()), 10)+" next")
		}
		if known, err := p.knows(o, l.id); err != nil {
			return err
		} else if !known {
			return p.inconsistent(o, end, "the dispatch of leaf "+l.id.String(), "absent", "present")
		}
		if err := p.tree.Insert(merkle.Hash(l.id)); err != nil {
			return err
		}
		p.leaves = append(p.leaves, l)
	}
	p.to.Next, p.to.Hash, p.to.Count, p.to.Root = end.Number+1, end.Hash, p.tree.Count(), p.tree.Root()
	return nil
}

// knows reports whether the dispatch of a leaf has been read. Every leaf of the tree is a
// dispatched message.
func (p *segment) knows(o *origin, id message.ID) (bool, error) {
	if p.ids[id] {
		return true, nil
	}
	r, err := o.store.record(id)
	return r != nil && r.msg.Origin == o.domain, err
}

// compare checks the logs against the state of the contracts.
//
// SECURITY: without this check, a node that omits logs makes the relayer lose messages, and a node
// that invents leaves invalidates every later proof.
func (p *segment) compare(o *origin, state sourceState) error {
	end := evm.Head{Number: p.to.Next - 1}
	switch {
	case state.nonce != p.to.Nonce:
		return p.inconsistent(o, end, "the number of dispatches", strconv.FormatUint(uint64(p.to.Nonce), 10), strconv.FormatUint(uint64(state.nonce), 10))
	case state.tree.Count() != p.to.Count:
		return p.inconsistent(o, end, "the number of leaves", strconv.FormatUint(uint64(p.to.Count), 10), strconv.FormatUint(uint64(state.tree.Count()), 10))
	case state.tree.Root() != p.to.Root:
		return p.inconsistent(o, end, "the root", p.to.Root.String(), state.tree.Root().String())
	}
	return nil
}

// inconsistent returns the error of logs that contradict the contracts.
func (p *segment) inconsistent(o *origin, end evm.Head, what, have, want string) error {
	return fmt.Errorf("relayer: origin %s: %w; reading again from block %d", o.name, &evm.AnswerError{
		Op: fmt.Sprintf("logs of blocks %d to %d", p.from.Next, end.Number), Block: end.Number, What: what, Have: have, Want: want}, p.from.Next)
}
