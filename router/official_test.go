package router_test

import (
	"testing"

	"github.com/ethereum/go-ethereum/accounts/abi"
	"github.com/ethereum/go-ethereum/common"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/hyperlane-go/sdk/contracts"
	"github.com/hyperlane-go/sdk/hyperlane/evm"
	"github.com/hyperlane-go/sdk/hyperlane/hyperlanetest"
	"github.com/hyperlane-go/sdk/internal/official"
	"github.com/hyperlane-go/sdk/message"
	"github.com/hyperlane-go/sdk/router"
)

// officialRouter deploys the official test router, which is the official Router with nothing added.
func officialRouter(t *testing.T, chain *hyperlanetest.Chain) (*router.Router, abi.ABI) {
	t.Helper()
	definitions, code := official.Load(t, "test/TestRouter")
	constructor, err := definitions.Pack("", chain.Contracts.Mailbox)
	require.NoError(t, err)
	address, err := chain.Client.Deploy(t.Context(), chain.Owner(), evm.NewDeployment("official router", append(code, constructor...)))
	require.NoError(t, err)
	initialize, err := definitions.Pack("initialize", common.Address{}, common.Address{})
	require.NoError(t, err)
	_, err = chain.Client.Send(t.Context(), chain.Owner(), evm.NewCall("initialize", address, initialize))
	require.NoError(t, err)
	r, err := router.New(chain.Client, address)
	require.NoError(t, err)
	return r, definitions
}

// The official routers form a mesh through the same calls, and their refusals have the same
// classes.
func TestOfficialRouters(t *testing.T) {
	n := hyperlanetest.New(t, 2, hyperlanetest.WithISM(hyperlanetest.Noop))
	ctx, here, there := t.Context(), n.Chains[0], n.Chains[1]
	a, definitions := officialRouter(t, here)
	b, _ := officialRouter(t, there)

	// Trap 46: the zero router stays in the list of domains, and is reported.
	zero, err := definitions.Pack("enrollRemoteRouter", uint32(77), [32]byte{})
	require.NoError(t, err)
	_, err = here.Client.Send(ctx, here.Owner(), evm.NewCall("enroll the zero router", a.Address(), zero))
	require.NoError(t, err)

	mesh, err := router.NewMesh(ctx, a, b)
	require.NoError(t, err)
	diff, err := mesh.Diff(ctx)
	require.NoError(t, err)
	assert.Equal(t, []router.Difference{
		{Router: a.Address(), On: here.Domain(), Domain: 77},
		{Router: a.Address(), On: here.Domain(), Domain: there.Domain(), Want: message.FromEVM(b.Address())},
		{Router: b.Address(), On: there.Domain(), Domain: here.Domain(), Want: message.FromEVM(a.Address())},
	}, diff)
	_, err = mesh.Apply(ctx, diff, (&fixture{Network: n}).owner)
	require.NoError(t, err)
	diff, err = mesh.Diff(ctx)
	require.NoError(t, err)
	assert.Empty(t, diff)

	_, err = a.Unenroll(ctx, here.Owner(), 77)
	require.ErrorIs(t, err, router.ErrNotEnrolled)
	_, err = a.Enroll(ctx, here.Transactor(0), 77, message.Address{1})
	require.ErrorIs(t, err, evm.ErrUnauthorized)
	_, err = a.SetISM(ctx, here.Owner(), common.HexToAddress("0xdead"))
	require.ErrorIs(t, err, evm.ErrNoCode)
	_, err = here.Client.Simulate(ctx, here.Owner().From, handle(a, there.Domain(), message.Address{}))
	require.ErrorIs(t, err, evm.ErrUnauthorized)
	_, err = here.Client.Simulate(ctx, here.Contracts.Mailbox, handle(a, 77, message.Address{1}))
	require.ErrorIs(t, err, router.ErrNotEnrolled)
	_, err = here.Client.Simulate(ctx, here.Contracts.Mailbox, handle(a, there.Domain(), message.Address{1}))
	require.ErrorIs(t, err, router.ErrNotEnrolled)
}

// Our router refuses the same deliveries with the same classes.
func TestRefusedDeliveries(t *testing.T) {
	f := start(t, 2)
	f.enroll(t)
	ctx, chain, r, there := t.Context(), f.Chains[0], f.routers[0], f.Chains[1].Domain()
	for name, row := range map[string]struct {
		from common.Address
		call evm.Call
		want error
	}{
		"not the mailbox":  {chain.Owner().From, handle(r.Router, there, f.address(1)), evm.ErrUnauthorized},
		"unknown domain":   {chain.Contracts.Mailbox, handle(r.Router, 77, f.address(1)), router.ErrNotEnrolled},
		"another sender":   {chain.Contracts.Mailbox, handle(r.Router, there, f.address(0)), router.ErrNotEnrolled},
		"the right sender": {chain.Contracts.Mailbox, handle(r.Router, there, f.address(1)), nil},
	} {
		_, err := chain.Client.Simulate(ctx, row.from, row.call)
		require.ErrorIs(t, err, row.want, name)
	}
}

func handle(r *router.Router, origin message.Domain, sender message.Address) evm.Call {
	data := contracts.IMessageRecipient{}.PackHandle(uint32(origin), sender, []byte("hello"))
	return evm.NewCall("handle", r.Address(), data)
}

// Every function that the package calls has the same selector in the official router.
func TestOfficialSelectors(t *testing.T) {
	definitions, _ := official.Load(t, "client/Router")
	ours := contracts.RouterArtifact.ABI()
	for _, name := range []string{
		"domains", "routers", "enrollRemoteRouter", "enrollRemoteRouters", "unenrollRemoteRouter", "unenrollRemoteRouters",
		"localDomain", "mailbox", "interchainSecurityModule", "setInterchainSecurityModule",
	} {
		require.Contains(t, definitions.Methods, name)
		assert.Equal(t, definitions.Methods[name].ID, ours.Methods[name].ID, name)
		assert.Len(t, ours.Methods[name].Outputs, len(definitions.Methods[name].Outputs), name)
	}
}
