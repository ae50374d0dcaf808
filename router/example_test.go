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

// The deploying account becomes the owner unless another is named.
func ExampleDeployHelloWorld() {
	ctx := context.Background()
	n, err := hyperlanetest.Start(ctx, 1, hyperlanetest.WithISM(hyperlanetest.Noop))
	if err != nil {
		fmt.Println(err)
		return
	}
	defer n.Close()
	chain := n.Chains[0]
	hello, err := router.DeployHelloWorld(ctx, chain.Client, chain.Owner(), chain.Contracts.Mailbox, common.Address{})
	if err != nil {
		fmt.Println(err)
		return
	}
	mailbox, err := hello.Mailbox(ctx)
	fmt.Println(mailbox == chain.Contracts.Mailbox, err)
	// Output:
	// true <nil>
}

// Send pays the quote and waits until the greeting is on its way. The receipt of the delivery holds
// the greeting.
func ExampleHelloWorld_Send() {
	ctx := context.Background()
	n, err := hyperlanetest.Start(ctx, 2, hyperlanetest.WithISM(hyperlanetest.Noop))
	if err != nil {
		fmt.Println(err)
		return
	}
	defer n.Close()
	origin, destination := n.Chains[0], n.Chains[1]
	from, err := router.DeployHelloWorld(ctx, origin.Client, origin.Owner(), origin.Contracts.Mailbox, common.Address{})
	if err != nil {
		fmt.Println(err)
		return
	}
	to, err := router.DeployHelloWorld(ctx, destination.Client, destination.Owner(), destination.Contracts.Mailbox, common.Address{})
	if err != nil {
		fmt.Println(err)
		return
	}
	if _, err := from.Enroll(ctx, origin.Owner(), destination.Domain(), message.FromEVM(to.Address())); err != nil {
		fmt.Println(err)
		return
	}
	if _, err := to.Enroll(ctx, destination.Owner(), origin.Domain(), message.FromEVM(from.Address())); err != nil {
		fmt.Println(err)
		return
	}
	sender := origin.Transactor(0)
	fee, err := from.Quote(ctx, sender.From, destination.Domain(), "hello")
	fmt.Println("fee", fee, err)
	receipt, err := from.Send(ctx, sender, destination.Domain(), "hello")
	if err != nil {
		fmt.Println(err)
		return
	}
	sent, err := origin.Outbox().FromReceipt(receipt)
	if err != nil {
		fmt.Println(err)
		return
	}
	// The modules of this network accept every message, so any account can deliver this one.
	receipt, err = destination.Inbox().Process(ctx, destination.Transactor(1), nil, &sent[0].Message)
	if err != nil {
		fmt.Println(err)
		return
	}
	greetings, err := to.Greetings(receipt)
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(greetings[0].Text, "from", greetings[0].Origin)
	// Output:
	// fee 0 <nil>
	// hello from 1000
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
