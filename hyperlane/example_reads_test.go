package hyperlane_test

import (
	"context"
	"fmt"
	"log"

	"github.com/hyperlane-go/sdk/hyperlane"
	"github.com/hyperlane-go/sdk/hyperlane/evm"
	"github.com/hyperlane-go/sdk/hyperlane/hyperlanetest"
	"github.com/hyperlane-go/sdk/message"
)

// Which of many messages are delivered, in one round trip where the node permits.
func ExampleInbox_DeliveredQuery() {
	ctx := context.Background()
	network, err := hyperlanetest.Start(ctx, 2)
	if err != nil {
		log.Fatal(err)
	}
	defer network.Close()
	origin, destination := network.Chains[0], network.Chains[1]
	sent, err := origin.Dispatch(ctx, destination, []byte("hello"))
	if err != nil {
		log.Fatal(err)
	}
	if err := network.Relay(ctx); err != nil {
		log.Fatal(err)
	}

	batch := destination.Batch(evm.Head{})
	first := evm.Add(batch, destination.Inbox().DeliveredQuery(sent.ID))
	second := evm.Add(batch, destination.Inbox().DeliveredQuery(message.ID{1}))
	if err := batch.Run(ctx); err != nil {
		log.Fatal(err)
	}
	a, err := first.Get()
	if err != nil {
		log.Fatal(err)
	}
	b, err := second.Get()
	fmt.Println(a, b, err)
	// Output:
	// true false <nil>
}

// A delivery as a value, for a relayer of one's own or a contract that processes many messages.
func ExampleInbox_ProcessCall() {
	ctx := context.Background()
	network, err := hyperlanetest.Start(ctx, 1, hyperlanetest.WithISM(hyperlanetest.Noop))
	if err != nil {
		log.Fatal(err)
	}
	defer network.Close()
	chain := network.Chains[0]
	m := &message.Message{
		Version: message.Version, Origin: 2000, Sender: message.Address{31: 1},
		Destination: chain.Domain(), Recipient: chain.Recipient(), Body: []byte("hello"),
	}
	call, err := chain.Inbox().ProcessCall(nil, m)
	if err != nil {
		log.Fatal(err)
	}
	if _, err := chain.Client.Send(ctx, chain.Transactor(0), call); err != nil {
		log.Fatal(err)
	}
	delivery, err := chain.Inbox().Processed(ctx, m.ID())
	fmt.Println(call.Name, "by the sender:", delivery.Processor == chain.Transactor(0).From, err)

	m.Destination = 3000
	_, err = chain.Inbox().ProcessCall(nil, m)
	fmt.Println(err)
	// Output:
	// Inbox.process by the sender: true <nil>
	// hyperlane: message is for another domain: its destination is 3000, this chain is 1000
}

// The messages of a transaction, from its receipt: the sender can be a contract of one's own.
func ExampleOutbox_FromReceipt() {
	ctx := context.Background()
	network, err := hyperlanetest.Start(ctx, 1)
	if err != nil {
		log.Fatal(err)
	}
	defer network.Close()
	chain := network.Chains[0]
	call, err := chain.Outbox().DispatchCall(hyperlane.Dispatch{Destination: 2000, Recipient: chain.Recipient(), Body: []byte("hello")})
	if err != nil {
		log.Fatal(err)
	}
	receipt, err := chain.Client.Send(ctx, chain.Transactor(0), call)
	if err != nil {
		log.Fatal(err)
	}
	sent, err := chain.Outbox().FromReceipt(receipt)
	if err != nil {
		log.Fatal(err)
	}
	for _, s := range sent {
		fmt.Printf("nonce %d, leaf %d: %s\n", s.Message.Nonce, s.LeafIndex, s.Message.Body)
	}
	// Output:
	// nonce 0, leaf 0: hello
}

// The whole tree of a chain, as of its newest final block, and the checkpoint that validators sign.
func ExampleTree_Read() {
	ctx := context.Background()
	network, err := hyperlanetest.Start(ctx, 1)
	if err != nil {
		log.Fatal(err)
	}
	defer network.Close()
	chain := network.Chains[0]
	if _, err := chain.Dispatch(ctx, chain, []byte("hello")); err != nil {
		log.Fatal(err)
	}
	tree, err := chain.Tree().Read(ctx)
	if err != nil {
		log.Fatal(err)
	}
	root, index, err := chain.Tree().LatestCheckpoint(ctx)
	fmt.Println(tree.Count(), "leaf, newest", index, "same root:", tree.Root() == root, err)
	// Output:
	// 1 leaf, newest 0 same root: true <nil>
}

// The security module that decides about a message, as a value that verifies offline.
func ExampleModules_Module() {
	ctx := context.Background()
	network, err := hyperlanetest.Start(ctx, 1)
	if err != nil {
		log.Fatal(err)
	}
	defer network.Close()
	chain := network.Chains[0]
	address, err := chain.Inbox().RecipientISM(ctx, chain.Contracts.TestRecipient)
	if err != nil {
		log.Fatal(err)
	}
	m := &message.Message{Version: message.Version, Destination: chain.Domain(), Recipient: chain.Recipient()}
	module, err := chain.Modules().Module(ctx, address, m)
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(module.Type())
	fmt.Println(module.Verify([]byte("rubbish"), m))
	// Output:
	// message id multisig
	// ism: metadata too short for message id multisig: header ends at byte 68, have 7 bytes
}
