package evm_test

import (
	"context"
	"errors"
	"iter"
	"math"
	"slices"
	"testing"
	"time"

	"github.com/ethereum/go-ethereum"
	"github.com/ethereum/go-ethereum/common"
	"github.com/ethereum/go-ethereum/core/types"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/hyperlane-go/sdk/hyperlane/evm"
	"github.com/hyperlane-go/sdk/hyperlane/evm/evmtest"
)

// dropLog keeps back the insertion of one leaf.
func dropLog(index uint32) func([]types.Log) ([]types.Log, error) {
	return func(logs []types.Log) ([]types.Log, error) {
		return slices.DeleteFunc(logs, func(l types.Log) bool {
			return l.Topics[0] == evmtest.TickTopic && l.Data[63] == byte(index)
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

func TestScanHalvesRefusedRanges(t *testing.T) {
	for _, breaks := range []func(*evmtest.Node){
		func(f *evmtest.Node) { f.Limit = 3 },
		func(f *evmtest.Node) { f.Most = 7 },
		func(f *evmtest.Node) { f.Limit, f.Most = 5, 2 },
	} {
		f := evmtest.NewGrown(40, 1)
		c := client(t, f)
		breaks(f)
		leaves, err := all(evm.Scan(t.Context(), c, evmtest.Ticks(c), evm.Range{}))
		require.NoError(t, err)
		assert.Len(t, leaves, 40)
		f.Limit, f.Most, f.Asked = 0, 0, nil
		_, err = all(evm.Scan(t.Context(), c, evmtest.Ticks(c), evm.Range{Chunk: 8}))
		require.NoError(t, err)
		assert.Equal(t, []uint64{8, 8, 8, 8, 8, 1}, f.Asked)
	}
	// It grows back after a refusal.
	f := evmtest.NewGrown(60, 0)
	c := client(t, f)
	refuse := true
	f.Logs = func(l []types.Log) ([]types.Log, error) {
		if refuse && f.Asked[len(f.Asked)-1] > 4 {
			return nil, errors.New("timeout")
		}
		refuse = false
		return l, nil
	}
	_, err := all(evm.Scan(t.Context(), c, evmtest.Ticks(c), evm.Range{Chunk: 16}))
	require.NoError(t, err)
	assert.Equal(t, []uint64{16, 8, 4, 6, 8, 11, 14, 16, 2}, f.Asked)
	// And a node that refuses a single block is out of excuses.
	f.Logs = func([]types.Log) ([]types.Log, error) { return nil, errors.New("no") }
	_, err = all(evm.Scan(t.Context(), c, evmtest.Ticks(c), evm.Range{}))
	require.ErrorIs(t, err, evm.ErrRPC)
	require.NotErrorIs(t, err, evm.ErrAnswer)
}

// The contract's own counter at both ends of the range says how many events there must be, also in
// a range that ends below the head.
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
			f := evmtest.NewGrown(9, 1)
			c := client(t, f)
			f.Logs = hide(row.hide...)
			_, err := all(evm.Scan(t.Context(), c, evmtest.Ticks(c), row.r))
			require.ErrorIs(t, err, evm.ErrAnswer)

			// A node that forgot old states still answers; its gaps in the middle are noticed all
			// the same.
			f.Answer = func([]byte, []byte) ([]byte, error) { return nil, evmtest.Error{Code: -32000, Text: "pruned"} }
			f.Logs = nil
			have, err := all(evm.Scan(t.Context(), c, evmtest.Ticks(c), row.r))
			require.NoError(t, err)
			require.NotEmpty(t, have)
			f.Logs = hide(have[len(have)/2].BlockNumber)
			got, err := all(evm.Scan(t.Context(), c, evmtest.Ticks(c), row.r))
			if half := len(have) / 2; half > 0 && half < len(have)-1 {
				require.ErrorIs(t, err, evm.ErrAnswer)
				require.Empty(t, got)
			}
		})
	}
}

