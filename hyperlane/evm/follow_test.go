package evm_test

import (
	"context"
	"errors"
	"iter"
	"math"
	"math/rand"
	"testing"
	"time"

	"github.com/ethereum/go-ethereum/common"
	"github.com/ethereum/go-ethereum/core/types"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/hyperlane-go/sdk/hyperlane/evm"
	"github.com/hyperlane-go/sdk/hyperlane/evm/evmtest"
)

// fold applies events to a list as the package documentation says, and checks that what is removed
// is the newest.
func fold[E comparable](t require.TestingT, list []E, e E, removed bool) []E {
	if !removed {
		return append(list, e)
	}
	require.NotEmpty(t, list, "removed an event that was never yielded")
	require.Equal(t, list[len(list)-1], e, "removed another event than the newest")
	return list[:len(list)-1]
}

// place names an event: which one, where.
type place struct {
	block common.Hash
	id    common.Hash
	log   uint
}

// canonicalPlaces is what a follower must have in the end.
func canonicalPlaces(n *evmtest.Node, from, to uint64) (list []place) {
	for i := from; i <= to && i < uint64(n.Len()); i++ {
		for _, l := range n.Block(int(i)).Logs {
			list = append(list, place{block: l.BlockHash, id: common.Hash(l.Data[:32]), log: l.Index})
		}
	}
	return list
}

// The chain grows, reorganises, lags and fails at random, between two looks and in the middle of
// one. In the end the events folded are the chain's.
func TestFollowFoldsToTheChain(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		f := evmtest.NewNode()
		for range rapid.IntRange(0, 10).Draw(t, "start") {
			f.Mine(rapid.IntRange(0, 2).Draw(t, "messages"))
		}
		rng := rand.New(rand.NewSource(rapid.Int64().Draw(t, "seed")))
		f.Limit = uint64(rapid.SampledFrom([]int{0, 1, 3, 7}).Draw(t, "limit"))
		steps := rapid.IntRange(1, 40).Draw(t, "steps")
		from := uint64(rapid.IntRange(0, 6).Draw(t, "from"))
		finality := evm.Finality{Blocks: uint64(rapid.IntRange(0, 3).Draw(t, "finality"))}

		change := func() {
			switch rng.Intn(6) {
			case 0, 1:
				f.Mine(rng.Intn(3))
			case 2: // as long as before, or longer
				depth := 1 + rng.Intn(min(6, f.Len()))
				before := f.Len()
				f.Drop(depth)
				for f.Len() < before+rng.Intn(3) {
					f.Mine(rng.Intn(3))
				}
			case 3:
				f.Lag = uint64(rng.Intn(4))
			default:
				f.Lag = 0
			}
		}
		f.Before = func(op string) {
			if op != "logs" && op != "call" {
				return // asked for from several goroutines
			}
			if rng.Intn(4) == 0 {
				change()
			}
		}
		naps := 0
		nap := evm.WithSleep(func(ctx context.Context, _ time.Duration) error {
			naps++
			switch {
			case naps <= steps:
				change()
			case naps == steps+1: // quiet from here, and longer than ever before
				f.Before, f.Lag = nil, 0
				for range 45 {
					f.Mine(1)
				}
			case naps == steps+60:
				return errStop
			}
			return nil
		})
		c := client(t, f, nap, evm.WithRetries(1000))
		var have []place
		var last error
		for e, err := range evm.Follow(context.Background(), c, evmtest.Ticks(c), evm.Range{From: from, Finality: finality}) {
			if last = err; err == nil {
				have = fold(t, have, place{block: e.BlockHash, id: e.ID, log: e.LogIndex}, e.Removed)
			}
		}
		require.ErrorIs(t, last, errStop)
		require.Equal(t, canonicalPlaces(f, from, uint64(f.Len()-1)-finality.Blocks), have)
	})
}

var errStop = errors.New("the test has seen enough")

// script runs one function between two looks of a follower, and stops it after the last.
func script(steps ...func()) evm.Option {
	i := 0
	return evm.WithSleep(func(context.Context, time.Duration) error {
		if i == len(steps) {
			return errStop
		}
		steps[i]()
		i++
		return nil
	})
}

