package hyperlane_test

import (
	"context"
	"errors"
	"iter"
	"slices"
	"testing"
	"time"

	"github.com/ethereum/go-ethereum"
	"github.com/ethereum/go-ethereum/common"
	"github.com/ethereum/go-ethereum/core/types"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/hyperlane-go/sdk/hyperlane"
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
	sent, err := all(c.Outbox().Dispatches(t.Context(), hyperlane.EventRange{}))
	require.NoError(t, err)
	require.Len(t, sent, 20)
	for i, e := range sent {
		assert.EqualValues(t, i, e.Message.Nonce)
		assert.Equal(t, e.ID, e.Message.ID())
		assert.Equal(t, f.chain[1+i/2].header.Hash(), e.BlockHash)
		assert.EqualValues(t, 1+i/2, e.BlockNumber)
	}
	leaves, err := all(c.Tree().Insertions(t.Context(), hyperlane.EventRange{From: 3, To: 4}))
	require.NoError(t, err)
	require.Len(t, leaves, 4)
	assert.EqualValues(t, 4, leaves[0].Index)
	assert.Equal(t, sent[4].ID, leaves[0].ID)

	done, err := all(c.Inbox().Deliveries(t.Context(), hyperlane.EventRange{From: 9, To: 1000, Finality: hyperlane.Finality{Blocks: 1}}))
	require.NoError(t, err)
	require.Len(t, done, 2, "block 9; 10 is not final")
	// Trap 3: the sender is a full bytes32, the recipient an address.
	assert.Equal(t, message.Address{0: 9, 31: 9}, done[0].Sender)
	assert.Equal(t, fakeSender, done[0].Recipient)
	assert.EqualValues(t, 2000, done[0].Origin)

	none, err := all(c.Outbox().Dispatches(t.Context(), hyperlane.EventRange{From: 11}))
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
		leaves, err := all(c.Tree().Insertions(t.Context(), hyperlane.EventRange{}))
		require.NoError(t, err)
		assert.Len(t, leaves, 40)
		f.limit, f.most, f.asked = 0, 0, nil
		_, err = all(c.Tree().Insertions(t.Context(), hyperlane.EventRange{Chunk: 8}))
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
	_, err := all(c.Tree().Insertions(t.Context(), hyperlane.EventRange{Chunk: 16}))
	require.NoError(t, err)
	assert.Equal(t, []uint64{16, 8, 4, 6, 8, 11, 14, 16, 2}, f.asked)
	// And a node that refuses a single block is out of excuses.
	f.logs = func([]types.Log) ([]types.Log, error) { return nil, errors.New("no") }
	_, err = all(c.Tree().Insertions(t.Context(), hyperlane.EventRange{}))
	require.ErrorIs(t, err, hyperlane.ErrRPC)
	require.NotErrorIs(t, err, hyperlane.ErrAnswer)
}

