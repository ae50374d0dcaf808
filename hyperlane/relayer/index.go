package relayer

import (
	"context"
	"errors"
	"fmt"

	"github.com/cockroachdb/pebble"
	"github.com/ethereum/go-ethereum"

	"github.com/hyperlane-go/sdk/hyperlane/evm"
)

// index follows an origin up to its final head. It undoes what a reorganisation removed, reads the
// logs of new blocks, compares them with the state of the contracts, and stores the cursor together
// with the messages and leaves.
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

// checkGenesis compares the genesis of the chain with that of the state, once in a run of the
// process. A development chain that restarts keeps its addresses and domain, but not its messages.
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
		// A different genesis ends the relayer, so one answer is not enough: ask again.
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

// checkCursor checks that the block before the cursor is still part of the chain. If it is not,
// checkCursor moves the cursor back to the newest point that is.
func (r *Relayer) checkCursor(ctx context.Context, o *origin, head evm.Head) error {
	at := o.position()
	if at.Next == o.from {
		return nil // nothing has been read
	}
	last := at.Next - 1
	now, err := o.src.HashAt(ctx, last)
	switch {
	case errors.Is(err, ethereum.NotFound) && head.Number < last:
		return fmt.Errorf("relayer: %w: origin %s has its final head at block %d, want at least %d, which is indexed; waiting for the node to catch up (%w)",
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
	r.log.Warn("indexed blocks of origin were reorganised away", "origin", o.name, "err", warning)
	r.emit(events...)
	return nil
}
