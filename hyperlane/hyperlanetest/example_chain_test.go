package hyperlanetest_test

import (
	"context"
	"errors"
	"fmt"
	"math/big"

	"github.com/holiman/uint256"

	"github.com/hyperlane-go/sdk/hyperlane"
	"github.com/hyperlane-go/sdk/hyperlane/evm"
	"github.com/hyperlane-go/sdk/hyperlane/hyperlanetest"
)

// Dispatch sends a message to the test recipient of another chain.
func ExampleChain_Dispatch() {
	ctx := context.Background()
	n, err := hyperlanetest.Start(ctx, 2)
	if err != nil {
		fmt.Println(err)
		return
	}
	defer n.Close()
	sent, err := n.Chains[0].Dispatch(ctx, n.Chains[1], []byte("hello"))
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println("nonce", sent.Message.Nonce, "leaf", sent.LeafIndex, "to", sent.Message.Destination)
	fmt.Println(string(sent.Message.Body))
	// Output:
	// nonce 0 leaf 0 to 2000
	// hello
}

// DispatchMany puts many messages into as few blocks as hold them.
func ExampleChain_DispatchMany() {
	ctx := context.Background()
	n, err := hyperlanetest.Start(ctx, 2)
	if err != nil {
		fmt.Println(err)
		return
	}
	defer n.Close()
	height := n.Chains[0].Height()
	sent, err := n.Chains[0].DispatchMany(ctx, n.Chains[1], []byte("one"), []byte("two"), []byte("three"))
	fmt.Println(len(sent), "messages in", n.Chains[0].Height()-height, "block", err)
	fmt.Println("relay:", n.Relay(ctx))
	handled, err := n.Chains[1].TestRecipient().Handled(ctx)
	fmt.Println("handled:", handled, err)
	// Output:
	// 3 messages in 1 block <nil>
	// relay: <nil>
	// handled: 3 <nil>
}

// A chain sends calls of the test's own through the client that it embeds.
func ExampleChain_Transactor() {
	ctx := context.Background()
	n, err := hyperlanetest.Start(ctx, 1)
	if err != nil {
		fmt.Println(err)
		return
	}
	defer n.Close()
	chain := n.Chains[0]
	friend := hyperlanetest.User(1).Address
	before, err := chain.Balance(ctx, friend)
	if err != nil {
		fmt.Println(err)
		return
	}
	pay := evm.NewCall("pay a friend", friend, nil).WithValue(uint256.NewInt(42))
	receipt, err := chain.Send(ctx, chain.Transactor(0), pay)
	if err != nil {
		fmt.Println(err)
		return
	}
	after, err := chain.Balance(ctx, friend)
	fmt.Println("status", receipt.Status, "paid", new(big.Int).Sub(after, before), err)
	// Output:
	// status 1 paid 42 <nil>
}

// Without automatic mining transactions wait for the next block.
func ExampleChain_AutoMine() {
	ctx := context.Background()
	n, err := hyperlanetest.Start(ctx, 1)
	if err != nil {
		fmt.Println(err)
		return
	}
	defer n.Close()
	chain := n.Chains[0]
	chain.AutoMine(false)
	for i := range 3 {
		call := evm.NewCall("nothing", hyperlanetest.User(0).Address, nil)
		if _, err := chain.Submit(ctx, chain.Transactor(i), call); err != nil {
			fmt.Println(err)
			return
		}
	}
	fmt.Println("pending:", chain.Pending())
	fmt.Println("mined:", chain.Mine(1))
	fmt.Println("pending:", chain.Pending())
	// Output:
	// pending: 3
	// mined: <nil>
	// pending: 0
}

// Agents that wait for finalized blocks deliver nothing while finality is paused.
func ExampleChain_PauseFinality() {
	ctx := context.Background()
	n, err := hyperlanetest.Start(ctx, 2, hyperlanetest.WithFinality(evm.Finality{Tag: evm.TagFinalized}))
	if err != nil {
		fmt.Println(err)
		return
	}
	defer n.Close()
	n.Chains[0].PauseFinality()
	sent, err := n.Chains[0].Dispatch(ctx, n.Chains[1], []byte("hello"))
	if err != nil {
		fmt.Println(err)
		return
	}
	for range 5 {
		if err := errors.Join(n.Step(ctx), n.Mine(1)); err != nil {
			fmt.Println(err)
			return
		}
	}
	delivered, err := n.Chains[1].Inbox().Delivered(ctx, sent.ID)
	fmt.Println("delivered:", delivered, err)

	fmt.Println("resume:", n.Chains[0].ResumeFinality())
	fmt.Println("relay:", n.Relay(ctx))
	delivered, err = n.Chains[1].Inbox().Delivered(ctx, sent.ID)
	fmt.Println("delivered:", delivered, err)
	// Output:
	// delivered: false <nil>
	// resume: <nil>
	// relay: <nil>
	// delivered: true <nil>
}

