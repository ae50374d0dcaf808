package relayer

import (
	"context"
	"errors"
	"fmt"

	"github.com/cockroachdb/pebble"
	"github.com/ethereum/go-ethereum"

	"github.com/hyperlane-go/sdk/hyperlane/evm"
)

// index follows an origin up to its final head: it takes back what a reorganisation undid, reads the logs of new blocks,
// compares them with the contracts' state, and moves the cursor together with the messages and leaves.
func (r *Relayer) index(ctx context.Context, o *origin) (err error) {
	o.indexing.Lock()
	defer o.indexing.Unlock()
	defer func() { o.health.set(ctx, err) }()
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
		p, err := r.readSegment(ctx, o, head)
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
		if err != nil {
			return fmt.Errorf("relayer: origin %s: genesis: %w", o.name, err)
		}
		if again != genesis {
			return fmt.Errorf("relayer: origin %s: %w", o.name, &evm.AnswerError{
				Op: "eth_getBlockByNumber", What: "the genesis", Have: again.String(), Want: genesis.String() + ", as answered before"})
		}
		now := have
		now.Genesis = genesis
		return storeError("origin "+o.domain.String(), have.String(), now.String(),
			"the chain was restarted from a new genesis, or the node is on another chain: use an empty state directory", nil)
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
	warning := &ReorgError{Origin: o.domain, Block: last, Have: now, Want: at.Hash, Leaves: int(at.Count - to.Count)}
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