func collect(seq iter.Seq2[evmtest.Tick, error]) (list []string, last error) {
	for e, err := range seq {
		if err != nil {
			last = err
			continue
		}
		sign := "+"
		if e.Removed {
			sign = "-"
		}
		list = append(list, sign+string(rune('0'+e.Index)))
	}
	return list, last
}

func TestFollowReorg(t *testing.T) {
	f := evmtest.NewNode()
	f.Mine(1) // 0
	f.Mine(2) // 1 2
	c := client(t, f, script(
		func() { f.Drop(1); f.Mine(1); f.Mine(3) }, // one message instead of two, then three
		func() { f.Drop(1) },                       // shorter: may be a lagging node
		func() { f.Mine(0); f.Mine(1) },            // it was not
	))
	have, err := collect(evm.Follow(t.Context(), c, evmtest.Ticks(c), evm.Range{}))
	require.ErrorIs(t, err, errStop)
	assert.Equal(t, []string{"+0", "+1", "+2", "-2", "-1", "+1", "+2", "+3", "+4", "-4", "-3", "-2", "+2"}, have)
}

// A block replaced by another of the same height is noticed at once, not when the chain grows.
func TestFollowReorgOfTheHead(t *testing.T) {
	f := evmtest.NewGrown(3, 1)
	c := client(t, f, script(func() { f.Drop(1); f.Mine(2) }))
	have, err := collect(evm.Follow(t.Context(), c, evmtest.Ticks(c), evm.Range{}))
	require.ErrorIs(t, err, errStop)
	assert.Equal(t, []string{"+0", "+1", "+2", "-2", "+2", "+3"}, have)
}

// The whole window can be undone, and not one block more.
func TestFollowReorgOfTheWindow(t *testing.T) {
	for depth, want := range map[int]error{1: errStop, 4: errStop, 5: errStop, 6: evm.ErrReorg} {
		for _, chunk := range []uint64{1, 2, 3, 100} {
			f := evmtest.NewGrown(20, 1)
			c := client(t, f, evm.WithReorgWindow(5), script(func() {
				f.Drop(depth)
				for range depth + 1 {
					f.Mine(1)
				}
			}, func() {}))
			_, err := collect(evm.Follow(t.Context(), c, evmtest.Ticks(c), evm.Range{From: 1, Chunk: chunk}))
			require.ErrorIs(t, err, want, "depth %d, chunk %d", depth, chunk)
		}
	}
}

func TestFollowStopsAtTo(t *testing.T) {
	f := evmtest.NewNode()
	for range 5 {
		f.Mine(1)
	}
	c := client(t, f, script())
	have, err := collect(evm.Follow(t.Context(), c, evmtest.Ticks(c), evm.Range{From: 2, To: evm.Through(4)}))
	require.NoError(t, err)
	assert.Equal(t, []string{"+1", "+2", "+3"}, have)
	// Two loops on one client, one of them left early.
	for _, err := range evm.Follow(t.Context(), c, evmtest.Ticks(c), evm.Range{To: evm.Through(4)}) {
		require.NoError(t, err)
		break
	}
}

// The last block of a range is checked against the contract's counter, also below the head.
func TestFollowMissingAtTheEndOfTheRange(t *testing.T) {
	f := evmtest.NewGrown(9, 1)
	c := client(t, f, evm.WithRetries(2))
	f.Logs = dropLog(3)
	_, err := collect(evm.Follow(t.Context(), c, evmtest.Ticks(c), evm.Range{To: evm.Through(4)}))
	require.ErrorIs(t, err, evm.ErrAnswer)
}

// No size of a chunk keeps the follower in place, or makes it repeat itself.
func TestFollowWithHugeChunks(t *testing.T) {
	for _, chunk := range []uint64{1, math.MaxUint64, 14757395258967641292} { // the last plus a quarter plus one is 2^64
		f := evmtest.NewGrown(2, 1)
		c := client(t, f, script(func() { f.Mine(1) }, func() { f.Mine(1) }))
		have, err := collect(evm.Follow(t.Context(), c, evmtest.Ticks(c), evm.Range{Chunk: chunk}))
		require.ErrorIs(t, err, errStop)
		assert.Equal(t, []string{"+0", "+1", "+2", "+3"}, have, "%d", chunk)
	}
}

