package hyperlane_test

import (
	"context"
	"fmt"
	"log"

	"github.com/ethereum/go-ethereum/common"

	"github.com/hyperlane-go/sdk/hyperlane"
	"github.com/hyperlane-go/sdk/hyperlane/deploy"
	"github.com/hyperlane-go/sdk/hyperlane/evm"
	"github.com/hyperlane-go/sdk/hyperlane/hyperlanetest"
	"github.com/hyperlane-go/sdk/ism"
	"github.com/hyperlane-go/sdk/ism/checkpoint"
	"github.com/hyperlane-go/sdk/message"
)

// A node's URL and the addresses of the contracts are all that a client needs.
func ExampleDial() {
	ctx := context.Background()
	network, err := hyperlanetest.Start(ctx, 1, hyperlanetest.WithHTTP())
	if err != nil {
		log.Fatal(err)
	}
	defer network.Close()
	there := network.Chains[0]

	addresses := hyperlane.Mailbox(there.Contracts.Mailbox)
	addresses.ValidatorAnnounce = there.Contracts.ValidatorAnnounce
	chain, err := hyperlane.Dial(ctx, there.URL(), addresses, hyperlane.WithDomain(1000))
	if err != nil {
		log.Fatal(err)
	}
	defer chain.Close()
	fmt.Println("domain", chain.Domain(), "on chain", chain.ChainID())

	_, err = hyperlane.Dial(ctx, there.URL(), addresses, hyperlane.WithDomain(1))
	fmt.Println(err)
	// Output:
	// domain 1000 on chain 31337
	// hyperlane: domain is 1000, want 1
}

// Deploying the contracts of a chain: a module of two validators of three, and a Mailbox that trusts it.
func ExampleDeployCore() {
	ctx := context.Background()
	node, err := startSim()
	if err != nil {
		log.Fatal(err)
	}
	defer node.node.Close()
	module, err := deploy.MultisigISM(ctx, node, node.opts(), deploy.MultisigConfig{
		Type:       ism.TypeMessageIDMultisig,
		Validators: []common.Address{{19: 1}, {19: 2}, {19: 3}},
		Threshold:  2,
	}, fast)
	if err != nil {
		log.Fatal(err)
	}
	addresses, err := deploy.Core(ctx, node, node.opts(), deploy.CoreConfig{Domain: 1000, DefaultISM: module}, fast)
	if err != nil {
		log.Fatal(err)
	}
	chain, err := connect(ctx, node, addresses)
	if err != nil {
		log.Fatal(err)
	}
	m := &message.Message{Version: message.Version, Destination: chain.Domain()} // modules may depend on the message
	validators, threshold, err := chain.Modules().ValidatorsAndThreshold(ctx, module, m)
	fmt.Println(chain.Domain(), "trusts", threshold, "of", len(validators), err)
	// Output:
	// 1000 trusts 2 of 3 <nil>
}

// What a dispatch costs in the chain's native token, before it is sent. Our Outbox without hooks asks for nothing.
func ExampleOutbox_Quote() {
	ctx := context.Background()
	chain, recipient, opts, stop := exampleChain(ctx)
	defer stop()
	d := hyperlane.Dispatch{Destination: 2000, Recipient: message.FromEVM(recipient), Body: []byte("hello")}
	fee, err := chain.Outbox().Quote(ctx, opts.From, d)
	fmt.Println(fee, err)

	d.Recipient = message.Address{}
	_, err = chain.Outbox().Dispatch(ctx, opts, d)
	fmt.Println(err)
	// Output:
	// 0 <nil>
	// hyperlane: recipient 0x0000000000000000000000000000000000000000000000000000000000000000 is zero: the message would be paid for and lost; set WithZeroRecipient if this is meant
}

// Waiting on the destination for a message that validators and a relayer bring.
func ExampleInbox_Wait() {
	ctx := context.Background()
	network, err := hyperlanetest.Start(ctx, 2)
	if err != nil {
		log.Fatal(err)
	}
	defer network.Close()
	network.Background(ctx) // validators and relayer at work
	origin, destination := network.Chains[0], network.Chains[1]

	sent, err := origin.Dispatch(ctx, destination, []byte("hello"))
	if err != nil {
		log.Fatal(err)
	}
	delivery, err := destination.Inbox().Wait(ctx, sent.ID)
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println("delivered:", delivery.ID == sent.ID, "by the relayer:", delivery.Processor == network.Relayer.Account.Address)
	// Output:
	// delivered: true by the relayer: true
}

// Following messages as they leave. Here the iteration ends after the second; a program would end it with its context.
func ExampleOutbox_FollowDispatches() {
	ctx := context.Background()
	chain, recipient, opts, stop := exampleChain(ctx)
	defer stop()
	send := func(body string) {
		_, err := chain.Outbox().Dispatch(ctx, opts, hyperlane.Dispatch{
			Destination: 2000, Recipient: message.FromEVM(recipient), Body: []byte(body),
		})
		if err != nil {
			log.Fatal(err)
		}
	}
	send("one")
	for event, err := range chain.Outbox().FollowDispatches(ctx, evm.Range{}) {
		if err != nil {
			log.Fatal(err)
		}
		if event.Removed { // a reorganisation undid it: take it back
			continue
		}
		fmt.Printf("nonce %d: %s\n", event.Message.Nonce, event.Message.Body)
		if event.Message.Nonce == 1 {
			break
		}
		send("two")
	}
	// Output:
	// nonce 0: one
	// nonce 1: two
}

// Reading what was delivered in a range of blocks.
func ExampleInbox_Deliveries() {
	ctx := context.Background()
	chain, recipient, opts, stop := exampleChain(ctx)
	defer stop()
	m := &message.Message{
		Version: message.Version, Origin: 2000, Sender: message.Address{31: 1},
		Destination: chain.Domain(), Recipient: message.FromEVM(recipient), Body: []byte("hello"),
	}
	if _, err := chain.Inbox().Process(ctx, opts, nil, m); err != nil {
		log.Fatal(err)
	}
	for event, err := range chain.Inbox().Deliveries(ctx, evm.Range{}) {
		if err != nil {
			log.Fatal(err)
		}
		fmt.Println("from", event.Origin, "to the recipient:", event.Recipient == recipient, "that message:", event.ID == m.ID())
	}
	// Output:
	// from 2000 to the recipient: true that message: true
}

// A validator announces where its signatures can be read; anybody may pay for it.
func ExampleAnnounce_Announce() {
	ctx := context.Background()
	chain, _, opts, stop := exampleChain(ctx)
	defer stop()
	validator := checkpoint.NewKeySigner(hyperlanetest.ValidatorAccount(0).Key)
	announcement := chain.ValidatorAnnounce().Announcement(validator.Address(), "s3://bucket/us-east-1")
	signed, err := checkpoint.SignAnnouncement(ctx, validator, announcement)
	if err != nil {
		log.Fatal(err)
	}
	if _, err := chain.ValidatorAnnounce().Publish(ctx, opts, signed); err != nil {
		log.Fatal(err)
	}
	locations, err := chain.ValidatorAnnounce().Locations(ctx, validator.Address())
	fmt.Println(locations, err)
	// Output:
	// [[s3://bucket/us-east-1]] <nil>
}
