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

// Bounds on what strangers can make the relayer do: anyone can announce any number of locations for a key of their own,
// and a validator may hold many.
const (
	maxLocations   = 4    // newest locations tried per validator
	maxCheckpoints = 4096 // checkpoints kept per origin
	maxValidators  = 4096 // validators remembered per origin: a module may name others for each message and each time
)

// announced is what is kept of a validator. Its lock is held while its storage is looked up, so that a slow one is not
// asked twice at a time, and holds up nobody else.
type validatorEntry struct {
	lock   chan struct{} // holds one token
	until  time.Time     // when to look again
	count  int           // locations announced
	stores []*openedStore
	err    error // what was wrong with locations that could not be opened
}

type openedStore struct {
	location string
	store    *storage.Store
	reorg    bool
}

// stores returns the opened storages of a validator, newest announcement first, at least one.
func (c *checkpoints) stores(ctx context.Context, validator common.Address) ([]*openedStore, error) {
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
		return nil, noLocationError(validator, a)
	}
	return a.stores, nil
}

// entry returns what is kept of a validator. There is room for all that messages of honest senders name; where strangers
// name more, somebody is forgotten who is not being asked, and looked up again when needed.
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
		case a.lock <- struct{}{}: // nobody waits for it, and whoever comes for it later finds no storage and looks again
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

// refresh reads the announced locations, opens those that are not open yet, and looks for reports of reorganisations.
func (c *checkpoints) refresh(ctx context.Context, validator common.Address, a *validatorEntry) error {
	known := map[string]*openedStore{}
	for _, s := range a.stores {
		known[s.location] = s
	}
	newest, count, err := c.newestLocations(ctx, validator)
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
	found, problems := make([]*openedStore, len(newest)), make([]error, len(newest))
	var all sync.WaitGroup
	for i, location := range newest {
		all.Go(func() { found[i], problems[i] = c.inspect(ctx, location, known[location]) })
	}
	all.Wait()
	a.count, a.err = count, errors.Join(problems...)
	var gone []*openedStore // in a slice of its own: somebody may be reading that of before
	for _, s := range a.stores {
		if !slices.Contains(newest, s.location) {
			gone = append(gone, s)
		}
	}
	a.stores = slices.DeleteFunc(found, func(s *openedStore) bool { return s == nil })
	c.closeStores(gone)
	return nil
}

// announced reads the newest locations of a validator, newest first, and how many there are. It leaves half of the time
// for a question to the storages.
func (c *checkpoints) newestLocations(ctx context.Context, validator common.Address) (newest []string, count int, err error) {
	ctx, cancel := context.WithTimeout(ctx, c.relayer.cfg.ValidatorTimeout/2)
	defer cancel()
	all, err := c.origin.src.Locations(ctx, validator)
	newest = slices.Clone(all[max(0, len(all)-maxLocations):])
	slices.Reverse(newest)
	return newest, len(all), err
}

// look opens a location unless it is known, and looks for a report. A storage that does not answer takes a quarter of the
// time for a question at most from its validator, which may have others.
func (c *checkpoints) inspect(ctx context.Context, location string, known *openedStore) (*openedStore, error) {
	ctx, cancel := context.WithTimeout(ctx, c.relayer.cfg.ValidatorTimeout/4)
	defer cancel()
	s := &openedStore{location: location}
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

func (c *checkpoints) closeStores(stores []*openedStore) {
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
		c.closeStores(a.stores)
		a.stores = nil
	}
}
