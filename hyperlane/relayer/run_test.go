package relayer

import (
	"context"
	"sync"
	"testing"

	"github.com/ethereum/go-ethereum/common"
	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/testutil"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.uber.org/goleak"

	"github.com/hyperlane-go/sdk/hyperlane/evm"
	"github.com/hyperlane-go/sdk/message"
)

func TestMain(m *testing.M) {
	goleak.VerifyTestMain(m, // the nodes of the test kit leave these behind
		goleak.IgnoreAnyFunction("github.com/syndtr/goleveldb/leveldb.(*DB).mpoolDrain"),
		goleak.IgnoreAnyFunction("github.com/ethereum/go-ethereum/core.(*txSenderCacher).cache"))
}

// reach runs the relayer until a message has reached a stage, and returns what Run does when its
// context ends then.
func reach(t *testing.T, w *world, id message.ID, stage Stage, meanwhile func()) {
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	reached := make(chan struct{})
	var once sync.Once
	observe := w.r.cfg.Observe
	w.r.cfg.Observe = func(e Event) {
		observe(e)
		if e.ID == id && e.Stage == stage {
			once.Do(func() { close(reached) })
		}
	}
	done := make(chan error, 1)
	go func() { done <- w.r.Run(ctx) }()
	if meanwhile != nil {
		meanwhile()
	}
	select {
	case <-reached:
	case err := <-done:
		t.Fatalf("Run ended: %v", err)
	}
	cancel()
	require.NoError(t, <-done)
	w.r.cfg.Observe = observe
}

func TestRun(t *testing.T) {
	w := newWorld(t)
	defer w.close(t)
	w.r.store.step = func(string) {}
	m := w.a.dispatch(domainB, recipient, "hello", true)
	w.a.mine(3)
	reach(t, w, m.ID(), StageSubmitted, nil)
	w.b.mine(3)
	reach(t, w, m.ID(), StageFinal, nil)
}

// A chain that does not answer delays no other.
func TestStalledChain(t *testing.T) {
	for _, method := range []string{"Head", "Estimate", "Send", "Delivered", "PendingNonce"} {
		t.Run(method, func(t *testing.T) {
			w := newWorld(t)
			defer w.close(t)
			w.r.store.step = func(string) {}
			stalled := w.a.dispatch(domainB, recipient, "hello", true) // B stalls as a destination
			w.a.mine(3)
			back := w.b.dispatch(domainA, recipient, "hello yourself", true)
			w.b.mine(3)
			w.r.origin(domainB).src = patient{w.b} // B as an origin goes on
			release := make(chan struct{})
			w.b.stall[method] = release
			reach(t, w, back.ID(), StageSubmitted, nil)
			close(release)
			w.settle()
			assert.Equal(t, StageFinal, w.status(stalled.ID()).Stage)
			assert.Equal(t, StageFinal, w.status(back.ID()).Stage)
		})
	}
}

// patient is a model whose stalls do not reach the origin's side of it.
type patient struct{ *model }

func (p patient) Head(ctx context.Context) (evm.Head, error) {
	return p.model.Head(context.WithValue(ctx, unstalled{}, true))
}

func (p patient) HashAt(ctx context.Context, number uint64) (common.Hash, error) {
	return p.model.HashAt(context.WithValue(ctx, unstalled{}, true), number)
}

func (p patient) State(ctx context.Context, at evm.Head) (sourceState, error) {
	return p.model.State(context.WithValue(ctx, unstalled{}, true), at)
}

func TestRunEndsWhenTheStateFails(t *testing.T) {
	w := newWorld(t)
	w.r.store.step = func(string) {}
	w.a.mine(4)
	w.step()
	w.a.blocks[0].hash[0] ^= 1 // the chain restarted with another genesis
	w.r.origin(domainA).pinned = false
	err := w.r.Run(t.Context())
	require.ErrorIs(t, err, ErrStore)
	w.close(t)
	require.ErrorIs(t, w.r.Run(t.Context()), ErrClosed)
	require.ErrorIs(t, w.r.Step(t.Context()), ErrClosed)
	_, err = w.r.Status(message.ID{})
	require.ErrorIs(t, err, ErrClosed)
	for range w.r.Pending() {
		t.Error("closed")
	}
	require.NoError(t, w.r.Close())
}

func TestRunOnce(t *testing.T) {
	w := newWorld(t)
	defer w.close(t)
	w.r.running.Store(true)
	require.ErrorIs(t, w.r.Run(t.Context()), ErrRunning)
}

