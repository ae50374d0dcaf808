package relayer_test

import (
	"context"
	"fmt"
	"time"

	"github.com/hyperlane-go/sdk/hyperlane/hyperlanetest"
	"github.com/hyperlane-go/sdk/hyperlane/relayer"
)

// A relayer inside a program: Run delivers a message that the validators have signed.
func Example() {
	ctx, cancel := context.WithCancel(context.Background())
	defer cancel()
	n, err := hyperlanetest.Start(ctx, 2)
	if err != nil {
		fmt.Println(err)
		return
	}
	defer n.Close()
	n.Relayer.Pause() // the example runs its own relayer
	origin, destination := n.Chains[0], n.Chains[1]
	sent, err := origin.Dispatch(ctx, destination, []byte("hello"))
	if err != nil {
		fmt.Println(err)
		return
	}
	if err := n.Mine(2); err != nil { // the dispatch becomes final
		fmt.Println(err)
		return
	}
	if err := n.Step(ctx); err != nil { // the validators sign
		fmt.Println(err)
		return
	}

	r, err := relayer.New(relayer.Config{
		Ephemeral: true, // in production: StateDir
		Interval:  10 * time.Millisecond,
		Chains: []relayer.Chain{
			{Client: origin.Chain},
			{Client: destination.Chain, Transactor: destination.Transactor(0)},
		},
		OpenStore: n.OpenStore,
		Now:       n.Clock.Now,
		Observe: func(e relayer.Event) {
			if e.ID == sent.ID && e.Stage == relayer.StageDelivered {
				cancel()
			}
		},
	})
	if err != nil {
		fmt.Println(err)
		return
	}
	defer r.Close()
	fmt.Println("run:", r.Run(ctx))
	status, err := r.Status(sent.ID)
	fmt.Println("status:", status.Stage, err)
	// Output:
	// run: <nil>
	// status: delivered <nil>
}
