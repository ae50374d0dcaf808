package sender

import (
	"cmp"
	"context"
	"fmt"
	"log/slog"
	"slices"
	"sync"
	"time"

	bind "github.com/ethereum/go-ethereum/accounts/abi/bind/v2"
	"github.com/ethereum/go-ethereum/common"
	"github.com/ethereum/go-ethereum/core/types"

	"github.com/hyperlane-go/sdk/hyperlane/evm"
)

// Sender sends the transactions of one account. It is safe for concurrent use; what talks to the
// chain runs one at a time, in the order of the calls.
type Sender struct {
	client *evm.Client
	opts   bind.TransactOpts
	cfg    Config
	log    *slog.Logger
	signer types.Signer // recovers who signed

	// turn holds a token while no method works on the account. Work changes what stands below; mu
	// guards it against readers.
	turn chan struct{}

	mu      sync.Mutex
	records map[uint64]*Record
	byKey   map[Key]*Record
	offers  map[common.Hash]offering // of this run: after a restart everything is offered again at once
	view    view
	doubted time.Time // since when the pool claims nonces that the sender does not know; zero: it does not
}

// Flight is a nonce under way.
type Flight struct {
	Nonce uint64
	Keys  []Key
	// Txs are the transactions that may be mined, the oldest first. They share the nonce: the chain
	// takes one at most.
	Txs []common.Hash
	// Refused says why the node did not take the newest of them when it was offered last, nil if it
	// did. It stays under way all the same: it may have reached other nodes, and is offered again.
	Refused error
}

// New checks the options and loads the state. It asks the chain nothing. opts names the account,
// signs, and may set fees, which are then used for every transaction and never raised; nonce, value
// and gas limit must be left open.
func New(ctx context.Context, client *evm.Client, opts *bind.TransactOpts, cfg Config) (*Sender, error) {
	if client == nil {
		return nil, &evm.ConfigError{Field: "client", Have: "nil", Want: "a client of the chain"}
	}
	if err := checkOpts(opts, cfg.MaxFee); err != nil {
		return nil, err
	}
	cfg, err := cfg.validated()
	if err != nil {
		return nil, err
	}
	s := &Sender{
		client: client, opts: *opts, cfg: cfg, log: cfg.Logger.With("account", opts.From),
		signer: types.LatestSignerForChainID(client.ChainID()), turn: make(chan struct{}, 1),
		records: map[uint64]*Record{}, byKey: map[Key]*Record{}, offers: map[common.Hash]offering{},
	}
	s.turn <- struct{}{}
	return s, s.load(ctx)
}

func (s *Sender) load(ctx context.Context) error {
	records, err := s.cfg.Store.Load(ctx)
	if err != nil {
		return fmt.Errorf("sender: loading records: %w", err)
	}
	for i := range records {
		r := &records[i]
		if err := s.check(r); err != nil {
			return err
		}
		s.keep(r)
	}
	return nil
}

// check refuses a record that another account, or no sender at all, has written.
func (s *Sender) check(r *Record) error {
	refuse := func(format string, args ...any) error {
		return fmt.Errorf("%w: nonce %d: %s", ErrState, r.Nonce, fmt.Sprintf(format, args...))
	}
	if len(r.Txs) == 0 {
		return refuse("record without a transaction")
	}
	if s.records[r.Nonce] != nil {
		return refuse("two records")
	}
	for _, key := range r.Keys {
		if other := s.byKey[key]; other != nil {
			return refuse("key %q belongs to nonce %d as well", key, other.Nonce)
		}
	}
	for _, tx := range r.Txs {
		if tx.Nonce() != r.Nonce {
			return refuse("transaction %v has nonce %d", tx.Hash(), tx.Nonce())
		}
		from, err := types.Sender(s.signer, tx.Transaction)
		switch {
		case err != nil:
			return refuse("transaction %v is not signed for chain %v: %v", tx.Hash(), s.client.ChainID(), err)
		case from != s.opts.From:
			return refuse("transaction %v is of account %v, want %v: use that account until its transactions are final, or remove the state",
				tx.Hash(), from, s.opts.From)
		}
	}
	return nil
}

// Account returns the account that signs and pays.
func (s *Sender) Account() common.Address { return s.opts.From }

// Find returns what is under way for a key.
func (s *Sender) Find(key Key) (Flight, bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	r := s.byKey[key]
	if r == nil {
		return Flight{}, false
	}
	return s.flight(r), true
}

// Flights returns everything under way, by nonce.
func (s *Sender) Flights() []Flight {
	s.mu.Lock()
	defer s.mu.Unlock()
	out := make([]Flight, 0, len(s.records))
	for _, r := range s.records {
		out = append(out, s.flight(r))
	}
	slices.SortFunc(out, func(a, b Flight) int { return cmp.Compare(a.Nonce, b.Nonce) })
	return out
}

// flight describes a record. The caller holds mu.
func (s *Sender) flight(r *Record) Flight {
	return Flight{Nonce: r.Nonce, Keys: slices.Clone(r.Keys), Txs: r.hashes(), Refused: s.offers[r.last().Hash()].refused}
}

// begin waits for the caller's turn to work on the account.
func (s *Sender) begin(ctx context.Context) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	select {
	case <-s.turn:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

func (s *Sender) end() { s.turn <- struct{}{} }

// put stores a record and only then makes it known.
func (s *Sender) put(ctx context.Context, r *Record) error {
	if err := s.cfg.Store.Put(ctx, *r); err != nil {
		return fmt.Errorf("sender: storing nonce %d: %w", r.Nonce, err)
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.keep(r)
	return nil
}

// keep mirrors what is stored. The caller holds mu, or is alone.
func (s *Sender) keep(r *Record) {
	if old := s.records[r.Nonce]; old != nil {
		for _, key := range old.Keys {
			delete(s.byKey, key)
		}
	}
	s.records[r.Nonce] = r
	for _, key := range r.Keys {
		s.byKey[key] = r
	}
}

// drop removes a record that is decided, or was never taken.
func (s *Sender) drop(ctx context.Context, r *Record) error {
	if err := s.cfg.Store.Delete(ctx, r.Nonce); err != nil {
		return fmt.Errorf("sender: removing nonce %d: %w", r.Nonce, err)
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, key := range r.Keys {
		delete(s.byKey, key)
	}
	for _, tx := range r.Txs {
		delete(s.offers, tx.Hash())
	}
	delete(s.records, r.Nonce)
	return nil
}

// find returns the record of a key, for the one who works.
func (s *Sender) find(key Key) (*Record, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if r := s.byKey[key]; r != nil {
		return r, nil
	}
	return nil, fmt.Errorf("%w: %q", ErrUnknownKey, key)
}

// at returns the record of a nonce, or nil.
func (s *Sender) at(nonce uint64) *Record {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.records[nonce]
}
