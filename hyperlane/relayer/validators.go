package relayer

import (
	"context"
	"errors"
	"fmt"
	"slices"
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
	maxValidators  = 4096 // validators remembered per origin: a module may name others for each message and each time
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
			failed = errors.Join(failed, reorgReport(validator, s.location))
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

func reorgReport(validator common.Address, location string) error {
	return fmt.Errorf("%w: %v in %s; its vote is not counted, set ignoreReorgReports to count it", ErrReorgReport, validator, location)
}

// noLocation returns the error of a validator of which no announced location can be opened.
func noLocation(validator common.Address, a *announced) error {
	if a.err == nil {
		return fmt.Errorf("%w: %v announced %d", ErrNoLocation, validator, a.count)
	}
	return fmt.Errorf("%w: %v announced %d: %w", ErrNoLocation, validator, a.count, a.err)
}

// stores returns the opened storages of a validator, newest announcement first, at least one.
func (c *checkpoints) stores(ctx context.Context, validator common.Address) ([]*located, error) {
	a := c.entry(validator)
	select {
	case a.lock <- struct{}{}:
		defer func() { <-a.lock }()
	case <-ctx.Done():
		return nil, ctx.Err()
	}
	now := c.relayer.now()
	if len(a.stores) == 0 || !now.Before(a.until) || a.until.Sub(now) > c.relayer.cfg.MaxLocationAge { // or the clock was set back
		if err := c.refresh(ctx, validator, a); err != nil {
			return nil, err
		}
		a.until = now.Add(c.relayer.cfg.MaxLocationAge)
	}
	if len(a.stores) == 0 {
		return nil, noLocation(validator, a)
	}
	return a.stores, nil
}

// entry returns what is kept of a validator. There is room for all that messages of honest senders name; where strangers
// name more, somebody is forgotten who is not being asked, and looked up again when needed.
func (c *checkpoints) entry(validator common.Address) *announced {
	c.mu.Lock()
	defer c.mu.Unlock()
	if a := c.validators[validator]; a != nil {
		return a
	}
	for other, a := range c.validators {
		if len(c.validators) < maxValidators {
			break
		}
		select {
		case a.lock <- struct{}{}: // nobody waits for it, and whoever comes for it later finds no storage and looks again
			delete(c.validators, other)
			c.shut(a.stores)
			a.stores = nil
			<-a.lock
		default:
		}
	}
	a := &announced{lock: make(chan struct{}, 1)}
	c.validators[validator] = a
	return a
}

// refresh reads the announced locations, opens those that are not open yet, and looks for reports of reorganisations.
func (c *checkpoints) refresh(ctx context.Context, validator common.Address, a *announced) error {
	known := map[string]*located{}
	for _, s := range a.stores {
		known[s.location] = s
	}
	newest, count, err := c.announced(ctx, validator)
	switch {
	case err != nil && len(a.stores) == 0:
		return fmt.Errorf("relayer: origin %s: storage locations of %v: %w", c.origin.name, validator, err)
	case err != nil: // the origin's node is not needed to read what is known
		c.relayer.log.Warn("announced locations not read, using those of before", "origin", c.origin.name, "validator", validator, "err", err)
		newest, count = nil, a.count
		for _, s := range a.stores {
			newest = append(newest, s.location)
		}
	}
	found, problems := make([]*located, len(newest)), make([]error, len(newest))
	var all sync.WaitGroup
	for i, location := range newest {
		all.Go(func() { found[i], problems[i] = c.look(ctx, location, known[location]) })
	}
	all.Wait()
	a.count, a.err = count, errors.Join(problems...)
	var gone []*located // in a slice of its own: somebody may be reading that of before
	for _, s := range a.stores {
		if !slices.Contains(newest, s.location) {
			gone = append(gone, s)
		}
	}
	a.stores = slices.DeleteFunc(found, func(s *located) bool { return s == nil })
	c.shut(gone)
	return nil
}

// announced reads the newest locations of a validator, newest first, and how many there are. It leaves half of the time
// for a question to the storages.
func (c *checkpoints) announced(ctx context.Context, validator common.Address) (newest []string, count int, err error) {
	ctx, cancel := context.WithTimeout(ctx, c.relayer.cfg.ValidatorTimeout/2)
	defer cancel()
	all, err := c.origin.src.Locations(ctx, validator)
	newest = slices.Clone(all[max(0, len(all)-maxLocations):])
	slices.Reverse(newest)
	return newest, len(all), err
}

// look opens a location unless it is known, and looks for a report. A storage that does not answer takes a quarter of the
// time for a question at most from its validator, which may have others.
func (c *checkpoints) look(ctx context.Context, location string, known *located) (*located, error) {
	ctx, cancel := context.WithTimeout(ctx, c.relayer.cfg.ValidatorTimeout/4)
	defer cancel()
	s := &located{location: location}
	if known != nil {
		*s = *known // a copy: somebody may be reading it
	} else {
		var err error
		if s.store, err = c.open(ctx, location); err != nil {
			return nil, err
		}
	}
	if _, present, err := s.store.Reorg(ctx); err == nil {
		s.reorg = present
	}
	return s, nil
}

func (c *checkpoints) shut(stores []*located) {
	for _, s := range stores {
		if err := s.store.Close(); err != nil {
			c.relayer.log.Debug("closing storage", "location", s.location, "err", err)
		}
	}
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
		c.shut(a.stores)
		a.stores = nil
	}
}
