package validator_test

import (
	"errors"
	"testing"

	"github.com/ethereum/go-ethereum/core/types"
	"github.com/ethereum/go-ethereum/crypto"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/hyperlane-go/sdk/hyperlane"
	"github.com/hyperlane-go/sdk/hyperlane/evm"
	"github.com/hyperlane-go/sdk/hyperlane/hyperlanetest"
	"github.com/hyperlane-go/sdk/hyperlane/storage"
	"github.com/hyperlane-go/sdk/hyperlane/validator"
	"github.com/hyperlane-go/sdk/ism/checkpoint"
)

// requireSigned checks the store against the contract: the newest checkpoint is latestCheckpoint,
// and everything below is there and valid.
func requireSigned(t *testing.T, c *hyperlanetest.Chain, store *storage.Store, signer checkpoint.Signer) {
	t.Helper()
	root, index, err := c.Tree().LatestCheckpoint(t.Context())
	require.NoError(t, err)
	latest, err := store.LatestIndex(t.Context())
	require.NoError(t, err)
	require.Equal(t, index, latest)
	for i := range index + 1 {
		signed, err := store.Checkpoint(t.Context(), i)
		require.NoError(t, err)
		require.NoError(t, signed.Verify(signer.Address()))
		require.Equal(t, c.Domain(), signed.Origin)
		require.Equal(t, c.TreeAddress(), signed.Tree)
		if i == index {
			require.Equal(t, root, signed.Root)
		}
	}
}

func newKey(t *testing.T) checkpoint.Signer {
	t.Helper()
	key, err := crypto.GenerateKey()
	require.NoError(t, err)
	return checkpoint.NewKeySigner(key)
}

// A new validator on a real node: it announces itself, signs what was there before, and what comes.
func TestOnNode(t *testing.T) {
	n := hyperlanetest.New(t, 2, hyperlanetest.WithValidators(1, 1))
	origin, destination := n.Chains[0], n.Chains[1]
	signer, store := newKey(t), storage.NewMemory()
	cfg := validator.Config{
		Chain: origin.Chain, Witnesses: []*hyperlane.Chain{origin.Chain}, Signer: signer, Store: store, StateDir: t.TempDir(),
		Location: "s3://validator/us-east-1", Transactor: origin.Transactor(1), Now: n.Clock.Now,
	}
	v, err := validator.New(cfg)
	require.NoError(t, err)
	_, err = validator.New(cfg)
	require.ErrorIs(t, err, validator.ErrKeyInUse)
	for range 3 {
		_, err := origin.Dispatch(t.Context(), destination, []byte("hello"))
		require.NoError(t, err)
	}
	require.NoError(t, v.Step(t.Context()))
	requireSigned(t, origin, store, signer)
	locations, err := origin.ValidatorAnnounce().Locations(t.Context(), signer.Address())
	require.NoError(t, err)
	require.Equal(t, [][]string{{cfg.Location}}, locations)

	sent, err := origin.Dispatch(t.Context(), destination, []byte("again"))
	require.NoError(t, err)
	require.NoError(t, v.Step(t.Context()))
	requireSigned(t, origin, store, signer)
	newest, err := store.Checkpoint(t.Context(), sent.LeafIndex)
	require.NoError(t, err)
	assert.Equal(t, sent.ID, newest.MessageID)
	require.NoError(t, v.Close())

	// The sign log is lost; the operator recovers it, and the validator goes on.
	cfg.StateDir = t.TempDir()
	v, err = validator.New(cfg)
	require.NoError(t, err)
	require.ErrorIs(t, v.Step(t.Context()), validator.ErrSignLog)
	require.NoError(t, v.Close())
	have, found, err := validator.Recover(t.Context(), cfg)
	require.NoError(t, err)
	require.True(t, found)
	assert.Equal(t, newest.Checkpoint, have)
	v, err = validator.New(cfg)
	require.NoError(t, err)
	require.NoError(t, v.Step(t.Context()))
	require.NoError(t, v.Close())
}

func TestWitnessOfAnotherChain(t *testing.T) {
	n := hyperlanetest.New(t, 2, hyperlanetest.WithValidators(1, 1))
	_, err := validator.New(validator.Config{
		Chain: n.Chains[0].Chain, Witnesses: []*hyperlane.Chain{n.Chains[0].Chain, n.Chains[1].Chain}, Signer: newKey(t), Store: storage.NewMemory(),
		StateDir: t.TempDir(), SkipAnnounce: true,
	})
	require.ErrorIs(t, err, evm.ErrConfig)
	var typed *evm.ConfigError
	require.ErrorAs(t, err, &typed)
	assert.Equal(t, "Witnesses[1]", typed.Field)
}

