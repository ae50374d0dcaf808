package router_test

import (
	"math/big"
	"testing"

	bind "github.com/ethereum/go-ethereum/accounts/abi/bind/v2"
	"github.com/ethereum/go-ethereum/common"
	"github.com/ethereum/go-ethereum/core/types"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/hyperlane-go/sdk/hyperlane/evm"
	"github.com/hyperlane-go/sdk/hyperlane/hyperlanetest"
	"github.com/hyperlane-go/sdk/message"
	"github.com/hyperlane-go/sdk/router"
)

// fixture is n chains that accept every message, each with a HelloWorld router that has enrolled no
// other.
type fixture struct {
	*hyperlanetest.Network
	routers []*router.HelloWorld
}

func start(t *testing.T, n int) *fixture {
	t.Helper()
	f := &fixture{Network: hyperlanetest.New(t, n, hyperlanetest.WithISM(hyperlanetest.Noop))}
	for _, chain := range f.Chains {
		hello, err := router.DeployHelloWorld(t.Context(), chain.Client, chain.Owner(), chain.Contracts.Mailbox, common.Address{})
		require.NoError(t, err)
		f.routers = append(f.routers, hello)
	}
	return f
}

func (f *fixture) mesh(t *testing.T) *router.Mesh {
	t.Helper()
	var routers []*router.Router
	for _, hello := range f.routers {
		routers = append(routers, hello.Router)
	}
	mesh, err := router.NewMesh(t.Context(), routers...)
	require.NoError(t, err)
	return mesh
}

// enroll makes the routers enroll each other.
func (f *fixture) enroll(t *testing.T) {
	t.Helper()
	mesh := f.mesh(t)
	diff, err := mesh.Diff(t.Context())
	require.NoError(t, err)
	_, err = mesh.Apply(t.Context(), diff, f.owner)
	require.NoError(t, err)
}

func (f *fixture) owner(domain message.Domain) *bind.TransactOpts { return f.Chain(domain).Owner() }

func (f *fixture) address(i int) message.Address { return message.FromEVM(f.routers[i].Address()) }

func TestNewRefuses(t *testing.T) {
	f := start(t, 1)
	client := f.Chains[0].Client
	for name, open := range map[string]func() error{
		"no client":         func() error { _, err := router.New(nil, common.Address{1}); return err },
		"no address":        func() error { _, err := router.New(client, common.Address{}); return err },
		"no client, hello":  func() error { _, err := router.NewHelloWorld(nil, common.Address{1}); return err },
		"no address, hello": func() error { _, err := router.NewHelloWorld(client, common.Address{}); return err },
		"no client, deploy": func() error {
			return deployErr(router.DeployHelloWorld(t.Context(), nil, f.Chains[0].Owner(), common.Address{1}, common.Address{}))
		},
		"no options, deploy": func() error {
			return deployErr(router.DeployHelloWorld(t.Context(), client, nil, common.Address{1}, common.Address{}))
		},
	} {
		require.ErrorIs(t, open(), evm.ErrConfig, name)
	}
}

func deployErr(_ *router.HelloWorld, err error) error { return err }

