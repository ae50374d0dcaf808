package validator

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"sync"
	"time"

	"github.com/cenkalti/backoff/v5"

	"github.com/hyperlane-go/sdk/hyperlane/evm"
	"github.com/hyperlane-go/sdk/hyperlane/storage"
	"github.com/hyperlane-go/sdk/ism/checkpoint"
)

// longestPause bounds the pause between failing steps.
const longestPause = time.Minute

// stepFunc runs an action with an effect outside this process. Tests put a kill or a stall before
// and after each.
type stepFunc func(name string, do func() error) error

// Validator signs the checkpoints of one chain with one key. Make it with New.
type Validator struct {
	cfg      Config
	id       identity
	log      *slog.Logger
	metrics  *metrics
	follower *follower
	guard    *guard
	leaves   *leaves
	register register
	step     stepFunc
	wait     func(ctx context.Context, d time.Duration) // replaced in tests

	announceWait time.Duration // shorter in tests

	mu         sync.Mutex // held by Step and Close
	started    bool
	alone      bool // no twin was found when last looked
	closed     bool
	dead       error // fatal error of an earlier step
	announcing announcing
	known      uint64 // leaves that missing speaks of
	missing    gaps

	observeMu sync.Mutex

	progressMu sync.Mutex // held for moments only, never while a node or a storage works
	progress   Progress
}

// New checks the configuration, and locks and reads the sign log. It asks neither node nor storage.
// It fails with evm.ErrConfig, ErrKeyInUse or ErrSignLog. Close, or the end of Run, releases the
// lock.
func New(cfg Config) (*Validator, error) {
	if err := cfg.check(); err != nil {
		return nil, err
	}
	parts := parts{
		id:    identity{cfg.Chain.Domain(), cfg.Chain.TreeAddress(), cfg.Signer.Address()},
		chain: chainSource{cfg.Chain}, register: chainRegister{cfg.Chain.ValidatorAnnounce(), cfg.Transactor},
	}
	for _, w := range cfg.Witnesses {
		parts.witnesses = append(parts.witnesses, chainSource{w})
	}
	return build(cfg, parts)
}

// parts are the views of a chain that build needs. Tests make them of a model.
type parts struct {
	id        identity
	chain     source
	witnesses []source
	register  register
	step      stepFunc
	saveEvery uint32
}

func build(cfg Config, p parts) (*Validator, error) {
	cfg.defaults()
	if p.step == nil {
		p.step = func(_ string, do func() error) error { return do() }
	}
	if p.saveEvery == 0 {
		p.saveEvery = saveLeaves
	}
	name := cfg.Name
	if name == "" {
		name = p.id.origin.String()
	}
	log := cfg.Logger.With("chain", name, "validator", p.id.validator)
	metrics, err := newMetrics(cfg.Registerer, name)
	if err != nil {
		return nil, err
	}
	signLog, err := openSignLog(cfg.StateDir, p.id, p.step)
	if err != nil {
		if signLog != nil {
			err = errors.Join(err, signLog.close())
		}
		return nil, err
	}
	if cfg.Finality == (evm.Finality{}) {
		log.Warn("no finality: any reorganisation of a signed block ends this validator")
	}
	v := &Validator{
		cfg: cfg, id: p.id, log: log, metrics: metrics, register: p.register, step: p.step, wait: wait, announceWait: announceWait,
		guard:    &guard{id: p.id, signer: cfg.Signer, log: signLog},
		leaves:   &leaves{dir: cfg.StateDir, id: p.id, every: p.saveEvery},
		follower: &follower{chain: p.chain, witnesses: p.witnesses, finality: cfg.Finality, from: cfg.From, next: cfg.From, log: log},
	}
	v.restore()
	return v, nil
}

// Run steps until the context ends, then returns nil, or until an error after which a validator
// must not go on: ErrReorg, ErrFlagged, ErrTwin, ErrSignLog or storage.ErrConflict. Other errors
// are logged and retried, with growing pauses up to a minute. Run closes the validator.
func (v *Validator) Run(ctx context.Context) (err error) {
	defer func() { err = errors.Join(err, v.Close()) }()
	pauses := backoff.NewExponentialBackOff()
	pauses.InitialInterval, pauses.MaxInterval = v.cfg.Interval, max(longestPause, v.cfg.Interval)
	for {
		err := v.Step(ctx)
		switch {
		case ctx.Err() != nil:
			return nil
		case fatal(err), errors.Is(err, ErrClosed):
			return err
		case err != nil:
			v.wait(ctx, pauses.NextBackOff())
			continue
		}
		pauses.Reset()
		if v.Progress().Pending == 0 {
			v.wait(ctx, v.cfg.Interval)
		}
	}
}

func wait(ctx context.Context, d time.Duration) {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
	case <-ctx.Done():
	}
}

