package relayer_test

import (
	"context"
	"testing"
	"time"

	bind "github.com/ethereum/go-ethereum/accounts/abi/bind/v2"
	"github.com/ethereum/go-ethereum/common"
	"github.com/ethereum/go-ethereum/core/types"
	"github.com/ethereum/go-ethereum/crypto"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/hyperlane-go/sdk/hyperlane"
	"github.com/hyperlane-go/sdk/hyperlane/evm"
	"github.com/hyperlane-go/sdk/hyperlane/hyperlanetest"
	"github.com/hyperlane-go/sdk/hyperlane/relayer"
	"github.com/hyperlane-go/sdk/message"
)

// These tests run over nodes and contracts; those over a model go into the corners.

// rounds lets all agents work, with a block and some time between.
func rounds(t *testing.T, n *hyperlanetest.Network, count int) (last error) {
	t.Helper()
	for range count {
		last = n.Step(t.Context())
		require.NoError(t, n.Mine(1))
	}
	return last
}

func status(t *testing.T, n *hyperlanetest.Network, id message.ID) relayer.Status {
	t.Helper()
	s, err := n.Relayer.Status(id)
	require.NoError(t, err)
	return s
}

func send(t *testing.T, n *hyperlanetest.Network, body string) *hyperlane.Dispatched {
	t.Helper()
	sent, err := n.Chains[0].Dispatch(t.Context(), n.Chains[1], []byte(body))
	require.NoError(t, err)
	return sent
}

// processed counts how often a message was processed.
func processed(t *testing.T, c *hyperlanetest.Chain, id message.ID) int {
	t.Helper()
	n := 0
	for e, err := range c.Inbox().Deliveries(t.Context(), evm.Range{}) {
		require.NoError(t, err)
		if e.ID == id {
			n++
		}
	}
	return n
}

func TestLyingNode(t *testing.T) {
	for name, lie := range map[string]func(*hyperlanetest.Link){
		"missing logs":     func(l *hyperlanetest.Link) { l.HideLogs(nil) },
		"repeated logs":    func(l *hyperlanetest.Link) { l.RepeatLogs() },
		"wrong root":       func(l *hyperlanetest.Link) { l.ForgeRoot() },
		"wrong block hash": func(l *hyperlanetest.Link) { l.ForgeBlockHash() },
		"stale head":       func(l *hyperlanetest.Link) { l.FreezeHead(3) },
		"no receipts":      func(l *hyperlanetest.Link) { l.HideReceipts() },
		"no answer":        func(l *hyperlanetest.Link) { l.Cut() },
	} {
		t.Run(name, func(t *testing.T) {
			n := hyperlanetest.New(t, 2)
			require.NoError(t, rounds(t, n, 2))
			sent := send(t, n, "hello")
			for _, c := range n.Chains {
				lie(n.Relayer.Links[c.Domain()])
			}
			_ = rounds(t, n, 4) // the lie makes it fail
			for _, l := range n.Relayer.Links {
				l.Repair()
			}
			require.NoError(t, n.Relay(t.Context()))
			s := status(t, n, sent.ID)
			require.Equal(t, relayer.StageFinal, s.Stage)
			// A receipt with a log that comes twice contradicts itself, and nothing of it is used.
			known := name != "no receipts" && name != "repeated logs"
			assert.Equal(t, known, s.Delivery.TxHash != common.Hash{})
			assert.Equal(t, 1, processed(t, n.Chains[1], sent.ID))
		})
	}
}

// A node accepts the replacement of a stuck transaction, and exactly one of the two is included.
func TestReplacementIsAccepted(t *testing.T) {
	n := hyperlanetest.New(t, 2)
	sent := send(t, n, "hello")
	destination := n.Chains[1]
	require.NoError(t, n.Mine(2))
	destination.AutoMine(false)
	require.NoError(t, n.Step(t.Context()))
	require.Equal(t, relayer.StageSubmitted, status(t, n, sent.ID).Stage)
	require.Equal(t, 1, destination.Pending())
	for range 3 {
		n.Clock.Advance(11 * time.Minute)
		require.NoError(t, n.Step(t.Context()))
	}
	txs := status(t, n, sent.ID).Transactions
	require.Len(t, txs, 4)
	assert.Equal(t, 1, destination.Pending(), "each replaced the one before")
	destination.AutoMine(true)
	require.NoError(t, n.Relay(t.Context()))
	s := status(t, n, sent.ID)
	require.Equal(t, relayer.StageFinal, s.Stage)
	assert.Equal(t, txs[3], s.Delivery.TxHash)
	assert.Equal(t, 1, processed(t, destination, sent.ID))
}

