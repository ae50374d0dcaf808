package validator

import (
	"context"
	"errors"
	"fmt"
	"log/slog"

	"github.com/ethereum/go-ethereum/common"

	"github.com/hyperlane-go/sdk/hyperlane"
	"github.com/hyperlane-go/sdk/hyperlane/evm"
	"github.com/hyperlane-go/sdk/merkle"
)

// trailMost bounds how many points are remembered. Points show how far back a reorganisation below
// finality reaches; beyond the oldest, everything is read again.
const trailMost = 256

// point is a block as of which our tree equals the contract's, on all nodes.
type point struct {
	Number uint64
	Hash   common.Hash
	Count  uint32
}

// follower keeps a tree of our own equal to the contract's as of final blocks.
type follower struct {
	chain     source
	witnesses []source
	finality  evm.Finality
	from      uint64
	log       *slog.Logger

	tree  merkle.FullTree
	trail []point // oldest first; the tree may hold more than the last one's leaves, read but not agreed upon
	next  uint64  // first block that was not read to its end
	// unproven marks that the only point comes from a file, and that this process has not compared
	// it with the contract yet.
	unproven bool
}

// advance brings the tree to the newest block that is final for all nodes, and returns that block.
// After an error nothing may be signed: the tree holds the leaves of the last point, and perhaps
// more.
func (f *follower) advance(ctx context.Context) (point, error) {
	target, err := f.target(ctx)
	if err != nil {
		return point{}, err
	}
	if err := f.rewind(ctx, target); err != nil {
		return point{}, err
	}
	last, ok := f.last()
	if ok && last.Number == target.Number && !f.unproven {
		if err := f.truncate(); err != nil {
			return point{}, err
		}
		return last, nil // rewind made sure that it is the same block
	}
	want, err := f.agreedTree(ctx, target)
	if err != nil {
		return point{}, err
	}
	if err := f.read(ctx, target); err != nil {
		return point{}, err
	}
	// SECURITY: the leaves come from logs, the root from the contract. Only leaves that make the
	// contract's root are ever signed.
	have, err := f.tree.Root(f.tree.Count())
	if err != nil {
		return point{}, err
	}
	if f.tree.Count() != want.Count() || have != want.Root() {
		contradiction := contradicts(target.Number, "the tree made of them", describe(f.tree.Count(), have), describe(want.Count(), want.Root())+" in the contract")
		return point{}, errors.Join(contradiction, f.drop())
	}
	f.unproven = false
	at := point{Number: target.Number, Hash: target.Hash, Count: want.Count()}
	if ok && last == at {
		return at, nil
	}
	f.trail = append(f.trail, at)
	if len(f.trail) > trailMost {
		f.trail = append(f.trail[:0], f.trail[1:]...)
	}
	return at, nil
}

func (f *follower) last() (point, bool) {
	if len(f.trail) == 0 {
		return point{}, false
	}
	return f.trail[len(f.trail)-1], true
}

// target returns the newest block that is final on every node.
func (f *follower) target(ctx context.Context) (evm.Head, error) {
	head, err := f.chain.Head(ctx, f.finality)
	if err != nil {
		return evm.Head{}, err
	}
	lowest := head.Number
	for i, w := range f.witnesses {
		theirs, err := w.Head(ctx, f.finality)
		if err != nil {
			return evm.Head{}, fmt.Errorf("validator: witness %d: %w", i, err)
		}
		lowest = min(lowest, theirs.Number)
	}
	if lowest < head.Number {
		if head, err = f.chain.HeadAt(ctx, lowest); err != nil {
			return evm.Head{}, err
		}
	}
	for i, w := range f.witnesses {
		theirs, err := w.HeadAt(ctx, lowest)
		if err != nil {
			return evm.Head{}, fmt.Errorf("validator: witness %d: %w", i, err)
		}
		// SECURITY: one hash for all; with it, all agree on everything the block holds.
		if theirs.Hash != head.Hash {
			return evm.Head{}, &DisagreementError{Witness: i, Block: lowest, What: "block", Have: theirs.Hash.Hex(), Want: head.Hash.Hex()}
		}
	}
	return head, nil
}