func TestFollowDeeperThanTheWindow(t *testing.T) {
	f := evmtest.NewNode()
	for range 20 {
		f.Mine(1)
	}
	c := client(t, f, evm.WithReorgWindow(5), script(func() {
		f.Drop(15)
		for range 16 {
			f.Mine(1)
		}
	}))
	_, err := collect(evm.Follow(t.Context(), c, evmtest.Ticks(c), evm.Range{From: 1, Chunk: 1}))
	var reorg *evm.ReorgError
	require.ErrorAs(t, err, &reorg)
	assert.True(t, reorg.Deep)
	require.ErrorIs(t, err, evm.ErrReorg)
}

// A node that keeps logs back is noticed by the numbers; it is asked again, and nothing is yielded
// meanwhile.
func TestFollowMissingLogs(t *testing.T) {
	for name, hide := range map[string]int{"in the middle": 1, "at the end": 3} {
		t.Run(name, func(t *testing.T) {
			f := evmtest.NewNode()
			f.Mine(1)
			bad := func() {
				for range 3 {
					f.Mine(1)
				}
				f.Logs = dropLog(uint32(hide))
			}
			c := client(t, f, script(bad, func() {}, func() { f.Logs = nil }, func() {}))
			have, err := collect(evm.Follow(t.Context(), c, evmtest.Ticks(c), evm.Range{}))
			require.ErrorIs(t, err, errStop)
			assert.Equal(t, []string{"+0", "+1", "+2", "+3"}, have)

			// If it never gives in, the iterator ends with the evidence.
			f = evmtest.NewNode()
			f.Mine(1)
			c = client(t, f, evm.WithRetries(2), script(func() {
				for range 3 {
					f.Mine(1)
				}
				f.Logs = dropLog(uint32(hide))
			}, func() {}, func() {}, func() {}))
			have, err = collect(evm.Follow(t.Context(), c, evmtest.Ticks(c), evm.Range{}))
			require.ErrorIs(t, err, evm.ErrAnswer)
			assert.Subset(t, []string{"+0", "+1", "+2"}, have)
			assert.NotContains(t, have, "+3", "nothing after the gap")
		})
	}
}

// An error that is not the node's ends the loop at once: asking again does not help.
func TestFollowEndsAtOtherErrors(t *testing.T) {
	f := evmtest.NewGrown(5, 1)
	c := client(t, f, script())
	errOwn, decoded := errors.New("the decoder's own"), 0
	stream := evmtest.Ticks(c)
	stream.Decode = func([]types.Log) ([]evmtest.Tick, error) { decoded++; return nil, errOwn }
	_, err := collect(evm.Follow(t.Context(), c, stream, evm.Range{Chunk: 1}))
	require.ErrorIs(t, err, errOwn)
	assert.Equal(t, 1, decoded)
}

// The whole chain can be undone while the window holds it, and the events begin again with the
// first.
func TestFollowReorgOfEverything(t *testing.T) {
	f := evmtest.NewGrown(4, 1)
	c := client(t, f, evm.WithReorgWindow(0), script(func() {
		f.Drop(4)
		f.Mine(0)
		for range 4 {
			f.Mine(1)
		}
	}, func() {}))
	have, err := collect(evm.Follow(t.Context(), c, evmtest.Ticks(c), evm.Range{From: 1, Chunk: 1}))
	require.ErrorIs(t, err, errStop)
	assert.Equal(t, []string{"+0", "+1", "+2", "+3", "-3", "-2", "-1", "-0", "+0", "+1", "+2", "+3"}, have)
}