// A node that fails, or answers nonsense, when it is asked for the count has not refused: the
// events are not passed on as complete.
func TestScanCountFails(t *testing.T) {
	for name, row := range map[string]struct {
		output []byte
		err    error
		want   error
	}{
		"failure":  {nil, errors.New("connection reset"), evm.ErrRPC},
		"nonsense": {[]byte{1}, nil, evm.ErrAnswer},
	} {
		for _, at := range []evm.Range{{}, {From: 3}} { // counted at the end only, and at both ends
			f := evmtest.NewGrown(9, 1)
			c := client(t, f)
			f.Answer = func([]byte, []byte) ([]byte, error) { return row.output, row.err }
			_, err := all(evm.Scan(t.Context(), c, evmtest.Ticks(c), at))
			require.ErrorIs(t, err, row.want, name)
		}
	}
	// A counter that reverts says nothing, and a contract that is gone counts nothing.
	f := evmtest.NewGrown(9, 1)
	c := client(t, f)
	f.Answer = func([]byte, []byte) ([]byte, error) { return nil, evmtest.Error{Code: 3, Data: "0x"} }
	have, err := all(evm.Scan(t.Context(), c, evmtest.Ticks(c), evm.Range{From: 3}))
	require.NoError(t, err)
	assert.Len(t, have, 7)
	f.Bare, f.Answer = 100, nil
	_, err = all(evm.Scan(t.Context(), c, evmtest.Ticks(c), evm.Range{From: 3}))
	require.ErrorIs(t, err, evm.ErrAnswer, "events without a contract")
}

// A stream that cannot be read is refused before anything is asked.
func TestBadStreams(t *testing.T) {
	c := client(t, evmtest.NewGrown(1, 1))
	for name, change := range map[string]func(*evm.Stream[evmtest.Tick]){
		"no address":  func(s *evm.Stream[evmtest.Tick]) { s.Address = common.Address{} },
		"no decoder":  func(s *evm.Stream[evmtest.Tick]) { s.Decode = nil },
		"no position": func(s *evm.Stream[evmtest.Tick]) { s.Position = nil },
		"no serial":   func(s *evm.Stream[evmtest.Tick]) { s.Serial = nil },
		"no count":    func(s *evm.Stream[evmtest.Tick]) { s.Count = nil },
		"no topics":   func(s *evm.Stream[evmtest.Tick]) { s.Topics = nil },
	} {
		stream := evmtest.Ticks(c)
		change(&stream)
		_, err := all(evm.Scan(t.Context(), c, stream, evm.Range{}))
		require.ErrorIs(t, err, evm.ErrConfig, name)
		_, err = all(evm.Follow(t.Context(), c, stream, evm.Range{}))
		require.ErrorIs(t, err, evm.ErrConfig, name)
	}
}

// A range that starts where the contract was deployed: without a contract there were no events, so
// the first has number 0.
func TestScanFromDeployment(t *testing.T) {
	f := evmtest.NewGrown(3, 0)
	for range 4 {
		f.Mine(1)
	}
	f.Bare = 4
	c := client(t, f)
	for from := range uint64(5) {
		leaves, err := all(evm.Scan(t.Context(), c, evmtest.Ticks(c), evm.Range{From: from}))
		require.NoError(t, err)
		require.Len(t, leaves, 4)
	}
	f.Logs = dropLog(0)
	_, err := all(evm.Scan(t.Context(), c, evmtest.Ticks(c), evm.Range{From: 4}))
	require.ErrorIs(t, err, evm.ErrAnswer)
}

// The block read at is gone before its logs arrive: nothing is mixed.
func TestScanDuringReorg(t *testing.T) {
	f := evmtest.NewGrown(5, 1)
	c := client(t, f)
	f.Before = func(op string) {
		if op == "logs" {
			f.Before = nil
			f.Drop(2)
			f.Mine(1)
			f.Mine(0)
		}
	}
	have, err := all(evm.Scan(t.Context(), c, evmtest.Ticks(c), evm.Range{}))
	require.ErrorIs(t, err, evm.ErrReorg)
	assert.Empty(t, have)
}

