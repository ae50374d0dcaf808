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

// checkpoints is the metadata.CheckpointReader of an origin: ValidatorAnnounce says where a validator keeps its
// checkpoints, the storage there is opened, newest announcement first, and the first that answers is used. Announced
// locations and opened storages are kept for a while, checkpoints that agree with the relayer's own tree for good.
//
// A storage that reports a reorganisation of the origin takes away the vote of its validator, and of no other. Failing
// to read that report counts as no report, as it does for the network's relayer.
type checkpoints struct {
	relayer *Relayer
	origin  *origin

	mu         sync.Mutex
	validators map[common.Address]*validatorEntry
	verified   map[checkpointKey]checkpoint.Signed
}

type checkpointKey struct {
	validator common.Address
	index     uint32
}

func newCheckpoints(r *Relayer, o *origin) *checkpoints {
	c := &checkpoints{relayer: r, origin: o, validators: map[common.Address]*validatorEntry{}, verified: map[checkpointKey]checkpoint.Signed{}}
	r.onClose = append(r.onClose, c.close)
	return c
}

// LatestIndex returns the newest index that a validator says to have signed.
func (c *checkpoints) LatestIndex(ctx context.Context, validator common.Address) (uint32, error) {
	index, err := query(ctx, c, validator, func(s *storage.Store) (uint32, error) { return s.LatestIndex(ctx) })
	if err == nil {
		c.relayer.metrics.validatorIndex(c.origin.name, strings.ToLower(validator.Hex()), index)
	}
	return index, err
}

// Checkpoint returns what a validator stored for an index.
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

// matchesTree reports whether a checkpoint says what the relayer's own tree says. Only such checkpoints are kept: any other
// may be put right by its validator. The builder checks all of them again.
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

// ask puts a question to the storages of a validator, newest first, until one answers. Nothing found anywhere is
// metadata.ErrNotFound; if a storage could not be read, its error is returned instead, for what is missing may be there.
func query[T any](ctx context.Context, c *checkpoints, validator common.Address, question func(*storage.Store) (T, error)) (T, error) {
	var zero T
	stores, err := c.stores(ctx, validator)
	if err != nil {
		return zero, err
	}
	var missing, failed error
	for _, s := range stores {
		if s.reorg && !c.relayer.cfg.IgnoreReorgReports {
			failed = errors.Join(failed, reorgReportError(validator, s.location))
			break // SECURITY: an older location does not give the vote back
		}
		answer, err := question(s.store)
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

func reorgReportError(validator common.Address, location string) error {
	return fmt.Errorf("%w: %v in %s; its vote is not counted, set ignoreReorgReports to count it", ErrReorgReport, validator, location)
}

// noLocation returns the error of a validator of which no announced location can be opened.
func noLocationError(validator common.Address, a *validatorEntry) error {
	if a.err == nil {
		return fmt.Errorf("%w: %v announced %d", ErrNoLocation, validator, a.count)
	}
	return fmt.Errorf("%w: %v announced %d: %w", ErrNoLocation, validator, a.count, a.err)
}
