package sender

import (
	"context"
	"fmt"

	"github.com/ethereum/go-ethereum/core/types"

	"github.com/hyperlane-go/sdk/hyperlane/evm"
)

// MaxFill bounds how many empty transactions fill a gap in the account's nonces.
const MaxFill = 16

// tend keeps a transaction that is not mined going: the node may have lost it, a lower nonce may be
// missing, or its fees may be too low by now.
func (s *Sender) tend(ctx context.Context, r *Record, raise bool) error {
	if r.Nonce < s.view.latest {
		return nil // mined, and not final
	}
	if len(r.Keys) > 0 || r.cancels(r.last()) || r.fills() {
		s.offerAgain(ctx, r.last()) // a released call is replaced, not executed
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

// offerAgain sends a transaction to the node unless that has been done recently in this process.
func (s *Sender) offerAgain(ctx context.Context, tx Tx) {
	if o := s.offered(tx.Hash()); o.at.IsZero() || passed(s.cfg.Now(), o.at, s.cfg.ResubmitAfter/10) {
		s.offer(ctx, tx)
	}
}

// makeWay removes what delays a nonce: it fills lower nonces that no record occupies, and replaces
// the transaction of the next nonce if it is overdue, even if its caller does not track it.
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

// fill sends empty transactions for nonces that the chain counts as free and no record occupies.
// The package documentation describes how such a gap arises.
func (s *Sender) fill(ctx context.Context, missing []uint64) error {
	latest, err := s.client.NonceAt(ctx, evm.Head{}, s.opts.From)
	if err != nil {
		return err
	}
	if latest > missing[0] || len(missing) > MaxFill {
		s.log.Warn("gap in the account's nonces not filled", "from", missing[0], "missingAtLeast", len(missing), "latest", latest, "limit", MaxFill)
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

// replace signs and sends a replacement of a transaction that is not mined, if a reasonable one
// exists.
func (s *Sender) replace(ctx context.Context, r *Record) error {
	old := r.last()
	unsigned, err := s.replacement(ctx, r)
	if err != nil {
		return fmt.Errorf("sender: replacing transaction %v: %w", old.Hash(), err)
	}
	if unsigned == nil {
		s.offerAgain(ctx, old) // unchanged
		return nil
	}
	tx, err := s.sign(ctx, unsigned)
	if err != nil {
		return err
	}
	if err := s.put(ctx, r.with(tx)); err != nil {
		return err
	}
	s.log.Warn("transaction not mined in time, replacing it",
		"nonce", r.Nonce, "old", old.Hash(), "new", tx.Hash(), "empty", r.cancels(tx))
	s.offer(ctx, tx)
	return nil
}

// replacement returns the same call with higher fees, unsigned. It returns an empty transaction for
// a released record, and after the node has refused a replacement: it uses the nonce, and the call
// can be submitted again. It returns nil if no replacement is reasonable.
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
