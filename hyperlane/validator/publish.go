package validator

import (
	"context"
	"errors"
	"fmt"

	"golang.org/x/sync/errgroup"

	"github.com/hyperlane-go/sdk/hyperlane/storage"
	"github.com/hyperlane-go/sdk/ism/checkpoint"
)

// publish signs and stores what is missing, newest first, at most MaxPerStep checkpoints (Protocol
// 15.2). All nodes agree on the tree, and the record covers all of it.
func (v *Validator) publish(ctx context.Context, at point) error {
	if at.Count == 0 {
		return nil
	}
	newest, published := at.Count-1, 0
	for budget := v.cfg.MaxPerStep; budget > 0; {
		lot, ok := v.missing.newest(min(budget, v.cfg.MaxSignConcurrency))
		if !ok {
			break
		}
		if err := v.publishLot(ctx, at, lot); err != nil {
			return err
		}
		// The latest index follows the newest checkpoint, never precedes it.
		if lot.to == uint64(newest)+1 {
			if err := v.writeLatest(ctx, newest); err != nil {
				return err
			}
		}
		v.missing.close(lot)
		budget -= int(lot.to - lot.from)
		published += int(lot.to - lot.from)
	}
	if published > 0 {
		v.log.Info("published checkpoints", "count", published, "newest", newest, "pending", v.pending(), "block", at.Number)
	}
	flag(v.metrics.backfilled, len(v.missing) == 0)
	return nil
}

func (v *Validator) writeLatest(ctx context.Context, index uint32) error {
	err := v.step("write latest index", func() error { return v.cfg.Store.WriteLatestIndex(ctx, index) })
	if err == nil {
		v.metrics.processed.Set(float64(index))
	}
	return err
}

// publishLot publishes some checkpoints, newest first, several at a time.
func (v *Validator) publishLot(ctx context.Context, at point, lot span) error {
	if v.cfg.MaxSignConcurrency == 1 {
		return v.publishOne(ctx, at, uint32(lot.from))
	}
	group, ctx := errgroup.WithContext(ctx)
	group.SetLimit(v.cfg.MaxSignConcurrency)
	for i := lot.to; i > lot.from; i-- {
		group.Go(func() error { return v.publishOne(ctx, at, uint32(i-1)) })
	}
	return group.Wait()
}

// publishOne makes sure that the storage holds our checkpoint of a leaf.
func (v *Validator) publishOne(ctx context.Context, at point, index uint32) error {
	want, err := v.guard.checkpointAt(&v.follower.tree, index)
	if err != nil {
		return err
	}
	have, ours, err := v.ours(ctx, index)
	switch {
	case err != nil:
		return fmt.Errorf("validator: look for checkpoint %d: %w", index, err)
	case ours && have.Checkpoint == want:
		v.emit(Event{Kind: Published, Checkpoint: have, Block: at.Number})
		return nil
	case ours:
		// SECURITY: the key is not asked for a second content of an index, even where the sign log
		// would allow it.
		return &storage.ConflictError{Store: v.cfg.Store.String(), Key: v.cfg.Store.CheckpointKey(index), Have: have, Want: checkpoint.Signed{Checkpoint: want}}
	}
	var signed checkpoint.Signed
	err = v.step("sign checkpoint", func() (err error) {
		signed, err = v.guard.sign(ctx, &v.follower.tree, at, index)
		return err
	})
	if err != nil {
		return fmt.Errorf("validator: sign checkpoint %d: %w", index, err)
	}
	v.emit(Event{Kind: Signed, Checkpoint: signed, Block: at.Number})
	var done storage.Written
	err = v.step("write checkpoint", func() (err error) {
		done, err = v.cfg.Store.WriteCheckpoint(ctx, signed)
		return err
	})
	if err != nil {
		return fmt.Errorf("validator: publish checkpoint %d: %w", index, err)
	}
	if done == storage.Replaced {
		v.log.Warn("replaced an object that was not ours or could not be read: check that no other validator writes to this location", "index", index)
	}
	v.log.Debug("published", "index", index, "root", signed.Root, "message", signed.MessageID)
	v.emit(Event{Kind: Published, Checkpoint: signed, Block: at.Number})
	return nil
}

// checkTwin looks for checkpoints of our key above our record, before the record is raised. This
// validator cannot have put them there.
func (v *Validator) checkTwin(ctx context.Context, count uint32) error {
	fresh := uint64(0)
	if last := v.guard.log.last; last != nil {
		fresh = uint64(last.Index) + 1
	}
	look := map[uint32]bool{}
	switch latest, err := v.cfg.Store.LatestIndex(ctx); {
	case err == nil:
		look[latest] = true
	case errors.Is(err, storage.ErrNotFound), errors.Is(err, storage.ErrMalformed):
	default:
		return err
	}
	if fresh < uint64(count) {
		look[uint32(fresh)], look[count-1] = true, true
	}
	for index := range look {
		if uint64(index) < fresh {
			continue
		}
		found, ours, err := v.ours(ctx, index)
		if err != nil {
			return err
		}
		if ours {
			return v.twin(found)
		}
	}
	return nil
}

func (v *Validator) twin(found checkpoint.Signed) error {
	e := &TwinError{Have: found, Empty: v.guard.log.last == nil}
	if !e.Empty {
		e.Known = v.guard.log.last.Index
	}
	return e
}

// ours reads a checkpoint and reports whether our key signed it. A checkpoint that is missing or
// malformed is not ours. An error says that the storage did not answer.
func (v *Validator) ours(ctx context.Context, index uint32) (checkpoint.Signed, bool, error) {
	return signedBy(ctx, v.cfg.Store, v.cfg.Signer, index)
}

func signedBy(ctx context.Context, store *storage.Store, signer checkpoint.Signer, index uint32) (checkpoint.Signed, bool, error) {
	found, err := store.Checkpoint(ctx, index)
	switch {
	case errors.Is(err, storage.ErrNotFound), errors.Is(err, storage.ErrMalformed):
		return checkpoint.Signed{}, false, nil
	case err != nil:
		return checkpoint.Signed{}, false, err
	}
	return found, found.Verify(signer.Address()) == nil, nil
}