// Each row is an answer of a node broken in one way. Trap 13: leaf indices come from events. Trap 14: nothing but
// address and topic is filtered by.
func TestHostileLogs(t *testing.T) {
	edit := func(topic common.Hash, change func(l *types.Log)) func([]types.Log) ([]types.Log, error) {
		return func(logs []types.Log) ([]types.Log, error) {
			for i := range logs {
				if len(logs[i].Topics) > 0 && logs[i].Topics[0] == topic && logs[i].BlockNumber == 3 {
					change(&logs[i])
					break
				}
			}
			return logs, nil
		}
	}
	only := func(topic common.Hash) func([]types.Log) ([]types.Log, error) {
		return func(logs []types.Log) ([]types.Log, error) {
			return slices.DeleteFunc(logs, func(l types.Log) bool { return l.Topics[0] != topic }), nil
		}
	}
	for _, row := range []struct {
		name string
		logs func([]types.Log) ([]types.Log, error)
		want error
	}{
		{"another contract", edit(topicDispatch, func(l *types.Log) { l.Address[0]++ }), hyperlane.ErrAnswer},
		{"another topic", edit(topicDispatch, func(l *types.Log) { l.Topics[0][0]++ }), hyperlane.ErrAnswer},
		{"no topic", edit(topicDispatch, func(l *types.Log) { l.Topics = nil }), hyperlane.ErrAnswer},
		{"a missing indexed field", edit(topicDispatch, func(l *types.Log) { l.Topics = l.Topics[:3] }), hyperlane.ErrAnswer},
		{"a block outside the range", edit(topicDispatch, func(l *types.Log) { l.BlockNumber = 99 }), hyperlane.ErrAnswer},
		{"removed", edit(topicDispatch, func(l *types.Log) { l.Removed = true }), hyperlane.ErrAnswer},
		{"no block hash", edit(topicDispatch, func(l *types.Log) { l.BlockHash = common.Hash{} }), hyperlane.ErrAnswer},
		{"no transaction hash", edit(topicDispatch, func(l *types.Log) { l.TxHash = common.Hash{} }), hyperlane.ErrAnswer},
		{"two blocks of one number", edit(topicDispatch, func(l *types.Log) { l.BlockHash[0]++ }), hyperlane.ErrReorg},
		{"a block that is not the chain's", func(logs []types.Log) ([]types.Log, error) {
			for i := range logs {
				if logs[i].BlockNumber == 3 {
					logs[i].BlockHash[0]++
				}
			}
			return logs, nil
		}, hyperlane.ErrReorg},
		{"another transaction", edit(topicDispatch, func(l *types.Log) { l.TxHash[0]++ }), hyperlane.ErrAnswer},
		{"the place of another log", edit(topicDispatch, func(l *types.Log) { l.Index++ }), hyperlane.ErrAnswer},
		{"apart from its id", edit(topicDispatch, func(l *types.Log) { l.Index += 100 }), hyperlane.ErrAnswer},
		{"a place left free before its id", edit(topicDispatchID, func(l *types.Log) { l.Index++ }), hyperlane.ErrAnswer},
		{"ids without messages", only(topicDispatchID), hyperlane.ErrAnswer},
		{"messages without ids", only(topicDispatch), hyperlane.ErrAnswer},
		{"an id that is another", edit(topicDispatchID, func(l *types.Log) { l.Topics[1][5]++ }), hyperlane.ErrAnswer},
		{"an id without field", edit(topicDispatchID, func(l *types.Log) { l.Topics = l.Topics[:1] }), hyperlane.ErrAnswer},
		{"an id with data", edit(topicDispatchID, func(l *types.Log) { l.Data = []byte{1} }), hyperlane.ErrAnswer},
		{"a changed message", edit(topicDispatch, func(l *types.Log) { l.Data[100]++ }), hyperlane.ErrAnswer},
		{"a short message", edit(topicDispatch, func(l *types.Log) { l.Data = l.Data[:96]; l.Data[63] = 32 }), hyperlane.ErrAnswer},
		{"no data", edit(topicDispatch, func(l *types.Log) { l.Data = nil }), hyperlane.ErrAnswer},
		{"an offset beyond the data", edit(topicDispatch, func(l *types.Log) { l.Data[0] = 0xff }), hyperlane.ErrAnswer},
		{"a length beyond the data", edit(topicDispatch, func(l *types.Log) { l.Data[60] = 0xff }), hyperlane.ErrAnswer},
		{"dirt after the message", edit(topicDispatch, func(l *types.Log) { l.Data[len(l.Data)-1] = 1 }), hyperlane.ErrAnswer},
		{"another sender", edit(topicDispatch, func(l *types.Log) { l.Topics[1][31]++ }), hyperlane.ErrAnswer},
		{"another destination", edit(topicDispatch, func(l *types.Log) { l.Topics[2][31]++ }), hyperlane.ErrAnswer},
		{"another recipient", edit(topicDispatch, func(l *types.Log) { l.Topics[3][0]++ }), hyperlane.ErrAnswer},
		{"a whole message of another origin", func(logs []types.Log) ([]types.Log, error) {
			other := &message.Message{
				Version: 3, Nonce: 2, Origin: coreDomain + 1, Sender: message.FromEVM(fakeSender), Destination: 2000,
				Recipient: message.Address{0: 1, 31: 2},
			}
			at := slices.IndexFunc(logs, func(l types.Log) bool { return l.BlockNumber == 3 })
			forged := messageLogs(other, 2)
			logs[at].Data, logs[at+1].Topics = forged[0].Data, forged[1].Topics
			return logs, nil
		}, hyperlane.ErrAnswer},
		{"a message kept back", func(logs []types.Log) ([]types.Log, error) {
			return slices.DeleteFunc(logs, func(l types.Log) bool { return l.BlockNumber == 3 }), nil
		}, hyperlane.ErrAnswer},
		{"the last message kept back", func(logs []types.Log) ([]types.Log, error) {
			return slices.DeleteFunc(logs, func(l types.Log) bool { return l.BlockNumber == 5 }), nil
		}, hyperlane.ErrAnswer},
		{"order", func(logs []types.Log) ([]types.Log, error) { slices.Reverse(logs); return logs, nil }, nil},
		{"every log twice", func(logs []types.Log) ([]types.Log, error) { return append(logs, logs...), nil }, nil},
	} {
		t.Run(row.name, func(t *testing.T) {
			f := grown(5, 1)
			c := f.client(t)
			good, err := all(c.Outbox().Dispatches(t.Context(), hyperlane.EventRange{}))
			require.NoError(t, err)
			f.logs = row.logs
			have, err := all(c.Outbox().Dispatches(t.Context(), hyperlane.EventRange{}))
			if row.want == nil {
				require.NoError(t, err)
				assert.Equal(t, good, have)
				return
			}
			require.ErrorIs(t, err, row.want)
			require.ErrorIs(t, err, hyperlane.ErrRPC)
			assert.Empty(t, have, "nothing of such an answer is passed on")
		})
	}
	for _, row := range []struct {
		name   string
		change func(l *types.Log)
	}{
		{"short data", func(l *types.Log) { l.Data = l.Data[:63] }},
		{"long data", func(l *types.Log) { l.Data = append(l.Data, 0) }},
		{"an indexed field", func(l *types.Log) { l.Topics = append(l.Topics, common.Hash{}) }},
		{"an index that is no uint32", func(l *types.Log) { l.Data[59] = 1 }},
		{"the last index", func(l *types.Log) { copy(l.Data[60:], []byte{255, 255, 255, 255}) }},
		{"another index", func(l *types.Log) { l.Data[63]++ }},
	} {
		t.Run("insertion with "+row.name, func(t *testing.T) {
			f := grown(5, 1)
			c := f.client(t)
			f.logs = edit(topicInserted, row.change)
			_, err := all(c.Tree().Insertions(t.Context(), hyperlane.EventRange{}))
			require.ErrorIs(t, err, hyperlane.ErrAnswer)
		})
	}
	for _, row := range []struct {
		name   string
		change func(l *types.Log)
	}{
		{"an origin that is no domain", func(l *types.Log) { l.Topics[1][27] = 1 }},
		{"a dirty recipient", func(l *types.Log) { l.Topics[3][0] = 1 }},
		{"data", func(l *types.Log) { l.Data = make([]byte, 32) }},
		{"a missing field", func(l *types.Log) { l.Topics = l.Topics[:2] }},
	} {
		t.Run("delivery with "+row.name, func(t *testing.T) {
			f := grown(5, 1)
			c := f.client(t)
			f.logs = edit(topicProcess, row.change)
			_, err := all(c.Inbox().Deliveries(t.Context(), hyperlane.EventRange{}))
			require.ErrorIs(t, err, hyperlane.ErrAnswer)
		})
	}
}

