package relayer

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"slices"
	"sync"
	"sync/atomic"
	"time"

	"github.com/cockroachdb/pebble/vfs"
	bind "github.com/ethereum/go-ethereum/accounts/abi/bind/v2"

	"github.com/hyperlane-go/sdk/hyperlane/evm"
	"github.com/hyperlane-go/sdk/hyperlane/evm/sender"
	"github.com/hyperlane-go/sdk/ism/metadata"
	"github.com/hyperlane-go/sdk/message"
)

// Relayer carries messages from origins to destinations. Its methods are safe for concurrent use.
type Relayer struct {
	cfg     Config
	log     *slog.Logger
	store   *store
	queue   *queue
	metrics *metrics

	origins      []*origin      // by domain
	destinations []*destination // by domain

	results   recent[*metadata.Result] // of the last build of metadata
	errors    recent[error]            // of the last failed attempt
	observing sync.Mutex               // held while events are logged and observed
	measuring sync.Mutex               // held while the lengths of the queues are set
	onClose   []func()
	running   atomic.Bool
	use       usage

	background context.Context // for logging outside any call
}

// New checks the configuration, opens the state and returns a relayer. It fails with evm.ErrConfig,
// ErrStore or ErrLocked. It makes no request to a chain.
func New(cfg Config) (*Relayer, error) {
	cfg, err := cfg.validated()
	if err != nil {
		return nil, err
	}
	ports := make([]chainPorts, len(cfg.Chains))
	for i := range cfg.Chains {
		ports[i] = portsOf(&cfg.Chains[i])
	}
	return open(cfg, ports)
}

// open is New over the interfaces of ports.go.
func open(cfg Config, chains []chainPorts) (*Relayer, error) {
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

// load reads the state of every chain and message, and opens the accounts of the destinations.
func (r *Relayer) load(chains []chainPorts) error {
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

// addSender opens the account of a destination. It releases the transactions of messages that are
// done: a crash can leave such transactions behind.
func (r *Relayer) addSender(d *destination, opts *bind.TransactOpts) error {
	s, err := sender.New(r.background, d.client, opts, sender.Config{
		Store:         &senderStore{domain: d.domain, store: r.store, queue: r.queue},
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

// destination returns the destination with a domain, or nil.
func (r *Relayer) destination(d message.Domain) *destination {
	for _, dest := range r.destinations {
		if dest.domain == d {
			return dest
		}
	}
	return nil
}

// origin returns the origin with a domain, or nil.
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

// Close waits for calls in progress and closes the state. Cancel the context of Run first.
// Config.Observe must not call Close.
func (r *Relayer) Close() error {
	if !r.use.close() {
		return nil
	}
	for _, f := range r.onClose {
		f()
	}
	return r.store.close()
}