func TestRouterRefusals(t *testing.T) {
	f := start(t, 2)
	ctx, hello, there := t.Context(), f.routers[0], f.Chains[1].Domain()
	chain := f.Chains[0]
	owner, user := chain.Owner(), chain.Transactor(0)

	_, err := hello.Remote(ctx, there)
	require.ErrorIs(t, err, router.ErrNotEnrolled)
	assert.ErrorContains(t, err, hello.Address().Hex()+" has no router for domain 2000")

	rows := []struct {
		name, reason string
		class        error
		call         func() error
	}{
		{"enrollment by a stranger", "OwnableUnauthorizedAccount", evm.ErrUnauthorized, func() error {
			_, err := hello.Enroll(ctx, user, there, f.address(1))
			return err
		}},
		{"module of a stranger", "OwnableUnauthorizedAccount", evm.ErrUnauthorized, func() error {
			_, err := hello.SetISM(ctx, user, chain.Contracts.Noop)
			return err
		}},
		{"module without code", "MailboxClientNotContract", evm.ErrNoCode, func() error {
			_, err := hello.SetISM(ctx, owner, common.HexToAddress("0xdead"))
			return err
		}},
		{"enrollment by a stranger, gas given", "OwnableUnauthorizedAccount", evm.ErrUnauthorized, func() error {
			opts := chain.Transactor(0)
			opts.GasLimit = 1_000_000
			_, err := hello.Enroll(ctx, opts, there, f.address(1))
			return err
		}},
		{"removal of what is not there", "RouterNotEnrolled", router.ErrNotEnrolled, func() error {
			_, err := hello.Unenroll(ctx, owner, there)
			return err
		}},
		{"greeting to nowhere", "RouterNotEnrolled(2000)", router.ErrNotEnrolled, func() error {
			_, err := hello.Send(ctx, user, there, "hello")
			return err
		}},
		{"quote to nowhere", "RouterNotEnrolled", router.ErrNotEnrolled, func() error {
			_, err := hello.Quote(ctx, user.From, there, "hello")
			return err
		}},
		{"deployment without a mailbox", "MailboxNotContract", evm.ErrNoCode, func() error {
			return deployErr(router.DeployHelloWorld(ctx, chain.Client, owner, common.HexToAddress("0xdead"), common.Address{}))
		}},
	}
	for _, row := range rows {
		t.Run(row.name, func(t *testing.T) {
			before := chain.Height()
			err := row.call()
			require.ErrorIs(t, err, evm.ErrReverted)
			require.ErrorIs(t, err, row.class)
			var revert *evm.RevertError
			require.ErrorAs(t, err, &revert)
			assert.Contains(t, err.Error(), row.reason)
			assert.Equal(t, before, chain.Height(), "nothing was sent")
		})
	}
}

// What cannot be meant is refused before the node is asked.
func TestArgumentsRefused(t *testing.T) {
	f := start(t, 1)
	ctx, hello, chain := t.Context(), f.routers[0], f.Chains[0]
	with := func(value *big.Int) *bind.TransactOpts {
		opts := chain.Owner()
		opts.Value = value
		return opts
	}
	rows := map[string]func() error{
		// Trap 46: the zero router would accept messages from sender zero.
		"zero router":            func() error { _, err := hello.Enroll(ctx, chain.Owner(), 7, message.Address{}); return err },
		"zero router, call only": func() error { _, err := hello.EnrollCall(7, message.Address{}); return err },
		"enroll without options": func() error { _, err := hello.Enroll(ctx, nil, 7, f.address(0)); return err },
		"enroll with value":      func() error { _, err := hello.Enroll(ctx, with(big.NewInt(1)), 7, f.address(0)); return err },
		"unenroll with value":    func() error { _, err := hello.Unenroll(ctx, with(big.NewInt(1)), 7); return err },
		"ISM with value":         func() error { _, err := hello.SetISM(ctx, with(big.NewInt(1)), common.Address{}); return err },
		"send without options":   func() error { _, err := hello.Send(ctx, nil, 7, ""); return err },
		"send with debt":         func() error { _, err := hello.Send(ctx, with(big.NewInt(-1)), 7, ""); return err },
		"send with too much":     func() error { _, err := hello.Send(ctx, with(new(big.Int).Lsh(big.NewInt(1), 256)), 7, ""); return err },
		"no receipt":             func() error { _, err := hello.Greetings(nil); return err },
	}
	for name, call := range rows {
		t.Run(name, func(t *testing.T) {
			before := chain.Link.Calls(hyperlanetest.EstimateGas)
			require.ErrorIs(t, call(), evm.ErrConfig)
			assert.Equal(t, before, chain.Link.Calls(hyperlanetest.EstimateGas))
		})
	}
}

