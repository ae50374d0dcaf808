package hyperlanetest_test

import (
	"context"
	"errors"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.uber.org/goleak"

	"github.com/hyperlane-go/sdk/hyperlane"
	"github.com/hyperlane-go/sdk/hyperlane/evm"
	"github.com/hyperlane-go/sdk/hyperlane/hyperlanetest"
	"github.com/hyperlane-go/sdk/hyperlane/relayer"
	"github.com/hyperlane-go/sdk/hyperlane/validator"
	"github.com/hyperlane-go/sdk/ism/metadata"
)

func isDelivered(t *testing.T, c *hyperlanetest.Chain, sent *hyperlane.Dispatched) bool {
	t.Helper()
	done, err := c.Inbox().Delivered(t.Context(), sent.ID)
	require.NoError(t, err)
	return done
}

func TestRelay(t *testing.T) {
	for _, kind := range []hyperlanetest.ISM{hyperlanetest.MessageIDMultisig, hyperlanetest.MerkleRootMultisig, hyperlanetest.Noop} {
		for _, finality := range []evm.Finality{{}, {Blocks: 3}, {Tag: evm.TagFinalized}} {
			t.Run(kind.String()+" "+finality.String(), func(t *testing.T) {
				n, _, there := one(t, hyperlanetest.WithISM(kind), hyperlanetest.WithFinality(finality))
				back, err := n.Chains[1].Dispatch(t.Context(), n.Chains[0], []byte("and back"))
				require.NoError(t, err)
				require.NoError(t, n.Relay(t.Context()))
				assert.True(t, isDelivered(t, n.Chains[1], there))
				assert.True(t, isDelivered(t, n.Chains[0], back))
			})
		}
	}
}

func TestRelayWithoutQuorumSaysWhoIsMissing(t *testing.T) {
	n, c, sent := one(t)
	c.Validators[0].Pause()
	require.ErrorIs(t, c.Validators[0].Step(t.Context()), hyperlanetest.ErrPaused)
	c.Validators[2].Pause()
	err := n.Relay(t.Context())
	require.ErrorIs(t, err, hyperlanetest.ErrStuck)
	var stuck *hyperlanetest.StuckError
	require.ErrorAs(t, err, &stuck)
	require.Len(t, stuck.Messages, 1)
	assert.Equal(t, sent.ID, stuck.Messages[0].ID)
	assert.Equal(t, relayer.StageAwaitingCheckpoints, stuck.Messages[0].Stage)
	require.ErrorIs(t, stuck.Messages[0].Err, metadata.ErrNotReady)
	require.NoError(t, stuck.Err, "no agent has failed")
	assert.Contains(t, err.Error(), c.Validators[0].Account.Address.Hex()+" pending", "the report names who is missing")

	c.Validators[2].Resume()
	require.NoError(t, n.Relay(t.Context()))
	assert.True(t, isDelivered(t, n.Chains[1], sent))
}

// However often an attempt has failed, and however far the next one is, Relay gets there.
func TestRelayAfterManyFailures(t *testing.T) {
	n, c, sent := one(t, hyperlanetest.WithValidators(1, 1), hyperlanetest.WithFinality(evm.Finality{Blocks: 30}))
	c.Validators[0].Pause()
	for range 3 {
		require.ErrorIs(t, n.Relay(t.Context()), hyperlanetest.ErrStuck)
	}
	status, err := n.Relayer.Status(sent.ID)
	require.NoError(t, err)
	assert.Greater(t, status.Next.Sub(n.Clock.Now()), time.Minute)
	c.Validators[0].Resume()
	require.NoError(t, n.Relay(t.Context()))
	assert.True(t, isDelivered(t, n.Chains[1], sent))
}

// A fault of the links of a minority keeps these validators from signing, and the message is
// delivered.
func TestLyingToOneValidator(t *testing.T) {
	lies := map[string]func(*hyperlanetest.Link){
		"hides logs":       func(l *hyperlanetest.Link) { l.HideLogs(nil) },
		"wrong root":       (*hyperlanetest.Link).ForgeRoot,
		"wrong block hash": (*hyperlanetest.Link).ForgeBlockHash,
		"cut":              (*hyperlanetest.Link).Cut,
		"repeats logs":     (*hyperlanetest.Link).RepeatLogs,
		"stale head":       func(l *hyperlanetest.Link) { l.FreezeHead(3) },
	}
	for name, lie := range lies {
		t.Run(name, func(t *testing.T) {
			n, c, sent := one(t)
			liedTo := c.Validators[1]
			lie(liedTo.Link)
			require.NoError(t, n.Relay(t.Context()))
			assert.True(t, isDelivered(t, n.Chains[1], sent))
			if liedTo.Err() != nil {
				assert.NotContains(t, liedTo.Storage.Names(), "checkpoint_0_with_id.json", "who cannot be sure does not sign")
			}
			liedTo.Link.Repair()
			require.NoError(t, liedTo.Step(t.Context()))
			_, err := liedTo.Storage.Open().Checkpoint(t.Context(), 0)
			require.NoError(t, err, "and signs once the link is repaired")
		})
	}
}

