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

// Intent is a call to be carried out once.
type Intent struct {
	Call evm.Call
	// Gas is the gas limit. Zero estimates it and adds the margin of the client.
	Gas uint64
	// Keys are what the caller knows the call by, at least one. None may be in flight.
	Keys []Key
}

// offering is how a transaction was handed to the node last.
type offering struct {
	at      time.Time
	refused error // why the node did not take it, nil if it did
	denied  bool  // the node answered with a refusal and does not know the transaction
}

// Submit signs a call, stores the transaction, and hands it to the node. Without an error the call
// is under way, also where the node could not be reached or refused it for now (Flight.Refused),
// and across restarts. With an error nothing is under way: the node's, the signer's or the store's
// failure, a refusal by the contract where gas is estimated (*evm.RevertError), [ErrInFlight],
// [ErrForeign] or [ErrNotTaken].
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
	// SECURITY: stored before it leaves, or a crash makes the caller sign, and pay, again.
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

// offer hands a transaction to the node. A refusal does not end anything: the transaction may have
// reached the network all the same, and is offered again; its nonce decides in the end.
func (s *Sender) offer(ctx context.Context, tx Tx) {
	err := s.client.Offer(ctx, s.opts.From, tx.Transaction)
	o := offering{at: s.cfg.Now(), refused: err, denied: err != nil && s.denied(ctx, tx.Hash(), err)}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.offers[tx.Hash()] = o
}

// denied distinguishes a node that refused a transaction, and does not have it, from one that may
// have it. An account without money is no reason to give a call up: once it has been funded, all
// that wait go their way.
func (s *Sender) denied(ctx context.Context, hash common.Hash, err error) bool {
	if ctx.Err() != nil || errors.Is(err, evm.ErrFunds) || !evm.Answered(err) {
		return false
	}
	_, err = s.client.Transaction(ctx, hash)
	return errors.Is(err, ethereum.NotFound)
}

// neverTaken gives a transaction up that has been offered once, to a node that refused it, so that
// its nonce holds up nothing else: what no node takes, because it is too large say, would do so for
// ever.
//
// SECURITY: no other node has seen the transaction, this one says that it does not have it, and
// counts its nonce as free.
func (s *Sender) neverTaken(ctx context.Context, r *Record) error {
	o := s.offered(r.last().Hash())
	if !o.denied {
		return nil
	}
	pending, err := s.client.PendingNonce(ctx, s.opts.From)
	if err != nil || pending > r.Nonce {
		return nil // in doubt it stays under way
	}
	if err := s.drop(ctx, r); err != nil {
		return err
	}
	return &evm.TxError{Hash: r.last().Hash(), Class: ErrNotTaken, Err: o.refused}
}

// offered returns how a transaction was offered last in this run, the zero offering if it was not.
func (s *Sender) offered(hash common.Hash) offering {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.offers[hash]
}
