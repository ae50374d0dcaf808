package relayer

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"sync"
	"time"

	"github.com/ethereum/go-ethereum/common"

	"github.com/hyperlane-go/sdk/hyperlane/storage"
	"github.com/hyperlane-go/sdk/ism/checkpoint"
	"github.com/hyperlane-go/sdk/ism/metadata"
	"github.com/hyperlane-go/sdk/merkle"
	"github.com/hyperlane-go/sdk/message"
)

// Bounds on what strangers can make the relayer do: anyone can announce any number of locations for a key of their own,
// and a validator may hold many.
const (
	maxLocations   = 4    // newest locations tried per validator
	maxCheckpoints = 4096 // checkpoints kept per origin
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
	validators map[common.Address]*announced
	good       map[checkpointKey]checkpoint.Signed
}

type checkpointKey struct {
	validator common.Address
	index     uint32
}

// announced is what is kept of a validator. Its lock is held while its storage is looked up, so that a slow one is not
// asked twice at a time, and holds up nobody else.
type announced struct {
	lock   chan struct{} // holds one token
	until  time.Time     // when to look again
	count  int           // locations announced
	stores []*located
	err    error // what was wrong with locations that could not be opened
}

type located struct {
	location string
	store    *storage.Store
	reorg    bool
}

func newCheckpoints(r *Relayer, o *origin) *checkpoints {
	c := &checkpoints{relayer: r, origin: o, validators: map[common.Address]*announced{}, good: map[checkpointKey]checkpoint.Signed{}}
	r.onClose = append(r.onClose, c.close)
	return c
}

// LatestIndex returns the newest index that a validator says to have signed.
func (c *checkpoints) LatestIndex(ctx context.Context, validator common.Address) (uint32, error) {
	index, err := ask(ctx, c, validator, func(s *storage.Store) (uint32, error) { return s.LatestIndex(ctx) })
	if err == nil {
		c.relayer.metrics.validatorIndex(c.origin.name, strings.ToLower(validator.Hex()), index)
	}
	return index, err
}

// Checkpoint returns what a validator stored for an index.
func (c *checkpoints) Checkpoint(ctx context.Context, validator common.Address, index uint32) (checkpoint.Signed, error) {
	key := checkpointKey{validator, index}
	c.mu.Lock()
	signed, ok := c.good[key]
	c.mu.Unlock()
	if ok && c.isOurs(ctx, signed) {
		return signed, nil
	}
	signed, err := ask(ctx, c, validator, func(s *storage.Store) (checkpoint.Signed, error) { return s.Checkpoint(ctx, index) })
	if err != nil {
		return signed, err
	}
	if signed.Index == index && signed.Verify(validator) == nil && c.isOurs(ctx, signed) {
		c.mu.Lock()
		if len(c.good) >= maxCheckpoints {
			clear(c.good)
		}
		c.good[key] = signed
		c.mu.Unlock()
	}
	return signed, nil
}

// isOurs reports whether a checkpoint says what the relayer's own tree says. Only such checkpoints are kept: any other
// may be put right by its validator. The builder checks all of them again.
func (c *checkpoints) isOurs(ctx context.Context, s checkpoint.Signed) bool {
	if s.Origin != c.origin.domain || s.Tree != c.origin.treeAddr || s.Index == ^uint32(0) {
		return false
	}
	leaf, err := c.origin.Leaf(ctx, s.Index)
	if err != nil || message.ID(leaf) != s.MessageID {
		return false
	}
	root, err := c.origin.Root(ctx, s.Index+1)
	return err == nil && merkle.Hash(s.Root) == root
}

// ask puts a question to the storages of a validator, newest first, until one answers. Nothing found anywhere is
// metadata.ErrNotFound; if a storage could not be read, its error is returned instead, for what is missing may be there.
func ask[T any](ctx context.Context, c *checkpoints, validator common.Address, question func(*storage.Store) (T, error)) (T, error) {
	var zero T
	stores, err := c.stores(ctx, validator)
	if err != nil {
		return zero, err
	}
	var missing, failed error
	for _, s := range stores {
		if s.reorg && !c.relayer.cfg.IgnoreReorgReports {
			failed = errors.Join(failed, &ReorgReportError{Validator: validator, Location: s.location})
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

// stores returns the opened storages of a validator, newest announcement first, at least one.
func (c *checkpoints) stores(ctx context.Context, validator common.Address) ([]*located, error) {
	c.mu.Lock()
	a := c.validators[validator]
	if a == nil {
		a = &announced{lock: make(chan struct{}, 1)}
		c.validators[validator] = a
	}
	c.mu.Unlock()
	select {
	case a.lock <- struct{}{}:
		defer func() { <-a.lock }()
	case <-ctx.Done():
		return nil, ctx.Err()
	}
	now := c.relayer.now()
	if len(a.stores) == 0 || !now.Before(a.until) {
		if err := c.refresh(ctx, validator, a); err != nil {
			return nil, err
		}
		a.until = now.Add(c.relayer.cfg.MaxLocationAge)
	}
	if len(a.stores) == 0 {
		return nil, &LocationError{Validator: validator, Announced: a.count, Err: a.err}
	}
	return a.stores, nil
}

// refresh reads the announced locations and opens those that are not open yet.
func (c *checkpoints) refresh(ctx context.Context, validator common.Address, a *announced) error {
	locations, err := c.origin.src.Locations(ctx, validator)
	if err != nil {
		return fmt.Errorf("relayer: origin %s: storage locations of %v: %w", c.origin.name, validator, err)
	}
	opened := map[string]*located{}
	for _, s := range a.stores {
		opened[s.location] = s
	}
	a.count, a.stores, a.err = len(locations), nil, nil
	for i := len(locations) - 1; i >= 0 && len(locations)-i <= maxLocations; i-- {
		s := opened[locations[i]]
		if s == nil {
			store, err := c.open(ctx, locations[i])
			if err != nil {
				a.err = errors.Join(a.err, err)
				continue
			}
			s = &located{location: locations[i], store: store}
		}
		delete(opened, locations[i])
		if _, present, err := s.store.Reorg(ctx); err == nil {
			s.reorg = present
		}
		a.stores = append(a.stores, s)
	}
	for _, s := range opened {
		if err := s.store.Close(); err != nil {
			c.relayer.log.Debug("closing storage", "location", s.location, "err", err)
		}
	}
	return nil
}

// open opens a location.
//
// SECURITY: a file location reaches into this machine, and strangers write it.
func (c *checkpoints) open(ctx context.Context, location string) (*storage.Store, error) {
	if strings.HasPrefix(strings.ToLower(strings.TrimSpace(location)), "file:") && !c.relayer.cfg.AllowLocal {
		return nil, fmt.Errorf("relayer: %s is on this machine: set allowLocalCheckpointSyncers to read it", excerpt([]byte(location)))
	}
	return c.relayer.cfg.OpenStore(ctx, location)
}

func (c *checkpoints) close() {
	c.mu.Lock()
	defer c.mu.Unlock()
	for _, a := range c.validators {
		for _, s := range a.stores {
			if err := s.store.Close(); err != nil {
				c.relayer.log.Debug("closing storage", "location", s.location, "err", err)
			}
		}
		a.stores = nil
	}
}
