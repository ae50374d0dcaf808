package relayer

import (
	"fmt"
	"testing"

	"github.com/stretchr/testify/require"
)

// BenchmarkMessages carries 1,000 messages over a model of two chains, without metadata: what the
// relayer itself costs.
func BenchmarkMessages(b *testing.B) {
	const messages = 1000
	for b.Loop() {
		w := newWorld(b)
		for i := range messages {
			w.a.dispatch(domainB, recipient, fmt.Sprint(i), true)
		}
		w.settle()
		require.True(b, w.quiet())
		require.Empty(b, w.errs)
		require.NoError(b, w.r.Close())
	}
	b.ReportMetric(float64(messages*b.N)/b.Elapsed().Seconds(), "messages/s")
}