// A transaction to an address without code succeeds and does nothing, so it is not sent.
func TestAddressWithoutCode(t *testing.T) {
	f := start(t, 1)
	ctx, chain := t.Context(), f.Chains[0]
	nowhere, err := router.NewHelloWorld(chain.Client, common.HexToAddress("0xdead"))
	require.NoError(t, err)
	paid := chain.Transactor(0)
	paid.Value = new(big.Int)
	height := chain.Height()
	for name, call := range map[string]func() error{
		"Domain":   func() error { _, err := nowhere.Domain(ctx); return err },
		"Domains":  func() error { _, err := nowhere.Domains(ctx); return err },
		"Enroll":   func() error { _, err := nowhere.Enroll(ctx, chain.Owner(), 7, f.address(0)); return err },
		"Unenroll": func() error { _, err := nowhere.Unenroll(ctx, chain.Owner(), 7); return err },
		"SetISM":   func() error { _, err := nowhere.SetISM(ctx, chain.Owner(), common.Address{}); return err },
		"Send":     func() error { _, err := nowhere.Send(ctx, paid, 7, "x"); return err },
		"NewMesh":  func() error { _, err := router.NewMesh(ctx, nowhere.Router); return err },
	} {
		err := call()
		require.ErrorIs(t, err, evm.ErrNoCode, name)
		assert.ErrorContains(t, err, "0x000000000000000000000000000000000000dEaD", name)
	}
	assert.Equal(t, height, chain.Height())
}

func TestHelloWorldSendsAndCounts(t *testing.T) {
	f := start(t, 2)
	f.enroll(t)
	ctx := t.Context()
	from, to := f.Chains[0], f.Chains[1]

	mailbox, err := f.routers[0].Mailbox(ctx)
	require.NoError(t, err)
	assert.Equal(t, from.Contracts.Mailbox, mailbox)
	user := from.Transactor(0)
	fee, err := f.routers[0].Quote(ctx, user.From, to.Domain(), "hello")
	require.NoError(t, err)
	assert.True(t, fee.IsZero(), "no hook sells anything")

	receipt, err := f.routers[0].Send(ctx, user, to.Domain(), "hello")
	require.NoError(t, err)
	assert.Nil(t, user.Value, "arguments are read-only")
	dispatched, err := from.Outbox().FromReceipt(receipt)
	require.NoError(t, err)
	require.Len(t, dispatched, 1)
	m := dispatched[0].Message
	assert.Equal(t, f.address(0), m.Sender)
	assert.Equal(t, f.address(1), m.Recipient)
	greetings, err := f.routers[1].Greetings(receipt)
	require.NoError(t, err)
	assert.Empty(t, greetings, "nothing arrived yet")

	before, err := to.Head(ctx, evm.Finality{})
	require.NoError(t, err)
	receipt, err = to.Inbox().Process(ctx, to.Transactor(1), nil, &m)
	require.NoError(t, err)
	greetings, err = f.routers[1].Greetings(receipt)
	require.NoError(t, err)
	assert.Equal(t, []router.Greeting{{Origin: from.Domain(), Sender: f.address(0), Text: "hello"}}, greetings)
	greetings, err = f.routers[0].Greetings(receipt)
	require.NoError(t, err)
	assert.Empty(t, greetings, "another router's event")

	count, err := f.routers[1].Received(ctx, from.Domain())
	require.NoError(t, err)
	assert.Equal(t, uint64(1), count.Uint64())
	count, err = f.routers[1].At(before).Received(ctx, from.Domain())
	require.NoError(t, err)
	assert.Zero(t, count.Uint64(), "as of the block before")
}

// What is paid beyond the quote comes back.
func TestSendReturnsTheExcess(t *testing.T) {
	f := start(t, 2)
	f.enroll(t)
	ctx, chain := t.Context(), f.Chains[0]
	user := chain.Transactor(0)
	before, err := chain.Balance(ctx, user.From)
	require.NoError(t, err)
	user.Value = big.NewInt(1e18)
	receipt, err := f.routers[0].Send(ctx, user, f.Chains[1].Domain(), "hello")
	require.NoError(t, err)
	after, err := chain.Balance(ctx, user.From)
	require.NoError(t, err)
	gas := new(big.Int).Mul(receipt.EffectiveGasPrice, new(big.Int).SetUint64(receipt.GasUsed))
	assert.Equal(t, gas, new(big.Int).Sub(before, after))
}