// A node that hangs is given up on after the request's time, and the range halved as for any
// refusal.
func TestScanHangingNode(t *testing.T) {
	f := evmtest.NewGrown(8, 1)
	hang := &hangs{Node: f, above: 2}
	c, err := evm.New(t.Context(), hang, evm.WithRequestTimeout(20*time.Millisecond))
	require.NoError(t, err)
	leaves, err := all(evm.Scan(t.Context(), c, evmtest.Ticks(c), evm.Range{}))
	require.NoError(t, err)
	assert.Len(t, leaves, 8)
	hang.above = 0
	_, err = all(evm.Scan(t.Context(), c, evmtest.Ticks(c), evm.Range{}))
	require.ErrorIs(t, err, evm.ErrRPC)
	require.ErrorIs(t, err, context.DeadlineExceeded)
	require.NoError(t, t.Context().Err())
}

// hangs answers log queries over more blocks than it likes when the caller has given up.
type hangs struct {
	*evmtest.Node
	above uint64
}

func (h *hangs) FilterLogs(ctx context.Context, q ethereum.FilterQuery) ([]types.Log, error) {
	if q.ToBlock.Uint64()-q.FromBlock.Uint64()+1 > h.above {
		<-ctx.Done()
		return nil, ctx.Err()
	}
	return h.Node.FilterLogs(ctx, q)
}

// A loop can be left at any event, in Scan and in Follow, also at one that is taken back.
func TestLeavingTheLoop(t *testing.T) {
	for leave := 1; leave <= 9; leave++ {
		f := evmtest.NewGrown(3, 3)
		c := client(t, f, script(func() { f.Drop(2); f.Mine(1) }, func() { f.Mine(0); f.Mine(1) }, func() {}))
		for name, events := range map[string]iter.Seq2[evmtest.Tick, error]{
			"scan":   evm.Scan(t.Context(), c, evmtest.Ticks(c), evm.Range{Chunk: 2}),
			"follow": evm.Follow(t.Context(), c, evmtest.Ticks(c), evm.Range{Chunk: 2, To: evm.Through(3)}),
		} {
			n := 0
			for _, err := range events {
				require.NoError(t, err, name)
				if n++; n == leave {
					break
				}
			}
			assert.Equal(t, leave, n, name)
		}
	}
	f := evmtest.NewGrown(3, 3)
	for leave := 1; leave <= 7; leave++ {
		c := client(t, f, script(func() { f.Drop(2); f.Mine(1); f.Mine(0) }, func() {}))
		removed := 0
		for e, err := range evm.Follow(t.Context(), c, evmtest.Ticks(c), evm.Range{}) {
			if err != nil {
				require.ErrorIs(t, err, errStop)
				break
			}
			if e.Removed {
				if removed++; removed == leave {
					break
				}
			}
		}
		f.Drop(2)
		f.Mine(3)
		f.Mine(3)
	}
}

// Scan asks for the counter once before the range and once at its end.
func TestScanCountsTwice(t *testing.T) {
	f := evmtest.NewGrown(9, 1)
	c, calls := client(t, f), 0
	f.Before = func(op string) {
		if op == "call" {
			calls++
		}
	}
	_, err := all(evm.Scan(t.Context(), c, evmtest.Ticks(c), evm.Range{From: 3, Chunk: 2}))
	require.NoError(t, err)
	assert.Equal(t, 2, calls)
	_, err = all(evm.Scan(t.Context(), c, evmtest.Ticks(c), evm.Range{From: 10}))
	require.NoError(t, err, "a range after the head is empty")
	assert.Equal(t, 2, calls)
}

func TestPassed(t *testing.T) {
	assert.False(t, evm.Through(4).Passed(4))
	assert.True(t, evm.Through(4).Passed(5))
	assert.True(t, evm.Through(0).Passed(1))
	assert.False(t, evm.Open.Passed(math.MaxUint64))
}