// A node that lies never gets a signature, and costs none once it stops.
func TestLyingNode(t *testing.T) {
	n := hyperlanetest.New(t, 2, hyperlanetest.WithValidators(1, 1))
	origin, destination := n.Chains[0], n.Chains[1]
	v := origin.Validators[0]
	require.NoError(t, v.Step(t.Context()))
	for name, lie := range map[string]func(l *hyperlanetest.Link){
		"cut":              func(l *hyperlanetest.Link) { l.Cut() },
		"wrong root":       func(l *hyperlanetest.Link) { l.ForgeRoot() },
		"logs missing":     func(l *hyperlanetest.Link) { l.HideLogs(nil) },
		"wrong block hash": func(l *hyperlanetest.Link) { l.ForgeBlockHash() },
		"last log missing": func(l *hyperlanetest.Link) {
			height := origin.Height()
			l.HideLogs(func(log types.Log) bool { return log.BlockNumber == height })
		},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := origin.Dispatch(t.Context(), destination, []byte(name))
			require.NoError(t, err)
			before := len(v.Storage.Names())
			lie(v.Link)
			for range 2 {
				require.Error(t, v.Step(t.Context()))
				require.Len(t, v.Storage.Names(), before)
			}
			v.Link.Repair()
			require.NoError(t, v.Step(t.Context()))
			requireSigned(t, origin, v.Storage.Open(), checkpoint.NewKeySigner(v.Account.Key))
		})
	}
	t.Run("stale head", func(t *testing.T) {
		v.Link.FreezeHead(origin.Height() - 1)
		require.ErrorIs(t, v.Step(t.Context()), validator.ErrBehind)
		v.Link.Repair()
		require.NoError(t, v.Step(t.Context()))
	})
	t.Run("stale from before a message", func(t *testing.T) {
		height := origin.Height()
		_, err := origin.Dispatch(t.Context(), destination, []byte("unseen"))
		require.NoError(t, err)
		before := len(v.Storage.Names())
		v.Link.FreezeHead(height)
		require.NoError(t, v.Step(t.Context()), "late, not wrong")
		require.Len(t, v.Storage.Names(), before)
		v.Link.Repair()
		require.NoError(t, v.Step(t.Context()))
		requireSigned(t, origin, v.Storage.Open(), checkpoint.NewKeySigner(v.Account.Key))
	})
	t.Run("logs twice", func(t *testing.T) {
		_, err := origin.Dispatch(t.Context(), destination, []byte("twice"))
		require.NoError(t, err)
		v.Link.RepeatLogs()
		require.NoError(t, v.Step(t.Context()), "repeated, not wrong")
		v.Link.Repair()
		requireSigned(t, origin, v.Storage.Open(), checkpoint.NewKeySigner(v.Account.Key))
	})
}

// Nothing is signed that the tag does not cover, and what it covers is.
func TestFinalizedTag(t *testing.T) {
	n := hyperlanetest.New(t, 2, hyperlanetest.WithValidators(1, 1), hyperlanetest.WithFinality(evm.Finality{Tag: evm.TagFinalized}))
	origin, destination := n.Chains[0], n.Chains[1]
	v := origin.Validators[0]
	origin.PauseFinality()
	_, err := origin.Dispatch(t.Context(), destination, []byte("hello"))
	require.NoError(t, err)
	require.NoError(t, origin.Mine(5))
	require.NoError(t, v.Step(t.Context()))
	_, err = v.Storage.Open().LatestIndex(t.Context())
	require.ErrorIs(t, err, storage.ErrNotFound)
	require.NoError(t, origin.ResumeFinality())
	require.NoError(t, v.Step(t.Context()))
	requireSigned(t, origin, v.Storage.Open(), checkpoint.NewKeySigner(v.Account.Key))
}

func TestReorgOnNode(t *testing.T) {
	n := hyperlanetest.New(t, 2, hyperlanetest.WithValidators(1, 1), hyperlanetest.WithFinality(evm.Finality{Blocks: 2}))
	origin, destination := n.Chains[0], n.Chains[1]
	v := origin.Validators[0]
	send := func(body string) {
		t.Helper()
		_, err := origin.Dispatch(t.Context(), destination, []byte(body))
		require.NoError(t, err)
	}
	base := origin.Height()
	send("one")
	send("two")
	require.NoError(t, origin.Mine(2))
	require.NoError(t, v.Step(t.Context()))
	requireSigned(t, origin, v.Storage.Open(), checkpoint.NewKeySigner(v.Account.Key))

	// The same messages in other blocks: noticed, and no harm.
	_, err := origin.Reorg(4)
	require.NoError(t, err)
	require.NoError(t, v.Step(t.Context()))
	require.NoError(t, origin.Mine(2))
	require.NoError(t, v.Step(t.Context()))

	// History below finality that is signed and gone.
	_, err = origin.Reorg(int(origin.Height()-base), hyperlanetest.WithDropped(nil))
	require.NoError(t, err)
	send("another one")
	send("another two")
	require.NoError(t, origin.Mine(3))
	err = v.Step(t.Context())
	require.ErrorIs(t, err, validator.ErrReorg)
	var typed *validator.ReorgError
	require.True(t, errors.As(err, &typed))
	assert.Equal(t, uint32(1), typed.Index)
	flag, present, err := v.Storage.Open().Reorg(t.Context())
	require.NoError(t, err)
	require.True(t, present)
	assert.Equal(t, "2", flag.ReorgPeriod)
	assert.Equal(t, n.Clock.Now().Unix(), flag.Time.Unix())
}