// A fault of the chain's own link stops everything and does no harm.
func TestLyingToAll(t *testing.T) {
	lies := map[string]func(*hyperlanetest.Link){
		"hides logs": func(l *hyperlanetest.Link) { l.HideLogs(nil) },
		"wrong root": (*hyperlanetest.Link).ForgeRoot,
		"cut":        (*hyperlanetest.Link).Cut,
	}
	for name, lie := range lies {
		t.Run(name, func(t *testing.T) {
			n, c, sent := one(t)
			lie(c.Link)
			require.Error(t, n.Step(t.Context()))
			for _, v := range c.Validators {
				assert.NotContains(t, v.Storage.Names(), "checkpoint_0_with_id.json")
			}
			require.ErrorIs(t, n.Relay(t.Context()), hyperlanetest.ErrStuck)
			assert.False(t, isDelivered(t, n.Chains[1], sent))
			c.Link.Repair()
			require.NoError(t, n.Relay(t.Context()))
			assert.True(t, isDelivered(t, n.Chains[1], sent))
		})
	}
}

func TestCorruptStorageOfOne(t *testing.T) {
	for _, how := range []hyperlanetest.Corruption{hyperlanetest.Missing, hyperlanetest.Malformed, hyperlanetest.Huge, hyperlanetest.WrongSigner} {
		n, c, sent := one(t)
		for _, v := range c.Validators {
			require.NoError(t, v.Step(t.Context()))
		}
		require.NoError(t, c.Validators[0].Storage.Corrupt(t.Context(), sent.LeafIndex, how))
		c.Validators[0].Pause()
		require.NoError(t, n.Relay(t.Context()))
		assert.True(t, isDelivered(t, n.Chains[1], sent))
	}
}

func TestReorgAboveFinality(t *testing.T) {
	n, c, sent := one(t, hyperlanetest.WithFinality(evm.Finality{Blocks: 3}))
	require.NoError(t, n.Step(t.Context()))
	_, err := c.Reorg(1, hyperlanetest.WithDropped(nil))
	require.NoError(t, err)
	require.NoError(t, n.Relay(t.Context()), "the message never was")
	assert.False(t, isDelivered(t, n.Chains[1], sent))

	again, err := c.Dispatch(t.Context(), n.Chains[1], []byte("again"))
	require.NoError(t, err)
	require.NoError(t, n.Relay(t.Context()))
	assert.True(t, isDelivered(t, n.Chains[1], again))
}

func TestReorgBelowFinalityEndsValidators(t *testing.T) {
	n, c, _ := one(t)
	require.NoError(t, n.Relay(t.Context()))
	_, err := c.Reorg(int(c.Height()-c.Contracts.MailboxBlock)-1, hyperlanetest.WithDropped(nil))
	require.NoError(t, err)
	_, err = c.Outbox().Dispatch(t.Context(), c.Transactor(1), hyperlane.Dispatch{
		Destination: n.Chains[1].Domain(), Recipient: n.Chains[1].Recipient(), Body: []byte("another past"),
	})
	require.NoError(t, err)
	for _, v := range c.Validators {
		require.ErrorIs(t, v.Step(t.Context()), validator.ErrReorg)
		require.ErrorIs(t, v.Err(), validator.ErrReorg)
		require.NoError(t, v.Restart())
		require.ErrorIs(t, v.Step(t.Context()), validator.ErrFlagged)
	}
}

func TestRestart(t *testing.T) {
	n, c, first := one(t)
	require.NoError(t, n.Relay(t.Context()))
	require.NoError(t, n.Relayer.Restart())
	for _, v := range c.Validators {
		require.NoError(t, v.Restart())
	}
	status, err := n.Relayer.Status(first.ID)
	require.NoError(t, err)
	assert.Equal(t, relayer.StageFinal, status.Stage, "what was done is remembered")
	second, err := c.Dispatch(t.Context(), n.Chains[1], []byte("second"))
	require.NoError(t, err)
	require.NoError(t, n.Relay(t.Context()))
	assert.True(t, isDelivered(t, n.Chains[1], second))
}

