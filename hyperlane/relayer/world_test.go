package relayer

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"testing"
	"time"

	"github.com/cockroachdb/pebble/vfs"
	bind "github.com/ethereum/go-ethereum/accounts/abi/bind/v2"
	"github.com/ethereum/go-ethereum/common"
	"github.com/stretchr/testify/require"

	"github.com/hyperlane-go/sdk/hyperlane/evm"
	"github.com/hyperlane-go/sdk/message"
)

// errKilled is what a step panics with when the process is to die there.
var errKilled = errors.New("killed")

// world is two model chains, and a relayer between them that can be killed at any write.
type world struct {
	t      require.TestingT
	a, b   *model
	fs     *vfs.MemFS
	cfg    Config
	now    time.Time
	r      *Relayer
	events []Event

	steps   []string // names of the writes passed
	killAt  int      // how many writes to pass before dying; negative never
	crashes int
	stallAt int     // how many writes to pass before stall is called
	stall   func()  // nil: nothing is
	errs    []error // errors of Step
}

const (
	domainA message.Domain = 1000
	domainB message.Domain = 2000
)

var recipient = message.Address{31: 0x42}

func newWorld(t require.TestingT, change ...func(*world)) *world {
	w := &world{t: t, a: newModel(domainA, 2), b: newModel(domainB, 2), fs: vfs.NewStrictMem(), now: time.Unix(1_700_000_000, 0), killAt: -1}
	w.cfg = Config{StateDir: "state", Retry: Retry{Rand: func() float64 { return 0 }}, Now: func() time.Time { return w.now }}
	w.cfg.Observe = func(e Event) { w.events = append(w.events, e) }
	for _, f := range change {
		f(w)
	}
	w.open()
	return w
}

func (w *world) ends() []ends {
	var out []ends
	for _, m := range []*model{w.a, w.b} {
		client, err := evm.New(context.Background(), m)
		require.NoError(w.t, err)
		m.onSend = func(name string) { w.r.store.step(name) }
		out = append(out, ends{client: client, opts: *bind.NewKeyedTransactor(accountKey, client.ChainID()), name: m.domain.String(), domain: m.domain, finality: fmt.Sprint(m.finality), window: 5,
			tree: message.Address{31: byte(m.domain / 1000)}, pin: pin{ChainID: m.domain.String(), Outbox: common.Address{19: 1}, Tree: common.Address{19: 2}},
			source: m, target: m, margin: defaultGasMargin})
	}
	return out
}

func (w *world) open() {
	cfg := w.cfg
	cfg.fs = w.fs
	setDefault(&cfg.Interval, time.Millisecond)
	setDefault(&cfg.ResubmitAfter, defaultResubmitAfter)
	setDefault(&cfg.MaxLocationAge, defaultMaxLocationAge)
	setDefault(&cfg.ValidatorTimeout, defaultValidatorTimeout)
	setDefault(&cfg.MaxConcurrency, 1) // calls in the same order in every run
	if cfg.Logger == nil {
		cfg.Logger = slog.New(slog.DiscardHandler)
	}
	r, err := open(cfg, w.ends())
	require.NoError(w.t, err)
	for _, d := range r.destinations {
		for _, b := range d.builders {
			b.Patience = time.Minute // tests want to see what everybody says; who hangs, hangs until told
		}
	}
	r.store.step = w.pass
	w.r = r
}

func (w *world) pass(name string) {
	w.steps = append(w.steps, name)
	if w.stall != nil {
		if w.stallAt--; w.stallAt < 0 {
			stall := w.stall
			w.stall = nil
			stall()
		}
	}
	if w.killAt == 0 {
		w.killAt = -1
		panic(errKilled)
	}
	if w.killAt > 0 {
		w.killAt--
	}
}

// step runs one pass. When the process dies in it, it starts again with what had been synced to disk.
func (w *world) step() {
	defer func() {
		switch p := recover(); p {
		case nil:
		case errKilled:
			w.crash()
		default:
			panic(p)
		}
	}()
	if err := w.r.Step(context.Background()); err != nil {
		w.errs = append(w.errs, err)
	}
}

func (w *world) crash() {
	w.crashes++
	w.fs.SetIgnoreSyncs(true)
	require.NoError(w.t, w.r.Close())
	w.fs.ResetToSyncedState()
	w.fs.SetIgnoreSyncs(false)
	w.open()
}

// nonces returns the nonces that are under way to a chain.
func (w *world) nonces(m *model) []uint64 {
	var out []uint64
	for _, f := range w.r.destination(m.domain).sender.Flights() {
		out = append(out, f.Nonce)
	}
	return out
}

func (w *world) restart() {
	require.NoError(w.t, w.r.Close())
	w.open()
}

// settle lets time pass, blocks come and the relayer work until nothing is pending, or long enough.
func (w *world) settle() {
	for range 200 {
		w.a.mine(1)
		w.b.mine(1)
		w.step()
		w.now = w.now.Add(10 * time.Minute)
		if w.quiet() {
			return
		}
	}
}

func (w *world) quiet() bool {
	for range w.r.Pending() {
		return false
	}
	for _, m := range []*model{w.a, w.b} {
		at := w.r.origin(m.domain).position()
		if len(m.nextOut) > 0 || at.Nonce != m.tip().nonce {
			return false
		}
	}
	return true
}

func (w *world) status(id message.ID) Status {
	s, err := w.r.Status(id)
	require.NoError(w.t, err)
	return s
}

func (w *world) stages(id message.ID) []Stage {
	var out []Stage
	for _, e := range w.events {
		if e.ID == id {
			out = append(out, e.Stage)
		}
	}
	return out
}

func (w *world) lastErr() error {
	if len(w.errs) == 0 {
		return nil
	}
	return w.errs[len(w.errs)-1]
}

func (w *world) close(t *testing.T) { require.NoError(t, w.r.Close()) }
