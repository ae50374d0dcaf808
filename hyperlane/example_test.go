package hyperlane_test

import (
	"context"
	"errors"
	"fmt"
	"log"

	"github.com/hyperlane-go/sdk/hyperlane"
	"github.com/hyperlane-go/sdk/hyperlane/evm"
	"github.com/hyperlane-go/sdk/hyperlane/hyperlanetest"
	"github.com/hyperlane-go/sdk/message"
)

// A message to the chain's own domain, carried by hand through a module that accepts everything.
func Example() {
	ctx := context.Background()
	network, err := hyperlanetest.Start(ctx, 1, hyperlanetest.WithISM(hyperlanetest.Noop)) // one chain in this process
	if err != nil {
		log.Fatal(err)
	}
	defer network.Close()
	chain := network.Chains[0]
	opts := chain.Transactor(0)

	sent, err := chain.Outbox().Dispatch(ctx, opts, hyperlane.Dispatch{
		Destination: chain.Domain(),
		Recipient:   chain.Recipient(),
		Body:        []byte("hello"),
	})
	if err != nil {
		log.Fatal(err)
	}
	fmt.Printf("sent: nonce %d, leaf %d\n", sent.Message.Nonce, sent.LeafIndex)

	if _, err := chain.Inbox().Process(ctx, opts, nil, &sent.Message); err != nil {
		log.Fatal(err)
	}
	delivery, err := chain.Inbox().Wait(ctx, sent.ID)
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println("delivered:", delivery.ID == sent.ID)

	_, err = chain.Inbox().Process(ctx, opts, nil, &sent.Message)
	fmt.Println("again:", errors.Is(err, hyperlane.ErrAlreadyDelivered))
	// Output:
	// sent: nonce 0, leaf 0
	// delivered: true
	// again: true
}

// Reading every message of a range of blocks.
func ExampleOutbox_Dispatches() {
	ctx := context.Background()
	network, err := hyperlanetest.Start(ctx, 1, hyperlanetest.WithISM(hyperlanetest.Noop)) // one chain in this process
	if err != nil {
		log.Fatal(err)
	}
	defer network.Close()
	chain := network.Chains[0]
	opts := chain.Transactor(0)
	for _, body := range []string{"one", "two"} {
		_, err := chain.Outbox().Dispatch(ctx, opts, hyperlane.Dispatch{Destination: 2000, Recipient: chain.Recipient(), Body: []byte(body)})
		if err != nil {
			log.Fatal(err)
		}
	}
	for event, err := range chain.Outbox().Dispatches(ctx, evm.Range{}) {
		if err != nil {
			log.Fatal(err)
		}
		fmt.Printf("%d to %s: %s\n", event.Message.Nonce, event.Message.Destination, event.Message.Body)
	}
	// Output:
	// 0 to 2000: one
	// 1 to 2000: two
}

// What a refusal says.
func ExampleInbox_Simulate() {
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
	err = chain.Inbox().Simulate(ctx, opts.From, nil, m)
	var refused *evm.RevertError
	if errors.As(err, &refused) {
		fmt.Println(refused.Name, "is of class", refused.Class)
	}
	// Output:
	// InboxAlreadyDelivered is of class hyperlane: message already delivered
}
