package router_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"

	bind "github.com/ethereum/go-ethereum/accounts/abi/bind/v2"
	"github.com/ethereum/go-ethereum/common"

	"github.com/hyperlane-go/sdk/hyperlane/evm"
	"github.com/hyperlane-go/sdk/hyperlane/hyperlanetest"
	"github.com/hyperlane-go/sdk/message"
	"github.com/hyperlane-go/sdk/router"
)

// Two routers are deployed, enroll each other, and a greeting travels from one to the other.
func Example() {
	ctx := context.Background()
	n, err := hyperlanetest.Start(ctx, 2, hyperlanetest.WithISM(hyperlanetest.Noop))
	if err != nil {
		fmt.Println(err)
		return
	}
	defer n.Close()
	var hellos []*router.HelloWorld
	for _, chain := range n.Chains {
		hello, err := router.DeployHelloWorld(ctx, chain.Client, chain.Owner(), chain.Contracts.Mailbox, common.Address{})
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
	diff, err := mesh.Diff(ctx)
	fmt.Println(len(diff), "enrollments to make,", err)
	_, err = mesh.Apply(ctx, diff, func(d message.Domain) *bind.TransactOpts { return n.Chain(d).Owner() })
	fmt.Println("made,", err)

	origin, destination := n.Chains[0], n.Chains[1]
	_, err = hellos[0].Send(ctx, origin.Transactor(0), destination.Domain(), "hello")
	fmt.Println("sent,", err)
	fmt.Println("relayed,", n.Relay(ctx))
	received, err := hellos[1].Received(ctx, origin.Domain())
	fmt.Println(received, "received,", err)
	// Output:
	// 2 enrollments to make, <nil>
	// made, <nil>
	// sent, <nil>
	// relayed, <nil>
	// 1 received, <nil>
}

// New asks the node nothing: the address can be that of any router, the official ones included.
func ExampleNew() {
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
	same, err := router.New(chain.Client, r.Address())
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(same.Domain(ctx))
	_, err = router.New(chain.Client, common.Address{})
	fmt.Println(err)
	// Output:
	// 1000 <nil>
	// configuration: router is the zero address, want the address of a router contract
}

// The owner enrolls the router of another domain, and removes it.
func ExampleRouter_Enroll() {
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
	remote := message.FromEVM(common.HexToAddress("0x5742a6e7"))
	receipt, err := r.Enroll(ctx, chain.Owner(), 2000, remote)
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println("status", receipt.Status)
	fmt.Println(r.Domains(ctx))
	fmt.Println(r.Remote(ctx, 2000))

	_, err = r.Enroll(ctx, chain.Transactor(0), 3000, remote)
	fmt.Println("another account:", errors.Is(err, evm.ErrUnauthorized))
	// Output:
	// status 1
	// [2000] <nil>
	// 0x000000000000000000000000000000000000000000000000000000005742a6e7 <nil>
	// another account: true
}

// The call of an enrollment is a value: an owner that is no key in this process imports its JSON.
func ExampleRouter_EnrollCall() {
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
	call, err := r.EnrollCall(2000, message.FromEVM(common.HexToAddress("0x5742a6e7")))
	if err != nil {
		fmt.Println(err)
		return
	}
	_, err = chain.Simulate(ctx, chain.Owner().From, call)
	fmt.Println("would succeed:", err == nil)
	text, err := json.Marshal(call)
	fmt.Println(call.Name, "as JSON:", json.Valid(text), err)
	// Output:
	// would succeed: true
	// Router.enrollRemoteRouter as JSON: true <nil>
}

// Removing an enrollment that does not exist is refused before anything is sent.
func ExampleRouter_Unenroll() {
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
	if _, err := r.Enroll(ctx, chain.Owner(), 2000, message.FromEVM(common.HexToAddress("0x5742a6e7"))); err != nil {
		fmt.Println(err)
		return
	}
	_, err = r.Unenroll(ctx, chain.Owner(), 2000)
	fmt.Println(err)
	_, err = r.Unenroll(ctx, chain.Owner(), 2000)
	fmt.Println("not enrolled:", errors.Is(err, router.ErrNotEnrolled))
	// Output:
	// <nil>
	// not enrolled: true
}

// A router can choose the security module for its messages. Zero is the default of the mailbox.
func ExampleRouter_SetISM() {
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
	module, err := r.ISM(ctx)
	fmt.Println("default:", module == common.Address{}, err)
	if _, err := r.SetISM(ctx, chain.Owner(), chain.Contracts.MessageIDMultisig); err != nil {
		fmt.Println(err)
		return
	}
	module, err = r.ISM(ctx)
	fmt.Println("chosen:", module == chain.Contracts.MessageIDMultisig, err)
	// Output:
	// default: true <nil>
	// chosen: true <nil>
}

// Reads can be made as of one block, however the chain has moved on.
func ExampleRouter_At() {
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
	before, err := chain.Head(ctx, evm.Finality{})
	if err != nil {
		fmt.Println(err)
		return
	}
	if _, err := r.Enroll(ctx, chain.Owner(), 2000, message.FromEVM(common.HexToAddress("0x5742a6e7"))); err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(r.Domains(ctx))
	fmt.Println(r.At(before).Domains(ctx))
	// Output:
	// [2000] <nil>
	// [] <nil>
}

// Many reads of one chain go in one batch.
func ExampleRouter_RemoteQuery() {
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
	if _, err := r.Enroll(ctx, chain.Owner(), 2000, message.FromEVM(common.HexToAddress("0x5742a6e7"))); err != nil {
		fmt.Println(err)
		return
	}
	batch := chain.Batch(evm.Head{})
	domain := evm.Add(batch, r.DomainQuery())
	remote := evm.Add(batch, r.RemoteQuery(2000))
	none := evm.Add(batch, r.RemoteQuery(3000))
	fmt.Println(batch.Run(ctx))
	fmt.Println(domain.Get())
	fmt.Println(remote.Get())
	address, err := none.Get()
	fmt.Println(address.IsZero(), err)
	// Output:
	// <nil>
	// 1000 <nil>
	// 0x000000000000000000000000000000000000000000000000000000005742a6e7 <nil>
	// true <nil>
}

// Remote fails with ErrNotEnrolled where no router is enrolled.
func ExampleRouter_Remote() {
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
	_, err = r.Remote(ctx, 2000)
	fmt.Println("not enrolled:", errors.Is(err, router.ErrNotEnrolled))
	if _, err := r.Enroll(ctx, chain.Owner(), 2000, message.FromEVM(common.HexToAddress("0x5742a6e7"))); err != nil {
		fmt.Println(err)
		return
	}
	remote, err := r.Remote(ctx, 2000)
	fmt.Println(remote, err)
	// Output:
	// not enrolled: true
	// 0x000000000000000000000000000000000000000000000000000000005742a6e7 <nil>
}

// The table of refusals also reads revert data without a node.
func ExampleRefusals() {
	data := common.FromHex("0x4b8b0d2d00000000000000000000000000000000000000000000000000000000000007d0")
	refused := router.Refusals().Explain(common.HexToAddress("0x01"), data)
	fmt.Println(refused.Name, refused.Args)
	fmt.Println(errors.Is(refused, router.ErrNotEnrolled))
	// Output:
	// RouterNotEnrolled [2000]
	// true
}
