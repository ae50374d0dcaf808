package evm_test

import (
	"context"
	"errors"
	"math/big"
	"slices"
	"sync"
	"testing"

	"github.com/ethereum/go-ethereum/core/types"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/hyperlane-go/sdk/hyperlane/evm"
	"github.com/hyperlane-go/sdk/hyperlane/evm/evmtest"
)

// follow reads a node whose chain grows, reorganises or fails after so many requests for headers,
// and checks that in the end the events are the chain's. It reports how many were taken back, and
// whether there were as many requests.
func follow(t *testing.T, f *headers, stream func(*evm.Client) evm.Stream[evmtest.Tick], from uint64, after int) (removed int, reached bool) {
	t.Helper()
	unused := false
	calm := func() { unused, f.left = f.left > 0, 0 }
	c := client(t, f, script(func() { f.Mine(1); f.left = after }, func() {}, func() { f.Mine(1) }, calm, func() {}, func() {}))
	var have []place
	var last error
	for e, err := range evm.Follow(t.Context(), c, stream(c), evm.Range{From: from}) {
		if last = err; err == nil {
			have = fold(t, have, place{block: e.BlockHash, id: e.ID, log: e.LogIndex}, e.Removed)
			if e.Removed {
				removed++
			}
		}
	}
	require.ErrorIs(t, last, errStop, "after request %d", after)
	want := canonicalPlaces(f.Node, from, uint64(f.Len()))
	require.Len(t, have, len(want), "after request %d", after)
	require.Equal(t, want, have)
	return removed, !unused
}

// A reorganisation after any request for a header is undone.
func TestFollowReorgAnywhere(t *testing.T) {
	for _, stream := range []func(*evm.Client) evm.Stream[evmtest.Tick]{evmtest.Ticks, uncounted} {
		for _, blocks := range []int{1, 5} { // a window of one block, and of several
			for depth := 1; depth <= blocks; depth++ {
				for after := 1; ; after++ {
					f := &headers{Node: evmtest.NewGrown(blocks, 1)}
					f.during = func() {
						f.Drop(depth)
						for range depth + 2 {
							f.Mine(1)
						}
					}
					if _, reached := follow(t, f, stream, 1, after); !reached {
						require.Greater(t, after, 10, "there were fewer requests than thought")
						break
					}
				}
			}
		}
	}
}

// A request that fails is made again. Nothing is undone that was not replaced.
func TestFollowFailsAnywhere(t *testing.T) {
	for after := 1; ; after++ {
		f := &headers{Node: evmtest.NewGrown(5, 1)}
		f.during = func() { f.fail = errors.New("connection reset") }
		removed, reached := follow(t, f, evmtest.Ticks, 0, after)
		require.Zero(t, removed, "after request %d", after)
		if !reached {
			require.Greater(t, after, 10)
			break
		}
	}
}

// headers is a node that does something after it has answered so many requests for headers.
type headers struct {
	*evmtest.Node
	mu     sync.Mutex
	left   int
	during func()
	fail   error // of one request, which is the one that during follows
}

func (h *headers) HeaderByNumber(ctx context.Context, number *big.Int) (*types.Header, error) {
	h.mu.Lock()
	defer h.mu.Unlock()
	header, err := h.Node.HeaderByNumber(ctx, number)
	if h.left--; h.left == 0 {
		h.during()
	}
	if failure := h.fail; failure != nil {
		h.fail = nil
		return nil, failure
	}
	return header, err
}

// uncounted is a stream of which nothing shows that an event is missing or of another chain, but
// its blocks.
func uncounted(c *evm.Client) evm.Stream[evmtest.Tick] {
	s := evmtest.Ticks(c)
	s.Serial, s.Count = nil, nil
	return s
}

// A reorganisation after any request is noticed, also where no serial shows it: the events are of
// one chain, and come before an ErrReorg if there are others by then.
func TestScanReorgAnywhere(t *testing.T) {
	for depth := 1; depth <= 8; depth++ {
		for after := 1; scanReorg(t, depth, after); after++ {
		}
	}
}

