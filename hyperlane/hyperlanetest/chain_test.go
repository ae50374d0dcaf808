package hyperlanetest_test

import (
	"context"
	"errors"
	"math/big"
	"runtime"
	"testing"
	"time"

	"github.com/ethereum/go-ethereum/common"
	"github.com/ethereum/go-ethereum/core/types"
	"github.com/ethereum/go-ethereum/rpc"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/hyperlane-go/sdk/hyperlane"
	"github.com/hyperlane-go/sdk/hyperlane/evm"
	"github.com/hyperlane-go/sdk/hyperlane/hyperlanetest"
	"github.com/hyperlane-go/sdk/message"
)

func TestChainsAreApart(t *testing.T) {
	n := hyperlanetest.New(t, 3)
	seen := map[any]bool{}
	for _, c := range n.Chains {
		// Trap 2: a domain is no chain id.
		assert.NotEqual(t, c.ChainID().Uint64(), uint64(c.Domain()))
		for _, fact := range []any{c.Domain(), c.ChainID().String(), c.Contracts.Mailbox, c.Contracts.DefaultISM, c.Contracts.TestRecipient} {
			assert.False(t, seen[fact], "%v on two chains", fact)
			seen[fact] = true
		}
		assert.Same(t, c, n.Chain(c.Domain()))
		ism, err := c.Inbox().RecipientISM(t.Context(), c.Contracts.TestRecipient)
		require.NoError(t, err)
		assert.Equal(t, c.Contracts.DefaultISM, ism)
	}
	assert.Nil(t, n.Chain(7))
}

func TestSameRunSameHashes(t *testing.T) {
	run := func() (common.Hash, message.ID) {
		n, c, sent := one(t)
		require.NoError(t, n.Mine(2))
		_, err := c.Reorg(2)
		require.NoError(t, err)
		return c.Header(c.Height()).Hash(), sent.ID
	}
	hash, id := run()
	again, idAgain := run()
	assert.Equal(t, hash, again)
	assert.Equal(t, id, idAgain)
}

func TestClock(t *testing.T) {
	n := hyperlanetest.New(t, 2, hyperlanetest.WithBlockTime(5*time.Second))
	start := n.Clock.Now()
	require.NoError(t, n.Chains[0].Mine(2))
	assert.Equal(t, start.Add(10*time.Second), n.Clock.Now())
	n.Clock.Advance(time.Hour)
	n.Clock.Advance(-time.Hour)
	require.NoError(t, n.Chains[1].Mine(1))
	want := start.Add(10*time.Second + time.Hour + 5*time.Second)
	assert.Equal(t, want, n.Clock.Now())
	c := n.Chains[1]
	assert.Equal(t, uint64(want.Unix()), c.Header(c.Height()).Time)
}

func TestAutoMine(t *testing.T) {
	n, c, _ := one(t)
	height := c.Height()
	c.AutoMine(false)
	ctx, cancel := context.WithCancel(t.Context())
	done := make(chan error)
	go func() {
		_, err := c.Dispatch(ctx, n.Chains[1], []byte("waits"))
		done <- err
	}()
	for c.Pending() == 0 { // until the transaction is in the pool
		runtime.Gosched()
	}
	assert.Equal(t, height, c.Height())
	require.NoError(t, c.Mine(1))
	require.NoError(t, <-done)
	assert.Equal(t, height+1, c.Height())
	cancel()
}

func tag(t *testing.T, c *hyperlanetest.Chain, number rpc.BlockNumber) uint64 {
	t.Helper()
	h, err := c.Link.HeaderByNumber(t.Context(), big.NewInt(int64(number)))
	require.NoError(t, err)
	return h.Number.Uint64()
}

