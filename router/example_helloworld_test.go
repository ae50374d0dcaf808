package router_test

import (
	"context"
	"fmt"

	"github.com/ethereum/go-ethereum/common"

	"github.com/hyperlane-go/sdk/hyperlane/hyperlanetest"
	"github.com/hyperlane-go/sdk/message"
	"github.com/hyperlane-go/sdk/router"
)

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

// Quote and SendCall are the parts of Send: here they only estimate what a greeting uses.
func ExampleHelloWorld_SendCall() {
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
	sender := hyperlanetest.User(0).Address
	fee, err := r.Quote(ctx, sender, 2000, "hello")
	if err != nil {
		fmt.Println(err)
		return
	}
	call := r.SendCall(2000, "hello").WithValue(fee)
	gas, err := chain.Estimate(ctx, sender, call)
	fmt.Println(call.Name, "uses gas:", gas > 21_000, err)
	// Output:
	// HelloWorld.sendHelloWorld uses gas: true <nil>
}