// Two logs of one block must agree on where they are.
func TestHostilePlaces(t *testing.T) {
	for _, row := range []struct {
		name   string
		change func(second *types.Log)
		want   error
	}{
		{"another block", func(l *types.Log) { l.BlockHash[0]++ }, hyperlane.ErrReorg},
		{"an earlier transaction", func(l *types.Log) { l.TxIndex = 0; l.TxHash[0]++ }, hyperlane.ErrAnswer},
		{"the transaction before at another place", func(l *types.Log) { l.TxIndex++ }, hyperlane.ErrAnswer},
		{"an earlier place", func(l *types.Log) { l.TxIndex = 1 }, hyperlane.ErrAnswer},
		{"one place for two", func(l *types.Log) { l.Index = 12 }, hyperlane.ErrAnswer},
	} {
		t.Run(row.name, func(t *testing.T) {
			f := grown(3, 4)
			c := f.client(t)
			f.logs = func(logs []types.Log) ([]types.Log, error) {
				var last *types.Log
				for i := range logs {
					if logs[i].BlockNumber == 2 {
						last = &logs[i]
					}
				}
				if row.name == "the transaction before at another place" {
					last.TxHash = logs[slices.IndexFunc(logs, func(l types.Log) bool { return l.BlockNumber == 2 })+2].TxHash
				}
				row.change(last)
				return logs, nil
			}
			have, err := all(c.Tree().Insertions(t.Context(), hyperlane.EventRange{}))
			require.ErrorIs(t, err, row.want)
			assert.Empty(t, have)
		})
	}
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
		r    hyperlane.EventRange
		hide []uint64
	}{
		"first":                   {hyperlane.EventRange{From: 3, To: 6}, []uint64{3}},
		"last":                    {hyperlane.EventRange{From: 3, To: 6}, []uint64{6}},
		"all":                     {hyperlane.EventRange{From: 3, To: 6}, []uint64{3, 4, 5, 6}},
		"all of a single block":   {hyperlane.EventRange{From: 4, To: 4}, []uint64{4}},
		"all from the first":      {hyperlane.EventRange{To: 3}, []uint64{1, 2, 3}},
		"first of the chain":      {hyperlane.EventRange{}, []uint64{1}},
		"last below the finality": {hyperlane.EventRange{From: 3, Finality: hyperlane.Finality{Blocks: 2}}, []uint64{7}},
	} {
		t.Run(name, func(t *testing.T) {
			f := grown(9, 1)
			c := f.client(t)
			f.logs = hide(row.hide...)
			_, err := all(c.Tree().Insertions(t.Context(), row.r))
			require.ErrorIs(t, err, hyperlane.ErrAnswer)
			_, err = all(c.Outbox().Dispatches(t.Context(), row.r))
			require.ErrorIs(t, err, hyperlane.ErrAnswer)

			// A node that forgot old states still answers; its gaps in the middle are noticed all the same.
			f.answer = func([4]byte, []byte) ([]byte, error) { return nil, rpcError{code: -32000, text: "pruned"} }
			f.logs = nil
			have, err := all(c.Tree().Insertions(t.Context(), row.r))
			require.NoError(t, err)
			require.NotEmpty(t, have)
			f.logs = hide(have[len(have)/2].BlockNumber)
			got, err := all(c.Tree().Insertions(t.Context(), row.r))
			if half := len(have) / 2; half > 0 && half < len(have)-1 {
				require.ErrorIs(t, err, hyperlane.ErrAnswer)
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
		leaves, err := all(c.Tree().Insertions(t.Context(), hyperlane.EventRange{From: from}))
		require.NoError(t, err)
		require.Len(t, leaves, 4)
	}
	f.logs = dropLog(0)
	_, err := all(c.Tree().Insertions(t.Context(), hyperlane.EventRange{From: 4}))
	require.ErrorIs(t, err, hyperlane.ErrAnswer)
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
	have, err := all(c.Tree().Insertions(t.Context(), hyperlane.EventRange{}))
	require.ErrorIs(t, err, hyperlane.ErrReorg)
	assert.Empty(t, have)
}

// A node that hangs is given up on after the request's time, and the range halved as for any refusal.
func TestScanHangingNode(t *testing.T) {
	f := grown(8, 1)
	hang := &hangs{fake: f, above: 2}
	c, err := hyperlane.New(t.Context(), hang, hyperlane.Mailbox(fakeBox), hyperlane.WithRequestTimeout(20*time.Millisecond))
	require.NoError(t, err)
	leaves, err := all(c.Tree().Insertions(t.Context(), hyperlane.EventRange{}))
	require.NoError(t, err)
	assert.Len(t, leaves, 8)
	hang.above = 0
	_, err = all(c.Tree().Insertions(t.Context(), hyperlane.EventRange{}))
	require.ErrorIs(t, err, hyperlane.ErrRPC)
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
		events, err := all(c.Outbox().Dispatches(b.Context(), hyperlane.EventRange{}))
		if err != nil || len(events) != 1000 {
			b.Fatal(len(events), err)
		}
	}
	b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/1000, "ns/event")
}
