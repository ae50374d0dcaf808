package hyperlane_test

import (
	"context"
	"errors"
	"iter"
	"slices"
	"testing"
	"time"

	"github.com/ethereum/go-ethereum"
	"github.com/ethereum/go-ethereum/core/types"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/hyperlane-go/sdk/hyperlane"
	"github.com/hyperlane-go/sdk/hyperlane/evm"
	"github.com/hyperlane-go/sdk/message"
)

// dropLog keeps back the insertion of one leaf.
func dropLog(index uint32) func([]types.Log) ([]types.Log, error) {
	return func(logs []types.Log) ([]types.Log, error) {
		return slices.DeleteFunc(logs, func(l types.Log) bool {
			return l.Topics[0] == topicInserted && l.Data[63] == byte(index)
		}), nil
	}
}

func all[E any](seq iter.Seq2[E, error]) (list []E, last error) {
	for e, err := range seq {
		if err != nil {
			return list, err
		}
		list = append(list, e)
	}
	return list, nil
}

func grown(blocks, messages int) *fake {
	f := newFake()
	for range blocks {
		f.mine(messages)
	}
	return f
}

func TestScan(t *testing.T) {
	f := grown(10, 2)
	c := f.client(t)
	sent, err := all(c.Outbox().Dispatches(t.Context(), evm.Range{}))
	require.NoError(t, err)
	require.Len(t, sent, 20)
	for i, e := range sent {
		assert.EqualValues(t, i, e.Message.Nonce)
		assert.Equal(t, e.ID, e.Message.ID())
		assert.Equal(t, f.chain[1+i/2].header.Hash(), e.BlockHash)
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

func TestScanHalvesRefusedRanges(t *testing.T) {
	for _, breaks := range []func(*fake){
		func(f *fake) { f.limit = 3 },
		func(f *fake) { f.most = 7 },
		func(f *fake) { f.limit, f.most = 5, 2 },
	} {
		f := grown(40, 1)
		c := f.client(t)
		breaks(f)
		leaves, err := all(c.Tree().Insertions(t.Context(), evm.Range{}))
		require.NoError(t, err)
		assert.Len(t, leaves, 40)
		f.limit, f.most, f.asked = 0, 0, nil
		_, err = all(c.Tree().Insertions(t.Context(), evm.Range{Chunk: 8}))
		require.NoError(t, err)
		assert.Equal(t, []uint64{8, 8, 8, 8, 8, 1}, f.asked)
	}
	// It grows back after a refusal.
	f := grown(60, 0)
	c := f.client(t)
	refuse := true
	f.logs = func(l []types.Log) ([]types.Log, error) {
		if refuse && f.asked[len(f.asked)-1] > 4 {
			return nil, errors.New("timeout")
		}
		refuse = false
		return l, nil
	}
	_, err := all(c.Tree().Insertions(t.Context(), evm.Range{Chunk: 16}))
	require.NoError(t, err)
	assert.Equal(t, []uint64{16, 8, 4, 6, 8, 11, 14, 16, 2}, f.asked)
	// And a node that refuses a single block is out of excuses.
	f.logs = func([]types.Log) ([]types.Log, error) { return nil, errors.New("no") }
	_, err = all(c.Tree().Insertions(t.Context(), evm.Range{}))
	require.ErrorIs(t, err, evm.ErrRPC)
	require.NotErrorIs(t, err, evm.ErrAnswer)
}

// The contract's own counter at both ends of the range says how many events there must be, also in a range that
// ends below the head.
func TestScanMissingAtTheEnds(t *testing.T) {
	hide := func(blocks ...uint64) func([]types.Log) ([]types.Log, error) {
		return func(logs []types.Log) ([]types.Log, error) {
			return slices.DeleteFunc(logs, func(l types.Log) bool { return slices.Contains(blocks, l.BlockNumber) }), nil
		}
	}
	for name, row := range map[string]struct {
		r    evm.Range
		hide []uint64
	}{
		"first":                   {evm.Range{From: 3, To: evm.Through(6)}, []uint64{3}},
		"last":                    {evm.Range{From: 3, To: evm.Through(6)}, []uint64{6}},
		"all":                     {evm.Range{From: 3, To: evm.Through(6)}, []uint64{3, 4, 5, 6}},
		"all of a single block":   {evm.Range{From: 4, To: evm.Through(4)}, []uint64{4}},
		"all from the first":      {evm.Range{To: evm.Through(3)}, []uint64{1, 2, 3}},
		"first of the chain":      {evm.Range{}, []uint64{1}},
		"last below the finality": {evm.Range{From: 3, Finality: evm.Finality{Blocks: 2}}, []uint64{7}},
	} {
		t.Run(name, func(t *testing.T) {
			f := grown(9, 1)
			c := f.client(t)
			f.logs = hide(row.hide...)
			_, err := all(c.Tree().Insertions(t.Context(), row.r))
			require.ErrorIs(t, err, evm.ErrAnswer)
			_, err = all(c.Outbox().Dispatches(t.Context(), row.r))
			require.ErrorIs(t, err, evm.ErrAnswer)

			// A node that forgot old states still answers; its gaps in the middle are noticed all the same.
			f.answer = func([4]byte, []byte) ([]byte, error) { return nil, rpcError{code: -32000, text: "pruned"} }
			f.logs = nil
			have, err := all(c.Tree().Insertions(t.Context(), row.r))
			require.NoError(t, err)
			require.NotEmpty(t, have)
			f.logs = hide(have[len(have)/2].BlockNumber)
			got, err := all(c.Tree().Insertions(t.Context(), row.r))
			if half := len(have) / 2; half > 0 && half < len(have)-1 {
				require.ErrorIs(t, err, evm.ErrAnswer)
				require.Empty(t, got)
			}
		})
	}
}

// A range that starts where the contract was deployed: without a contract there were no events, so the first has number 0.
func TestScanFromDeployment(t *testing.T) {
	f := grown(3, 0)
	for range 4 {
		f.mine(1)
	}
	f.bare = 4
	c := f.client(t)
	for from := range uint64(5) {
		leaves, err := all(c.Tree().Insertions(t.Context(), evm.Range{From: from}))
		require.NoError(t, err)
		require.Len(t, leaves, 4)
	}
	f.logs = dropLog(0)
	_, err := all(c.Tree().Insertions(t.Context(), evm.Range{From: 4}))
	require.ErrorIs(t, err, evm.ErrAnswer)
}

// The block read at is gone before its logs arrive: nothing is mixed.
func TestScanDuringReorg(t *testing.T) {
	f := grown(5, 1)
	c := f.client(t)
	f.before = func(op string) {
		if op == "logs" {
			f.before = nil
			f.drop(2)
			f.mine(1)
			f.mine(0)
		}
	}
	have, err := all(c.Tree().Insertions(t.Context(), evm.Range{}))
	require.ErrorIs(t, err, evm.ErrReorg)
	assert.Empty(t, have)
}

// A node that hangs is given up on after the request's time, and the range halved as for any refusal.
func TestScanHangingNode(t *testing.T) {
	f := grown(8, 1)
	hang := &hangs{fake: f, above: 2}
	c, err := connect(t.Context(), hang, hyperlane.Mailbox(fakeBox), evm.WithRequestTimeout(20*time.Millisecond))
	require.NoError(t, err)
	leaves, err := all(c.Tree().Insertions(t.Context(), evm.Range{}))
	require.NoError(t, err)
	assert.Len(t, leaves, 8)
	hang.above = 0
	_, err = all(c.Tree().Insertions(t.Context(), evm.Range{}))
	require.ErrorIs(t, err, evm.ErrRPC)
	require.ErrorIs(t, err, context.DeadlineExceeded)
	require.NoError(t, t.Context().Err())
}

// hangs answers log queries over more blocks than it likes when the caller has given up.
type hangs struct {
	*fake
	above uint64
}

func (h *hangs) FilterLogs(ctx context.Context, q ethereum.FilterQuery) ([]types.Log, error) {
	if q.ToBlock.Uint64()-q.FromBlock.Uint64()+1 > h.above {
		<-ctx.Done()
		return nil, ctx.Err()
	}
	return h.fake.FilterLogs(ctx, q)
}

func BenchmarkDispatches(b *testing.B) {
	f := grown(10, 100)
	c := f.client(b)
	b.ReportAllocs()
	for b.Loop() {
		events, err := all(c.Outbox().Dispatches(b.Context(), evm.Range{}))
		if err != nil || len(events) != 1000 {
			b.Fatal(len(events), err)
		}
	}
	b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/1000, "ns/event")
}
