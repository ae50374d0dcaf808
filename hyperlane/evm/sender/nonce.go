package sender

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/hyperlane-go/sdk/hyperlane/evm"
)

// view is what the chain counts of the account, as of the last step.
type view struct {
	known  bool
	head   evm.Head // the final block
	final  uint64   // lower nonces are used as of head
	latest uint64   // lower nonces are used as of the latest block; never below final
}

// Step looks at the chain: it reads the account's count as of the newest block that is final by
// Config.Finality and as of the latest block. [Sender.Track] decides as of these. Step also drops
// released records that are decided, and looks after a released one that is next. An error of that
// work does not undo the look.
func (s *Sender) Step(ctx context.Context) error {
	final, err := s.client.Head(ctx, s.cfg.Finality)
	if err != nil {
		return err
	}
	return s.StepAt(ctx, final)
}

// StepAt is [Sender.Step] with a final block that the caller has read.
func (s *Sender) StepAt(ctx context.Context, final evm.Head) error {
	if err := s.begin(ctx); err != nil {
		return err
	}
	defer s.end()
	return s.step(ctx, final)
}

// look makes the first step where the caller has made none.
func (s *Sender) look(ctx context.Context) error {
	if s.view.known {
		return nil
	}
	head, err := s.client.Head(ctx, s.cfg.Finality)
	if err != nil {
		return err
	}
	return s.step(ctx, head)
}

func (s *Sender) step(ctx context.Context, head evm.Head) error {
	now, err := s.count(ctx, head)
	if err != nil {
		return err
	}
	for _, r := range s.see(now) {
		if err := s.drop(ctx, r); err != nil {
			return err
		}
	}
	if front := s.at(now.latest); front != nil && len(front.Keys) == 0 {
		return s.tend(ctx, front, true) // released, so no caller tracks it
	}
	return nil
}

// count reads what the chain counts of the account.
func (s *Sender) count(ctx context.Context, head evm.Head) (view, error) {
	final, err := s.client.NonceAt(ctx, head, s.opts.From)
	if err != nil {
		return view{}, err
	}
	// SECURITY: a final count that is too high would decide about transactions that are under way.
	// So a higher one than before is read twice, and compared with the one at the latest block.
	if final > s.view.final {
		again, err := s.client.NonceAt(ctx, head, s.opts.From)
		if err != nil {
			return view{}, err
		}
		if again != final {
			return view{}, s.contradiction(head, final, fmt.Sprintf("%d, as answered next", again))
		}
	}
	latest, err := s.client.NonceAt(ctx, evm.Head{}, s.opts.From)
	if err != nil {
		return view{}, err
	}
	if final > latest {
		return view{}, s.contradiction(head, final, fmt.Sprintf("at most %d, the nonce at the latest block", latest))
	}
	if final < s.view.final && latest >= s.view.final {
		// What was final is, unless the chain itself counts less.
		head, final = s.view.head, s.view.final
	}
	return view{known: true, head: head, final: final, latest: latest}, nil
}

// see makes a view the one that decisions are made by. It returns the released records that are
// decided, by nonce.
func (s *Sender) see(now view) []*Record {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.view = now
	var done []*Record
	for nonce, r := range s.records {
		if nonce < now.final && len(r.Keys) == 0 {
			done = append(done, r)
		}
		if nonce < now.latest {
			for _, tx := range r.Txs {
				delete(s.offers, tx.Hash()) // mined: should its block be undone, it is offered again at once
			}
		}
	}
	slices.SortFunc(done, func(a, b *Record) int { return cmp.Compare(a.Nonce, b.Nonce) })
	return done
}

func (s *Sender) contradiction(head evm.Head, have uint64, want string) error {
	return &evm.AnswerError{
		Op: "eth_getTransactionCount " + s.opts.From.Hex(), Block: head.Number, What: "nonce", Have: fmt.Sprint(have), Want: want,
	}
}

// nextNonce returns the lowest nonce from the final count upwards that no record occupies. The
// other counts of the node cannot move it; where they claim that it is used, nothing is signed.
func (s *Sender) nextNonce(ctx context.Context) (uint64, error) {
	if err := s.look(ctx); err != nil {
		return 0, err
	}
	free := s.lowestFree()
	if s.view.latest > free {
		return 0, fmt.Errorf("%w: the latest block counts %d, the sender knows of %d; waiting until a block above %d is final",
			ErrForeign, s.view.latest, free, s.view.head.Number)
	}
	return free, s.heedPool(ctx, free)
}

// lowestFree returns the lowest nonce from the final count upwards without a record.
func (s *Sender) lowestFree() uint64 {
	s.mu.Lock()
	defer s.mu.Unlock()
	nonce := s.view.final
	for s.records[nonce] != nil {
		nonce++
	}
	return nonce
}

// heedPool fails while the node's pool claims nonces above the free one, for a time: then the claim
// is either wrong, or of a transaction that is not mined and has to be outbid.
func (s *Sender) heedPool(ctx context.Context, free uint64) error {
	var pending uint64
	for range 2 { // a claim that is not repeated was a mistake
		var err error
		if pending, err = s.client.PendingNonce(ctx, s.opts.From); err != nil {
			return err
		}
		if pending < s.view.final {
			return s.contradiction(s.view.head, s.view.final, fmt.Sprintf("at most %d, the nonce of the pool", pending))
		}
		if pending <= free {
			s.doubted = time.Time{}
			return nil
		}
		s.log.Warn("node's pool counts transactions that this sender does not know", "have", pending, "want", free)
	}
	now := s.cfg.Now()
	if s.doubted.IsZero() {
		s.doubted = now
	}
	if !passed(now, s.doubted, s.cfg.ResubmitAfter) {
		return fmt.Errorf("%w: the node's pool counts %d, the sender knows of %d; competing for the nonce after %v",
			ErrForeign, pending, free, s.doubted.Add(s.cfg.ResubmitAfter).UTC().Format(time.RFC3339))
	}
	return nil
}

// passed reports whether so much time lies between then and now. Where now is the earlier one, the
// clock has been set back, and the time counts as passed.
func passed(now, then time.Time, d time.Duration) bool {
	return now.Before(then) || now.Sub(then) >= d
}
