package relayer_test

import (
	"context"
	"fmt"

	"github.com/hyperlane-go/sdk/hyperlane/hyperlanetest"
)

// A message waits for a validator. Once the validator works again, RetryNow ends the wait.
func ExampleRelayer_RetryNow() {
	ctx := context.Background()
	n, err := hyperlanetest.Start(ctx, 2)
	if err != nil {
		fmt.Println(err)
		return
	}
	defer n.Close()
	origin, destination := n.Chains[0], n.Chains[1]
	for _, v := range origin.Validators {
		v.Pause()
	}
	sent, err := origin.Dispatch(ctx, destination, []byte("hello"))
	if err != nil {
		fmt.Println(err)
		return
	}
	round := func() { // a block, and a pass of each agent
		if err := n.Mine(1); err != nil {
			fmt.Println(err)
		}
		if err := n.Step(ctx); err != nil {
			fmt.Println(err)
		}
	}
	round()
	round()
	for s := range n.Relayer.Agent().Pending() {
		fmt.Println("pending:", s.Stage, "after", s.Attempts, "attempts")
	}

	for _, v := range origin.Validators {
		v.Resume()
	}
	status, err := n.Relayer.Agent().RetryNow(sent.ID)
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println("attempts:", status.Attempts, "due:", status.Next.IsZero())
	round()
	round()
	if status, err = n.Relayer.Agent().Status(sent.ID); err == nil {
		fmt.Println("delivered:", status.Delivery != nil)
	}
	// Output:
	// pending: awaiting checkpoints after 2 attempts
	// attempts: 0 due: true
	// delivered: true
}

// How far each origin has been indexed.
func ExampleRelayer_Progress() {
	ctx := context.Background()
	n, err := hyperlanetest.Start(ctx, 2)
	if err != nil {
		fmt.Println(err)
		return
	}
	defer n.Close()
	if err := n.Step(ctx); err != nil {
		fmt.Println(err)
		return
	}
	for i, p := range n.Relayer.Agent().Progress() {
		fmt.Println(p.Origin == n.Chains[i].Domain(), p.Block > 0, p.Finality, p.Failure == "")
	}
	// Output:
	// true true latest true
	// true true latest true
}
