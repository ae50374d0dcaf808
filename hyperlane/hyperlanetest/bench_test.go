package hyperlanetest_test

import (
	"fmt"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/hyperlane-go/sdk/hyperlane/hyperlanetest"
)

func TestSendMany(t *testing.T) {
	n := hyperlanetest.New(t, 2)
	height := n.Chains[0].Height()
	sent, err := n.Chains[0].DispatchMany(t.Context(), n.Chains[1], bodies(40)...)
	require.NoError(t, err)
	require.Len(t, sent, 40)
	assert.Equal(t, height+1, n.Chains[0].Height(), "all in one block")
	for i := range sent {
		assert.EqualValues(t, i, sent[i].LeafIndex)
		assert.Equal(t, bodies(40)[i], sent[i].Message.Body)
	}
	require.NoError(t, n.Relay(t.Context()))
	for i := range sent {
		assert.True(t, isDelivered(t, n.Chains[1], &sent[i]))
	}
}

func bodies(n int) [][]byte {
	all := make([][]byte, n)
	for i := range all {
		all[i] = fmt.Appendf(nil, "message %d", i)
	}
	return all
}

// BenchmarkStart2 starts two chains with contracts, validators and relayer.
func BenchmarkStart2(b *testing.B) {
	for b.Loop() {
		n, err := hyperlanetest.Start(b.Context(), 2)
		require.NoError(b, err)
		b.StopTimer()
		require.NoError(b, n.Close())
		b.StartTimer()
	}
}

// BenchmarkMessages carries 1,000 messages: dispatched, signed by three validators, delivered by
// the relayer with 2 signatures.
func BenchmarkMessages(b *testing.B) {
	for b.Loop() {
		b.StopTimer()
		n, err := hyperlanetest.Start(b.Context(), 2)
		require.NoError(b, err)
		b.StartTimer()
		_, err = n.Chains[0].DispatchMany(b.Context(), n.Chains[1], bodies(1000)...)
		require.NoError(b, err)
		require.NoError(b, n.Relay(b.Context()))
		b.StopTimer()
		require.NoError(b, n.Close())
		b.StartTimer()
	}
	b.ReportMetric(float64(1000*b.N)/b.Elapsed().Seconds(), "messages/s")
}