// A receipt that contradicts itself is refused, and a log that the contract cannot emit is an
// error.
func TestGreetingsOfAForgedReceipt(t *testing.T) {
	f := start(t, 1)
	hello := f.routers[0]
	receipt := func(logs ...*types.Log) *types.Receipt {
		r := &types.Receipt{Status: types.ReceiptStatusSuccessful, BlockNumber: big.NewInt(1), BlockHash: common.Hash{1}, Logs: logs}
		for i, l := range logs {
			if l != nil {
				l.BlockNumber, l.BlockHash, l.Index = 1, r.BlockHash, uint(i)
			}
		}
		return r
	}
	topic := router.Refusals().Errors[0].ID // any other topic
	greeting := func(topics ...common.Hash) *types.Log { return &types.Log{Address: hello.Address(), Topics: topics} }
	received := common.HexToHash("0x" + receivedTopic)

	greetings, err := hello.Greetings(receipt(greeting(), greeting(topic)))
	require.NoError(t, err)
	assert.Empty(t, greetings)
	for name, r := range map[string]*types.Receipt{
		"empty":      {},
		"null log":   receipt(nil),
		"no data":    receipt(greeting(received, common.Hash{}, common.Hash{})),
		"few topics": receipt(greeting(received)),
	} {
		_, err := hello.Greetings(r)
		require.ErrorIs(t, err, evm.ErrAnswer, name)
	}
	failed := receipt(greeting(received))
	failed.Status = types.ReceiptStatusFailed
	greetings, err = hello.Greetings(failed)
	require.NoError(t, err)
	assert.Empty(t, greetings)
}

func TestISMOfARouter(t *testing.T) {
	f := start(t, 1)
	ctx, chain := t.Context(), f.Chains[0]
	module, err := f.routers[0].ISM(ctx)
	require.NoError(t, err)
	assert.Zero(t, module, "trap 10: zero is the mailbox's default")
	receipt, err := f.routers[0].SetISM(ctx, chain.Owner(), chain.Contracts.Noop)
	require.NoError(t, err)
	assert.Equal(t, types.ReceiptStatusSuccessful, receipt.Status)
	module, err = f.routers[0].ISM(ctx)
	require.NoError(t, err)
	assert.Equal(t, chain.Contracts.Noop, module)
}

// Many reads go in one batch, and each answer is that of the read alone.
func TestQueriesInABatch(t *testing.T) {
	f := start(t, 2)
	f.enroll(t)
	ctx, hello, there := t.Context(), f.routers[0], f.Chains[1].Domain()
	batch := f.Chains[0].Batch(evm.Head{})
	domain, domains := evm.Add(batch, hello.DomainQuery()), evm.Add(batch, hello.DomainsQuery())
	remote, none := evm.Add(batch, hello.RemoteQuery(there)), evm.Add(batch, hello.RemoteQuery(7))
	mailbox, module := evm.Add(batch, hello.MailboxQuery()), evm.Add(batch, hello.ISMQuery())
	fee := evm.Add(batch, hello.QuoteQuery(common.Address{1}, there, "hello"))
	lost := evm.Add(batch, hello.QuoteQuery(common.Address{1}, 7, "hello"))
	count := evm.Add(batch, hello.ReceivedQuery(there))
	require.NoError(t, batch.Run(ctx))

	equal(t, f.Chains[0].Domain(), domain)
	equal(t, []message.Domain{there}, domains)
	equal(t, f.address(1), remote)
	equal(t, message.Address{}, none)
	equal(t, f.Chains[0].Contracts.Mailbox, mailbox)
	equal(t, common.Address{}, module)
	for _, zero := range []interface{ IsZero() bool }{value(t, fee), value(t, count)} {
		assert.True(t, zero.IsZero())
	}
	_, err := lost.Get()
	require.ErrorIs(t, err, router.ErrNotEnrolled)
}

func value[T any](t *testing.T, a *evm.Answer[T]) T {
	t.Helper()
	v, err := a.Get()
	require.NoError(t, err)
	return v
}

func equal[T any](t *testing.T, want T, a *evm.Answer[T]) {
	t.Helper()
	assert.Equal(t, want, value(t, a))
}
