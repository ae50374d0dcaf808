package sender

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"testing"
	"time"

	"github.com/ethereum/go-ethereum/core/types"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"
)

// caller is a program that wants calls carried out once each, and submits them again where the
// sender says that nothing came of them. Like a relayer it asks the contract, as of the final
// block, whether the work is done.
type caller struct {
	w      *world
	want   []Key           // everything ever wanted
	open   map[Key]bool    // not known to be done
	gone   map[Key]bool    // no longer wanted
	signed []signed        // every transaction that was stored
	foul   map[uint64]bool // nonces whose transaction was given up as not taken
}

type signed struct {
	nonce uint64
	data  string
}

func newCaller(t require.TestingT) *caller {
	c := &caller{open: map[Key]bool{}, gone: map[Key]bool{}, foul: map[uint64]bool{}}
	c.w = newWorld(t, func(w *world) { w.disk.pass = w.pass })
	return c
}

// done asks the contract, as of the final block.
func (c *caller) done(key Key) bool {
	final := len(c.w.n.blocks) - 1 - lag
	return final >= 0 && len(c.w.n.mined(string(key), uint64(final))) > 0
}

// pass is one turn of the caller's loop. It ends early where the node fails.
func (c *caller) pass() {
	c.w.live(func() {
		if err := c.w.s.Step(context.Background()); err != nil {
			return
		}
		for _, key := range c.want {
			if c.open[key] {
				c.work(key)
			}
		}
	})
}

func (c *caller) work(key Key) {
	ctx := context.Background()
	if c.done(key) || c.gone[key] {
		if c.w.s.Release(ctx, key) == nil {
			delete(c.open, key)
		}
		return
	}
	if _, found := c.w.s.Find(key); !found {
		c.submit(key)
		return
	}
	if o, err := c.w.s.Track(ctx, key); err == nil && o.State != Pending && !c.done(key) {
		if c.w.s.Release(ctx, key) == nil {
			c.submit(key)
		}
	}
}

func (c *caller) submit(key Key) {
	before := len(c.w.n.offered)
	_, err := c.w.s.Submit(context.Background(), Intent{Call: callWith(string(key)), Gas: 50_000, Keys: []Key{key}})
	if errors.Is(err, ErrNotTaken) {
		for _, tx := range c.w.n.offered[before:] {
			c.foul[tx.Nonce()] = true
		}
	}
}

// check holds the invariants against everything that ever arrived at the node.
func (c *caller) check(t require.TestingT) {
	intents := map[uint64]string{}
	for _, tx := range c.w.n.offered {
		data := string(tx.Data())
		if data == "" || c.foul[tx.Nonce()] {
			continue
		}
		if have, ok := intents[tx.Nonce()]; ok {
			require.Equal(t, have, data, "nonce %d was signed with two intents", tx.Nonce())
		}
		intents[tx.Nonce()] = data
	}
	for _, key := range c.want {
		require.LessOrEqual(t, len(c.w.n.mined(string(key), 1<<40)), 1, "%q was carried out twice", key)
	}
	final := c.w.n.blocks[max(c.w.n.highest-lag, 0)].nonce
	var nonces []uint64
	for _, f := range c.w.s.Flights() {
		if f.Nonce >= final { // lower ones are decided
			nonces = append(nonces, f.Nonce)
		}
	}
	for i := 1; i < len(nonces); i++ {
		require.Equal(t, nonces[i-1]+1, nonces[i], "a gap in what is under way: %v", nonces)
	}
}

// finish lets an honest node work until nothing is open.
func (c *caller) finish(t require.TestingT) {
	n := c.w.n
	clear(n.fail)
	clear(n.lie)
	n.refuse, n.reverts, n.nulls, n.poor, n.floor = nil, nil, false, false, 0
	for range 400 {
		n.mine(1)
		c.w.wait(defaultResubmitAfter / 2)
		c.pass()
		if len(c.open) == 0 {
			break
		}
	}
	require.Empty(t, c.open, "the account is jammed: %+v", c.w.s.Flights())
	for _, key := range c.want {
		if !c.gone[key] {
			require.Len(t, n.mined(string(key), 1<<40), 1, "%q", key)
		}
	}
	c.check(t)
}