func TestFinality(t *testing.T) {
	n := hyperlanetest.New(t, 1, hyperlanetest.WithFinalizedDepth(4))
	c := n.Chains[0]
	require.NoError(t, c.Mine(10))
	head := c.Height()
	assert.Equal(t, head-4, tag(t, c, rpc.FinalizedBlockNumber))
	assert.Equal(t, head-2, tag(t, c, rpc.SafeBlockNumber))

	c.PauseFinality()
	require.NoError(t, c.Mine(5))
	assert.Equal(t, head-4, tag(t, c, rpc.FinalizedBlockNumber))
	require.NoError(t, c.ResumeFinality())
	assert.Equal(t, head+1, tag(t, c, rpc.FinalizedBlockNumber))

	_, err := c.Reorg(3) // within what may change
	require.NoError(t, err)
	assert.Equal(t, head+2, tag(t, c, rpc.FinalizedBlockNumber), "the new chain is one longer")
	_, err = c.Reorg(7)
	require.NoError(t, err)
	assert.Equal(t, c.Height()-4, tag(t, c, rpc.FinalizedBlockNumber))
}

func TestReorgFates(t *testing.T) {
	delivered := func(c *hyperlanetest.Chain) uint64 {
		count, err := c.Tree().Count(t.Context())
		require.NoError(t, err)
		return uint64(count)
	}
	t.Run("kept", func(t *testing.T) {
		_, c, sent := one(t)
		require.NoError(t, c.Mine(1))
		done, err := c.Reorg(2)
		require.NoError(t, err)
		require.Len(t, done.Undone, 2)
		assert.Equal(t, sent.Receipt.BlockHash, done.Undone[1].Hash())
		assert.Empty(t, done.Dropped)
		assert.EqualValues(t, 1, delivered(c))
		assert.NotEqual(t, sent.Receipt.BlockHash, receipt(t, c.Link, sent).BlockHash)
	})
	t.Run("dropped", func(t *testing.T) {
		_, c, sent := one(t)
		done, err := c.Reorg(1, hyperlanetest.WithDropped(nil))
		require.NoError(t, err)
		require.Len(t, done.Dropped, 1)
		assert.Equal(t, sent.Receipt.TxHash, done.Dropped[0].Hash())
		require.NoError(t, c.Mine(1))
		assert.Zero(t, delivered(c))
	})
	t.Run("requeued", func(t *testing.T) {
		_, c, _ := one(t)
		_, err := c.Reorg(1, hyperlanetest.WithRequeued(nil), hyperlanetest.WithNewBlocks(1))
		require.NoError(t, err)
		assert.Zero(t, delivered(c))
		assert.Equal(t, 1, c.Pending())
		require.NoError(t, c.Mine(1))
		assert.EqualValues(t, 1, delivered(c))
	})
	t.Run("one of two", func(t *testing.T) {
		n, c, first := one(t)
		second, err := n.Chains[0].Outbox().Dispatch(t.Context(), c.Transactor(1), hyperlane.Dispatch{
			Destination: n.Chains[1].Domain(), Recipient: n.Chains[1].Recipient(), Body: []byte("second"),
		})
		require.NoError(t, err)
		_, err = c.Reorg(2, hyperlanetest.WithDropped(func(tx *types.Transaction) bool { return tx.Hash() == first.Receipt.TxHash }))
		require.NoError(t, err)
		assert.EqualValues(t, 1, delivered(c))
		moved := receipt(t, c.Link, second)
		ids, err := c.Outbox().FromReceipt(moved)
		require.NoError(t, err)
		require.Len(t, ids, 1)
		assert.Zero(t, ids[0].LeafIndex, "the second message is the first leaf now")
		assert.NotEqual(t, second.ID, ids[0].ID, "and has another nonce, so another id")
	})
	t.Run("too deep", func(t *testing.T) {
		_, c, _ := one(t)
		_, err := c.Reorg(int(c.Height()) + 1)
		require.Error(t, err)
	})
}

