package router_test

import (
	"context"
	"fmt"
	"testing"

	"github.com/ethereum/go-ethereum/accounts/abi/bind/v2"
	"github.com/ethereum/go-ethereum/common"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/hyperlane-go/sdk/hyperlane/hyperlanetest"
	"github.com/hyperlane-go/sdk/message"
	"github.com/hyperlane-go/sdk/router"
)

// fixture is n chains that believe everything, each with a HelloWorld router
// that knows no other.
type fixture struct {
	*hyperlanetest.Network
	routers []*router.HelloWorld
}

func start(t *testing.T, n int) *fixture {
	t.Helper()
	f := &fixture{Network: hyperlanetest.New(t, n, hyperlanetest.WithISM(hyperlanetest.Noop))}
	for _, chain := range f.Chains {
		hello, _, err := router.DeployHelloWorld(t.Context(), chain.Owner(), chain.Link, chain.Contracts.Mailbox, chain.Owner().From)
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

func (f *fixture) owner(domain message.Domain) *bind.TransactOpts { return f.Chain(domain).Owner() }

func (f *fixture) address(i int) message.Address { return message.FromEVM(f.routers[i].Address()) }

func TestMeshMendsEveryKindOfDrift(t *testing.T) {
	f := start(t, 3)
	ctx, mesh := t.Context(), f.mesh(t)
	one, two, three := f.Chains[0].Domain(), f.Chains[1].Domain(), f.Chains[2].Domain()

	drifts, err := mesh.Drift(ctx)
	require.NoError(t, err)
	require.Len(t, drifts, 6, "three routers miss two each")
	assert.Equal(t, router.Drift{Router: f.routers[0].Address(), On: one, Domain: two, Want: f.address(1)}, drifts[0])
	assert.Contains(t, drifts[0].String(), "misses")

	sent, err := mesh.Mend(ctx, drifts, f.owner)
	require.NoError(t, err)
	assert.Len(t, sent, 6)
	drifts, err = mesh.Drift(ctx)
	require.NoError(t, err)
	assert.Empty(t, drifts, "a second run has nothing to send")

	stranger := message.FromEVM(common.HexToAddress("0x5742a6e7"))
	_, err = f.routers[0].Enroll(ctx, f.owner(one), 77, stranger)
	require.NoError(t, err)
	_, err = f.routers[1].Enroll(ctx, f.owner(two), three, stranger)
	require.NoError(t, err)
	drifts, err = mesh.Drift(ctx)
	require.NoError(t, err)
	require.Equal(t, []router.Drift{
		{Router: f.routers[0].Address(), On: one, Domain: 77, Have: stranger},
		{Router: f.routers[1].Address(), On: two, Domain: three, Have: stranger, Want: f.address(2)},
	}, drifts)
	assert.Contains(t, drifts[0].String(), "not in the mesh")
	assert.Contains(t, drifts[1].String(), "want "+f.address(2).String())

	_, err = mesh.Mend(ctx, drifts, f.owner)
	require.NoError(t, err)
	drifts, err = mesh.Drift(ctx)
	require.NoError(t, err)
	assert.Empty(t, drifts)
	domains, err := f.routers[0].Domains(ctx)
	require.NoError(t, err)
	assert.ElementsMatch(t, []message.Domain{two, three}, domains)
}

func TestMeshRefuses(t *testing.T) {
	f := start(t, 2)
	ctx := t.Context()

	_, err := router.NewMesh(ctx, f.routers[0].Router, f.routers[0].Router)
	require.ErrorIs(t, err, router.ErrMember)

	_, err = router.NewMesh(ctx, router.New(common.HexToAddress("0xdead"), f.Chains[0].Link))
	require.Error(t, err, "no contract there")
	assert.Contains(t, err.Error(), "domain of 0x000000000000000000000000000000000000dEaD")

	elsewhere := router.Drift{Router: common.HexToAddress("0xdead"), On: f.Chains[0].Domain(), Domain: 5, Want: f.address(1)}
	sent, err := f.mesh(t).Mend(ctx, []router.Drift{elsewhere}, f.owner)
	require.ErrorIs(t, err, router.ErrMember)
	assert.Empty(t, sent)
}

func TestRouterRefusals(t *testing.T) {
	f := start(t, 2)
	ctx, hello, there := t.Context(), f.routers[0], f.Chains[1].Domain()
	owner, user := f.Chains[0].Owner(), f.Chains[0].Transactor(0)

	_, err := hello.Remote(ctx, there)
	var missing *router.NotEnrolledError
	require.ErrorAs(t, err, &missing)
	assert.Equal(t, there, missing.Domain)
	require.ErrorIs(t, err, router.ErrNotEnrolled)

	// Trap 46: the zero router would accept messages from sender zero.
	_, err = hello.Enroll(ctx, owner, there, message.Address{})
	require.ErrorIs(t, err, router.ErrZeroRouter)

	rows := []struct {
		name, reason string
		call         func() error
	}{
		{"enrollment by a stranger", "OwnableUnauthorizedAccount", func() error {
			_, err := hello.Enroll(ctx, user, there, f.address(1))
			return err
		}},
		{"module of a stranger", "OwnableUnauthorizedAccount", func() error {
			_, err := hello.SetISM(ctx, user, f.Chains[0].Contracts.Noop)
			return err
		}},
		{"module without code", "MailboxClientNotContract", func() error {
			_, err := hello.SetISM(ctx, owner, common.HexToAddress("0xdead"))
			return err
		}},
		{"removal of what is not there", "RouterNotEnrolled", func() error {
			_, err := hello.Unenroll(ctx, owner, there)
			return err
		}},
		{"greeting to nowhere", "RouterNotEnrolled(2000)", func() error {
			_, err := hello.Send(ctx, user, there, "hello")
			return err
		}},
		{"quote to nowhere", "RouterNotEnrolled", func() error {
			_, err := hello.Quote(ctx, there, "hello")
			return err
		}},
	}
	for _, row := range rows {
		t.Run(row.name, func(t *testing.T) {
			before := f.Chains[0].Height()
			err := row.call()
			require.ErrorIs(t, err, router.ErrRevert)
			var revert *router.RevertError
			require.ErrorAs(t, err, &revert)
			assert.Contains(t, revert.Reason, row.reason)
			assert.Equal(t, hello.Address(), revert.Router)
			assert.Equal(t, before, f.Chains[0].Height(), "nothing was sent")
		})
	}
}

func TestHelloWorldSendsAndCounts(t *testing.T) {
	f := start(t, 2)
	ctx := t.Context()
	from, to := f.Chains[0], f.Chains[1]
	drifts, err := f.mesh(t).Drift(ctx)
	require.NoError(t, err)
	_, err = f.mesh(t).Mend(ctx, drifts, f.owner)
	require.NoError(t, err)

	mailbox, err := f.routers[0].Mailbox(ctx)
	require.NoError(t, err)
	assert.Equal(t, from.Contracts.Mailbox, mailbox)
	fee, err := f.routers[0].Quote(ctx, to.Domain(), "hello")
	require.NoError(t, err)
	assert.True(t, fee.IsZero(), "no hook sells anything")

	tx, err := f.routers[0].Send(ctx, from.Transactor(0), to.Domain(), "hello")
	require.NoError(t, err)
	receipt, err := from.Link.TransactionReceipt(ctx, tx.Hash())
	require.NoError(t, err)
	dispatched, err := from.Outbox().FromReceipt(receipt)
	require.NoError(t, err)
	require.Len(t, dispatched, 1)
	m := dispatched[0].Message
	assert.Equal(t, f.address(0), m.Sender)
	assert.Equal(t, f.address(1), m.Recipient)
	assert.Empty(t, f.routers[1].Greetings(receipt), "nothing arrived yet")

	receipt, err = to.Inbox().Process(ctx, to.Transactor(1), nil, &m)
	require.NoError(t, err)
	assert.Equal(t, []router.Greeting{{Origin: from.Domain(), Sender: f.address(0), Text: "hello"}}, f.routers[1].Greetings(receipt))
	assert.Empty(t, f.routers[0].Greetings(receipt), "another router's event")
	count, err := f.routers[1].Received(ctx, from.Domain())
	require.NoError(t, err)
	assert.Equal(t, uint64(1), count.Uint64())
}

func TestISMOfARouter(t *testing.T) {
	f := start(t, 1)
	ctx, chain := t.Context(), f.Chains[0]
	module, err := f.routers[0].ISM(ctx)
	require.NoError(t, err)
	assert.Zero(t, module, "trap 10: zero is the mailbox's default")
	_, err = f.routers[0].SetISM(ctx, chain.Owner(), chain.Contracts.Noop)
	require.NoError(t, err)
	module, err = f.routers[0].ISM(ctx)
	require.NoError(t, err)
	assert.Equal(t, chain.Contracts.Noop, module)
}

// Two routers on two chains are deployed, enrolled in each other, and greet.
func Example() {
	ctx := context.Background()
	network, err := hyperlanetest.Start(ctx, 2, hyperlanetest.WithISM(hyperlanetest.Noop))
	if err != nil {
		fmt.Println(err)
		return
	}
	defer network.Close()

	var hellos []*router.HelloWorld
	for _, chain := range network.Chains {
		hello, _, err := router.DeployHelloWorld(ctx, chain.Owner(), chain.Link, chain.Contracts.Mailbox, chain.Owner().From)
		if err != nil {
			fmt.Println(err)
			return
		}
		hellos = append(hellos, hello)
	}
	mesh, err := router.NewMesh(ctx, hellos[0].Router, hellos[1].Router)
	if err != nil {
		fmt.Println(err)
		return
	}
	drifts, err := mesh.Drift(ctx)
	fmt.Println(len(drifts), "enrollments to make,", err)
	_, err = mesh.Mend(ctx, drifts, func(d message.Domain) *bind.TransactOpts { return network.Chain(d).Owner() })
	fmt.Println("made,", err)

	_, err = hellos[0].Send(ctx, network.Chains[0].Transactor(0), network.Chains[1].Domain(), "hello")
	fmt.Println("sent,", err)
	// Output:
	// 2 enrollments to make, <nil>
	// made, <nil>
	// sent, <nil>
}