// rewind drops the points that are no longer part of the chain, and the leaves read since.
func (f *follower) rewind(ctx context.Context, target evm.Head) error {
	for {
		last, ok := f.last()
		if !ok {
			return nil
		}
		if target.Number < last.Number {
			return fmt.Errorf("%w: final block is %d, was %d before", ErrBehind, target.Number, last.Number)
		}
		now := target
		if target.Number != last.Number {
			var err error
			if now, err = f.chain.HeadAt(ctx, last.Number); err != nil {
				return err
			}
		}
		if now.Hash == last.Hash {
			return nil
		}
		f.log.Warn("final block was replaced, reading again", "block", last.Number, "had", last.Hash, "now", now.Hash)
		f.trail = f.trail[:len(f.trail)-1]
		if err := f.truncate(); err != nil {
			return err
		}
	}
}

// truncate goes back to the last point.
func (f *follower) truncate() error {
	last, ok := f.last()
	f.next = f.from
	if ok {
		f.next = last.Number + 1
	}
	return f.tree.Truncate(last.Count)
}

// drop goes back to the last point that is proven. Leaves from a file that do not make the
// contract's root are forgotten.
func (f *follower) drop() error {
	if f.unproven {
		f.unproven, f.trail = false, nil
	}
	return f.truncate()
}

// agreedTree reads the contract's tree, on all nodes.
func (f *follower) agreedTree(ctx context.Context, at evm.Head) (merkle.Tree, error) {
	want, err := f.chain.TreeAt(ctx, at)
	if err != nil {
		return merkle.Tree{}, err
	}
	for i, w := range f.witnesses {
		theirs, err := w.TreeAt(ctx, at)
		if err != nil {
			return merkle.Tree{}, fmt.Errorf("validator: witness %d: %w", i, err)
		}
		if have, want := theirs.Count(), want.Count(); have != want {
			return merkle.Tree{}, &DisagreementError{Witness: i, Block: at.Number, What: "count", Have: fmt.Sprint(have), Want: fmt.Sprint(want)}
		}
		if have, want := theirs.Root(), want.Root(); have != want {
			return merkle.Tree{}, &DisagreementError{Witness: i, Block: at.Number, What: "root", Have: have.String(), Want: want.String()}
		}
	}
	return want, nil
}

// read appends the leaves up to the target. Where a node fails on the way, the leaves that were
// read stay, so that a long first reading does not start over. Leaves that contradict each other
// are dropped.
func (f *follower) read(ctx context.Context, target evm.Head) error {
	if f.next > target.Number {
		return nil
	}
	r := evm.Range{From: f.next, To: evm.Through(target.Number)} // no lag: the target is final already
	for e, err := range f.chain.Insertions(ctx, r) {
		switch {
		case errors.Is(err, evm.ErrAnswer), errors.Is(err, evm.ErrReorg):
			return errors.Join(err, f.truncate())
		case err != nil:
			return err
		}
		f.next = e.BlockNumber
		if err := f.append(e); err != nil {
			return errors.Join(err, f.drop())
		}
	}
	f.next = target.Number + 1
	return nil
}

// append adds leaves in index order. A leaf that is there already must be the same: a block is read
// twice where reading was interrupted within it.
func (f *follower) append(e hyperlane.InsertionEvent) error {
	leaf := merkle.Hash(e.ID)
	switch count := f.tree.Count(); {
	case e.Index == count:
		return f.tree.Append(leaf)
	case e.Index < count:
		have, err := f.tree.Leaf(e.Index)
		if err != nil {
			return err
		}
		if have == leaf {
			return nil
		}
		return contradicts(e.BlockNumber, fmt.Sprintf("leaf %d", e.Index), leaf.String(), have.String()+", which was read before")
	default:
		return contradicts(e.BlockNumber, "next index", fmt.Sprint(e.Index), fmt.Sprintf("%d: logs are missing", count))
	}
}

// contradicts returns the error about logs that cannot be true.
func contradicts(block uint64, what, have, want string) error {
	return &evm.AnswerError{Op: "logs of the tree", Block: block, What: what, Have: have, Want: want}
}

func describe(count uint32, root merkle.Hash) string {
	return fmt.Sprintf("%d leaves with root %s", count, root)
}
