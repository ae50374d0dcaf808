package hyperlanetest_test

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"testing"
	"time"

	"github.com/hyperlane-go/sdk/hyperlane/evm"
	"github.com/hyperlane-go/sdk/hyperlane/hyperlanetest"
	"github.com/hyperlane-go/sdk/message"
)

// In a test, New starts the network and closes it when the test ends.
func ExampleNew() {
	test := func(t *testing.T) {
		n := hyperlanetest.New(t, 2)
		sent, err := n.Chains[0].Dispatch(t.Context(), n.Chains[1], []byte("hello"))
		if err != nil {
			t.Fatal(err)
		}
		if err := n.Relay(t.Context()); err != nil {
			t.Fatal(err)
		}
		delivered, err := n.Chains[1].Inbox().Delivered(t.Context(), sent.ID)
		if err != nil || !delivered {
			t.Errorf("delivered: %v, %v", delivered, err)
		}
	}
	_ = test
}

// A program starts a network and closes it itself. Options change how it is made.
func ExampleStart() {
	ctx := context.Background()
	n, err := hyperlanetest.Start(ctx, 3,
		hyperlanetest.WithValidators(5, 4),
		hyperlanetest.WithISM(hyperlanetest.MerkleRootMultisig),
		hyperlanetest.WithDomains(func(i int) message.Domain { return message.Domain(100 + i) }),
	)
	if err != nil {
		fmt.Println(err)
		return
	}
	defer n.Close()
	for _, chain := range n.Chains {
		fmt.Println("domain", chain.Domain(), "chain id", chain.ChainID(), "validators", len(chain.Validators))
	}
	// Output:
	// domain 100 chain id 31337 validators 5
	// domain 101 chain id 31338 validators 5
	// domain 102 chain id 31339 validators 5
}

// Step by step: in one step the validators sign, and the relayer submits the delivery.
func ExampleNetwork_Step() {
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
	fmt.Println("step:", n.Step(ctx))
	names := n.Chains[0].Validators[0].Storage.Names()
	fmt.Println("signed:", slices.Contains(names, "checkpoint_0_with_id.json"))
	status, err := n.Relayer.Status(sent.ID)
	fmt.Println("relayer:", status.Stage, err)
	// Output:
	// step: <nil>
	// signed: true
	// relayer: submitted <nil>
}

// Relay reports the messages that agents cannot deliver, and why.
func ExampleNetwork_Relay() {
	ctx := context.Background()
	n, err := hyperlanetest.Start(ctx, 2)
	if err != nil {
		fmt.Println(err)
		return
	}
	defer n.Close()
	for _, v := range n.Chains[0].Validators[:2] {
		v.Pause()
	}
	sent, err := n.Chains[0].Dispatch(ctx, n.Chains[1], []byte("hello"))
	if err != nil {
		fmt.Println(err)
		return
	}
	err = n.Relay(ctx)
	var stuck *hyperlanetest.StuckError
	if errors.As(err, &stuck) {
		fmt.Println(len(stuck.Messages), "stuck:", stuck.Messages[0].Stage, stuck.Messages[0].ID == sent.ID)
	}
	for _, v := range n.Chains[0].Validators[:2] {
		v.Resume()
	}
	fmt.Println("relay:", n.Relay(ctx))
	// Output:
	// 1 stuck: awaiting checkpoints true
	// relay: <nil>
}

// Chain finds the chain of a message by its domain.
func ExampleNetwork_Chain() {
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
	origin, destination := n.Chain(sent.Message.Origin), n.Chain(sent.Message.Destination)
	fmt.Println(origin.ChainID(), destination.ChainID(), n.Chain(7) == nil)
	// Output:
	// 31337 31338 true
}

// OpenStore opens the bucket that a validator announced, as a relayer does.
func ExampleNetwork_OpenStore() {
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
	if err := n.Step(ctx); err != nil {
		fmt.Println(err)
		return
	}
	v := n.Chains[0].Validators[0]
	locations, err := n.Chains[0].ValidatorAnnounce().Locations(ctx, v.Account.Address)
	if err != nil {
		fmt.Println(err)
		return
	}
	store, err := n.OpenStore(ctx, locations[0][0])
	if err != nil {
		fmt.Println(err)
		return
	}
	signed, err := store.Checkpoint(ctx, sent.LeafIndex)
	fmt.Println(signed.Index, signed.MessageID == sent.ID, signed.Verify(v.Account.Address), err)
	// Output:
	// 0 true <nil> <nil>
}

// Agents read the clock of the network, so an hour passes at once.
func ExampleClock_Advance() {
	ctx := context.Background()
	n, err := hyperlanetest.Start(ctx, 1)
	if err != nil {
		fmt.Println(err)
		return
	}
	defer n.Close()
	start := n.Clock.Now()
	n.Clock.Advance(time.Hour)
	if err := n.Chains[0].Mine(1); err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(n.Clock.Now().Sub(start))
	head, err := n.Chains[0].Head(ctx, evm.Finality{})
	fmt.Println(head.Time.Sub(start), err)
	// Output:
	// 1h0m12s
	// 1h0m12s <nil>
}