func TestBackground(t *testing.T) {
	var mu sync.Mutex
	signed, stages := 0, map[relayer.Stage]int{}
	observe := hyperlanetest.WithObserver(func(e hyperlanetest.Event) {
		mu.Lock()
		defer mu.Unlock()
		if e.Validator != nil && e.Validator.Kind == validator.Signed {
			signed++
		}
		if e.Relayer != nil {
			stages[e.Relayer.Stage]++
		}
	})
	n, _, sent := one(t, observe, hyperlanetest.WithFinality(evm.Finality{Blocks: 2}))
	n.Background(t.Context())
	n.Background(t.Context()) // again does nothing
	_, err := n.Chains[1].Inbox().Wait(t.Context(), sent.ID)
	require.NoError(t, err)
	n.StopBackground()
	n.StopBackground()
	height := n.Chains[0].Height()
	require.NoError(t, n.Relay(t.Context()), "stopped, it goes on by hand")
	assert.GreaterOrEqual(t, n.Chains[0].Height(), height)
	mu.Lock()
	defer mu.Unlock()
	assert.GreaterOrEqual(t, signed, 2)
	assert.Equal(t, 1, stages[relayer.StageDispatched])
	assert.Equal(t, 1, stages[relayer.StageDelivered])
}

func TestStepStopsWithItsContext(t *testing.T) {
	n, c, _ := one(t)
	c.Link.Hold()
	ctx, cancel := context.WithCancel(t.Context())
	done := make(chan error)
	go func() { done <- n.Step(ctx) }()
	require.NoError(t, c.Link.AwaitHeld(t.Context(), 1))
	cancel()
	require.ErrorIs(t, <-done, context.Canceled)
	require.ErrorIs(t, n.Relay(ctx), context.Canceled)
	require.NoError(t, c.Validators[0].Err(), "a cancelled step is no failure")
}

func TestNoGoroutineLeft(t *testing.T) {
	run := func() {
		n, err := hyperlanetest.Start(t.Context(), 2)
		require.NoError(t, err)
		sent, err := n.Chains[0].Dispatch(t.Context(), n.Chains[1], []byte("hello"))
		require.NoError(t, err)
		n.Background(t.Context())
		_, err = n.Chains[1].Inbox().Wait(t.Context(), sent.ID)
		require.NoError(t, err)
		require.NoError(t, n.Close())
	}
	run() // globals of go-ethereum start goroutines that stay
	ignore := goleak.IgnoreCurrent()
	run()
	// The node's peer database ends this one by itself, a second after it was closed.
	goleak.VerifyNone(t, ignore, goleak.IgnoreAnyFunction("github.com/syndtr/goleveldb/leveldb.(*DB).mpoolDrain"))
}

func TestStartFailsClean(t *testing.T) {
	failed := errors.New("no")
	ctx, cancel := context.WithCancelCause(t.Context())
	cancel(failed)
	_, err := hyperlanetest.Start(ctx, 2)
	require.Error(t, err)
}

// A fault of the relayer's links costs time only: no message is lost, and none is delivered twice.
func TestLyingToTheRelayer(t *testing.T) {
	tests := map[string]struct {
		lie   func(*hyperlanetest.Link)
		chain int  // whose link lies: 0 is the origin
		stops bool // nothing is delivered while it lasts
	}{
		"origin hides logs":         {func(l *hyperlanetest.Link) { l.HideLogs(nil) }, 0, true},
		"origin repeats logs":       {(*hyperlanetest.Link).RepeatLogs, 0, false},
		"origin has a wrong root":   {(*hyperlanetest.Link).ForgeRoot, 0, true},
		"origin is stale":           {func(l *hyperlanetest.Link) { l.FreezeHead(3) }, 0, true},
		"origin names wrong blocks": {(*hyperlanetest.Link).ForgeBlockHash, 0, true},
		"destination is cut":        {(*hyperlanetest.Link).Cut, 1, true},
		"destination cannot send":   {func(l *hyperlanetest.Link) { l.Fail(hyperlanetest.SendTransaction, nil) }, 1, true},
		"destination cannot call":   {func(l *hyperlanetest.Link) { l.Fail(hyperlanetest.CallContract, nil) }, 1, true},
		"destination has no receipts": {
			(*hyperlanetest.Link).HideReceipts, 1, false,
		},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			n, _, sent := one(t)
			link := n.Relayer.Links[n.Chains[tt.chain].Domain()]
			tt.lie(link)
			for range 5 {
				_ = n.Step(t.Context()) // how it fails is the relayer's affair
				require.NoError(t, n.Mine(1))
			}
			assert.Equal(t, !tt.stops, isDelivered(t, n.Chains[1], sent))
			link.Repair()
			require.NoError(t, n.Relay(t.Context()))
			assert.True(t, isDelivered(t, n.Chains[1], sent))
			paid, err := n.Chains[1].Link.NonceAt(t.Context(), n.Relayer.Account.Address, nil)
			require.NoError(t, err)
			assert.EqualValues(t, 1, paid, "one delivery, one transaction")
		})
	}
}