// The range begins in the middle, and the block before it is replaced too: what the first event is
// called is read again.
func TestFollowReorgBeforeTheRange(t *testing.T) {
	f := evmtest.NewGrown(4, 2)
	c := client(t, f, script(func() {
		f.Drop(3)
		for range 4 {
			f.Mine(1)
		}
	}, func() {}))
	have, err := collect(evm.Follow(t.Context(), c, evmtest.Ticks(c), evm.Range{From: 3}))
	require.ErrorIs(t, err, errStop)
	assert.Equal(t, []string{"+4", "+5", "+6", "+7", "-7", "-6", "-5", "-4", "+3", "+4", "+5"}, have)
}

// A node that falls behind everything read is waited for: that is no failure.
func TestFollowLag(t *testing.T) {
	f := evmtest.NewGrown(9, 1)
	c := client(t, f, evm.WithRetries(-1), script(func() { f.Lag = 9 }, func() {}, func() { f.Lag = 0; f.Mine(1) }, func() {}))
	have, err := collect(evm.Follow(t.Context(), c, evmtest.Ticks(c), evm.Range{From: 6}))
	require.ErrorIs(t, err, errStop)
	assert.Equal(t, []string{"+5", "+6", "+7", "+8", "+9"}, have)
}

// Follow ends at the first failure after those that are permitted in a row, and waits longer after
// each.
func TestFollowRetries(t *testing.T) {
	down := errors.New("connection reset")
	for retries, want := range map[int]int{-1: 1, 0: 9, 1: 2, 3: 4} {
		f := evmtest.NewGrown(3, 1)
		var pauses []time.Duration
		c := client(t, f, evm.WithRetries(retries), evm.WithPollInterval(time.Second), evm.WithSleep(func(_ context.Context, d time.Duration) error {
			pauses = append(pauses, d)
			f.Header = func(*types.Header) (*types.Header, error) { return nil, down }
			return nil
		}))
		have, err := collect(evm.Follow(t.Context(), c, evmtest.Ticks(c), evm.Range{}))
		require.ErrorIs(t, err, down)
		assert.Len(t, have, 3)
		require.Len(t, pauses, want, "one after the success, one after each failure but the last")
		assert.Equal(t, time.Second, pauses[0])
		if want == 9 {
			assert.Greater(t, pauses[8], 3*time.Second)
		}
	}
	// A success in between begins the count again, and the pauses too.
	f := evmtest.NewGrown(3, 1)
	naps, longest := 0, time.Duration(0)
	c := client(t, f, evm.WithRetries(2), evm.WithPollInterval(time.Second), evm.WithSleep(func(_ context.Context, d time.Duration) error {
		longest = max(longest, d)
		if naps++; naps == 40 {
			return errStop
		}
		f.Header = nil
		if naps%3 != 0 {
			f.Header = func(*types.Header) (*types.Header, error) { return nil, down }
		}
		return nil
	}))
	_, err := collect(evm.Follow(t.Context(), c, evmtest.Ticks(c), evm.Range{}))
	require.ErrorIs(t, err, errStop)
	assert.Less(t, longest, 2*time.Second)
}

// Where the block before the range cannot be read, nothing is read: nothing would show that it
// changes.
func TestFollowWithoutTheBlockBefore(t *testing.T) {
	f := evmtest.NewGrown(6, 1)
	c := client(t, f, evm.WithRetries(2))
	f.Header = func(h *types.Header) (*types.Header, error) {
		if h.Number.Uint64() == 2 {
			return nil, errors.New("pruned")
		}
		return h, nil
	}
	have, err := collect(evm.Follow(t.Context(), c, evmtest.Ticks(c), evm.Range{From: 3, To: evm.Through(5)}))
	require.ErrorIs(t, err, evm.ErrRPC)
	assert.Empty(t, have)
}

// After an answer that hides a log the client asks for half of it: nodes cut long answers short.
func TestFollowAsksForLessAfterAGap(t *testing.T) {
	f := evmtest.NewGrown(16, 1)
	c := client(t, f, script(func() {}, func() {}, func() { f.Logs = nil }, func() {}))
	f.Logs = dropLog(1)
	_, err := collect(evm.Follow(t.Context(), c, evmtest.Ticks(c), evm.Range{Chunk: 16}))
	require.ErrorIs(t, err, errStop)
	assert.Equal(t, []uint64{16, 8, 5}, f.Asked[:3])
}
