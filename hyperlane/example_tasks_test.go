package hyperlane_test

import (
	"context"
	"fmt"
	"log"

	"github.com/hyperlane-go/sdk/hyperlane"
	"github.com/hyperlane-go/sdk/hyperlane/evm"
	"github.com/hyperlane-go/sdk/hyperlane/hyperlanetest"
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
	addresses.Domain = 1000
	addresses.ValidatorAnnounce = there.Contracts.ValidatorAnnounce
	chain, err := hyperlane.Dial(ctx, there.URL(), addresses)
	if err != nil {
		log.Fatal(err)
	}
	defer chain.Close()
	fmt.Println("domain", chain.Domain(), "on chain", chain.ChainID())

	addresses.Domain = 1
	_, err = hyperlane.Dial(ctx, there.URL(), addresses)
	fmt.Println(err)
	// Output:
	// domain 1000 on chain 31337
	// configuration: Addresses.Domain is 1, want 1000, the domain of the contracts
}

// What a dispatch costs in the chain's native token, before it is sent. Our Outbox without hooks
// asks for nothing.
func ExampleOutbox_Quote() {
	ctx := context.Background()
	network, err := hyperlanetest.Start(ctx, 1, hyperlanetest.WithISM(hyperlanetest.Noop)) // one chain in this process
	if err != nil {
		log.Fatal(err)
	}
	defer network.Close()
	chain := network.Chains[0]
	opts := chain.Transactor(0)
	d := hyperlane.Dispatch{Destination: 2000, Recipient: chain.Recipient(), Body: []byte("hello")}
	fee, err := chain.Outbox().Quote(ctx, opts.From, d)
	fmt.Println(fee, err)

	d.Recipient = message.Address{}
	_, err = chain.Outbox().Dispatch(ctx, opts, d)
	fmt.Println(err)
	// Output:
	// 0 <nil>
	// hyperlane: recipient cannot receive: the recipient is zero: the message would be paid for and lost; set AllowZeroRecipient if this is meant
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

// Following messages as they leave. Here the iteration ends after the second; a program would end
// it with its context.
func ExampleOutbox_FollowDispatches() {
	ctx := context.Background()
	network, err := hyperlanetest.Start(ctx, 1, hyperlanetest.WithISM(hyperlanetest.Noop)) // one chain in this process
	if err != nil {
		log.Fatal(err)
	}
	defer network.Close()
	chain := network.Chains[0]
	opts := chain.Transactor(0)
	send := func(body string) {
		_, err := chain.Outbox().Dispatch(ctx, opts, hyperlane.Dispatch{
			Destination: 2000, Recipient: chain.Recipient(), Body: []byte(body),
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
	network, err := hyperlanetest.Start(ctx, 1, hyperlanetest.WithISM(hyperlanetest.Noop)) // one chain in this process
	if err != nil {
		log.Fatal(err)
	}
	defer network.Close()
	chain := network.Chains[0]
	opts := chain.Transactor(0)
	m := &message.Message{
		Version: message.Version, Origin: 2000, Sender: message.Address{31: 1},
		Destination: chain.Domain(), Recipient: chain.Recipient(), Body: []byte("hello"),
	}
	if _, err := chain.Inbox().Process(ctx, opts, nil, m); err != nil {
		log.Fatal(err)
	}
	for event, err := range chain.Inbox().Deliveries(ctx, evm.Range{}) {
		if err != nil {
			log.Fatal(err)
		}
		fmt.Println("from", event.Origin, "to the recipient:", event.Recipient == chain.Contracts.TestRecipient, "that message:", event.ID == m.ID())
	}
	// Output:
	// from 2000 to the recipient: true that message: true
}

// A validator announces where its signatures can be read. Any account may pay for it.
func ExampleValidatorAnnounce_Publish() {
	ctx := context.Background()
	network, err := hyperlanetest.Start(ctx, 1, hyperlanetest.WithISM(hyperlanetest.Noop)) // one chain in this process
	if err != nil {
		log.Fatal(err)
	}
	defer network.Close()
	chain := network.Chains[0]
	opts := chain.Transactor(0)
	validator := checkpoint.NewKeySigner(hyperlanetest.ValidatorAccount(9).Key)
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

// A write as a value: simulated, estimated, and shown to a wallet that signs elsewhere.
func ExampleOutbox_DispatchCall() {
	ctx := context.Background()
	network, err := hyperlanetest.Start(ctx, 1, hyperlanetest.WithISM(hyperlanetest.Noop)) // one chain in this process
	if err != nil {
		log.Fatal(err)
	}
	defer network.Close()
	chain := network.Chains[0]

	call, err := chain.Outbox().DispatchCall(hyperlane.Dispatch{
		Destination: 2000, Recipient: chain.Recipient(), Body: []byte("hello"),
	})
	if err != nil {
		log.Fatal(err)
	}
	from := chain.Transactor(0).From
	if _, err := chain.Simulate(ctx, from, call); err != nil {
		log.Fatal(err)
	}
	unsigned, err := chain.Prepare(ctx, from, call)
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(call.Name, "to the outbox:", *call.To == chain.Outbox().Address(), "nonce", unsigned.Nonce())
	// Output:
	// Outbox.dispatch to the outbox: true nonce 0
}

// Reads that belong together are made as of one block.
func ExampleChain_At() {
	ctx := context.Background()
	network, err := hyperlanetest.Start(ctx, 1, hyperlanetest.WithISM(hyperlanetest.Noop)) // one chain in this process
	if err != nil {
		log.Fatal(err)
	}
	defer network.Close()
	chain := network.Chains[0]

	sent, err := chain.Dispatch(ctx, chain, []byte("hello"))
	if err != nil {
		log.Fatal(err)
	}
	head, err := chain.Head(ctx, evm.Finality{})
	if err != nil {
		log.Fatal(err)
	}
	then := chain.At(head)
	nonce, err := then.Outbox().Nonce(ctx)
	if err != nil {
		log.Fatal(err)
	}
	tree, err := then.Tree().Read(ctx)
	if err != nil {
		log.Fatal(err)
	}
	delivered, err := then.Inbox().Delivered(ctx, sent.ID)
	fmt.Println("messages:", nonce, "leaves:", tree.Count(), "delivered:", delivered, err)
	// Output:
	// messages: 1 leaves: 1 delivered: false <nil>
}
