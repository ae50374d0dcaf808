package relayer

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"sync"

	"github.com/ethereum/go-ethereum/common"

	"github.com/hyperlane-go/sdk/hyperlane/storage"
	"github.com/hyperlane-go/sdk/ism/checkpoint"
	"github.com/hyperlane-go/sdk/ism/metadata"
	"github.com/hyperlane-go/sdk/message"
)

// checkpoints is the metadata.CheckpointReader of an origin. ValidatorAnnounce says where a
// validator keeps its checkpoints; the storages there are opened, newest announcement first, and
// the first that answers is used. Locations and open storages are kept for Config.MaxLocationAge,
// and checkpoints that match the relayer's own tree for as long as there is room.
//
// A storage that reports a reorganisation of the origin takes the vote away from its validator, and
// from no other. A report that cannot be read counts as no report, as for the network's relayer.
type checkpoints struct {
	relayer *Relayer
	origin  *origin

	mu         sync.Mutex
	validators map[common.Address]*validatorEntry
	verified   map[checkpointKey]checkpoint.Signed
}

// checkpointKey identifies a checkpoint of an origin.
type checkpointKey struct {
	validator common.Address
	index     uint32
}

func newCheckpoints(r *Relayer, o *origin) *checkpoints {
	c := &checkpoints{relayer: r, origin: o, validators: map[common.Address]*validatorEntry{}, verified: map[checkpointKey]checkpoint.Signed{}}
	r.onClose = append(r.onClose, c.close)
	return c
}

// LatestIndex returns the highest index that a validator claims to have signed.
func (c *checkpoints) LatestIndex(ctx context.Context, validator common.Address) (uint32, error) {
	index, err := query(ctx, c, validator, func(s *storage.Store) (uint32, error) { return s.LatestIndex(ctx) })
	if err == nil {
		c.relayer.metrics.validatorIndex(c.origin.name, strings.ToLower(validator.Hex()), index)
	}
	return index, err
}

// Checkpoint returns the checkpoint that a validator has stored for an index.
func (c *checkpoints) Checkpoint(ctx context.Context, validator common.Address, index uint32) (checkpoint.Signed, error) {
	key := checkpointKey{validator, index}
	c.mu.Lock()
	signed, ok := c.verified[key]
	c.mu.Unlock()
	if ok && c.matchesTree(ctx, signed) {
		return signed, nil
	}
	signed, err := query(ctx, c, validator, func(s *storage.Store) (checkpoint.Signed, error) { return s.Checkpoint(ctx, index) })
	if err != nil {
		return signed, err
	}
	if signed.Index == index && signed.Verify(validator) == nil && c.matchesTree(ctx, signed) {
		c.mu.Lock()
		if len(c.verified) >= maxCheckpoints {
			clear(c.verified)
		}
		c.verified[key] = signed
		c.mu.Unlock()
	}
	return signed, nil
}

// matchesTree reports whether a checkpoint matches the relayer's own tree. Only such checkpoints
// are kept: a validator may still correct any other one. The builder verifies all of them again.
func (c *checkpoints) matchesTree(ctx context.Context, s checkpoint.Signed) bool {
	if s.Origin != c.origin.domain || s.Tree != c.origin.treeAddr || s.Index == ^uint32(0) {
		return false
	}
	leaf, err := c.origin.Leaf(ctx, s.Index)
	if err != nil || message.ID(leaf) != s.MessageID {
		return false
	}
	root, err := c.origin.Root(ctx, s.Index+1)
	return err == nil && s.Root == root
}

// query calls request with each storage of a validator, newest location first, until one answers.
// If no storage has the object, it fails with metadata.ErrNotFound. If a storage cannot be read, it
// returns that error instead, because the object may be there.
func query[T any](ctx context.Context, c *checkpoints, validator common.Address, request func(*storage.Store) (T, error)) (T, error) {
	var zero T
	stores, err := c.stores(ctx, validator)
	if err != nil {
		return zero, err
	}
	var missing, failed error
	for _, s := range stores {
		if s.reorg && !c.relayer.cfg.IgnoreReorgReports {
			failed = errors.Join(failed, reorgReportError(validator, s.location))
			break // SECURITY: an older location does not restore the vote
		}
		answer, err := request(s.store)
		switch {
		case err == nil:
			return answer, nil
		case errors.Is(err, storage.ErrNotFound):
			missing = fmt.Errorf("%w: %w", metadata.ErrNotFound, err)
		default:
			failed = errors.Join(failed, err)
		}
	}
	if failed != nil {
		return zero, failed
	}
	return zero, missing
}

// reorgReportError returns the error of a validator whose storage reports a reorganisation.
func reorgReportError(validator common.Address, location string) error {
	return fmt.Errorf("%w: %v in %s: its vote is not counted, set ignoreReorgReports to count it", ErrReorgReport, validator, location)
}

// noLocationError returns the error of a validator without a location that can be opened.
func noLocationError(validator common.Address, a *validatorEntry) error {
	if a.err == nil {
		return fmt.Errorf("%w: %v announced %d", ErrNoLocation, validator, a.count)
	}
	return fmt.Errorf("%w: %v announced %d: %w", ErrNoLocation, validator, a.count, a.err)
}
