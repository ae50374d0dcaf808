package hyperlanetest_test

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/ethereum/go-ethereum/core/types"

	"github.com/hyperlane-go/sdk/hyperlane/evm"
	"github.com/hyperlane-go/sdk/hyperlane/hyperlanetest"
)

// A cut link fails every request, until it is repaired.
func ExampleLink_Cut() {
	ctx := context.Background()
	n, err := hyperlanetest.Start(ctx, 1)
	if err != nil {
		fmt.Println(err)
		return
	}
	defer n.Close()
	chain := n.Chains[0]
	chain.Link.Cut()
	_, err = chain.Outbox().Nonce(ctx)
	fmt.Println("cut:", errors.Is(err, hyperlanetest.ErrCut), errors.Is(err, evm.ErrRPC))
	chain.Link.Repair()
	fmt.Println(chain.Outbox().Nonce(ctx))
	// Output:
	// cut: true true
	// 0 <nil>
}

// A link on hold is a slow link, without sleeping: the test knows when a request waits.
func ExampleLink_Hold() {
	ctx := context.Background()
	n, err := hyperlanetest.Start(ctx, 1)
	if err != nil {
		fmt.Println(err)
		return
	}
	defer n.Close()
	chain := n.Chains[0]
	chain.Link.Hold()
	done := make(chan error)
	go func() {
		_, err := chain.Outbox().Nonce(ctx)
		done <- err
	}()
	fmt.Println("waits:", chain.Link.AwaitHeld(ctx, 1))
	chain.Link.Release()
	fmt.Println("done:", <-done)
	// Output:
	// waits: <nil>
	// done: <nil>
}

// FailNext fails some requests of one kind, Fail all of them.
func ExampleLink_FailNext() {
	ctx := context.Background()
	n, err := hyperlanetest.Start(ctx, 1)
	if err != nil {
		fmt.Println(err)
		return
	}
	defer n.Close()
	chain := n.Chains[0]
	chain.Link.FailNext(1, hyperlanetest.CallContract, errors.New("too many requests"))
	for range 2 {
		_, err := chain.Outbox().Nonce(ctx)
		fmt.Println("failed:", err != nil)
	}
	// Output:
	// failed: true
	// failed: false
}

// Where no transaction can be sent, the message waits until the link is repaired.
func ExampleLink_Fail() {
	ctx := context.Background()
	n, err := hyperlanetest.Start(ctx, 2)
	if err != nil {
		fmt.Println(err)
		return
	}
	defer n.Close()
	link := n.Relayer.Links[n.Chains[1].Domain()]
	link.Fail(hyperlanetest.SendTransaction, nil)
	sent, err := n.Chains[0].Dispatch(ctx, n.Chains[1], []byte("hello"))
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println("stuck:", errors.Is(n.Relay(ctx), hyperlanetest.ErrStuck))
	link.Repair()
	fmt.Println("relay:", n.Relay(ctx))
	delivered, err := n.Chains[1].Inbox().Delivered(ctx, sent.ID)
	fmt.Println("delivered:", delivered, err)
	// Output:
	// stuck: true
	// relay: <nil>
	// delivered: true <nil>
}

// A node that omits logs is noticed: the contract counts what the logs lack.
func ExampleLink_HideLogs() {
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
	chain := n.Chains[0]
	chain.Link.HideLogs(func(l types.Log) bool { return l.TxHash == sent.Receipt.TxHash })
	for _, err := range chain.Tree().Insertions(ctx, evm.Range{}) {
		fmt.Println(errors.Is(err, evm.ErrAnswer))
	}
	// Output:
	// true
}

// A log that comes twice counts once.
func ExampleLink_RepeatLogs() {
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
	chain := n.Chains[0]
	chain.Link.RepeatLogs()
	for event, err := range chain.Tree().Insertions(ctx, evm.Range{}) {
		fmt.Println(event.Index, event.ID == sent.ID, err)
	}
	// Output:
	// 0 true <nil>
}

// A node without receipts leaves a sender in doubt until its context ends.
func ExampleLink_HideReceipts() {
	ctx := context.Background()
	n, err := hyperlanetest.Start(ctx, 1)
	if err != nil {
		fmt.Println(err)
		return
	}
	defer n.Close()
	chain := n.Chains[0]
	chain.Link.HideReceipts()
	limited, cancel := context.WithTimeout(ctx, 50*time.Millisecond)
	defer cancel()
	_, err = chain.Send(limited, chain.Transactor(0), evm.NewCall("nothing", chain.Owner().From, nil))
	fmt.Println("in doubt:", errors.Is(err, evm.ErrNotMined), errors.Is(err, context.DeadlineExceeded))
	// Output:
	// in doubt: true true
}

// A log of a block that does not exist is refused.
func ExampleLink_ForgeBlockHash() {
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
	chain := n.Chains[0]
	chain.Link.ForgeBlockHash()
	_, err = chain.Receipt(ctx, sent.Receipt.TxHash)
	fmt.Println(errors.Is(err, evm.ErrReorg))
	// Output:
	// true
}

// A node that no longer follows the chain shows an old head.
func ExampleLink_FreezeHead() {
	ctx := context.Background()
	n, err := hyperlanetest.Start(ctx, 1)
	if err != nil {
		fmt.Println(err)
		return
	}
	defer n.Close()
	chain := n.Chains[0]
	height := chain.Height()
	chain.Link.FreezeHead(height)
	if err := chain.Mine(5); err != nil {
		fmt.Println(err)
		return
	}
	head, err := chain.Head(ctx, evm.Finality{})
	fmt.Println(head.Number == height, chain.Height()-height, err)
	// Output:
	// true 5 <nil>
}

// Calls counts requests, to see what an operation costs.
func ExampleLink_Calls() {
	ctx := context.Background()
	n, err := hyperlanetest.Start(ctx, 1)
	if err != nil {
		fmt.Println(err)
		return
	}
	defer n.Close()
	link := n.Chains[0].Link
	before := link.Calls(hyperlanetest.CallContract)
	if _, err := n.Chains[0].Outbox().Nonce(ctx); err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(link.Calls(hyperlanetest.CallContract) - before)
	// Output:
	// 1
}
