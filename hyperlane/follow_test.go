package hyperlane_test

import (
	"context"
	"errors"
	"iter"
	"math/rand"
	"testing"
	"time"

	"github.com/ethereum/go-ethereum/common"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/hyperlane-go/sdk/hyperlane"
	"github.com/hyperlane-go/sdk/hyperlane/evm"
	"github.com/hyperlane-go/sdk/message"
)

// fold applies events to a list as the package documentation says, and checks that what is removed is the newest.
func fold[E comparable](t require.TestingT, list []E, e E, removed bool) []E {
	if !removed {
		return append(list, e)
	}
	require.NotEmpty(t, list, "removed an event that was never yielded")
	require.Equal(t, list[len(list)-1], e, "removed another event than the newest")
	return list[:len(list)-1]
}

// place names an event: which message, where.
type place struct {
	block common.Hash
	id    message.ID
	log   uint
}

// canonicalPlaces is what a follower must have in the end.
func (f *fake) canonicalPlaces(from, to uint64, topic common.Hash) (list []place) {
	for n := from; n <= to && n < uint64(len(f.chain)); n++ {
		for _, l := range f.chain[n].logs {
			if l.Topics[0] == topic {
				p := place{block: l.BlockHash, log: l.Index}
				if len(l.Topics) == 2 {
					p.id = message.ID(l.Topics[1])
				} else {
					p.id = message.ID(l.Data[:32])
				}
				list = append(list, p)
			}
		}
	}
	return list
}

// The chain grows, reorganises, lags and fails at random, between two looks and in the middle of one. In the end
// the events folded are the chain's.
func TestFollowFoldsToTheChain(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		f := newFake()
		for range rapid.IntRange(0, 10).Draw(t, "start") {
			f.mine(rapid.IntRange(0, 2).Draw(t, "messages"))
		}
		rng := rand.New(rand.NewSource(rapid.Int64().Draw(t, "seed")))
		f.limit = uint64(rapid.SampledFrom([]int{0, 1, 3, 7}).Draw(t, "limit"))
		steps := rapid.IntRange(1, 40).Draw(t, "steps")
		from := uint64(rapid.IntRange(0, 6).Draw(t, "from"))
		finality := evm.Finality{Blocks: uint64(rapid.IntRange(0, 3).Draw(t, "finality"))}
		kind := rapid.IntRange(0, 2).Draw(t, "kind")

		change := func() {
			switch rng.Intn(6) {
			case 0, 1:
				f.mine(rng.Intn(3))
			case 2: // as long as before, or longer
				depth := 1 + rng.Intn(min(6, len(f.chain)))
				before := len(f.chain)
				f.drop(depth)
				for len(f.chain) < before+rng.Intn(3) {
					f.mine(rng.Intn(3))
				}
			case 3:
				f.lag = uint64(rng.Intn(4))
			default:
				f.lag = 0
			}
		}
		f.before = func(op string) {
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
				f.before, f.lag = nil, 0
				for range 45 {
					f.mine(1)
				}
			case naps == steps+60:
				return errStop
			}
			return nil
		})
		c := f.client(t, nap, evm.WithRetries(1000))
		topics := []common.Hash{topicDispatchID, topicInserted, topicProcessID}
		var have []place
		var last error
		each := func(p evm.Position, id message.ID, err error) {
			if last = err; err == nil {
				have = fold(t, have, place{block: p.BlockHash, id: id, log: p.LogIndex}, p.Removed)
			}
		}
		r := evm.Range{From: from, Finality: finality}
		switch kind {
		case 0:
			for e, err := range c.Outbox().FollowDispatches(context.Background(), r) {
				each(e.Position, e.ID, err)
			}
		case 1:
			for e, err := range c.Tree().FollowInsertions(context.Background(), r) {
				each(e.Position, e.ID, err)
			}
		case 2:
			for e, err := range c.Inbox().FollowDeliveries(context.Background(), r) {
				each(e.Position, e.ID, err)
			}
		}
		require.ErrorIs(t, last, errStop)
		require.Equal(t, f.canonicalPlaces(from, uint64(len(f.chain)-1)-finality.Blocks, topics[kind]), have)
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

