package relayer

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/hyperlane-go/sdk/message"
)

func TestDeliver(t *testing.T) {
	w := newWorld(t)
	defer w.close(t)
	m := w.a.dispatch(domainB, recipient, "hello", true)
	back := w.b.dispatch(domainA, recipient, "hello yourself", true)
	w.settle()
	require.Empty(t, w.errs)
	s := w.status(m.ID())
	assert.Equal(t, StageFinal, s.Stage)
	require.NotNil(t, s.Delivery)
	assert.EqualValues(t, 50_000, s.Delivery.GasUsed)
	assert.Equal(t, []Stage{StageDispatched, StageInserted, StageMetadataBuilt, StageSubmitted, StageDelivered, StageFinal}, w.stages(m.ID()))
	assert.Equal(t, StageFinal, w.status(back.ID()).Stage)
	assert.Equal(t, 1, w.b.included(m.ID()))
	assert.Equal(t, 1, w.a.included(back.ID()))
}

// A process that dies at any write loses no message and pays for none twice.
func TestKillEverywhere(t *testing.T) {
	names := map[string]bool{}
	for n := 0; ; n++ {
		w := newWorld(t)
		w.killAt = n
		m := w.a.dispatch(domainB, recipient, "hello", true)
		outside := w.a.dispatch(domainB, recipient, "outside the tree", false)
		w.settle()
		for _, id := range []Status{w.status(m.ID()), w.status(outside.ID())} {
			require.Equal(t, StageFinal, id.Stage, "killed at %d (%v)", n, w.steps)
		}
		require.Equal(t, 1, w.b.included(m.ID()), "killed at %d (%v)", n, w.steps)
		require.Equal(t, 1, w.b.included(outside.ID()), "killed at %d (%v)", n, w.steps)
		for _, name := range w.steps {
			names[name] = true
		}
		crashed := w.crashes > 0
		w.close(t)
		if !crashed {
			require.Greater(t, n, 20)
			break
		}
	}
	for _, name := range []string{"pin", "index", "submit", "send", "delivered", "final"} {
		assert.True(t, names[name+": before"] && names[name+": after"], name)
	}
}

// A process that stalls at any write, while the chains go on, loses no message and pays for
// none twice.
func TestStallEverywhere(t *testing.T) {
	for name, meanwhile := range map[string]func(w *world, m *message.Message){
		"blocks come":        func(w *world, _ *message.Message) { w.a.mine(3); w.b.mine(3) },
		"origin reorganises": func(w *world, _ *message.Message) { w.a.reorg(4); w.a.mine(5) },
		"pool is lost":       func(w *world, _ *message.Message) { w.b.dropPool() },
		"nonce is taken":     func(w *world, _ *message.Message) { w.b.steal(); w.b.mine(1) },
		"delivery is undone": func(w *world, _ *message.Message) { w.b.reorg(w.b.shallow()); w.b.dropPool(); w.b.mine(1) },
		"nodes fail": func(w *world, _ *message.Message) {
			w.a.fail["Head"], w.b.fail["Send"], w.b.fail["Delivered"] = 1, 1, 1
		},
		"another one starts": func(w *world, _ *message.Message) {
			_, err := openStore("state", w.fs, discard())
			require.ErrorIs(w.t, err, ErrLocked)
		},
		"a caller asks": func(w *world, m *message.Message) {
			_ = w.status(m.ID())
			for range w.r.Pending() {
			}
		},
		"another relayer sends": func(w *world, m *message.Message) { w.b.foreign = append(w.b.foreign, m.ID()); w.b.mine(1) },
	} {
		t.Run(name, func(t *testing.T) {
			for n := 0; ; n++ {
				w := newWorld(t)
				m := w.a.dispatch(domainB, recipient, "hello", true)
				stalled := false
				w.stallAt = n
				w.stall = func() { stalled = true; meanwhile(w, &m) }
				w.settle()
				require.Equal(t, StageFinal, w.status(m.ID()).Stage, "stalled at %d (%v)", n, w.steps)
				if included := w.b.included(m.ID()); name == "another relayer sends" {
					require.LessOrEqual(t, included, 1)
				} else {
					require.Equal(t, 1, included, "stalled at %d (%v)", n, w.steps)
				}
				w.close(t)
				if !stalled {
					require.Greater(t, n, 20)
					return
				}
			}
		})
	}
}
