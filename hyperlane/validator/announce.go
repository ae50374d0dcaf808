package validator

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"slices"
	"time"

	"github.com/hyperlane-go/sdk/hyperlane"
	"github.com/hyperlane-go/sdk/hyperlane/evm"
	"github.com/hyperlane-go/sdk/ism/checkpoint"
)

// Pauses between attempts to announce: doubling, times 0.8 to 1 (Protocol 15.2).
const (
	announceFirst = 30 * time.Second
	announceMost  = 900 * time.Second
	// announceWait bounds one attempt: a node that never shows the receipt must not hold up the
	// validator. Whether it was mined is read from the chain.
	announceWait = 2 * time.Minute
)

// announcing is the state of the announcement.
type announcing struct {
	done   bool
	stored bool // metadata and announcement are in the storage
	signed checkpoint.SignedAnnouncement
	pause  time.Duration
	next   time.Time
	last   error
}

// announce makes sure that the location is on chain. Until then nothing is signed. The announcement
// goes to the storage first, from where any account can send it.
func (v *Validator) announce(ctx context.Context) error {
	a := &v.announcing
	if a.done || v.cfg.SkipAnnounce && v.cfg.Location == "" {
		v.note(func(p *Progress) { p.Announced = true })
		return nil
	}
	if !a.stored {
		if err := v.storeAnnouncement(ctx); err != nil {
			return err
		}
	}
	if v.cfg.SkipAnnounce {
		v.note(func(p *Progress) { p.Announced = true })
		return nil
	}
	found, err := v.announced(ctx)
	if err != nil || found {
		return err
	}
	if v.cfg.Transactor == nil {
		return fmt.Errorf("%w: %q; set a Transactor, or send the announcement in the storage with another account", ErrNotAnnounced, v.cfg.Location)
	}
	if now := v.cfg.Now(); now.Before(a.next) {
		return v.notAnnounced()
	}
	// The time of the next attempt is set before this one: one that hangs, or is mined unseen, is
	// not repeated at once.
	a.pause = min(max(2*a.pause, announceFirst), announceMost)
	a.next = v.cfg.Now().Add(time.Duration(float64(a.pause) * (0.8 + 0.2*rand.Float64())))
	a.last = v.step("send announcement", func() error {
		ctx, cancel := context.WithTimeout(ctx, v.announceWait)
		defer cancel()
		return v.register.Announce(ctx, a.signed)
	})
	if a.last != nil && !errors.Is(a.last, hyperlane.ErrAlreadyAnnounced) && !errors.Is(a.last, evm.ErrNotMined) {
		v.log.Warn("announcing failed", "location", v.cfg.Location, "next", a.next, "err", a.last)
		return v.notAnnounced()
	}
	if found, err = v.announced(ctx); err == nil && !found {
		err = v.notAnnounced()
	}
	return err
}

// notAnnounced says when the next attempt is due, and how the last one failed.
func (v *Validator) notAnnounced() error {
	err := fmt.Errorf("%w: %q; next attempt at %s", ErrNotAnnounced, v.cfg.Location, v.announcing.next.Format(time.RFC3339))
	if v.announcing.last != nil {
		err = fmt.Errorf("%w: %w", err, v.announcing.last)
	}
	return err
}

// announced reports whether our exact string is on chain.
func (v *Validator) announced(ctx context.Context) (bool, error) {
	locations, err := v.register.Locations(ctx, v.id.validator)
	if err != nil {
		return false, fmt.Errorf("validator: read announced locations: %w", err)
	}
	if !slices.Contains(locations, v.cfg.Location) {
		return false, nil
	}
	v.announcing.done = true
	v.note(func(p *Progress) { p.Announced = true })
	flag(v.metrics.announced, true)
	v.log.Info("announced", "location", v.cfg.Location)
	v.emit(Event{Kind: Announced, Location: v.cfg.Location})
	return true, nil
}

// storeAnnouncement publishes metadata, then the announcement (Protocol 15.2).
func (v *Validator) storeAnnouncement(ctx context.Context) error {
	signed, err := checkpoint.SignAnnouncement(ctx, v.cfg.Signer, v.register.Announcement(v.id.validator, v.cfg.Location))
	if err != nil {
		return fmt.Errorf("validator: sign announcement: %w", err)
	}
	err = v.step("write metadata", func() error { return v.cfg.Store.WriteMetadata(ctx, v.cfg.Metadata) })
	if err != nil {
		return err
	}
	err = v.step("write announcement", func() error { return v.cfg.Store.WriteAnnouncement(ctx, signed) })
	if err != nil {
		return err
	}
	v.announcing.signed, v.announcing.stored = signed, true
	return nil
}
