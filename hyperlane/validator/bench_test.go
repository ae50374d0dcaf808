package validator

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/hyperlane-go/sdk/hyperlane/storage"
)

// A thousand leaves followed, signed and published to memory.
func BenchmarkStep1000(b *testing.B) {
	w := newWorld(b, b.TempDir())
	for range 10 {
		w.chain.mine(100)
	}
	w.chain.mine(0)
	w.cfg.Observe, w.cfg.MaxSignConcurrency = nil, 0
	for b.Loop() {
		b.StopTimer()
		w.cfg.StateDir, w.store = b.TempDir(), storage.NewMemory()
		w.cfg.Store = w.store
		b.StartTimer()
		v := w.mustOpen()
		require.NoError(b, v.Step(b.Context()))
		b.StopTimer()
		w.requirePublished(1000)
		require.NoError(b, v.Close())
		b.StartTimer()
	}
	b.ReportMetric(float64(b.N)*1000/b.Elapsed().Seconds(), "leaves/s")
}
