package relayer_test

import (
	"context"
	"errors"
	"fmt"

	"github.com/hyperlane-go/sdk/hyperlane/hyperlanetest"
	"github.com/hyperlane-go/sdk/hyperlane/relayer"
	"github.com/hyperlane-go/sdk/message"
)

// A relayer in single passes, and the reason why a message is not delivered yet.
func ExampleRelayer_Step() {
	ctx := context.Background()
	n, err := hyperlanetest.Start(ctx, 2)
	if err != nil {
		fmt.Println(err)
		return
	}
	defer n.Close()
	n.Relayer.Pause() // the example runs its own relayer
	origin, destination := n.Chains[0], n.Chains[1]

	r, err := relayer.New(relayer.Config{
		Ephemeral: true, // in production: StateDir
		Chains: []relayer.Chain{
			{Client: origin.Chain},
			{Client: destination.Chain, Transactor: destination.Transactor(0)},
		},
		OpenStore: n.OpenStore,
		Now:       n.Clock.Now,
		Observe:   func(e relayer.Event) { fmt.Println("event:", e.Stage) },
	})
	if err != nil {
		fmt.Println(err)
		return
	}
	defer r.Close()

	sent, err := origin.Dispatch(ctx, destination, []byte("hello"))
	if err != nil {
		fmt.Println(err)
		return
	}
	step := func() {
		for _, c := range n.Chains {
			if err := c.Mine(1); err != nil {
				fmt.Println(err)
			}
		}
		if err := r.Step(ctx); err != nil {
			fmt.Println(err)
		}
	}
	step()
	if status, err := r.Status(sent.ID); err == nil {
		fmt.Println("status:", status.Stage)
	}
	if err := n.Step(ctx); err != nil { // now the validators sign
		fmt.Println(err)
	}
	step()
	step()
	step()
	// Output:
	// event: dispatched
	// event: inserted
	// event: awaiting checkpoints
	// status: awaiting checkpoints
	// event: metadata built
	// event: submitted
	// event: delivered
	// event: final
}

// The network's JSON for white- and blacklists.
func ExampleParseMatchingList() {
	list, err := relayer.ParseMatchingList(`[{"originDomain": [1, 10], "bodyRegex": "^00"}]`)
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(list.Matches(&message.Message{Origin: 10, Body: []byte{0x00, 0x01}}))
	fmt.Println(list.Matches(&message.Message{Origin: 42161, Body: []byte{0x00, 0x01}}))
	_, err = relayer.ParseMatchingList(`[{"originDomain": "0x1"}]`)
	var refused *relayer.MatchingError
	if errors.As(err, &refused) {
		fmt.Println(refused.Path, "is", refused.Got, "want", refused.Want)
	}
	// Output:
	// true
	// false
	// [0].originDomain is "0x1" want a number from 0 to 4294967295, or the same in decimal digits as a string
}