func collect(seq iter.Seq2[hyperlane.InsertionEvent, error]) (list []string, last error) {
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
	f := newFake()
	f.mine(1) // 0
	f.mine(2) // 1 2
	c := f.client(t, script(
		func() { f.drop(1); f.mine(1); f.mine(3) }, // one message instead of two, then three
		func() { f.drop(1) },                       // shorter: may be a lagging node
		func() { f.mine(0); f.mine(1) },            // it was not
	))
	have, err := collect(c.Tree().FollowInsertions(t.Context(), evm.Range{}))
	require.ErrorIs(t, err, errStop)
	assert.Equal(t, []string{"+0", "+1", "+2", "-2", "-1", "+1", "+2", "+3", "+4", "-4", "-3", "-2", "+2"}, have)
}

// A block replaced by another of the same height is noticed at once, not when the chain grows.
func TestFollowReorgOfTheHead(t *testing.T) {
	f := grown(3, 1)
	c := f.client(t, script(func() { f.drop(1); f.mine(2) }))
	have, err := collect(c.Tree().FollowInsertions(t.Context(), evm.Range{}))
	require.ErrorIs(t, err, errStop)
	assert.Equal(t, []string{"+0", "+1", "+2", "-2", "+2", "+3"}, have)
}

// The whole window can be undone, and not one block more.
func TestFollowReorgOfTheWindow(t *testing.T) {
	for depth, want := range map[int]error{1: errStop, 4: errStop, 5: errStop, 6: evm.ErrReorg} {
		for _, chunk := range []uint64{1, 2, 3, 100} {
			f := grown(20, 1)
			c := f.client(t, evm.WithReorgWindow(5), script(func() {
				f.drop(depth)
				for range depth + 1 {
					f.mine(1)
				}
			}, func() {}))
			_, err := collect(c.Tree().FollowInsertions(t.Context(), evm.Range{From: 1, Chunk: chunk}))
			require.ErrorIs(t, err, want, "depth %d, chunk %d", depth, chunk)
		}
	}
}

func TestFollowStopsAtTo(t *testing.T) {
	f := newFake()
	for range 5 {
		f.mine(1)
	}
	c := f.client(t, script())
	have, err := collect(c.Tree().FollowInsertions(t.Context(), evm.Range{From: 2, To: evm.Through(4)}))
	require.NoError(t, err)
	assert.Equal(t, []string{"+1", "+2", "+3"}, have)
	// Two loops on one client, one of them left early.
	for range c.Tree().FollowInsertions(t.Context(), evm.Range{To: evm.Through(4)}) {
		break
	}
}

func TestFollowDeeperThanTheWindow(t *testing.T) {
	f := newFake()
	for range 20 {
		f.mine(1)
	}
	c := f.client(t, evm.WithReorgWindow(5), script(func() {
		f.drop(15)
		for range 16 {
			f.mine(1)
		}
	}))
	_, err := collect(c.Tree().FollowInsertions(t.Context(), evm.Range{From: 1, Chunk: 1}))
	var reorg *evm.ReorgError
	require.ErrorAs(t, err, &reorg)
	assert.True(t, reorg.Deep)
	require.ErrorIs(t, err, evm.ErrReorg)
}

// A node that keeps logs back is noticed by the numbers; it is asked again, and nothing is yielded meanwhile.
func TestFollowMissingLogs(t *testing.T) {
	for name, hide := range map[string]int{"in the middle": 1, "at the end": 3} {
		t.Run(name, func(t *testing.T) {
			f := newFake()
			f.mine(1)
			bad := func() {
				for range 3 {
					f.mine(1)
				}
				f.logs = dropLog(uint32(hide))
			}
			c := f.client(t, script(bad, func() {}, func() { f.logs = nil }, func() {}))
			have, err := collect(c.Tree().FollowInsertions(t.Context(), evm.Range{}))
			require.ErrorIs(t, err, errStop)
			assert.Equal(t, []string{"+0", "+1", "+2", "+3"}, have)

			// If it never gives in, the iterator ends with the evidence.
			f = newFake()
			f.mine(1)
			c = f.client(t, evm.WithRetries(2), script(func() {
				for range 3 {
					f.mine(1)
				}
				f.logs = dropLog(uint32(hide))
			}, func() {}, func() {}, func() {}))
			have, err = collect(c.Tree().FollowInsertions(t.Context(), evm.Range{}))
			require.ErrorIs(t, err, evm.ErrAnswer)
			assert.Subset(t, []string{"+0", "+1", "+2"}, have)
			assert.NotContains(t, have, "+3", "nothing after the gap")
		})
	}
}