// scanReorg replaces so many blocks after so many requests, and reports whether there were as many.
func scanReorg(t *testing.T, depth, after int) bool {
	t.Helper()
	f := &headers{Node: evmtest.NewGrown(9, 1)}
	c := client(t, f)
	before := canonicalPlaces(f.Node, 3, 9)
	f.during = func() {
		f.Drop(depth)
		for range depth {
			f.Mine(1)
		}
	}
	f.left = after
	events, err := all(evm.Scan(t.Context(), c, uncounted(c), evm.Range{From: 3, Chunk: 2}))
	if f.left > 0 {
		require.NoError(t, err)
		require.Greater(t, after, 20, "there were fewer requests than thought")
		return false
	}
	var have []place
	for _, e := range events {
		have = append(have, place{block: e.BlockHash, id: e.ID, log: e.LogIndex})
	}
	now := canonicalPlaces(f.Node, 3, 9)
	if err != nil {
		require.ErrorIs(t, err, evm.ErrReorg, "depth %d, after request %d", depth, after)
		before, now = before[:len(have)], now[:len(have)]
	}
	require.True(t, slices.Equal(before, have) || slices.Equal(now, have), "depth %d, after request %d: events of two chains", depth, after)
	return true
}

// A reorganisation that changes how many events there were before the range is one, and no
// contradiction of the node.
func TestScanReorgOfTheCount(t *testing.T) {
	for after := 1; ; after++ {
		f := &headers{Node: evmtest.NewGrown(9, 1)}
		c := client(t, f)
		f.during = func() {
			f.Drop(8)
			for range 8 {
				f.Mine(2)
			}
		}
		f.left = after
		_, err := all(evm.Scan(t.Context(), c, evmtest.Ticks(c), evm.Range{From: 3, Chunk: 2}))
		require.NotErrorIs(t, err, evm.ErrAnswer, "after request %d", after)
		if f.left > 0 {
			return
		}
	}
}

// One request that fails is a failure, or is made again; it is never a reorganisation, and nothing
// is left out.
func TestScanFailsAnywhere(t *testing.T) {
	for after := 1; ; after++ {
		f := evmtest.NewGrown(9, 1)
		c := client(t, f)
		var mu sync.Mutex
		left := after
		f.Header = func(h *types.Header) (*types.Header, error) {
			mu.Lock()
			defer mu.Unlock()
			if left--; left == 0 {
				return nil, errors.New("connection reset")
			}
			return h, nil
		}
		have, err := all(evm.Scan(t.Context(), c, uncounted(c), evm.Range{From: 3, Chunk: 2}))
		if err != nil {
			require.ErrorIs(t, err, evm.ErrRPC, "after request %d", after)
			require.NotErrorIs(t, err, evm.ErrReorg, "after request %d", after)
		} else {
			require.Len(t, have, 7, "after request %d", after)
		}
		if left > 0 {
			require.NoError(t, err)
			require.Greater(t, after, 10)
			return
		}
	}
}

// The block before the range must be readable, and so must the count as of it.
func TestScanWithoutTheBlockBefore(t *testing.T) {
	f := evmtest.NewGrown(9, 1)
	c := client(t, f)
	f.Header = func(h *types.Header) (*types.Header, error) {
		if h.Number.Uint64() == 2 {
			return nil, errors.New("connection reset")
		}
		return h, nil
	}
	have, err := all(evm.Scan(t.Context(), c, uncounted(c), evm.Range{From: 3}))
	require.ErrorIs(t, err, evm.ErrRPC)
	assert.Empty(t, have)
	f.Header = nil
	f.Answer = func(_, out []byte) ([]byte, error) { f.Answer = nil; return out, errors.New("connection reset") }
	have, err = all(evm.Scan(t.Context(), c, evmtest.Ticks(c), evm.Range{From: 3}))
	require.ErrorIs(t, err, evm.ErrRPC)
	assert.Empty(t, have)
	// A counter that reverts, as a stream can say without a node, is not readable.
	stream := evmtest.Ticks(c)
	stream.Count = func(context.Context, evm.Head) (uint32, error) { return 0, &evm.RevertError{} }
	have, err = all(evm.Scan(t.Context(), c, stream, evm.Range{From: 3}))
	require.NoError(t, err)
	assert.Len(t, have, 7)
	// A caller who gives up while it is read has given up.
	ctx, cancel := context.WithCancel(t.Context())
	stream.Count = func(context.Context, evm.Head) (uint32, error) { cancel(); return 0, &evm.RevertError{} }
	_, err = all(evm.Scan(ctx, c, stream, evm.Range{}))
	require.Error(t, err)
}
