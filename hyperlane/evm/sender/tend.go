package sender

import (
	"context"
	"fmt"

	"github.com/ethereum/go-ethereum/core/types"

	"github.com/hyperlane-go/sdk/hyperlane/evm"
)

// MaxFill bounds how many empty transactions fill a gap in the account's nonces.
const MaxFill = 16

// tend looks after a transaction that has not been mined: the node may have lost it, a nonce before
// it may be missing, or its fees may have become too low.
func (s *Sender) tend(ctx context.Context, r *Record, raise bool) error {
	if r.Nonce < s.view.latest {
		return nil // mined, and not final yet
	}
	if len(r.Keys) > 0 || r.cancels(r.last()) || r.fills() {
		s.offerAgain(ctx, r.last()) // a released call is replaced, rather than carried out
	}
	if err := ctx.Err(); err != nil {
		return err
	}
	if !raise || !passed(s.cfg.Now(), r.last().Signed, s.cfg.ResubmitAfter) {
		return nil
	}
	if err := s.makeWay(ctx, r.Nonce); err != nil {
		return err
	}
	return s.replace(ctx, r)
}

// offerAgain hands a transaction to the node where that has not been done in this run, or not for
// some time.
func (s *Sender) offerAgain(ctx context.Context, tx Tx) {
	if o := s.offered(tx.Hash()); o.at.IsZero() || passed(s.cfg.Now(), o.at, s.cfg.ResubmitAfter/10) {
		s.offer(ctx, tx)
	}
}

// makeWay looks after what must be mined before a nonce: it fills nonces that no record occupies,
// and replaces the transaction of the next nonce where it waits for too long, whether its caller
// tracks it or not.
func (s *Sender) makeWay(ctx context.Context, nonce uint64) error {
	var missing []uint64
	for n := s.view.latest; n < nonce && len(missing) <= MaxFill; n++ {
		if s.at(n) == nil {
			missing = append(missing, n)
		}
	}
	if len(missing) > 0 {
		return s.fill(ctx, missing)
	}
	front := s.at(s.view.latest)
	if s.view.latest >= nonce || !passed(s.cfg.Now(), front.last().Signed, s.cfg.ResubmitAfter) {
		return nil
	}
	return s.replace(ctx, front)
}

// fill uses up nonces that the chain counts as free and no record occupies. See the package
// documentation for how such a gap comes to be.
func (s *Sender) fill(ctx context.Context, missing []uint64) error {
	latest, err := s.client.NonceAt(ctx, evm.Head{}, s.opts.From)
	if err != nil {
		return err
	}
	if latest > missing[0] || len(missing) > MaxFill {
		s.log.Warn("gap in the account's nonces left alone", "from", missing[0], "missing at least", len(missing), "latest", latest, "most", MaxFill)
		return nil
	}
	for _, nonce := range missing {
		call, gas := s.nothing(ctx)
		unsigned, _, err := s.quote(ctx, nonce, gas, call)
		if err != nil {
			return fmt.Errorf("sender: filling nonce %d: %w", nonce, err)
		}
		tx, err := s.sign(ctx, unsigned)
		if err != nil {
			return err
		}
		if err := s.put(ctx, &Record{Nonce: nonce, Txs: []Tx{tx}}); err != nil {
			return err
		}
		s.log.Warn("filling a gap in the account's nonces", "nonce", nonce, "tx", tx.Hash())
		s.offer(ctx, tx)
	}
	return nil
}

// replace signs and offers what is to take the place of a transaction that has not been mined, if
// there is something.
func (s *Sender) replace(ctx context.Context, r *Record) error {
	old := r.last()
	unsigned, err := s.replacement(ctx, r)
	if err != nil {
		return fmt.Errorf("sender: replacing transaction %v: %w", old.Hash(), err)
	}
	if unsigned == nil {
		s.offerAgain(ctx, old) // as it is
		return nil
	}
	tx, err := s.sign(ctx, unsigned)
	if err != nil {
		return err
	}
	if err := s.put(ctx, r.with(tx)); err != nil {
		return err
	}
	s.log.Warn("transaction not mined in time, replacing it with one of higher fees",
		"nonce", r.Nonce, "old", old.Hash(), "new", tx.Hash(), "empty", r.cancels(tx))
	s.offer(ctx, tx)
	return nil
}

// replacement returns the same call with higher fees, unsigned. It returns an empty transaction for
// a released record, and where the node has refused a replacement as well: the nonce is then used
// up and the call can be submitted again. It returns nil where no replacement is reasonable.
func (s *Sender) replacement(ctx context.Context, r *Record) (*types.Transaction, error) {
	old := r.last()
	switch {
	case len(r.Keys) == 0 || r.cancels(old):
		call, gas := s.nothing(ctx)
		return s.raise(ctx, old.Transaction, gas, call)
	case len(r.Txs) > 1 && s.offered(old.Hash()).denied:
		call, gas := s.nothing(ctx)
		tx, _, err := s.quote(ctx, r.Nonce, gas, call)
		return tx, err
	}
	return s.raise(ctx, old.Transaction, old.Gas(), callOf(old.Transaction))
}
