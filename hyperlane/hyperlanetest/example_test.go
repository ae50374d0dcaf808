package hyperlanetest_test

import (
	"context"
	"errors"
	"fmt"

	"github.com/hyperlane-go/sdk/hyperlane/evm"
	"github.com/hyperlane-go/sdk/hyperlane/hyperlanetest"
	"github.com/hyperlane-go/sdk/hyperlane/relayer"
)

// A message travels from one chain to another. In a test, New(t, 2) starts and closes the network.
func Example() {
	ctx := context.Background()
	n, err := hyperlanetest.Start(ctx, 2)
	if err != nil {
		fmt.Println(err)
		return
	}
	defer n.Close()
	origin, destination := n.Chains[0], n.Chains[1]

	sent, err := origin.Dispatch(ctx, destination, []byte("hello"))
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Printf("dispatched: leaf %d of domain %s\n", sent.LeafIndex, origin.Domain())

	if err := n.Relay(ctx); err != nil {
		fmt.Println(err)
		return
	}
	delivered, err := destination.Inbox().Delivered(ctx, sent.ID)
	fmt.Println("delivered:", delivered, err)
	// Output:
	// dispatched: leaf 0 of domain 1000
	// delivered: true <nil>
}

// A reorganisation drops a message before it is final: no validator signs it, so it is not
// delivered.
func ExampleChain_Reorg() {
	ctx := context.Background()
	n, err := hyperlanetest.Start(ctx, 2, hyperlanetest.WithFinality(evm.Finality{Blocks: 5}))
	if err != nil {
		fmt.Println(err)
		return
	}
	defer n.Close()
	sent, err := n.Chains[0].Dispatch(ctx, n.Chains[1], []byte("never mind"))
	if err != nil {
		fmt.Println(err)
		return
	}
	done, err := n.Chains[0].Reorg(1, hyperlanetest.WithDropped(nil))
	fmt.Println("blocks undone:", len(done.Undone), "transactions dropped:", len(done.Dropped), err)

	fmt.Println("relay:", n.Relay(ctx))
	delivered, err := n.Chains[1].Inbox().Delivered(ctx, sent.ID)
	fmt.Println("delivered:", delivered, err)
	// Output:
	// blocks undone: 1 transactions dropped: 1 <nil>
	// relay: <nil>
	// delivered: false <nil>
}

// The nodes of two validators lie about the tree. These validators do not sign, and the relayer
// reports it.
func ExampleLink_ForgeRoot() {
	ctx := context.Background()
	n, err := hyperlanetest.Start(ctx, 2)
	if err != nil {
		fmt.Println(err)
		return
	}
	defer n.Close()
	origin := n.Chains[0]
	origin.Validators[0].Link.ForgeRoot()
	origin.Validators[1].Link.ForgeRoot()
	sent, err := origin.Dispatch(ctx, n.Chains[1], []byte("hello"))
	if err != nil {
		fmt.Println(err)
		return
	}

	fmt.Println("stuck:", errors.Is(n.Relay(ctx), hyperlanetest.ErrStuck))
	status, err := n.Relayer.Status(sent.ID)
	fmt.Println(status.Stage, err)
	for i, v := range status.Result.Validators {
		fmt.Println("validator", i, v.State)
	}

	origin.Validators[0].Link.Repair()
	fmt.Println("relay:", n.Relay(ctx))
	// Output:
	// stuck: true
	// awaiting checkpoints <nil>
	// validator 0 pending
	// validator 1 pending
	// validator 2 signed
	// relay: <nil>
}

// In the background chains and agents run by themselves, and report what they do.
func ExampleNetwork_Background() {
	ctx := context.Background()
	stages := make(chan relayer.Stage, 100)
	n, err := hyperlanetest.Start(ctx, 2, hyperlanetest.WithObserver(func(e hyperlanetest.Event) {
		if e.Relayer != nil && e.Relayer.Err == nil {
			stages <- e.Relayer.Stage
		}
	}))
	if err != nil {
		fmt.Println(err)
		return
	}
	defer n.Close()
	n.Background(ctx)
	if _, err := n.Chains[0].Dispatch(ctx, n.Chains[1], []byte("hello")); err != nil {
		fmt.Println(err)
		return
	}
	for stage := range stages {
		fmt.Println(stage)
		if stage == relayer.StageFinal {
			break
		}
	}
	// Output:
	// dispatched
	// inserted
	// metadata built
	// submitted
	// delivered
	// final
}

// A published checkpoint can be corrupted. The quorum of the others still delivers.
func ExampleStorage_Corrupt() {
	ctx := context.Background()
	n, err := hyperlanetest.Start(ctx, 2)
	if err != nil {
		fmt.Println(err)
		return
	}
	defer n.Close()
	origin := n.Chains[0]
	sent, err := origin.Dispatch(ctx, n.Chains[1], []byte("hello"))
	if err != nil {
		fmt.Println(err)
		return
	}
	v := origin.Validators[0]
	fmt.Println("signed:", v.Step(ctx))
	fmt.Println("forged:", v.Storage.Corrupt(ctx, sent.LeafIndex, hyperlanetest.WrongSigner))
	v.Pause() // it would publish the true checkpoint again
	fmt.Println("relay:", n.Relay(ctx))

	status, err := n.Relayer.Status(sent.ID)
	fmt.Println(status.Stage, err)
	// Output:
	// signed: <nil>
	// forged: <nil>
	// relay: <nil>
	// final <nil>
}
