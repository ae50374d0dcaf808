package relayer

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"iter"
	"log/slog"
	"slices"
	"sync"
	"sync/atomic"
	"time"

	"github.com/cenkalti/backoff/v5"
	"github.com/cockroachdb/pebble"
	"github.com/cockroachdb/pebble/vfs"
	bind "github.com/ethereum/go-ethereum/accounts/abi/bind/v2"
	"golang.org/x/sync/errgroup"

	"github.com/hyperlane-go/sdk/hyperlane/evm"
	"github.com/hyperlane-go/sdk/hyperlane/evm/sender"
	"github.com/hyperlane-go/sdk/ism/metadata"
	"github.com/hyperlane-go/sdk/message"
)

// Relayer carries messages. Its methods may be called at the same time.
type Relayer struct {
	cfg     Config
	log     *slog.Logger
	store   *store
	queue   *queue
	metrics *metrics

	origins      []*origin      // by domain
	destinations []*destination // by domain

	results   recent[*metadata.Result] // of the last build
	errors    recent[error]            // of the last attempt
	observing sync.Mutex
	measuring sync.Mutex
	onClose   []func()
	running   atomic.Bool
	use       usage

	background context.Context // for logging outside of any call
}

// New checks the configuration, opens the state and returns a relayer, or an *evm.ConfigError, a StoreError or ErrLocked.
// It does not talk to any chain.
func New(cfg Config) (*Relayer, error) {
	cfg, err := cfg.validated()
	if err != nil {
		return nil, err
	}
	ends := make([]ends, len(cfg.Chains))
	for i := range cfg.Chains {
		ends[i] = endsOf(&cfg.Chains[i])
	}
	return open(cfg, ends)
}

// ends are the faces of a chain: as an origin unless it has no outbox, and as a destination unless nobody pays there.
type ends struct {
	name     string
	domain   message.Domain
	finality string
	from     uint64
	window   uint64
	tree     message.Address
	pin      pin
	source   source // nil means destination only
	target   target // nil means origin only
	margin   uint64
	gasCap   uint64

	client *evm.Client       // of the target
	opts   bind.TransactOpts // who delivers to the target
}

// open is New behind the interfaces of ports.go.
func open(cfg Config, chains []ends) (*Relayer, error) {
	m, err := newMetrics(cfg.Registerer)
	if err != nil {
		return nil, &evm.ConfigError{Field: "Registerer", Have: "in use", Want: "a registry without other metrics of these names", Err: err}
	}
	dir := cfg.StateDir
	if cfg.Ephemeral {
		dir, cfg.fs = "state", vfs.NewMem()
	}
	s, err := openStore(dir, cfg.fs, cfg.Logger)
	if err != nil {
		return nil, err
	}
	r := &Relayer{cfg: cfg, log: cfg.Logger, store: s, metrics: m, background: context.Background()}
	if err := r.load(chains); err != nil {
		return nil, errors.Join(err, s.close())
	}
	return r, nil
}

func (r *Relayer) load(chains []ends) error {
	for _, c := range chains {
		if c.source != nil {
			o := &origin{domain: c.domain, name: c.name, src: c.source, treeAddr: c.tree, from: c.from, window: max(c.window, 1),
				finality: c.finality, want: c.pin, store: r.store}
			if err := o.load(); err != nil {
				return err
			}
			r.origins = append(r.origins, o)
		}
		if c.target != nil {
			r.destinations = append(r.destinations, newDestination(c))
		}
	}
	slices.SortFunc(r.origins, func(a, b *origin) int { return cmp.Compare(a.domain, b.domain) })
	slices.SortFunc(r.destinations, func(a, b *destination) int { return cmp.Compare(a.domain, b.domain) })
	q, err := newQueue(r.store)
	if err != nil {
		return err
	}
	r.queue = q
	for _, c := range chains {
		if c.target != nil {
			if err := r.addSender(r.destination(c.domain), &c.opts); err != nil {
				return err
			}
		}
	}
	r.addBuilders()
	return r.refilter()
}

// addSender gives a destination its account. Transactions of messages that are done are released: a kill can leave them.
func (r *Relayer) addSender(d *destination, opts *bind.TransactOpts) error {
	s, err := sender.New(r.background, d.client, opts, sender.Config{
		Store:         &sendings{domain: d.domain, store: r.store, queue: r.queue},
		ResubmitAfter: r.cfg.ResubmitAfter, Now: r.now, Logger: r.log.With("destination", d.name),
	})
	if errors.Is(err, sender.ErrState) {
		return fmt.Errorf("%w: destination %s: %w", ErrStore, d.name, err)
	}
	if err != nil {
		return err
	}
	d.sender = s
	for _, flight := range s.Flights() {
		for _, key := range flight.Keys {
			if id, err := messageOf(key); err == nil && r.queue.find(id) != nil {
				continue
			}
			if err := s.Release(r.background, key); err != nil {
				return err
			}
		}
	}
	return nil
}

