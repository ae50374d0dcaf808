package sender

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/ethereum/go-ethereum"
	"github.com/ethereum/go-ethereum/common"

	"github.com/hyperlane-go/sdk/hyperlane/evm"
)

// Intent is a call to be executed once.
type Intent struct {
	Call evm.Call
	// Gas is the gas limit. Zero estimates it and adds the margin of the client.
	Gas uint64
	// Keys identify the call, at least one. None may be in flight.
	Keys []Key
}

// offering is the outcome of the last time that a transaction was sent to the node.
type offering struct {
	at      time.Time
	refused error // error of the node, nil if it accepted the transaction
	denied  bool  // the node refused the transaction and does not know it
}

// Submit signs a call, stores the transaction, and sends it to the node. Without an error the call
// is under way, across restarts, even if the node could not be reached or refused the transaction
// for now (Flight.Refused). With an error nothing is under way: the node, the signer or the store
// failed, the contract refused the call when gas was estimated (*evm.RevertError), or the error is
// [ErrInFlight], [ErrForeign] or [ErrNotTaken].
func (s *Sender) Submit(ctx context.Context, in Intent) (Flight, error) {
	if err := s.begin(ctx); err != nil {
		return Flight{}, err
	}
	defer s.end()
	if err := s.checkKeys(in.Keys); err != nil {
		return Flight{}, err
	}
	nonce, err := s.nextNonce(ctx)
	if err != nil {
		return Flight{}, err
	}
	unsigned, _, err := s.quote(ctx, nonce, in.Gas, in.Call)
	if err != nil {
		return Flight{}, err
	}
	tx, err := s.sign(ctx, unsigned)
	if err != nil {
		return Flight{}, err
	}
	r := &Record{Nonce: nonce, Keys: slices.Clone(in.Keys), Txs: []Tx{tx}}
	// SECURITY: store before sending. Otherwise a crash makes the caller sign, and pay, again.
	if err := s.put(ctx, r); err != nil {
		return Flight{}, err
	}
	s.offer(ctx, tx)
	if err := s.neverTaken(ctx, r); err != nil {
		return Flight{}, err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.flight(r), nil
}

// checkKeys refuses keys that are missing, repeated or in flight.
func (s *Sender) checkKeys(keys []Key) error {
	if len(keys) == 0 {
		return &evm.ConfigError{Field: "Intent.Keys", Have: "none", Want: "at least one, to find the transaction by"}
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	for i, key := range keys {
		if r := s.byKey[key]; r != nil {
			return fmt.Errorf("%w: %q at nonce %d, transaction %v", ErrInFlight, key, r.Nonce, r.last().Hash())
		}
		if slices.Contains(keys[:i], key) {
			return &evm.ConfigError{Field: "Intent.Keys", Have: fmt.Sprintf("%q twice", key), Want: "each key once"}
		}
	}
	return nil
}

// offer sends a transaction to the node. A refusal ends nothing: the transaction may have reached
// the network, and is offered again. Its nonce decides in the end.
func (s *Sender) offer(ctx context.Context, tx Tx) {
	err := s.client.Offer(ctx, s.opts.From, tx.Transaction)
	o := offering{at: s.cfg.Now(), refused: err, denied: err != nil && s.denied(ctx, tx.Hash(), err)}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.offers[tx.Hash()] = o
}

// denied reports whether the node refused a transaction and does not have it. An account without
// funds is no reason to give a call up: once it is funded, its transactions proceed.
func (s *Sender) denied(ctx context.Context, hash common.Hash, err error) bool {
	if ctx.Err() != nil || errors.Is(err, evm.ErrFunds) || !evm.Answered(err) {
		return false
	}
	_, err = s.client.Transaction(ctx, hash)
	return errors.Is(err, ethereum.NotFound)
}

// neverTaken gives up a transaction that the node refused when it was first offered. Otherwise a
// transaction that every node refuses, for example because it is too large, would block its nonce
// forever.
//
// SECURITY: no other node has seen the transaction, and this node says that it does not have it and
// counts its nonce as free.
func (s *Sender) neverTaken(ctx context.Context, r *Record) error {
	o := s.offered(r.last().Hash())
	if !o.denied {
		return nil
	}
	pending, err := s.client.PendingNonce(ctx, s.opts.From)
	if err != nil || pending > r.Nonce {
		return nil //nolint:nilerr // in doubt the transaction stays under way
	}
	if err := s.drop(ctx, r); err != nil {
		return err
	}
	return &evm.TxError{Hash: r.last().Hash(), Class: ErrNotTaken, Err: o.refused}
}

// offered returns the last offering of a transaction since the process started, or the zero
// offering.
func (s *Sender) offered(hash common.Hash) offering {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.offers[hash]
}