// A delivery that a reorganisation undoes is made again, by the same transaction when the node
// returns it to its pool and also when it forgets it.
func TestDestinationReorg(t *testing.T) {
	for name, option := range map[string]hyperlanetest.ReorgOption{
		"forgotten": hyperlanetest.WithDropped(nil), "pooled": hyperlanetest.WithRequeued(nil),
	} {
		t.Run(name, func(t *testing.T) {
			n := hyperlanetest.New(t, 2, hyperlanetest.WithFinality(evm.Finality{Blocks: 3}))
			sent := send(t, n, "hello")
			require.NoError(t, n.Mine(4))
			destination := n.Chains[1]
			for status(t, n, sent.ID).Stage != relayer.StageDelivered {
				require.NoError(t, n.Step(t.Context()))
			}
			delivery := status(t, n, sent.ID).Delivery
			_, err := destination.Reorg(int(destination.Height()-delivery.Block)+1, option)
			require.NoError(t, err)
			require.NoError(t, n.Relay(t.Context()))
			s := status(t, n, sent.ID)
			require.Equal(t, relayer.StageFinal, s.Stage)
			assert.Equal(t, delivery.TxHash, s.Delivery.TxHash)
			assert.Equal(t, 1, processed(t, destination, sent.ID))
		})
	}
}

// Restarts between any two steps change nothing.
func TestRestarts(t *testing.T) {
	n := hyperlanetest.New(t, 2)
	sent := send(t, n, "hello")
	for range 12 {
		require.NoError(t, n.Step(t.Context()))
		require.NoError(t, n.Relayer.Restart())
		require.NoError(t, n.Mine(1))
	}
	require.Equal(t, relayer.StageFinal, status(t, n, sent.ID).Stage)
	assert.Equal(t, 1, processed(t, n.Chains[1], sent.ID))
}

func TestObstaclesOnContracts(t *testing.T) {
	n := hyperlanetest.New(t, 2)
	origin, destination := n.Chains[0], n.Chains[1]
	for _, c := range []struct {
		name      string
		recipient common.Address
		stage     relayer.Stage
		class     error
	}{
		{"no code", common.Address{1}, relayer.StageNoRecipient, relayer.ErrNoRecipient},
		{"no handle", destination.Contracts.MessageIDFactory, relayer.StageHandleReverted, evm.ErrReverted},
	} {
		t.Run(c.name, func(t *testing.T) {
			sent, err := origin.Outbox().Dispatch(t.Context(), origin.Transactor(0), hyperlane.Dispatch{
				Destination: destination.Domain(), Recipient: message.FromEVM(c.recipient), Body: []byte("hello")})
			require.NoError(t, err)
			require.NoError(t, rounds(t, n, 3))
			s := status(t, n, sent.ID)
			require.Equal(t, c.stage, s.Stage, "%v", s)
			require.ErrorIs(t, s.Err, c.class)
			assert.Positive(t, s.Attempts)
		})
	}
}

func TestRunOverNetwork(t *testing.T) {
	n := hyperlanetest.New(t, 2)
	origin, destination := n.Chains[0], n.Chains[1]
	n.Relayer.Pause()
	sent := send(t, n, "hello")
	require.NoError(t, rounds(t, n, 2))
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	r, err := relayer.New(relayer.Config{
		Ephemeral: true, Interval: time.Millisecond, OpenStore: n.OpenStore, Now: n.Clock.Now,
		Chains: []relayer.Chain{{Client: origin.Chain}, {Client: destination.Chain, Transactor: destination.Transactor(5)}},
		Observe: func(e relayer.Event) {
			if e.ID == sent.ID && e.Stage == relayer.StageDelivered {
				cancel()
			}
		},
	})
	require.NoError(t, err)
	require.NoError(t, r.Run(ctx))
	s, err := r.Status(sent.ID)
	require.NoError(t, err)
	require.NotNil(t, s.Delivery)
	require.NoError(t, r.Close())
	assert.Equal(t, 1, processed(t, destination, sent.ID))
}

