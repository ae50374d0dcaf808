package hyperlane_test

import (
	"iter"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/hyperlane-go/sdk/hyperlane/evm"
	"github.com/hyperlane-go/sdk/hyperlane/evm/evmtest"
	"github.com/hyperlane-go/sdk/message"
)

func all[E any](seq iter.Seq2[E, error]) (list []E, last error) {
	for e, err := range seq {
		if err != nil {
			return list, err
		}
		list = append(list, e)
	}
	return list, nil
}

func grown(blocks, messages int) *evmtest.Node {
	f := newFake()
	for range blocks {
		f.Mine(messages)
	}
	return f
}

func TestScan(t *testing.T) {
	f := grown(10, 2)
	c := fakeClient(t, f)
	sent, err := all(c.Outbox().Dispatches(t.Context(), evm.Range{}))
	require.NoError(t, err)
	require.Len(t, sent, 20)
	for i, e := range sent {
		assert.EqualValues(t, i, e.Message.Nonce)
		assert.Equal(t, e.ID, e.Message.ID())
		assert.Equal(t, f.Block(1+i/2).Header.Hash(), e.BlockHash)
		assert.EqualValues(t, 1+i/2, e.BlockNumber)
	}
	leaves, err := all(c.Tree().Insertions(t.Context(), evm.Range{From: 3, To: evm.Through(4)}))
	require.NoError(t, err)
	require.Len(t, leaves, 4)
	assert.EqualValues(t, 4, leaves[0].Index)
	assert.Equal(t, sent[4].ID, leaves[0].ID)

	done, err := all(c.Inbox().Deliveries(t.Context(), evm.Range{From: 9, To: evm.Through(1000), Finality: evm.Finality{Blocks: 1}}))
	require.NoError(t, err)
	require.Len(t, done, 2, "block 9; 10 is not final")
	// Trap 3: the sender is a full bytes32, the recipient an address.
	assert.Equal(t, message.Address{0: 9, 31: 9}, done[0].Sender)
	assert.Equal(t, fakeSender, done[0].Recipient)
	assert.EqualValues(t, 2000, done[0].Origin)

	none, err := all(c.Outbox().Dispatches(t.Context(), evm.Range{From: 11}))
	require.NoError(t, err)
	assert.Empty(t, none, "beyond the head")
}

func BenchmarkDispatches(b *testing.B) {
	f := grown(10, 100)
	c := fakeClient(b, f)
	b.ReportAllocs()
	for b.Loop() {
		events, err := all(c.Outbox().Dispatches(b.Context(), evm.Range{}))
		if err != nil || len(events) != 1000 {
			b.Fatal(len(events), err)
		}
	}
	b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/1000, "ns/event")
}