// Step makes one whole pass: it announces if that is due, follows the chain to the newest final
// block, and publishes what is missing, MaxPerStep checkpoints at most. An error says that the pass
// was not completed. The next Step goes on from there, unless the error is one of those that end a
// validator.
func (v *Validator) Step(ctx context.Context) error {
	v.mu.Lock()
	defer v.mu.Unlock()
	switch {
	case v.closed:
		return ErrClosed
	case v.dead != nil:
		return v.dead
	}
	at, err := v.pass(ctx)
	if err == nil {
		v.note(func(p *Progress) { p.Passed, p.Err, p.Pending = v.cfg.Now(), nil, v.pending() })
		return nil
	}
	if fatal(err) {
		v.dead = err
		flag(v.metrics.critical, true)
	}
	if ctx.Err() == nil {
		v.note(func(p *Progress) { p.Err, p.Stopped, p.Pending = err, v.dead != nil, v.pending() })
		v.log.Error("step failed", "err", err, "fatal", v.dead != nil)
		v.emit(Event{Kind: Failed, Block: at.Number, Err: err})
	}
	return err
}

func (v *Validator) pass(ctx context.Context) (point, error) {
	if err := v.start(ctx); err != nil {
		return point{}, err
	}
	if err := v.announce(ctx); err != nil {
		return point{}, err
	}
	at, err := v.follower.advance(ctx)
	if err != nil {
		return at, err
	}
	v.metrics.block.Set(float64(at.Number))
	flag(v.metrics.consistent, true)
	v.note(func(p *Progress) { p.Block, p.Leaves = at.Number, at.Count })
	if err := v.prepare(ctx, at); err != nil {
		return at, err
	}
	v.remember(at)
	return at, v.publish(ctx, at)
}

// start looks at the storage once, before anything is written.
func (v *Validator) start(ctx context.Context) error {
	if v.started {
		return nil
	}
	flagged, present, err := v.cfg.Store.Reorg(ctx)
	switch {
	case err != nil:
		return fmt.Errorf("validator: look for a reorg flag: %w", err)
	case present:
		return fmt.Errorf("%w: checkpoint index %d, local root %s, canonical root %s, at %s; find out what happened before removing it",
			ErrFlagged, flagged.Index, flagged.LocalRoot, flagged.CanonicalRoot, flagged.Time.Format(time.RFC3339))
	}
	// SECURITY: a key that has published has a sign log. Without it, nothing may be signed.
	if v.guard.log.last == nil {
		found, any, err := newestOf(ctx, v.cfg.Store, v.cfg.Signer, true)
		switch {
		case err != nil:
			return err
		case any:
			return v.guard.log.refuse(fmt.Sprintf("is missing, but the storage holds a checkpoint of %s at index %d", v.id.validator, found.Index), nil)
		}
	}
	v.started = true
	return nil
}

// newestOf returns the highest checkpoint in the storage that our key signed, or with first any one
// of them.
func newestOf(ctx context.Context, store *storage.Store, signer checkpoint.Signer, first bool) (newest checkpoint.Signed, found bool, err error) {
	for index, err := range store.Indexes(ctx) {
		if err != nil {
			return checkpoint.Signed{}, false, fmt.Errorf("validator: look for published checkpoints: %w", err)
		}
		if found && index < newest.Index {
			continue
		}
		have, ours, err := signedBy(ctx, store, signer, index)
		if err != nil {
			return checkpoint.Signed{}, false, fmt.Errorf("validator: look for published checkpoints: %w", err)
		}
		if ours {
			newest, found = have, true
			if first {
				break
			}
		}
	}
	return newest, found, nil
}

// prepare raises the record to the agreed tree. After it, the whole tree may be signed.
func (v *Validator) prepare(ctx context.Context, at point) error {
	if last := v.guard.log.last; !v.alone || last == nil || at.Count > last.Index+1 {
		if err := v.checkTwin(ctx, at.Count); err != nil {
			return err
		}
		v.alone = true
	}
	err := v.guard.extend(&v.follower.tree, at)
	var reorg *ReorgError
	if errors.As(err, &reorg) {
		return v.raiseFlag(ctx, reorg)
	}
	if err != nil {
		return err
	}
	// The record covers what was known, so an agreed tree is never smaller than that.
	if count := uint64(at.Count); count > v.known {
		v.missing.cover(v.known, count)
		v.known = count
		newest, err := v.guard.checkpointAt(&v.follower.tree, at.Count-1)
		if err != nil {
			return err
		}
		v.metrics.observed.Set(float64(newest.Index))
		v.emit(Event{Kind: Observed, Checkpoint: checkpoint.Signed{Checkpoint: newest}, Block: at.Number})
	}
	return nil
}

// raiseFlag takes this validator out of service, for itself and for relayers. If the storage fails,
// the validator goes on: the next step finds the same and tries again.
func (v *Validator) raiseFlag(ctx context.Context, reorg *ReorgError) error {
	f := storage.ReorgFlag{
		LocalRoot: reorg.Want, CanonicalRoot: reorg.Have, Index: reorg.Index,
		Time: v.cfg.Now(), ReorgPeriod: v.cfg.Finality.String(),
	}
	if err := v.step("write reorg flag", func() error { return v.cfg.Store.WriteReorg(ctx, f) }); err != nil {
		// The flag is not written, so Run must try again and not end with the class of a flagged
		// reorganisation.
		return fmt.Errorf("validator: write reorg flag (because of: %v): %w", reorg, err) //nolint:errorlint // as said above
	}
	return reorg
}

// Close releases the sign log. A validator that ran is closed already.
func (v *Validator) Close() error {
	v.mu.Lock()
	defer v.mu.Unlock()
	if v.closed {
		return nil
	}
	v.closed = true
	v.rememberLast()
	return v.guard.log.close()
}