func TestRunGoesOnAfterFailures(t *testing.T) {
	w := newWorld(t)
	defer w.close(t)
	w.r.store.step = func(string) {}
	m := w.a.dispatch(domainB, recipient, "hello", true)
	w.a.mine(3)
	w.a.fail["Head"] = 2
	w.a.fail["State"] = 1
	w.b.fail["Head"] = 2
	w.b.fail["Send"] = 1
	reach(t, w, m.ID(), StageSubmitted, nil)
	w.settle()
	assert.Equal(t, StageFinal, w.status(m.ID()).Stage)
}

// Closing waits for what is under way, and an observer may ask for the status meanwhile.
func TestObserverMayAsk(t *testing.T) {
	w := newWorld(t)
	defer w.close(t)
	var asked []Stage
	w.r.cfg.Observe = func(e Event) {
		s, err := w.r.Status(e.ID)
		if err == nil {
			asked = append(asked, s.Stage)
		}
	}
	w.a.dispatch(domainB, recipient, "hello", true)
	w.a.mine(3)
	w.step()
	assert.Equal(t, []Stage{StageInserted, StageInserted, StageInserted, StageSubmitted}, asked)
}

func TestInterruptedStep(t *testing.T) {
	w := newWorld(t)
	defer w.close(t)
	m := w.a.dispatch(domainB, recipient, "hello", true)
	w.a.mine(3)
	ctx, cancel := context.WithCancel(t.Context())
	w.b.stall["Estimate"] = make(chan struct{})
	w.b.watch = map[string]func(){"Estimate": cancel}
	require.ErrorIs(t, w.r.Step(ctx), context.Canceled)
	assert.Equal(t, 0, w.status(m.ID()).Attempts, "an interruption says nothing about the message")
}

func TestMetrics(t *testing.T) {
	reg := prometheus.NewRegistry()
	w := newWorld(t, func(w *world) { w.cfg.Registerer = reg })
	defer w.close(t)
	w.a.dispatch(domainB, recipient, "hello", true)
	w.a.dispatch(domainB, recipient, "hello again", true)
	w.a.mine(3)
	w.step()
	m := w.r.metrics
	assert.EqualValues(t, 2, testutil.ToFloat64(m.queueLength.WithLabelValues("2000", "submit_queue", "submitted", anyApp)))
	assert.EqualValues(t, 1, testutil.ToFloat64(m.cursorBlock.WithLabelValues("hyperlane_message", "1000", "forward_rate_limited")))
	assert.EqualValues(t, 1, testutil.ToFloat64(m.lastLeaf.WithLabelValues("1000")))
	assert.EqualValues(t, 1, testutil.ToFloat64(m.lastNonce.WithLabelValues("dispatch", "1000", "any")))
	assert.EqualValues(t, 1, testutil.ToFloat64(m.blockHeight.WithLabelValues("1000")))
	assert.EqualValues(t, 2, testutil.ToFloat64(m.builds.WithLabelValues(anyApp, "1000", "2000", "success")))
	w.settle()
	assert.EqualValues(t, 2, testutil.ToFloat64(m.processedMsgs.WithLabelValues("1000", "2000")))
	assert.EqualValues(t, 2, testutil.ToFloat64(m.operations.WithLabelValues(anyApp, "confirmed", "2000")))
	families, err := reg.Gather()
	require.NoError(t, err)
	names := map[string]bool{}
	for _, f := range families {
		names[f.GetName()] = true
	}
	for _, name := range []string{"hyperlane_messages_processed_count", "hyperlane_operations_processed_count", "hyperlane_metadata_build_count",
		"hyperlane_last_known_message_nonce", "hyperlane_latest_tree_insertion_index", "hyperlane_cursor_current_block", "hyperlane_block_height"} {
		assert.True(t, names[name], name)
	}

	t.Run("shared", func(t *testing.T) {
		other, err := newMetrics(reg)
		require.NoError(t, err)
		assert.Same(t, m.blockHeight, other.blockHeight)
	})
	t.Run("taken", func(t *testing.T) {
		reg := prometheus.NewRegistry()
		reg.MustRegister(prometheus.NewGauge(prometheus.GaugeOpts{Name: "hyperlane_block_height"}))
		_, err := newMetrics(reg)
		require.Error(t, err)
	})
}