// The default ISM can change while the network runs.
func ExampleChain_SetDefaultISM() {
	ctx := context.Background()
	n, err := hyperlanetest.Start(ctx, 1)
	if err != nil {
		fmt.Println(err)
		return
	}
	defer n.Close()
	chain := n.Chains[0]
	fmt.Println("set:", chain.SetDefaultISM(ctx, chain.Contracts.Noop))
	module, err := chain.Inbox().RecipientISM(ctx, chain.Contracts.TestRecipient)
	fmt.Println(module == chain.Contracts.Noop, err)
	// Output:
	// set: <nil>
	// true <nil>
}

// Requests over HTTP go straight to the node, for programs that take a URL.
func ExampleChain_URL() {
	ctx := context.Background()
	n, err := hyperlanetest.Start(ctx, 1, hyperlanetest.WithHTTP())
	if err != nil {
		fmt.Println(err)
		return
	}
	defer n.Close()
	client, err := evm.Dial(ctx, n.Chains[0].URL())
	if err != nil {
		fmt.Println(err)
		return
	}
	defer client.Close()
	fmt.Println("chain id", client.ChainID())
	// Output:
	// chain id 31337
}

// The test recipient remembers the last message.
func ExampleChain_TestRecipient() {
	ctx := context.Background()
	n, err := hyperlanetest.Start(ctx, 2)
	if err != nil {
		fmt.Println(err)
		return
	}
	defer n.Close()
	sent, err := n.Chains[0].Dispatch(ctx, n.Chains[1], []byte("hello"))
	if err != nil {
		fmt.Println(err)
		return
	}
	if err := n.Relay(ctx); err != nil {
		fmt.Println(err)
		return
	}
	recipient := n.Chains[1].TestRecipient()
	last, err := recipient.Last(ctx)
	fmt.Println(string(last.Body), "from", last.Origin, last.Sender == sent.Message.Sender, err)
	// Output:
	// hello from 1000 true <nil>
}

// A recipient that reverts keeps its message waiting.
func ExampleTestRecipient_SetHandleMode() {
	ctx := context.Background()
	n, err := hyperlanetest.Start(ctx, 2)
	if err != nil {
		fmt.Println(err)
		return
	}
	defer n.Close()
	recipient := n.Chains[1].TestRecipient()
	if err := recipient.SetHandleMode(ctx, hyperlanetest.HandleRevertString); err != nil {
		fmt.Println(err)
		return
	}
	sent, err := n.Chains[0].Dispatch(ctx, n.Chains[1], []byte("hello"))
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println("stuck:", errors.Is(n.Relay(ctx), hyperlanetest.ErrStuck))
	status, err := n.Relayer.Status(sent.ID)
	var refused *evm.RevertError
	fmt.Println(errors.As(status.Err, &refused), err)
	fmt.Println(refused.Reason)

	fmt.Println("repaired:", recipient.SetHandleMode(ctx, hyperlanetest.HandleAccept))
	fmt.Println("relay:", n.Relay(ctx))
	// Output:
	// stuck: true
	// true <nil>
	// TestRecipient: refused
	// repaired: <nil>
	// relay: <nil>
}

// A recipient can name its security module in a way that no mailbox can read.
func ExampleTestRecipient_SetISMMode() {
	ctx := context.Background()
	n, err := hyperlanetest.Start(ctx, 2)
	if err != nil {
		fmt.Println(err)
		return
	}
	defer n.Close()
	sent, err := n.Chains[0].Dispatch(ctx, n.Chains[1], []byte("hello"))
	if err != nil {
		fmt.Println(err)
		return
	}
	there := n.Chains[1]
	if err := there.TestRecipient().SetISMMode(ctx, hyperlanetest.ISMShort); err != nil {
		fmt.Println(err)
		return
	}
	err = there.Inbox().Simulate(ctx, there.Transactor(0).From, nil, &sent.Message)
	fmt.Println(errors.Is(err, hyperlane.ErrRecipient))
	// Output:
	// true
}
