package relayer_test

import (
	"context"
	"errors"
	"fmt"

	"github.com/hyperlane-go/sdk/hyperlane/hyperlanetest"
	"github.com/hyperlane-go/sdk/ism/metadata"
)

// Why a message is not delivered: two of three validators must sign, and two are paused.
func ExampleRelayer_Status() {
	ctx := context.Background()
	n, err := hyperlanetest.Start(ctx, 2)
	if err != nil {
		fmt.Println(err)
		return
	}
	defer n.Close()
	origin, destination := n.Chains[0], n.Chains[1]
	origin.Validators[0].Pause()
	origin.Validators[2].Pause()
	sent, err := origin.Dispatch(ctx, destination, []byte("hello"))
	if err != nil {
		fmt.Println(err)
		return
	}
	for range 3 { // blocks, and a pass of each agent
		for _, c := range n.Chains {
			if err := c.Mine(1); err != nil {
				fmt.Println(err)
			}
		}
		if err := n.Step(ctx); err != nil {
			fmt.Println(err)
		}
	}

	status, err := n.Relayer.Agent().Status(sent.ID)
	fmt.Println(status.Stage, err)
	var missing *metadata.QuorumError
	if errors.As(status.Err, &missing) {
		fmt.Println("have", missing.Have, "want", missing.Want, "missing", len(missing.Missing))
	}
	for i, v := range status.Result.Validators {
		fmt.Printf("validator %d: %s\n", i, v.State)
	}
	// Output:
	// awaiting checkpoints <nil>
	// have 1 want 2 missing 2
	// validator 0: pending
	// validator 1: signed
	// validator 2: pending
}
