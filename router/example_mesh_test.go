package router_test

import (
	"context"
	"errors"
	"fmt"

	bind "github.com/ethereum/go-ethereum/accounts/abi/bind/v2"
	"github.com/ethereum/go-ethereum/common"

	"github.com/hyperlane-go/sdk/hyperlane/evm"
	"github.com/hyperlane-go/sdk/hyperlane/hyperlanetest"
	"github.com/hyperlane-go/sdk/message"
	"github.com/hyperlane-go/sdk/router"
)

// A difference is an enrollment that is missing, wrong, or not part of the mesh.
func ExampleMesh_Diff() {
	ctx := context.Background()
	n, err := hyperlanetest.Start(ctx, 2, hyperlanetest.WithISM(hyperlanetest.Noop))
	if err != nil {
		fmt.Println(err)
		return
	}
	defer n.Close()
	var routers []*router.Router
	for _, chain := range n.Chains {
		hello, err := router.DeployHelloWorld(ctx, chain.Client, chain.Owner(), chain.Contracts.Mailbox, common.Address{})
		if err != nil {
			fmt.Println(err)
			return
		}
		routers = append(routers, hello.Router)
	}
	mesh, err := router.NewMesh(ctx, routers...)
	if err != nil {
		fmt.Println(err)
		return
	}
	diff, err := mesh.Diff(ctx)
	if err != nil {
		fmt.Println(err)
		return
	}
	for _, d := range diff {
		fmt.Println("on", d.On, "for", d.Domain, "enrolled:", !d.Have.IsZero(), "wanted:", !d.Want.IsZero())
	}
	// Output:
	// on 1000 for 2000 enrolled: false wanted: true
	// on 2000 for 1000 enrolled: false wanted: true
}

// A plan is for an owner that is no key in this process, such as a Safe: nothing is sent.
func ExampleMesh_Plan() {
	ctx := context.Background()
	n, err := hyperlanetest.Start(ctx, 2, hyperlanetest.WithISM(hyperlanetest.Noop))
	if err != nil {
		fmt.Println(err)
		return
	}
	defer n.Close()
	var routers []*router.Router
	for _, chain := range n.Chains {
		hello, err := router.DeployHelloWorld(ctx, chain.Client, chain.Owner(), chain.Contracts.Mailbox, common.Address{})
		if err != nil {
			fmt.Println(err)
			return
		}
		routers = append(routers, hello.Router)
	}
	mesh, err := router.NewMesh(ctx, routers...)
	if err != nil {
		fmt.Println(err)
		return
	}
	diff, err := mesh.Diff(ctx)
	if err != nil {
		fmt.Println(err)
		return
	}
	steps, err := mesh.Plan(diff)
	if err != nil {
		fmt.Println(err)
		return
	}
	for _, step := range steps {
		for _, call := range step.Calls {
			fmt.Println("on", step.On, call.Name, len(call.Data), "bytes")
		}
	}
	// Output:
	// on 1000 Router.enrollRemoteRouter 68 bytes
	// on 2000 Router.enrollRemoteRouter 68 bytes
}

// Apply makes the calls of the plan. The same differences again send nothing.
func ExampleMesh_Apply() {
	ctx := context.Background()
	n, err := hyperlanetest.Start(ctx, 2, hyperlanetest.WithISM(hyperlanetest.Noop))
	if err != nil {
		fmt.Println(err)
		return
	}
	defer n.Close()
	var routers []*router.Router
	for _, chain := range n.Chains {
		hello, err := router.DeployHelloWorld(ctx, chain.Client, chain.Owner(), chain.Contracts.Mailbox, common.Address{})
		if err != nil {
			fmt.Println(err)
			return
		}
		routers = append(routers, hello.Router)
	}
	mesh, err := router.NewMesh(ctx, routers...)
	if err != nil {
		fmt.Println(err)
		return
	}
	diff, err := mesh.Diff(ctx)
	if err != nil {
		fmt.Println(err)
		return
	}
	owner := func(d message.Domain) *bind.TransactOpts { return n.Chain(d).Owner() }
	for range 2 {
		sent, err := mesh.Apply(ctx, diff, owner)
		fmt.Println(len(sent), "calls sent", err)
	}
	// Output:
	// 2 calls sent <nil>
	// 0 calls sent <nil>
}

// A mesh has at most one router a chain.
func ExampleNewMesh() {
	ctx := context.Background()
	n, err := hyperlanetest.Start(ctx, 1, hyperlanetest.WithISM(hyperlanetest.Noop))
	if err != nil {
		fmt.Println(err)
		return
	}
	defer n.Close()
	chain := n.Chains[0]
	r, err := router.DeployHelloWorld(ctx, chain.Client, chain.Owner(), chain.Contracts.Mailbox, common.Address{})
	if err != nil {
		fmt.Println(err)
		return
	}
	_, err = router.NewMesh(ctx, r.Router)
	fmt.Println(err)
	_, err = router.NewMesh(ctx, r.Router, r.Router)
	fmt.Println("refused:", errors.Is(err, evm.ErrConfig))
	// Output:
	// <nil>
	// refused: true
}