// Whatever the node answers, and wherever the process dies, no call is carried out twice, no nonce
// is signed with two intents, no gap is left, and the account moves on once the node is honest.
// Reorganisations stay above finality.
func TestNeverJams(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		c := newCaller(t)
		n := c.w.n
		methods := []string{"HeaderByNumber", "NonceAt", "PendingNonceAt", "SuggestGasTipCap", "EstimateGas", "SendTransaction",
			"TransactionByHash", "TransactionReceipt"}
		t.Repeat(map[string]func(*rapid.T){
			"": func(t *rapid.T) { c.check(t) },
			"want": func(*rapid.T) {
				key := Key(fmt.Sprint("call ", len(c.want)))
				c.want, c.open[key] = append(c.want, key), true
			},
			"pass":  func(*rapid.T) { c.pass() },
			"again": func(*rapid.T) { c.pass() },
			"kill": func(t *rapid.T) {
				c.w.kill = rapid.IntRange(0, 8).Draw(t, "at")
				c.pass()
				c.w.kill = -1
			},
			"restart": func(*rapid.T) { c.w.open() },
			"mine": func(t *rapid.T) {
				n.mine(rapid.IntRange(1, 4).Draw(t, "blocks"))
			},
			"time": func(t *rapid.T) { c.w.wait(time.Duration(rapid.IntRange(1, 1200).Draw(t, "s")) * time.Second) },
			"reorg": func(t *rapid.T) {
				shallow := len(n.blocks) - 1 - max(n.highest-lag, 0)
				n.reorg(rapid.IntRange(0, max(shallow, 0)).Draw(t, "depth"), rapid.Bool().Draw(t, "lost"))
			},
			"drop pool": func(*rapid.T) { n.dropPool() },
			"drop one": func(t *rapid.T) {
				if tx := draw(t, n); tx != nil {
					delete(n.pool, tx.Hash())
				}
			},
			"foreign":  func(t *rapid.T) { n.foreign(int64(rapid.IntRange(1, 5000).Draw(t, "price"))) },
			"steal":    func(t *rapid.T) { n.plant(n.tip().nonce, int64(rapid.IntRange(1, 1<<20).Draw(t, "price"))) },
			"market":   func(t *rapid.T) { n.price = int64(rapid.IntRange(1, 5000).Draw(t, "price")) },
			"floor":    func(t *rapid.T) { n.floor = int64(rapid.IntRange(1, 20_000).Draw(t, "floor")) },
			"no floor": func(*rapid.T) { n.floor = 0 },
			"fail": func(t *rapid.T) {
				n.fail[rapid.SampledFrom(methods).Draw(t, "method")] = rapid.IntRange(1, 3).Draw(t, "times")
			},
			"lie": func(t *rapid.T) {
				kind := rapid.SampledFrom([]string{"latest", "final", "pending"}).Draw(t, "kind")
				by := rapid.SampledFrom([]int64{-100, -1, 1, 2, 100}).Draw(t, "by")
				times := rapid.IntRange(1, 3).Draw(t, "times")
				if kind == "final" {
					times = 1 // the same lie twice about a final block cannot be noticed
				}
				n.lie[kind] = func(have uint64) uint64 {
					if times--; times < 0 {
						return have
					}
					return uint64(max(0, int64(have)+by))
				}
				c.pass()
				delete(n.lie, kind)
			},
			"pool lies": func(t *rapid.T) {
				n.lie["pending"] = func(have uint64) uint64 { return have + 100 }
			},
			"pool is honest": func(*rapid.T) { delete(n.lie, "pending") },
			"refuse": func(t *rapid.T) {
				times := rapid.IntRange(1, 3).Draw(t, "times")
				n.refuse = func(*types.Transaction) error {
					if times--; times < 0 {
						return nil
					}
					return saidNo("no")
				}
			},
			"poor": func(*rapid.T) {
				n.poor = true
				c.pass()
				n.poor = false
			},
			"null receipts": func(*rapid.T) {
				n.nulls = true
				c.pass()
				n.nulls = false
			},
			"no longer wanted": func(t *rapid.T) {
				var open []Key
				for _, key := range c.want {
					if c.open[key] {
						open = append(open, key)
					}
				}
				if len(open) > 0 {
					c.gone[rapid.SampledFrom(open).Draw(t, "key")] = true
				}
			},
		})
		c.finish(t)
		// Empty transactions replaced refused and released calls only.
		require.LessOrEqual(t, len(n.mined("", 1<<40)), len(c.want)+3, "money was spent on empty transactions")
	})
}

// draw picks a transaction of the pool.
func draw(t *rapid.T, n *node) *types.Transaction {
	var all []*types.Transaction
	for _, tx := range n.pool {
		all = append(all, tx)
	}
	if len(all) == 0 {
		return nil
	}
	slices.SortFunc(all, func(a, b *types.Transaction) int { return a.Hash().Cmp(b.Hash()) })
	return rapid.SampledFrom(all).Draw(t, "transaction")
}

// A process that dies at any write loses no call and carries none out twice.
func TestKillEverywhere(t *testing.T) {
	names := map[string]bool{}
	for n := 0; ; n++ {
		c := newCaller(t)
		for _, key := range []Key{"a", "b", "c"} {
			c.want, c.open[key] = append(c.want, key), true
		}
		c.w.kill = n
		c.pass()
		c.w.n.dropPool()
		c.gone["b"] = true
		c.finish(t)
		for _, name := range c.w.steps {
			names[name] = true
		}
		if c.w.kill >= 0 {
			require.Greater(t, n, 15)
			break
		}
	}
	for _, name := range []string{"put", "send", "delete"} {
		require.True(t, names[name+": before"] && names[name+": after"], name)
	}
}
