package hyperlanetest_test

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/ethereum/go-ethereum/common"
	"github.com/ethereum/go-ethereum/core/types"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/hyperlane-go/sdk/hyperlane/evm"
	"github.com/hyperlane-go/sdk/hyperlane/hyperlanetest"
	"github.com/hyperlane-go/sdk/merkle"
)

// After any faults in any order (lies, cuts, pauses, restarts, bad storage, reorganisations above
// finality), every message that is on its origin is delivered exactly once, and every checkpoint
// that a validator published is true.
func TestAnyFaults(t *testing.T) {
	const lag = 4
	for seed := range uint64(6) {
		t.Run(fmt.Sprint("seed ", seed), func(t *testing.T) {
			n := hyperlanetest.New(t, 2, hyperlanetest.WithFinality(evm.Finality{Blocks: lag}))
			w := &chaos{t: t, n: n, rand: rand.New(rand.NewPCG(seed, 2))}
			for range 40 {
				w.change(lag)
			}
			require.NotZero(t, w.sent, "a run without messages shows nothing")
			w.clear()
			require.NoError(t, n.Relay(t.Context()))
			w.check()
		})
	}
}

type chaos struct {
	t    *testing.T
	n    *hyperlanetest.Network
	rand *rand.Rand
	sent int
}

func pick[T any](w *chaos, from []T) T { return from[w.rand.IntN(len(from))] }

// change makes one fault or repair. Agents may fail meanwhile.
func (w *chaos) change(lag int) {
	ctx, c := w.t.Context(), pick(w, w.n.Chains)
	v := pick(w, c.Validators)
	link := pick(w, []*hyperlanetest.Link{v.Link, pick(w, c.Validators).Link, w.n.Relayer.Links[c.Domain()]})
	switch w.rand.IntN(14) {
	case 0, 1, 2:
		w.send(c)
	case 3, 4, 5:
		_ = w.n.Step(ctx)
	case 6:
		require.NoError(w.t, w.n.Mine(1+w.rand.IntN(3)))
	case 7:
		w.reorg(c, lag)
	case 8:
		pick(w, lies(c))(link)
	case 9:
		link.Repair()
	case 10:
		pick(w, []func(){v.Pause, v.Resume, w.n.Relayer.Pause, w.n.Relayer.Resume})()
	case 11:
		require.NoError(w.t, pick(w, []func() error{v.Restart, w.n.Relayer.Restart})())
	case 12:
		pick(w, []func(error){v.Storage.FailReads, v.Storage.FailWrites})(nil)
	case 13:
		v.Storage.Repair()
	}
}

func lies(c *hyperlanetest.Chain) []func(*hyperlanetest.Link) {
	return []func(*hyperlanetest.Link){
		func(l *hyperlanetest.Link) { l.HideLogs(nil) },
		(*hyperlanetest.Link).RepeatLogs,
		(*hyperlanetest.Link).ForgeRoot,
		(*hyperlanetest.Link).HideReceipts,
		(*hyperlanetest.Link).ForgeBlockHash,
		(*hyperlanetest.Link).Cut,
		func(l *hyperlanetest.Link) { l.FreezeHead(c.Height()) },
		func(l *hyperlanetest.Link) { l.FailNext(3, hyperlanetest.CallContract, nil) },
		func(l *hyperlanetest.Link) { l.FailNext(2, hyperlanetest.SendTransaction, nil) },
	}
}

func (w *chaos) send(c *hyperlanetest.Chain) {
	to := w.n.Chains[0]
	if c == to {
		to = w.n.Chains[1]
	}
	w.sent++
	_, err := c.DispatchMany(w.t.Context(), to, fmt.Appendf(nil, "message %d", w.sent))
	require.NoError(w.t, err)
}

// reorg stays above finality, and keeps, drops or requeues what users sent. It never drops the
// relayer's transactions: a chain forgets no transaction that is still offered to it.
func (w *chaos) reorg(c *hyperlanetest.Chain, lag int) {
	depth := 1 + w.rand.IntN(lag)
	users := func(tx *types.Transaction) bool {
		from, err := types.Sender(types.LatestSignerForChainID(c.ChainID()), tx)
		return err == nil && from == hyperlanetest.User(0).Address
	}
	all := func(*types.Transaction) bool { return true }
	opts := pick(w, [][]hyperlanetest.ReorgOption{nil, {hyperlanetest.WithDropped(users)}, {hyperlanetest.WithRequeued(all)}})
	_, err := c.Reorg(depth, opts...)
	require.NoError(w.t, err)
}

// clear ends every fault.
func (w *chaos) clear() {
	w.n.Relayer.Resume()
	for _, c := range w.n.Chains {
		w.n.Relayer.Links[c.Domain()].Repair()
		for _, v := range c.Validators {
			v.Resume()
			v.Link.Repair()
			v.Storage.Repair()
		}
	}
	require.NoError(w.t, w.n.Mine(1)) // what was requeued
}

func (w *chaos) check() {
	ctx := w.t.Context()
	for i, c := range w.n.Chains {
		var tree merkle.FullTree
		for event, err := range c.Tree().Insertions(ctx, evm.Range{}) {
			require.NoError(w.t, err)
			require.NoError(w.t, tree.Append(merkle.Hash(event.ID)))
		}
		var delivered []common.Hash
		other := w.n.Chains[1-i]
		for event, err := range other.Inbox().Deliveries(ctx, evm.Range{}) {
			require.NoError(w.t, err)
			delivered = append(delivered, common.Hash(event.ID))
		}
		for event, err := range c.Outbox().Dispatches(ctx, evm.Range{}) {
			require.NoError(w.t, err)
			assert.Contains(w.t, delivered, common.Hash(event.ID))
		}
		assert.Len(w.t, delivered, int(tree.Count()))
		slices.SortFunc(delivered, common.Hash.Cmp)
		assert.Len(w.t, slices.Compact(delivered), int(tree.Count()), "none twice")
		for _, v := range c.Validators {
			w.checkPublished(c, v, &tree)
		}
	}
}

// checkPublished compares what a validator published with the tree as it is.
func (w *chaos) checkPublished(c *hyperlanetest.Chain, v *hyperlanetest.Validator, tree *merkle.FullTree) {
	store := v.Storage.Open()
	_, flagged, err := store.Reorg(w.t.Context())
	require.NoError(w.t, err)
	assert.False(w.t, flagged, "nothing final was undone")
	for index := range tree.Count() {
		signed, err := store.Checkpoint(w.t.Context(), index)
		require.NoError(w.t, err)
		require.NoError(w.t, signed.Verify(v.Account.Address))
		root, err := tree.Root(index + 1)
		require.NoError(w.t, err)
		leaf, err := tree.Leaf(index)
		require.NoError(w.t, err)
		assert.Equal(w.t, root, signed.Root)
		assert.Equal(w.t, common.Hash(leaf), common.Hash(signed.MessageID))
		assert.Equal(w.t, c.Domain(), signed.Origin)
	}
}
