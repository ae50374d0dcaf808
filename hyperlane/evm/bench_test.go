package evm_test

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/hyperlane-go/sdk/hyperlane/evm"
	"github.com/hyperlane-go/sdk/hyperlane/evm/evmtest"
)

// A scan of 1,000 events, in few blocks and in many: the block of each event is looked up.
func BenchmarkScan(b *testing.B) {
	for _, row := range []struct{ blocks, each int }{{10, 100}, {100, 10}, {1000, 1}} {
		b.Run(fmt.Sprintf("1000 events in %d blocks", row.blocks), func(b *testing.B) {
			var requests atomic.Int64
			n := evmtest.NewGrown(row.blocks, row.each)
			c := client(b, n)
			n.Before = func(string) { requests.Add(1) }
			b.ReportAllocs()
			for b.Loop() {
				events := 0
				for _, err := range evm.Scan(b.Context(), c, evmtest.Ticks(c), evm.Range{}) {
					require.NoError(b, err)
					events++
				}
				require.Equal(b, 1000, events)
			}
			b.ReportMetric(float64(requests.Load())/float64(b.N), "requests/op")
		})
	}
}

// One read over HTTP, at the hash of a block.
func BenchmarkRead(b *testing.B) {
	benchmarkOverRPC(b, func(b *testing.B, c *evm.Client, head evm.Head) {
		have, err := evm.Read(b.Context(), c, head, echo(7))
		require.NoError(b, err)
		require.EqualValues(b, 7, have)
	})
}

// 100 reads over HTTP in one JSON-RPC batch, to be compared with 100 single reads.
func BenchmarkBatch(b *testing.B) {
	b.Run("100 in a batch", func(b *testing.B) {
		benchmarkOverRPC(b, func(b *testing.B, c *evm.Client, head evm.Head) {
			batch := c.Batch(head)
			var answers [100]*evm.Answer[byte]
			for i := range answers {
				answers[i] = evm.Add(batch, echo(byte(i)))
			}
			require.NoError(b, batch.Run(b.Context()))
			for i := range answers {
				have, err := answers[i].Get()
				require.NoError(b, err)
				require.EqualValues(b, i, have)
			}
		})
	})
	b.Run("100 one after another", func(b *testing.B) {
		benchmarkOverRPC(b, func(b *testing.B, c *evm.Client, head evm.Head) {
			for i := range 100 {
				have, err := evm.Read(b.Context(), c, head, echo(byte(i)))
				require.NoError(b, err)
				require.EqualValues(b, i, have)
			}
		})
	})
}

// benchmarkOverRPC runs the loop over a node that answers at once, and over one 5 ms away.
func benchmarkOverRPC(b *testing.B, loop func(*testing.B, *evm.Client, evm.Head)) {
	b.Helper()
	for _, delay := range []time.Duration{0, 5 * time.Millisecond} {
		b.Run(fmt.Sprintf("%v away", delay), func(b *testing.B) {
			n := &rpcNode{}
			server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
				time.Sleep(delay) // the way there and back
				n.ServeHTTP(w, r)
			}))
			defer server.Close()
			c, err := evm.Dial(b.Context(), server.URL)
			require.NoError(b, err)
			defer c.Close()
			head, err := c.Head(b.Context(), evm.Finality{})
			require.NoError(b, err)
			before := n.requests.Load()
			b.ReportAllocs()
			for b.Loop() {
				loop(b, c, head)
			}
			b.ReportMetric(float64(n.requests.Load()-before)/float64(b.N), "requests/op")
		})
	}
}