func (r *Relayer) destination(d message.Domain) *destination {
	for _, dest := range r.destinations {
		if dest.domain == d {
			return dest
		}
	}
	return nil
}

func (r *Relayer) origin(d message.Domain) *origin {
	for _, o := range r.origins {
		if o.domain == d {
			return o
		}
	}
	return nil
}

func (r *Relayer) now() time.Time { return r.cfg.Now().UTC() }

// addBuilders gives each destination a builder of metadata for each origin.
func (r *Relayer) addBuilders() {
	for _, o := range r.origins {
		checkpoints := newCheckpoints(r, o)
		for _, d := range r.destinations {
			d.builders[o.domain] = &metadata.Builder{Modules: d.chain, Checkpoints: checkpoints, Tree: o, Origin: o.domain,
				TreeAddress: o.treeAddr, Types: r.cfg.ModuleTypes, Timeout: r.cfg.ValidatorTimeout}
		}
	}
}

// Close waits for what is under way and closes the state. Stop Run first, by its context; an observer must not call it.
func (r *Relayer) Close() error {
	if !r.use.close() {
		return nil
	}
	for _, f := range r.onClose {
		f()
	}
	return r.store.close()
}

// Step does one whole pass by hand: every origin is indexed up to its final head, then every message that is due is
// taken one stage further at least. The order is that of domains, then of waiting times, then of nonces. Chains that
// fail do not keep others from their turn; their errors are joined. What holds up a single message is not an error of
// Step: see Status.
func (r *Relayer) Step(ctx context.Context) error {
	leave, err := r.use.enter()
	if err != nil {
		return err
	}
	defer leave()
	var errs []error
	for _, o := range r.origins {
		errs = append(errs, r.index(ctx, o))
	}
	for _, d := range r.destinations {
		errs = append(errs, r.deliver(ctx, d))
	}
	r.measure()
	return errors.Join(errs...)
}

// Run works until ctx ends, and then returns nil. Each origin and each destination has a loop of its own, so a chain that
// does not answer holds up none of the others. Failures of chains are logged and tried again after a growing pause;
// only a failure of the state ends Run.
func (r *Relayer) Run(ctx context.Context) error {
	if !r.running.CompareAndSwap(false, true) {
		return ErrRunning
	}
	defer r.running.Store(false)
	g, loops := errgroup.WithContext(ctx)
	for _, o := range r.origins {
		g.Go(func() error { return r.loop(loops, func() error { return r.index(loops, o) }, "indexing", o.name) })
	}
	for _, d := range r.destinations {
		g.Go(func() error { return r.loop(loops, func() error { return r.deliver(loops, d) }, "delivering", d.name) })
	}
	err := g.Wait()
	if ctx.Err() != nil && !fatal(err) {
		return nil
	}
	return err
}

// loop repeats work at the interval, and after failures at growing ones.
func (r *Relayer) loop(ctx context.Context, work func() error, what, chain string) error {
	pause := backoff.NewExponentialBackOff()
	pause.InitialInterval = r.cfg.Interval
	pause.MaxInterval = max(time.Minute, r.cfg.Interval)
	for {
		leave, err := r.use.enter()
		if err != nil {
			return err
		}
		err = work()
		r.measure()
		leave()
		wait := r.cfg.Interval
		switch {
		case ctx.Err() != nil:
			return ctx.Err()
		case fatal(err):
			return err
		case err != nil:
			wait = pause.NextBackOff()
			r.log.Warn(what+" failed, trying again", "chain", chain, "in", wait, "err", err)
		default:
			pause.Reset()
		}
		timer := time.NewTimer(wait)
		select {
		case <-ctx.Done():
			timer.Stop()
			return ctx.Err()
		case <-timer.C:
		}
	}
}

// fatal reports whether an error is of the state, which trying again does not heal.
func fatal(err error) bool {
	return errors.Is(err, ErrStore) || errors.Is(err, pebble.ErrClosed) || errors.Is(err, errWrite)
}

// Pending yields the status of every message that is not done, in the order in which they are due.
func (r *Relayer) Pending() iter.Seq[Status] {
	return func(yield func(Status) bool) {
		leave, err := r.use.enter()
		if err != nil {
			return
		}
		var all []Status
		for _, rec := range r.queue.all() {
			all = append(all, r.status(rec))
		}
		leave()
		for _, s := range all {
			if !yield(s) {
				return
			}
		}
	}
}
