package sender

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/ethereum/go-ethereum"
	"github.com/ethereum/go-ethereum/common"
	"github.com/ethereum/go-ethereum/core/types"

	"github.com/hyperlane-go/sdk/hyperlane/evm"
)

// State is what became of a transaction.
type State uint8

// The states. All but Pending are final: a final block has used up the nonce.
const (
	Pending  State = iota // not decided: it can still be mined, or its block is not final yet
	Mined                 // its transaction succeeded
	Reverted              // its transaction failed: nothing was carried out, the gas is spent
	Replaced              // the node has no receipt of it: another transaction of the account took the nonce
)

// String returns the name of the state, for example "reverted".
func (s State) String() string {
	names := [...]string{Pending: "pending", Mined: "mined", Reverted: "reverted", Replaced: "replaced"}
	if int(s) < len(names) {
		return names[s]
	}
	return fmt.Sprintf("state %d", uint8(s))
}

// Outcome is what became of the call of a key.
type Outcome struct {
	State   State
	Flight  Flight
	Receipt *types.Receipt // checked; nil unless Mined or Reverted
}

// Err returns nil for Pending and Mined, and otherwise a *evm.TxError of the transaction that
// failed or was replaced.
func (o Outcome) Err() error {
	switch o.State {
	case Reverted:
		return &evm.TxError{Hash: o.Receipt.TxHash, Receipt: o.Receipt, Class: evm.ErrTxFailed}
	case Replaced:
		err := fmt.Errorf("another transaction of the account took nonce %d", o.Flight.Nonce)
		return &evm.TxError{Hash: o.Flight.Txs[len(o.Flight.Txs)-1], Class: evm.ErrNotMined, Err: err}
	default:
		return nil
	}
}

// Track returns what became of the call of a key, as of the last step. While that is open it looks
// after the transaction: it offers it to the node again, replaces it once Config.ResubmitAfter has
// passed, and makes way for it where a lower nonce holds it up. A failure to do so is the error;
// the call stays under way.
//
// A decided key stays known, so that its outcome survives a crash of the caller: [Sender.Release]
// it once it is noted.
func (s *Sender) Track(ctx context.Context, key Key) (Outcome, error) { return s.track(ctx, key, true) }

// Keep is [Sender.Track] for a call that is no longer worth higher fees: it is offered again, and
// not replaced.
func (s *Sender) Keep(ctx context.Context, key Key) (Outcome, error) { return s.track(ctx, key, false) }

func (s *Sender) track(ctx context.Context, key Key, raise bool) (Outcome, error) {
	if err := s.begin(ctx); err != nil {
		return Outcome{}, err
	}
	defer s.end()
	r, err := s.find(key)
	if err != nil {
		return Outcome{}, err
	}
	if err := s.look(ctx); err != nil {
		return Outcome{}, err
	}
	if r.Nonce < s.view.final {
		return s.decide(ctx, r)
	}
	err = s.tend(ctx, r, raise)
	s.mu.Lock()
	defer s.mu.Unlock()
	return Outcome{Flight: s.flight(s.byKey[key])}, err
}

// decide finds out which transaction used up a nonce.
func (s *Sender) decide(ctx context.Context, r *Record) (Outcome, error) {
	s.mu.Lock()
	o := Outcome{State: Replaced, Flight: s.flight(r)}
	s.mu.Unlock()
	for _, tx := range r.Txs {
		receipt, err := s.receipt(ctx, tx.Hash())
		if err != nil {
			return Outcome{Flight: o.Flight}, err
		}
		if receipt == nil || r.cancels(tx) {
			continue
		}
		if number := receipt.BlockNumber.Uint64(); number > s.view.head.Number {
			return Outcome{Flight: o.Flight}, &evm.AnswerError{
				Op: "eth_getTransactionReceipt", Block: number, Tx: tx.Hash(), What: "blockNumber", Have: fmt.Sprint(number),
				Want: fmt.Sprintf("at most %d, as of which the nonce is used", s.view.head.Number),
			}
		}
		o.State, o.Receipt = Reverted, receipt
		if receipt.Status == types.ReceiptStatusSuccessful {
			o.State = Mined
		}
		return o, nil
	}
	return o, nil
}

// receipt returns nil where the chain as it is has no receipt of a transaction.
func (s *Sender) receipt(ctx context.Context, hash common.Hash) (*types.Receipt, error) {
	receipt, err := s.client.Receipt(ctx, hash)
	if errors.Is(err, ethereum.NotFound) || errors.Is(err, evm.ErrReorg) {
		return nil, nil
	}
	return receipt, err
}

// Release ends the work on a key: the caller has noted the outcome, or no longer wants the call. A
// call that is not decided can still be carried out. Once all keys of a transaction are released,
// an empty one takes its place where it is not mined in time. An unknown key is no error.
func (s *Sender) Release(ctx context.Context, key Key) error {
	if err := s.begin(ctx); err != nil {
		return err
	}
	defer s.end()
	r, err := s.find(key)
	if err != nil {
		return nil //nolint:nilerr // released before
	}
	left := r.without(key)
	if len(left.Keys) == 0 && s.view.known && r.Nonce < s.view.final {
		return s.drop(ctx, r)
	}
	return s.put(ctx, left) // before the key can be submitted again
}

// Wait steps and tracks until the outcome of a key is decided, and returns it. Failures of the node
// are logged and tried again; the last one is part of the error when ctx ends.
func (s *Sender) Wait(ctx context.Context, key Key) (Outcome, error) {
	timer := time.NewTimer(0)
	defer timer.Stop()
	var last error
	for {
		select {
		case <-ctx.Done():
			return Outcome{}, errors.Join(fmt.Errorf("sender: waiting for %q: %w", key, ctx.Err()), last)
		case <-timer.C:
		}
		err := s.Step(ctx)
		if err == nil {
			var o Outcome
			if o, err = s.Track(ctx, key); err == nil && o.State != Pending || errors.Is(err, ErrUnknownKey) {
				return o, err
			}
		}
		if err != nil && ctx.Err() == nil {
			s.log.Warn("looking after a transaction failed, trying again", "key", key, "err", err)
			last = err
		}
		timer.Reset(s.cfg.Interval)
	}
}
