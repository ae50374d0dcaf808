package relayer

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestDeliver(t *testing.T) {
	w := newWorld(t)
	defer w.close(t)
	m := w.a.dispatch(domainB, recipient, "hello", true)
	back := w.b.dispatch(domainA, recipient, "hello yourself", true)
	w.settle()
	require.Empty(t, w.errs)
	for _, id := range []any{m.ID(), back.ID()} {
		_ = id
	}
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
