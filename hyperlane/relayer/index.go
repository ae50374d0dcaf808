package relayer

import (
	"context"
	"errors"
	"fmt"
	"strconv"

	"github.com/cockroachdb/pebble"
	"github.com/ethereum/go-ethereum"

	"github.com/hyperlane-go/sdk/hyperlane/evm"
	"github.com/hyperlane-go/sdk/merkle"
	"github.com/hyperlane-go/sdk/message"
)

// trailBlocks is how far back points are kept. A reorganisation that goes deeper is answered by indexing from the start.
const trailBlocks = 1 << 13

// index follows an origin up to its final head: it takes back what a reorganisation undid, reads the logs of new blocks,
// compares them with the contracts' state, and moves the cursor together with the messages and leaves.
func (r *Relayer) index(ctx context.Context, o *origin) (err error) {
	o.pass.Lock()
	defer o.pass.Unlock()
	defer func() { o.health.note(ctx, err) }()
	head, err := o.src.Head(ctx)
	if err != nil {
		return fmt.Errorf("relayer: origin %s: head: %w", o.name, err)
	}
	r.metrics.height(o.name, head.Number)
	if err := o.checkGenesis(ctx); err != nil {
		return err
	}
	if err := r.checkCursor(ctx, o, head); err != nil {
		return err
	}
	for o.position().Next <= head.Number {
		p, err := r.readPass(ctx, o, head)
		if err != nil {
			return err
		}
		events, err := r.advance(o, p)
		if err != nil {
			return err
		}
		r.metrics.cursor(o.name, o.position())
		r.emit(events...)
	}
	return nil
}

// checkGenesis compares, once in a run, the chain's genesis with the one that the state belongs to. A development chain
// that was started anew keeps addresses and domain, but its messages are others.
func (o *origin) checkGenesis(ctx context.Context) error {
	if o.pinned {
		return nil
	}
	genesis, err := o.src.HashAt(ctx, 0)
	if err != nil {
		return fmt.Errorf("relayer: origin %s: genesis: %w", o.name, err)
	}
	have := o.want
	o.want.Genesis = genesis
	if have != o.want && have.Genesis != (pin{}).Genesis {
		o.want.Genesis = have.Genesis
		// The end of the relayer is not for one answer to decide.
		again, err := o.src.HashAt(ctx, 0)
		if err != nil || again != genesis {
			return fmt.Errorf("relayer: origin %s: genesis is said to be %v and then %v: %w", o.name, genesis, again, errors.Join(err, ErrInconsistent))
		}
		now := have
		now.Genesis = genesis
		return &StoreError{Key: "origin " + o.domain.String(), Have: have.String(), Want: now.String(),
			Next: "the chain was started anew, or the node is on another one: use an empty state directory"}
	}
	err = o.store.commit("pin", func(b *pebble.Batch) error { return setJSON(b, domainKey(prefixPin, o.domain), o.want) })
	if err != nil {
		return err
	}
	o.pinned = true
	return nil
}

// checkCursor makes sure that the block before the cursor is still part of the chain, and moves back where it is not.
func (r *Relayer) checkCursor(ctx context.Context, o *origin, head evm.Head) error {
	at := o.position()
	if at.Next == o.from {
		return nil // nothing read so far
	}
	last := at.Next - 1
	now, err := o.src.HashAt(ctx, last)
	switch {
	case errors.Is(err, ethereum.NotFound) && head.Number < last:
		return fmt.Errorf("relayer: %w: origin %s has its final head at block %d, block %d is indexed; waiting for it to catch up (%w)",
			evm.ErrStaleHead, o.name, head.Number, last, evm.ErrRPC)
	case err != nil:
		return fmt.Errorf("relayer: origin %s: block %d: %w", o.name, last, err)
	case now == at.Hash:
		return nil
	}
	to, err := o.common(ctx, at)
	if err != nil {
		return err
	}
	warning := &ReorgError{Origin: o.domain, Block: last, Have: at.Hash, Now: now, Leaves: int(at.Count - to.Count)}
	if to.Next > 0 {
		warning.Common = to.Next - 1
	}
	events, err := r.rollback(ctx, o, at, to, warning)
	if err != nil {
		return err
	}
	r.log.Warn("origin reorganised below its finality", "origin", o.name, "err", warning)
	r.emit(events...)
	return nil
}

// common returns the newest earlier point that is still part of the chain. If a point is, all before it are, so the
// points are searched by halves.
func (o *origin) common(ctx context.Context, at point) (point, error) {
	trail, err := o.trail()
	if err != nil {
		return point{}, err
	}
	low, high := 0, len(trail) // trail[:low] are part of the chain, trail[high:] are not
	for low < high {
		mid := int(uint(low+high) / 2)
		p := trail[mid]
		if p.Next >= at.Next {
			high = mid
			continue
		}
		now, err := o.src.HashAt(ctx, p.Next-1)
		switch {
		case err != nil && !errors.Is(err, ethereum.NotFound):
			return point{}, fmt.Errorf("relayer: origin %s: block %d: %w", o.name, p.Next-1, err)
		case err == nil && now == p.Hash:
			low = mid + 1
		default:
			high = mid
		}
	}
	if low == 0 {
		return o.start(), nil
	}
	return trail[low-1], nil
}

// pass is what was read of an origin and is to become part of the state.
type pass struct {
	from       point
	to         point
	tree       merkle.Tree
	dispatches []dispatched
	leaves     []inserted
	ids        map[message.ID]bool // of dispatches
}

// readPass reads the logs after the cursor and returns them once they agree with the contracts' state at the last block
// read. Nodes forget the state of old blocks: then the comparison waits for a newer block, at the latest the head.
func (r *Relayer) readPass(ctx context.Context, o *origin, head evm.Head) (*pass, error) {
	p := &pass{from: o.position(), ids: map[message.ID]bool{}}
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
		r.log.Debug("node does not have the state of this block, comparing at a later one", "origin", o.name, "block", end.Number, "err", err)
	}
}

// read adds the logs of the blocks up to end. Nonces and leaf indexes must go on where they stopped: a log that the node
// left out shows as a gap.
func (p *pass) read(ctx context.Context, o *origin, end evm.Head) error {
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

// knows reports whether the dispatch of a leaf has been read. The tree takes dispatched messages only.
func (p *pass) knows(o *origin, id message.ID) (bool, error) {
	if p.ids[id] {
		return true, nil
	}
	r, err := o.store.record(id)
	return r != nil && r.msg.Origin == o.domain, err
}

// compare is the check that makes logs worth trusting.
//
// SECURITY: without it a node that leaves logs out loses messages, and one that invents leaves spoils every later proof.
func (p *pass) compare(o *origin, state sourceState) error {
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

func (p *pass) inconsistent(o *origin, end evm.Head, what, have, want string) error {
	return &InconsistentError{Origin: o.domain, From: p.from.Next, To: end.Number, What: what, Have: have, Want: want}
}
