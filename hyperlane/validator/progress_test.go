package validator

import (
	"errors"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/hyperlane-go/sdk/hyperlane/evm"
)

// Progress and health follow the steps, and do not wait for one under way.
func TestProgress(t *testing.T) {
	w := newWorld(t, t.TempDir())
	w.cfg.MaxPerStep = 2
	w.chain.mine(3)
	w.chain.mine(0)
	v := w.mustOpen()
	defer closeOf(t, v)
	assert.Equal(t, Progress{}, v.Progress())
	require.ErrorIs(t, v.Health(), errNoPass)

	require.NoError(t, v.Step(t.Context()))
	p := v.Progress()
	assert.EqualValues(t, 3, p.Leaves)
	assert.Equal(t, 1, p.Pending, "two of three fit into one step")
	assert.Equal(t, w.clock, p.Passed)
	assert.True(t, p.Announced)
	assert.NotZero(t, p.Block)
	require.NoError(t, v.Health())

	w.chain.lie.head = func(evm.Head) (evm.Head, error) { return evm.Head{}, errNode }
	require.Error(t, v.Step(t.Context()))
	require.ErrorIs(t, v.Health(), evm.ErrRPC)
	assert.False(t, v.Progress().Stopped)
	assert.Equal(t, p.Passed, v.Progress().Passed)

	w.chain.lie = lie{}
	v.mu.Lock() // as a step that hangs
	assert.ErrorIs(t, v.Health(), evm.ErrRPC)
	v.mu.Unlock()
	require.NoError(t, v.Step(t.Context()))
	require.NoError(t, v.Health())
	assert.Zero(t, v.Progress().Pending)
	w.clock = w.clock.Add(staleAfter + time.Minute)
	assert.ErrorContains(t, v.Health(), "no step was complete since")

	w.chain.reorg(3, false)
	w.chain.mine(3)
	w.chain.mine(0)
	w.chain.mine(0)
	w.chain.mine(0)
	err := v.Step(t.Context())
	require.Error(t, err)
	assert.Equal(t, fatal(err), v.Progress().Stopped)
	assert.True(t, errors.Is(v.Health(), err))
}