func TestOptionsRefused(t *testing.T) {
	tests := map[string]hyperlanetest.Option{
		"no validator":   hyperlanetest.WithValidators(0, 0),
		"too many":       hyperlanetest.WithValidators(256, 1),
		"no threshold":   hyperlanetest.WithValidators(3, 0),
		"over threshold": hyperlanetest.WithValidators(3, 4),
		"unknown ISM":    hyperlanetest.WithISM(99),
		"block time":     hyperlanetest.WithBlockTime(time.Millisecond),
		"finality":       hyperlanetest.WithFinality(evm.Finality{Blocks: 10_001}),
		"heartbeat":      hyperlanetest.WithHeartbeat(0),
		"same domains":   hyperlanetest.WithDomains(func(int) message.Domain { return 1 }),
	}
	for name, option := range tests {
		t.Run(name, func(t *testing.T) {
			_, err := hyperlanetest.Start(t.Context(), 2, option)
			require.ErrorIs(t, err, evm.ErrConfig)
			var refused *evm.ConfigError
			require.ErrorAs(t, err, &refused)
			assert.Contains(t, refused.Field, "hyperlanetest.With")
		})
	}
	_, err := hyperlanetest.Start(t.Context(), 0)
	require.ErrorIs(t, err, evm.ErrConfig)
	_, err = hyperlanetest.Start(t.Context(), 1, hyperlanetest.WithFinality(evm.Finality{Tag: "soon"}))
	require.ErrorIs(t, err, evm.ErrConfig)
}

func TestDefaultISM(t *testing.T) {
	for kind, want := range map[hyperlanetest.ISM]func(hyperlanetest.Contracts) common.Address{
		hyperlanetest.MessageIDMultisig:  func(c hyperlanetest.Contracts) common.Address { return c.MessageIDMultisig },
		hyperlanetest.MerkleRootMultisig: func(c hyperlanetest.Contracts) common.Address { return c.MerkleRootMultisig },
		hyperlanetest.Noop:               func(c hyperlanetest.Contracts) common.Address { return c.Noop },
	} {
		n := hyperlanetest.New(t, 1, hyperlanetest.WithISM(kind))
		ism, err := n.Chains[0].Inbox().DefaultISM(t.Context())
		require.NoError(t, err)
		assert.Equal(t, want(n.Chains[0].Contracts), ism, kind)
	}
	custom := hyperlanetest.WithCustomISM(func(_ context.Context, c *hyperlanetest.Chain) (common.Address, error) {
		return c.Contracts.Noop, nil
	})
	n := hyperlanetest.New(t, 1, custom)
	ism, err := n.Chains[0].Inbox().DefaultISM(t.Context())
	require.NoError(t, err)
	assert.Equal(t, n.Chains[0].Contracts.Noop, ism)

	failed := errors.New("no module")
	_, err = hyperlanetest.Start(t.Context(), 1, hyperlanetest.WithCustomISM(func(context.Context, *hyperlanetest.Chain) (common.Address, error) {
		return common.Address{}, failed
	}))
	require.ErrorIs(t, err, failed)
}

// recorder is a TB that remembers.
type recorder struct {
	fatal, errors int
	cleanup       []func()
}

func (r *recorder) Helper()               {}
func (r *recorder) Cleanup(f func())      { r.cleanup = append(r.cleanup, f) }
func (r *recorder) Fatalf(string, ...any) { r.fatal++ }
func (r *recorder) Errorf(string, ...any) { r.errors++ }

func TestNewReportsToTheTest(t *testing.T) {
	var tb recorder
	assert.Nil(t, hyperlanetest.New(&tb, 0))
	assert.Equal(t, 1, tb.fatal)
	assert.Empty(t, tb.cleanup)

	n := hyperlanetest.New(&tb, 1)
	require.NotNil(t, n)
	require.Len(t, tb.cleanup, 1)
	tb.cleanup[0]()
	require.NoError(t, n.Close(), "a second close does nothing")
	assert.Equal(t, recorder{fatal: 1, cleanup: tb.cleanup}.errors, tb.errors)
	require.ErrorIs(t, n.Chains[0].Link.SendTransaction(t.Context(), transfer(t.Context(), n.Chains[0])), hyperlanetest.ErrCut)
}
