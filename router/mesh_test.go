package router_test

import (
	"context"
	"encoding/json"
	"math/big"
	"slices"
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

func TestMeshRemovesEveryKindOfDifference(t *testing.T) {
	f := start(t, 3)
	ctx, mesh := t.Context(), f.mesh(t)
	one, two, three := f.Chains[0].Domain(), f.Chains[1].Domain(), f.Chains[2].Domain()

	diff, err := mesh.Diff(ctx)
	require.NoError(t, err)
	require.Len(t, diff, 6, "three routers have two missing each")
	assert.Equal(t, router.Difference{Router: f.routers[0].Address(), On: one, Domain: two, Want: f.address(1)}, diff[0])
	assert.Contains(t, diff[0].String(), "has no router enrolled for 2000")

	sent, err := mesh.Apply(ctx, diff, f.owner)
	require.NoError(t, err)
	require.Len(t, sent, 3, "one call a chain")
	for i, s := range sent {
		assert.Equal(t, f.Chains[i].Domain(), s.On)
		assert.Equal(t, types.ReceiptStatusSuccessful, s.Receipt.Status)
		require.NoError(t, s.Err)
	}
	f.assertComplete(t, mesh)
	sent, err = mesh.Apply(ctx, diff, f.owner)
	require.NoError(t, err)
	assert.Empty(t, sent, "a second run sends nothing")

	stranger := message.FromEVM(common.HexToAddress("0x5742a6e7"))
	_, err = f.routers[0].Enroll(ctx, f.owner(one), 77, stranger)
	require.NoError(t, err)
	_, err = f.routers[0].Enroll(ctx, f.owner(one), 78, stranger)
	require.NoError(t, err)
	_, err = f.routers[1].Enroll(ctx, f.owner(two), three, stranger)
	require.NoError(t, err)
	_, err = f.routers[2].Enroll(ctx, f.owner(three), 77, stranger)
	require.NoError(t, err)
	diff, err = mesh.Diff(ctx)
	require.NoError(t, err)
	require.Equal(t, []router.Difference{
		{Router: f.routers[0].Address(), On: one, Domain: 77, Have: stranger},
		{Router: f.routers[0].Address(), On: one, Domain: 78, Have: stranger},
		{Router: f.routers[1].Address(), On: two, Domain: three, Have: stranger, Want: f.address(2)},
		{Router: f.routers[2].Address(), On: three, Domain: 77, Have: stranger},
	}, diff)
	assert.Contains(t, diff[0].String(), "not in the mesh")
	assert.Contains(t, diff[2].String(), "want "+f.address(2).String())

	sent, err = mesh.Apply(ctx, diff, f.owner)
	require.NoError(t, err)
	assert.Len(t, sent, 3)
	f.assertComplete(t, mesh)
	domains, err := f.routers[0].Domains(ctx)
	require.NoError(t, err)
	assert.ElementsMatch(t, []message.Domain{two, three}, domains)
}

func (f *fixture) assertComplete(t *testing.T, mesh *router.Mesh) {
	t.Helper()
	diff, err := mesh.Diff(t.Context())
	require.NoError(t, err)
	assert.Empty(t, diff)
	for i, hello := range f.routers {
		for j, chain := range f.Chains {
			if i != j {
				remote, err := hello.Remote(t.Context(), chain.Domain())
				require.NoError(t, err)
				assert.Equal(t, f.address(j), remote)
			}
		}
	}
}

// A router enrolled for its own domain is not in the mesh.
func TestMeshRemovesTheOwnDomain(t *testing.T) {
	f := start(t, 1)
	own := f.Chains[0].Domain()
	_, err := f.routers[0].Enroll(t.Context(), f.owner(own), own, f.address(0))
	require.NoError(t, err)
	f.enroll(t)
	domains, err := f.routers[0].Domains(t.Context())
	require.NoError(t, err)
	assert.Empty(t, domains)
}

// Enrollments of more domains than one call takes are removed in several.
func TestManyDifferences(t *testing.T) {
	f := start(t, 1)
	ctx, own, hello := t.Context(), f.Chains[0].Domain(), f.routers[0]
	diff := make([]router.Difference, 0, 230)
	for i := range 230 {
		domain := message.Domain(50_000 + i)
		diff = append(diff, router.Difference{Router: hello.Address(), On: own, Domain: domain, Have: f.address(0)})
	}
	steps, err := f.mesh(t).Plan(diff)
	require.NoError(t, err)
	require.Len(t, steps, 1)
	assert.Len(t, steps[0].Calls, 3)

	for _, d := range diff[:101] {
		_, err := hello.Enroll(ctx, f.owner(own), d.Domain, d.Have)
		require.NoError(t, err)
	}
	have, err := f.mesh(t).Diff(ctx)
	require.NoError(t, err)
	assert.Equal(t, diff[:101], have)
	sent, err := f.mesh(t).Apply(ctx, have, f.owner)
	require.NoError(t, err)
	require.Len(t, sent, 2)
	assert.Less(t, sent[0].Receipt.GasUsed, uint64(16_000_000))
	f.assertComplete(t, f.mesh(t))
}

// A plan sends nothing, and an owner elsewhere makes its calls.
func TestPlan(t *testing.T) {
	f := start(t, 2)
	ctx, mesh := t.Context(), f.mesh(t)
	stranger := message.FromEVM(common.HexToAddress("0x5742a6e7"))
	for _, domain := range []message.Domain{77, 78} {
		_, err := f.routers[1].Enroll(ctx, f.Chains[1].Owner(), domain, stranger)
		require.NoError(t, err)
	}
	diff, err := mesh.Diff(ctx)
	require.NoError(t, err)
	slices.Reverse(diff)
	given := slices.Clone(diff)
	heights := []uint64{f.Chains[0].Height(), f.Chains[1].Height()}
	steps, err := mesh.Plan(diff)
	require.NoError(t, err)
	assert.Equal(t, given, diff, "arguments are read-only")
	assert.Equal(t, heights, []uint64{f.Chains[0].Height(), f.Chains[1].Height()})
	require.Len(t, steps, 2)
	var names []string
	for i, step := range steps {
		assert.Equal(t, f.Chains[i].Domain(), step.On)
		assert.Equal(t, f.routers[i].Address(), step.Router)
		for _, call := range step.Calls {
			names = append(names, call.Name)
			assert.Equal(t, step.Router, *call.To)
			_, err := json.Marshal(call)
			require.NoError(t, err)
			_, err = f.Chains[i].Client.Send(ctx, f.Chains[i].Owner(), call)
			require.NoError(t, err)
		}
	}
	assert.Equal(t, []string{"Router.enrollRemoteRouter", "Router.unenrollRemoteRouters", "Router.enrollRemoteRouter"}, names)
	f.assertComplete(t, mesh)

	steps, err = mesh.Plan(nil)
	require.NoError(t, err)
	assert.Empty(t, steps)
}

func TestMeshRefuses(t *testing.T) {
	f := start(t, 2)
	ctx, one := t.Context(), f.Chains[0].Domain()

	_, err := router.NewMesh(ctx, f.routers[0].Router, f.routers[0].Router)
	require.ErrorIs(t, err, evm.ErrConfig)
	assert.ErrorContains(t, err, "one router a chain")
	_, err = router.NewMesh(ctx, f.routers[0].Router, nil)
	require.ErrorIs(t, err, evm.ErrConfig)

	here := router.Difference{Router: f.routers[0].Address(), On: one, Domain: f.Chains[1].Domain(), Want: f.address(1)}
	change := func(with func(*router.Difference)) []router.Difference {
		d := here
		with(&d)
		return []router.Difference{d}
	}
	mesh := f.mesh(t)
	for name, diff := range map[string][]router.Difference{
		"another router":    change(func(d *router.Difference) { d.Router = common.HexToAddress("0xdead") }),
		"another chain":     change(func(d *router.Difference) { d.On = f.Chains[1].Domain() }),
		"another end":       change(func(d *router.Difference) { d.Want = f.address(0) }),
		"no end":            change(func(d *router.Difference) { d.Want = message.Address{} }),
		"a domain outside":  change(func(d *router.Difference) { d.Domain = 77 }),
		"its own domain":    change(func(d *router.Difference) { d.Domain = one }),
		"the same twice":    {here, here},
		"the zero value":    {{}},
		"one good, one bad": {here, {}},
	} {
		t.Run(name, func(t *testing.T) {
			before := f.Chains[0].Height()
			steps, err := mesh.Plan(diff)
			require.ErrorIs(t, err, evm.ErrConfig)
			assert.Empty(t, steps)
			sent, err := mesh.Apply(ctx, diff, f.owner)
			require.ErrorIs(t, err, evm.ErrConfig)
			assert.Empty(t, sent)
			assert.Equal(t, before, f.Chains[0].Height())
		})
	}
	_, err = mesh.Apply(ctx, []router.Difference{here}, nil)
	require.ErrorIs(t, err, evm.ErrConfig, "no function that signs")
	_, err = mesh.Apply(ctx, nil, nil)
	require.NoError(t, err, "nothing to sign")
}

// Whatever would fail on any chain, Apply finds out before it sends anything on any.
func TestApplyFailsBeforeItSends(t *testing.T) {
	f := start(t, 2)
	ctx, mesh := t.Context(), f.mesh(t)
	diff, err := mesh.Diff(ctx)
	require.NoError(t, err)
	rows := map[string]struct {
		second func() *bind.TransactOpts // who signs on the second chain
		want   error
	}{
		"not the owner": {func() *bind.TransactOpts { return f.Chains[1].Transactor(0) }, evm.ErrUnauthorized},
		"no signer":     {func() *bind.TransactOpts { return nil }, evm.ErrConfig},
		"value": {func() *bind.TransactOpts {
			opts := f.Chains[1].Owner()
			opts.Value = big.NewInt(1)
			return opts
		}, evm.ErrConfig},
	}
	for name, row := range rows {
		t.Run(name, func(t *testing.T) {
			height := f.Chains[0].Height()
			sent, err := mesh.Apply(ctx, diff, func(d message.Domain) *bind.TransactOpts {
				if d == f.Chains[1].Domain() {
					return row.second()
				}
				return f.owner(d)
			})
			require.ErrorIs(t, err, row.want)
			assert.ErrorContains(t, err, "2000")
			assert.Empty(t, sent)
			assert.Equal(t, height, f.Chains[0].Height())
		})
	}

	stranger := message.FromEVM(common.HexToAddress("0x5742a6e7"))
	_, err = f.routers[1].Enroll(ctx, f.Chains[1].Owner(), f.Chains[0].Domain(), stranger)
	require.NoError(t, err)
	sent, err := mesh.Apply(ctx, diff, f.owner)
	require.ErrorIs(t, err, router.ErrOutdated)
	assert.ErrorContains(t, err, stranger.String())
	assert.Empty(t, sent)
}

// A chain that fails while Apply sends does not keep the others back.
func TestApplyGoesOnWithOtherChains(t *testing.T) {
	f := start(t, 3)
	ctx, mesh := t.Context(), f.mesh(t)
	diff, err := mesh.Diff(ctx)
	require.NoError(t, err)
	f.Chains[1].Link.FailNext(1, hyperlanetest.SendTransaction, nil)
	sent, err := mesh.Apply(ctx, diff, f.owner)
	require.ErrorIs(t, err, hyperlanetest.ErrInjected)
	require.ErrorIs(t, err, evm.ErrNotMined)
	require.Len(t, sent, 3)
	for i, s := range sent {
		assert.Equal(t, i == 1, s.Err != nil)
		assert.Equal(t, i == 1, s.Receipt == nil)
	}
	left, err := mesh.Diff(ctx)
	require.NoError(t, err)
	require.Len(t, left, 2)
	sent, err = mesh.Apply(ctx, diff, f.owner)
	require.NoError(t, err, "the same list again")
	assert.Len(t, sent, 1)
	f.assertComplete(t, mesh)
}

// A context that ends between two chains ends Apply with its error.
func TestApplyStopsWithItsContext(t *testing.T) {
	f := start(t, 2)
	mesh := f.mesh(t)
	diff, err := mesh.Diff(t.Context())
	require.NoError(t, err)
	ctx, cancel := context.WithCancel(t.Context())
	sent, err := mesh.Apply(ctx, diff, func(d message.Domain) *bind.TransactOpts {
		opts := f.owner(d)
		sign := opts.Signer
		opts.Signer = func(a common.Address, tx *types.Transaction) (*types.Transaction, error) {
			cancel()
			return sign(a, tx)
		}
		return opts
	})
	require.ErrorIs(t, err, context.Canceled)
	assert.Len(t, sent, 1, "the first chain only")
	_, err = mesh.Diff(ctx)
	require.ErrorIs(t, err, context.Canceled)
	require.NotErrorIs(t, err, evm.ErrRPC)
}

// Apply reads the chains as they are, whatever block a router of the mesh reads at.
func TestApplyOnAnOldBlock(t *testing.T) {
	f := start(t, 2)
	ctx := t.Context()
	var old []*router.Router
	for i, hello := range f.routers {
		head, err := f.Chains[i].Head(ctx, evm.Finality{})
		require.NoError(t, err)
		old = append(old, hello.Router.At(head))
	}
	mesh, err := router.NewMesh(ctx, old...)
	require.NoError(t, err)
	f.enroll(t)
	diff, err := mesh.Diff(ctx)
	require.NoError(t, err)
	require.Len(t, diff, 2, "as of the old blocks")
	sent, err := mesh.Apply(ctx, diff, f.owner)
	require.NoError(t, err)
	assert.Empty(t, sent, "the chains need nothing")
}
