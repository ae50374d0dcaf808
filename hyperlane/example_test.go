package hyperlane_test

import (
	"context"
	"errors"
	"fmt"
	"log"

	bind "github.com/ethereum/go-ethereum/accounts/abi/bind/v2"
	"github.com/ethereum/go-ethereum/common"

	"github.com/hyperlane-go/sdk/contracts/contractstest"
	"github.com/hyperlane-go/sdk/hyperlane"
	"github.com/hyperlane-go/sdk/message"
)

// A message to the chain's own domain, carried by hand through a module that accepts everything.
func Example() {
	ctx := context.Background()
	chain, recipient, opts, stop := exampleChain(ctx)
	defer stop()

	sent, err := chain.Outbox().Dispatch(ctx, opts, hyperlane.Dispatch{
		Destination: chain.Domain(),
		Recipient:   message.FromEVM(recipient),
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
	chain, recipient, opts, stop := exampleChain(ctx)
	defer stop()
	for _, body := range []string{"one", "two"} {
		_, err := chain.Outbox().Dispatch(ctx, opts, hyperlane.Dispatch{Destination: 2000, Recipient: message.FromEVM(recipient), Body: []byte(body)})
		if err != nil {
			log.Fatal(err)
		}
	}
	for event, err := range chain.Outbox().Dispatches(ctx, hyperlane.EventRange{}) {
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
func ExampleRevertError() {
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
	err := chain.Inbox().Simulate(ctx, opts.From, nil, m)
	var refused *hyperlane.RevertError
	if errors.As(err, &refused) {
		fmt.Println(refused.Name, "is of class", refused.Class)
	}
	// Output:
	// InboxAlreadyDelivered is of class hyperlane: message already delivered
}

// exampleChain is a simulated chain with core contracts and a recipient.
func exampleChain(ctx context.Context) (*hyperlane.Chain, common.Address, *bind.TransactOpts, func()) {
	node, err := startSim()
	if err != nil {
		log.Fatal(err)
	}
	opts := node.opts()
	noop, err := hyperlane.DeployNoopISM(ctx, node, opts, fast)
	if err != nil {
		log.Fatal(err)
	}
	addrs, err := hyperlane.DeployCore(ctx, node, opts, hyperlane.CoreConfig{Domain: 1000, DefaultISM: noop}, fast)
	if err != nil {
		log.Fatal(err)
	}
	chain, err := hyperlane.New(ctx, node, addrs, fast)
	if err != nil {
		log.Fatal(err)
	}
	recipient, _, err := bind.DeployContract(opts, contractstest.TestRecipientInitCode(), node, nil)
	if err != nil {
		log.Fatal(err)
	}
	return chain, recipient, opts, func() { _ = node.node.Close() }
}
