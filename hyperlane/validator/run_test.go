package validator

import (
	"context"
	"log/slog"
	"strings"
	"testing"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/testutil"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.uber.org/goleak"

	"github.com/hyperlane-go/sdk/hyperlane/evm"
)

// runWith runs a validator without real time: every pause calls next, which says what happens
// meanwhile.
func runWith(t *testing.T, v *Validator, next func(d time.Duration, stop func())) error {
	t.Helper()
	ctx, stop := context.WithCancel(t.Context())
	defer stop()
	v.wait = func(_ context.Context, d time.Duration) { next(d, stop) }
	return v.Run(ctx)
}

func TestRun(t *testing.T) {
	defer goleak.VerifyNone(t, goleak.IgnoreCurrent())
	w := newWorld(t, t.TempDir())
	w.cfg.Interval = 5 * time.Second
	w.cfg.MaxSignConcurrency, w.cfg.MaxPerStep = 4, 2
	w.chain.mine(7)
	w.chain.mine(0)
	v := w.mustOpen()
	var pauses []time.Duration
	err := runWith(t, v, func(d time.Duration, stop func()) {
		pauses = append(pauses, d)
		switch len(pauses) {
		case 1: // all seven came without a pause, two a step
			w.requirePublished(7)
			w.chain.mine(1)
			w.chain.mine(0)
		case 2:
			w.requirePublished(8)
			w.chain.lie = lies[0].lie
		case 8:
			w.chain.lie = lie{}
		case 9:
			stop()
		}
	})
	require.NoError(t, err, "the end of the context is no failure")
	require.Len(t, pauses, 9)
	for i, d := range pauses {
		switch {
		case i < 2, i == 8:
			assert.Equal(t, w.cfg.Interval, d, "pause %d", i)
		default:
			assert.NotEqual(t, w.cfg.Interval, d, "pause %d", i)
			assert.LessOrEqual(t, d, longestPause*3/2)
		}
	}
	assert.Greater(t, pauses[7], pauses[2], "pauses after failures grow")
	require.ErrorIs(t, v.Step(t.Context()), ErrClosed)
	closeOf(t, w.mustOpen()) // and the lock is free
}

func TestRunEndsOnReorg(t *testing.T) {
	defer goleak.VerifyNone(t, goleak.IgnoreCurrent())
	w := newWorld(t, t.TempDir())
	registry := prometheus.NewRegistry()
	w.cfg.Registerer, w.cfg.Name = registry, "origin"
	var log strings.Builder
	w.cfg.Logger = slog.New(slog.NewTextHandler(&log, nil))
	w.chain.mine(2)
	w.chain.mine(0)
	v := w.mustOpen()
	err := runWith(t, v, func(time.Duration, func()) {
		require.NoError(t, testutil.GatherAndCompare(registry, strings.NewReader(`
			# HELP hyperlane_latest_checkpoint Index of the newest checkpoint, by phase: observed on chain, or signed and published.
			# TYPE hyperlane_latest_checkpoint gauge
			hyperlane_latest_checkpoint{chain="origin",phase="validator_observed"} 1
			hyperlane_latest_checkpoint{chain="origin",phase="validator_processed"} 1
			# HELP hyperlane_block_height Number of the newest block that is final for this validator.
			# TYPE hyperlane_block_height gauge
			hyperlane_block_height{chain="origin"} 1
			# HELP hyperlane_reached_initial_consistency 1 once the leaves read agree with the contract's tree.
			# TYPE hyperlane_reached_initial_consistency gauge
			hyperlane_reached_initial_consistency{chain="origin"} 1
			# HELP hyperlane_backfill_complete 1 while every leaf has a published checkpoint.
			# TYPE hyperlane_backfill_complete gauge
			hyperlane_backfill_complete{chain="origin"} 1
			# HELP hyperlane_critical_error 1 once the validator stopped for good and needs an operator.
			# TYPE hyperlane_critical_error gauge
			hyperlane_critical_error{chain="origin"} 0
		`), "hyperlane_latest_checkpoint", "hyperlane_block_height", "hyperlane_reached_initial_consistency", "hyperlane_backfill_complete", "hyperlane_critical_error"))
		w.chain.reorg(2, false)
		w.chain.mine(2)
		w.chain.mine(0)
	})
	require.ErrorIs(t, err, ErrReorg)
	require.NoError(t, testutil.GatherAndCompare(registry, strings.NewReader(`
		# HELP hyperlane_critical_error 1 once the validator stopped for good and needs an operator.
		# TYPE hyperlane_critical_error gauge
		hyperlane_critical_error{chain="origin"} 1
	`), "hyperlane_critical_error"))
	assert.Contains(t, log.String(), "fatal=true")
	assert.Contains(t, log.String(), "chain=origin")
	require.Equal(t, Failed, w.events[len(w.events)-1].Kind)
	require.ErrorIs(t, w.events[len(w.events)-1].Err, ErrReorg)
}

// Two validators may share a registry; something else under our name may not.
func TestRegistry(t *testing.T) {
	registry := prometheus.NewRegistry()
	for _, name := range []string{"a", "b"} {
		w := newWorld(t, t.TempDir())
		w.cfg.Registerer, w.cfg.Name = registry, name
		closeOf(t, w.mustOpen())
	}
	taken := prometheus.NewRegistry()
	taken.MustRegister(prometheus.NewCounter(prometheus.CounterOpts{Name: "hyperlane_block_height", Help: "x"}))
	w := newWorld(t, t.TempDir())
	w.cfg.Registerer = taken
	_, err := w.open()
	require.ErrorContains(t, err, "hyperlane_block_height")
}

// The real pause ends with the context, and so does Run in real time.
func TestWait(t *testing.T) {
	defer goleak.VerifyNone(t, goleak.IgnoreCurrent())
	w := newWorld(t, t.TempDir())
	w.cfg.Interval = time.Hour
	published := make(chan struct{})
	w.cfg.Observe = func(e Event) {
		if e.Kind == Published {
			close(published)
		}
	}
	w.chain.mine(1)
	w.chain.mine(0)
	v := w.mustOpen()
	running, stop := context.WithCancel(t.Context())
	ended := make(chan error)
	go func() { ended <- v.Run(running) }()
	<-published
	stop()
	require.NoError(t, <-ended)

	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	wait(ctx, time.Hour)
	wait(t.Context(), 0)
}

func TestNoFinalityIsWarnedOf(t *testing.T) {
	w := newWorld(t, t.TempDir())
	var log strings.Builder
	w.cfg.Logger = slog.New(slog.NewTextHandler(&log, nil))
	w.cfg.Finality = evm.Finality{}
	closeOf(t, w.mustOpen())
	assert.Contains(t, log.String(), "no finality")
}

func TestKindString(t *testing.T) {
	assert.Equal(t, "announced observed signed published failed kind 9",
		strings.Join([]string{Announced.String(), Observed.String(), Signed.String(), Published.String(), Failed.String(), Kind(9).String()}, " "))
}