// Chains with the old kind of fees, or with fees the operator has set.
func TestTransactorFees(t *testing.T) {
	n := hyperlanetest.New(t, 2)
	origin, destination := n.Chains[0], n.Chains[1]
	legacy := *destination.TransactorOf(hyperlanetest.User(5))
	price, err := destination.Backend().SuggestGasPrice(t.Context())
	require.NoError(t, err)
	legacy.GasPrice = price
	var sentTxs []common.Hash
	r, err := relayer.New(relayer.Config{
		Ephemeral: true,
		Chains: []relayer.Chain{
			{Client: origin.Chain, From: origin.Contracts.MailboxBlock, Name: "origin"},
			{Client: destination.Chain, From: destination.Contracts.MailboxBlock, Transactor: &legacy, Name: "destination"},
		},
		OpenStore: n.OpenStore,
		Now:       n.Clock.Now,
		Observe: func(e relayer.Event) {
			if e.Stage == relayer.StageSubmitted {
				sentTxs = append(sentTxs, e.TxHash)
			}
		},
	})
	require.NoError(t, err)
	defer func() { require.NoError(t, r.Close()) }()
	n.Relayer.Pause()
	sent := send(t, n, "hello")
	for range 4 {
		require.NoError(t, rounds(t, n, 1))
		require.NoError(t, r.Step(t.Context()))
	}
	s, err := r.Status(sent.ID)
	require.NoError(t, err)
	require.NotNil(t, s.Delivery, "%v", s)
	require.Len(t, sentTxs, 1)
	tx, _, err := destination.Backend().TransactionByHash(t.Context(), sentTxs[0])
	require.NoError(t, err)
	assert.EqualValues(t, types.LegacyTxType, tx.Type())
	assert.Equal(t, price, tx.GasPrice())

	back, err := destination.Dispatch(t.Context(), origin, []byte("no relayer delivers to the origin"))
	require.NoError(t, err)
	require.NoError(t, n.Mine(2))
	require.NoError(t, r.Step(t.Context()))
	s, err = r.Status(back.ID)
	require.NoError(t, err)
	require.ErrorIs(t, s.Err, relayer.ErrFiltered)
}

func TestConfigRefused(t *testing.T) {
	n := hyperlanetest.New(t, 2)
	good := func() relayer.Config {
		return relayer.Config{Ephemeral: true, Chains: []relayer.Chain{{Client: n.Chains[0].Chain}, {Client: n.Chains[1].Chain}}}
	}
	key, err := crypto.GenerateKey()
	require.NoError(t, err)
	transactor := func(change func(*bind.TransactOpts)) *bind.TransactOpts {
		opts := bind.NewKeyedTransactor(key, n.Chains[0].ChainID())
		change(opts)
		return opts
	}
	sender, err := hyperlane.New(t.Context(), n.Chains[0].Client, hyperlane.Addresses{Outbox: n.Chains[0].Contracts.Mailbox})
	require.NoError(t, err)
	for _, c := range []struct {
		field string
		spoil func(*relayer.Config)
	}{
		{"Chains[0].Transactor", func(c *relayer.Config) {
			c.Chains[0].Client, c.Chains[0].Transactor = sender, transactor(func(*bind.TransactOpts) {})
		}},
		{"Chains", func(c *relayer.Config) { c.Chains = nil }},
		{"Chains[1].Client", func(c *relayer.Config) { c.Chains[1].Client = nil }},
		{"Chains[1].Client", func(c *relayer.Config) { c.Chains[1].Client = c.Chains[0].Client }},
		{"Chains[0].Finality", func(c *relayer.Config) { c.Chains[0].Finality = &evm.Finality{Tag: "soon"} }},
		{"Chains[0].Transactor.Signer", func(c *relayer.Config) { c.Chains[0].Transactor = &bind.TransactOpts{} }},
		{"Chains[0].Transactor.Nonce", func(c *relayer.Config) {
			c.Chains[0].Transactor = transactor(func(o *bind.TransactOpts) { o.Nonce = common.Big1 })
		}},
		{"Chains[0].Transactor.NoSend", func(c *relayer.Config) {
			c.Chains[0].Transactor = transactor(func(o *bind.TransactOpts) { o.NoSend = true })
		}},
		{"Chains[0].Transactor.Value", func(c *relayer.Config) {
			c.Chains[0].Transactor = transactor(func(o *bind.TransactOpts) { o.Value = common.Big1 })
		}},
		{"StateDir", func(c *relayer.Config) { c.Ephemeral = false }},
		{"StateDir", func(c *relayer.Config) { c.StateDir = "both" }},
		{"Interval", func(c *relayer.Config) { c.Interval = -1 }},
		{"ResubmitAfter", func(c *relayer.Config) { c.ResubmitAfter = -1 }},
		{"MaxLocationAge", func(c *relayer.Config) { c.MaxLocationAge = -1 }},
		{"ValidatorTimeout", func(c *relayer.Config) { c.ValidatorTimeout = -1 }},
	} {
		cfg := good()
		c.spoil(&cfg)
		_, err := relayer.New(cfg)
		var e *evm.ConfigError
		require.ErrorAs(t, err, &e, c.field)
		require.ErrorIs(t, err, evm.ErrConfig)
		assert.Equal(t, c.field, e.Field)
		assert.NotEmpty(t, e.Have)
		assert.NotEmpty(t, e.Want)
	}
	receiver, err := hyperlane.New(t.Context(), n.Chains[1].Client, hyperlane.Addresses{Inbox: n.Chains[1].Contracts.Mailbox})
	require.NoError(t, err)
	cfg := good()
	cfg.Chains[1].Client = receiver
	r, err := relayer.New(cfg)
	require.NoError(t, err)
	require.Len(t, r.Progress(), 1, "a chain without an outbox is no origin")
	require.NoError(t, r.Step(context.Background()))
	require.NoError(t, r.Close())
}
