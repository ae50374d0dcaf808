package relayer_test

import (
	"context"
	"fmt"

	"github.com/hyperlane-go/sdk/hyperlane/hyperlanetest"
	"github.com/hyperlane-go/sdk/hyperlane/relayer"
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
