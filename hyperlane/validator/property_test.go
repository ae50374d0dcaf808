package validator

import (
	"errors"
	"fmt"
	"os"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/hyperlane-go/sdk/hyperlane/evm"
)

// Over random histories of blocks, reorganisations, lies, kills and restarts, the key never signs
// two roots for one index, nor anything that never was the chain's: the world checks that at every
// signature. If no reorganisation reached below finality, everything is published in the end.
func TestSchedules(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		dir, err := os.MkdirTemp("", "validator")
		require.NoError(t, err)
		defer func() { _ = os.RemoveAll(dir) }()

		w := newWorld(t, dir)
		depth := rapid.IntRange(0, 3).Draw(t, "finality")
		w.cfg.Finality = evm.Finality{Blocks: uint64(depth)}
		w.cfg.MaxPerStep = rapid.IntRange(1, 5).Draw(t, "per step")
		witness := &fakeChain{world: w}
		v := w.mustOpen(witness)
		restart := func() {
			require.NoError(t, v.Close())
			v = w.mustOpen(witness)
		}
		deep, ended := false, false
		step := func() {
			// The witness knows the same chain, a little late, and does not lie.
			witness.blocks = w.chain.blocks[:len(w.chain.blocks)-rapid.IntRange(0, min(1, len(w.chain.blocks)-1)).Draw(t, "witness lag")]
			err, dead := w.run(v)
			switch {
			case dead:
				v = w.mustOpen(witness)
			case fatal(err):
				require.True(t, errors.Is(err, ErrReorg) || errors.Is(err, ErrFlagged), "have %v", err) // killed after flagging
				require.True(t, deep, "ended although no reorganisation went below finality: %v", err)
				ended = true
			}
		}
		t.Repeat(map[string]func(*rapid.T){
			"mine": func(t *rapid.T) { w.chain.mine(rapid.IntRange(0, 3).Draw(t, "leaves")) },
			"reorg above finality": func(t *rapid.T) {
				if depth > 0 {
					w.chain.reorg(rapid.IntRange(1, depth).Draw(t, "depth"), rapid.Bool().Draw(t, "same leaves"))
				}
			},
			"reorg": func(t *rapid.T) {
				if rapid.IntRange(0, 9).Draw(t, "dice") == 0 {
					deep = true
					w.chain.reorg(rapid.IntRange(1, 5).Draw(t, "depth"), rapid.Bool().Draw(t, "same leaves"))
				}
			},
			"lie":            func(t *rapid.T) { w.chain.lie = rapid.SampledFrom(lies).Draw(t, "lie").lie },
			"tell the truth": func(*rapid.T) { w.chain.lie = lie{} },
			"restart":        func(*rapid.T) { restart() },
			"step":           func(*rapid.T) { step() },
			"kill": func(t *rapid.T) {
				w.at(place{rapid.IntRange(1, 8).Draw(t, "n"), rapid.Bool().Draw(t, "before"), "kill"}, func() { panic(killed{"kill"}) })
				step()
				w.hook = nil
			},
			"": func(*rapid.T) {
				if ended {
					restart() // to find the flag, if it came to that
					err, _ := w.run(v)
					require.ErrorIs(t, err, ErrFlagged)
				}
			},
		})
		w.hook, w.chain.lie = nil, lie{}
		defer func() { require.NoError(t, v.Close()) }()
		if deep {
			return
		}
		for range depth + 2 {
			w.chain.mine(0)
		}
		witness.blocks = w.chain.blocks
		final := w.chain.newest().tree
		leaves := int(final.Count())
		for range leaves + 2 {
			err, _ := w.run(v)
			require.NoError(t, err)
		}
		w.requirePublished(leaves)
	})
}

// gaps, against the obvious: a slice that says of every leaf whether it is published.
func TestGaps(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		var g gaps
		var published []bool
		check := func() {
			n := 0
			for i, s := range g {
				require.Less(t, s.from, s.to)
				require.True(t, i == 0 || g[i-1].to < s.from, fmt.Sprint(g))
				for j := s.from; j < s.to; j++ {
					require.False(t, published[j])
					n++
				}
			}
			for _, done := range published {
				if done {
					n++
				}
			}
			require.Equal(t, len(published), n)
		}
		t.Repeat(map[string]func(*rapid.T){
			"cover": func(t *rapid.T) {
				known := uint64(len(published))
				published = append(published, make([]bool, rapid.IntRange(0, 5).Draw(t, "new"))...)
				g.cover(known, uint64(len(published)))
			},
			"close": func(t *rapid.T) {
				s, ok := g.newest(rapid.IntRange(1, 4).Draw(t, "most"))
				require.Equal(t, len(g) > 0, ok)
				if !ok {
					return
				}
				for j := uint64(len(published)); j > s.to; j-- {
					require.True(t, published[j-1], "newest first")
				}
				for j := s.from; j < s.to; j++ {
					published[j] = true
				}
				g.close(s)
			},
			"": func(*rapid.T) { check() },
		})
	})
}
