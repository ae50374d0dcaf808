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
)

// These constants bound the work that other parties can cause: a validator can announce any number
// of locations, and a module can name many validators.
const (
	maxLocations   = 4    // newest locations that are read, per validator
	maxCheckpoints = 4096 // checkpoints kept per origin
	maxValidators  = 4096 // validators kept, per origin: a module can name others at each call
)

// validatorEntry holds the storages of a validator. Its lock is held while they are refreshed, so a
// slow storage is read once at a time and delays no other validator.
type validatorEntry struct {
	lock   chan struct{} // holds one token
	until  time.Time     // when to read the locations again
	count  int           // number of announced locations
	stores []*openedStore
	err    error // of the locations that could not be opened
}

// openedStore is the open storage at an announced location.
type openedStore struct {
	location string
	store    *storage.Store
	reorg    bool // it reports a reorganisation of the origin
}

// stores returns the open storages of a validator, newest announcement first. It returns at least
// one, or an error.
func (c *checkpoints) stores(ctx context.Context, validator common.Address) ([]*openedStore, error) {
	a := c.entry(validator)
	select {
	case a.lock <- struct{}{}:
		defer func() { <-a.lock }()
	case <-ctx.Done():
		return nil, ctx.Err()
	}
	now := c.relayer.now()
	early := a.until.Sub(now) > c.relayer.cfg.MaxLocationAge // the clock was set back
	if len(a.stores) == 0 || !now.Before(a.until) || early {
		if err := c.refresh(ctx, validator, a); err != nil {
			return nil, err
		}
		a.until = now.Add(c.relayer.cfg.MaxLocationAge)
	}
	if len(a.stores) == 0 {
		return nil, noLocationError(validator, a)
	}
	return a.stores, nil
}

// entry returns the entry of a validator. There is room for the validators that messages of honest
// senders name. If there are more, entry removes one that is not in use, whose locations are then
// read again when needed.
func (c *checkpoints) entry(validator common.Address) *validatorEntry {
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
		case a.lock <- struct{}{}:
			// Not in use. A later user finds no storage, and reads the locations again.
			delete(c.validators, other)
			c.closeStores(a.stores)
			a.stores = nil
			<-a.lock
		default:
		}
	}
	a := &validatorEntry{lock: make(chan struct{}, 1)}
	c.validators[validator] = a
	return a
}

// refresh reads the announced locations, opens the new ones, and reads the reports of
// reorganisations.
func (c *checkpoints) refresh(ctx context.Context, validator common.Address, a *validatorEntry) error {
	known := map[string]*openedStore{}
	for _, s := range a.stores {
		known[s.location] = s
	}
	newest, count, err := c.newestLocations(ctx, validator)
	switch {
	case err != nil && len(a.stores) == 0:
		return fmt.Errorf("relayer: origin %s: storage locations of %v: %w", c.origin.name, validator, err)
	case err != nil: // known storages can be read without the origin's node
		c.relayer.log.Warn("announced locations not read, using earlier ones", "origin", c.origin.name, "validator", validator, "err", err)
		newest, count = nil, a.count
		for _, s := range a.stores {
			newest = append(newest, s.location)
		}
	}
	found, problems := make([]*openedStore, len(newest)), make([]error, len(newest))
	var all sync.WaitGroup
	for i, location := range newest {
		all.Go(func() { found[i], problems[i] = c.inspect(ctx, location, known[location]) })
	}
	all.Wait()
	a.count, a.err = count, errors.Join(problems...)
	var gone []*openedStore // a new slice: the old one may be in use
	for _, s := range a.stores {
		if !slices.Contains(newest, s.location) {
			gone = append(gone, s)
		}
	}
	a.stores = slices.DeleteFunc(found, func(s *openedStore) bool { return s == nil })
	c.closeStores(gone)
	return nil
}

// newestLocations reads the newest locations of a validator, newest first, and the number of all.
// It uses at most half of Config.ValidatorTimeout, which leaves time to read a storage.
func (c *checkpoints) newestLocations(ctx context.Context, validator common.Address) (newest []string, count int, err error) {
	ctx, cancel := context.WithTimeout(ctx, c.relayer.cfg.ValidatorTimeout/2)
	defer cancel()
	all, err := c.origin.src.Locations(ctx, validator)
	newest = slices.Clone(all[max(0, len(all)-maxLocations):])
	slices.Reverse(newest)
	return newest, len(all), err
}

// inspect opens a location unless it is open, and reads its report of a reorganisation. It uses at
// most a quarter of Config.ValidatorTimeout, because the validator may have other locations.
func (c *checkpoints) inspect(ctx context.Context, location string, known *openedStore) (*openedStore, error) {
	ctx, cancel := context.WithTimeout(ctx, c.relayer.cfg.ValidatorTimeout/4)
	defer cancel()
	s := &openedStore{location: location}
	if known != nil {
		*s = *known // a copy: the original may be in use
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

// closeStores closes storages and logs the failures.
func (c *checkpoints) closeStores(stores []*openedStore) {
	for _, s := range stores {
		if err := s.store.Close(); err != nil {
			c.relayer.log.Debug("storage not closed", "location", s.location, "err", err)
		}
	}
}

// open opens a location.
//
// SECURITY: a file location names a path of this machine, and anyone can announce one.
func (c *checkpoints) open(ctx context.Context, location string) (*storage.Store, error) {
	if strings.HasPrefix(strings.ToLower(strings.TrimSpace(location)), "file:") && !c.relayer.cfg.AllowLocal {
		return nil, fmt.Errorf("relayer: storage location is %s on this machine, want a remote one: set allowLocalCheckpointSyncers to read it", excerpt([]byte(location)))
	}
	return c.relayer.cfg.OpenStore(ctx, location)
}

// close closes all storages.
func (c *checkpoints) close() {
	c.mu.Lock()
	defer c.mu.Unlock()
	for _, a := range c.validators {
		c.closeStores(a.stores)
		a.stores = nil
	}
}
