package hyperlanetest_test

import (
	"context"
	"fmt"

	"github.com/ethereum/go-ethereum/common"

	"github.com/hyperlane-go/sdk/hyperlane"
	"github.com/hyperlane-go/sdk/hyperlane/deploy"
	"github.com/hyperlane-go/sdk/hyperlane/hyperlanetest"
	"github.com/hyperlane-go/sdk/hyperlane/relayer"
	"github.com/hyperlane-go/sdk/hyperlane/validator"
	"github.com/hyperlane-go/sdk/ism"
)

// Another core, here the same contracts deployed by the test itself.
func ExampleWithCore() {
	ctx := context.Background()
	core := func(ctx context.Context, c *hyperlanetest.Chain) (hyperlane.Addresses, error) {
		return deploy.Core(ctx, c.Client, c.Owner(), deploy.CoreConfig{
			Domain: c.Domain(), DefaultISM: c.Contracts.MessageIDMultisig,
		})
	}
	n, err := hyperlanetest.Start(ctx, 2, hyperlanetest.WithCore(core))
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
	fmt.Println("relay:", n.Relay(ctx))
	delivered, err := n.Chains[1].Inbox().Delivered(ctx, sent.ID)
	fmt.Println("delivered:", delivered, err)
	// Output:
	// relay: <nil>
	// delivered: true <nil>
}

// A module of the test's own as default ISM: here one validator, who must sign.
func ExampleWithCustomISM() {
	ctx := context.Background()
	module := func(ctx context.Context, c *hyperlanetest.Chain) (common.Address, error) {
		return deploy.MultisigISM(ctx, c.Client, c.Owner(), deploy.MultisigConfig{
			Type: ism.TypeMessageIDMultisig, Factory: c.Contracts.MessageIDFactory,
			Validators: []common.Address{hyperlanetest.ValidatorAccount(0).Address}, Threshold: 1,
		})
	}
	n, err := hyperlanetest.Start(ctx, 2, hyperlanetest.WithCustomISM(module))
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
	fmt.Println("relay:", n.Relay(ctx))
	status, err := n.Relayer.Status(sent.ID)
	fmt.Println(status.Stage, err)
	// Output:
	// relay: <nil>
	// final <nil>
}

// The configuration of the relayer can be changed: here it makes at most one attempt at a time.
func ExampleWithRelayer() {
	ctx := context.Background()
	n, err := hyperlanetest.Start(ctx, 2, hyperlanetest.WithRelayer(func(c *relayer.Config) {
		c.MaxConcurrency = 1
	}))
	if err != nil {
		fmt.Println(err)
		return
	}
	defer n.Close()
	_, err = n.Chains[0].DispatchMany(ctx, n.Chains[1], []byte("one"), []byte("two"))
	fmt.Println(err)
	fmt.Println("relay:", n.Relay(ctx))
	// Output:
	// <nil>
	// relay: <nil>
}

// An observer sees what the agents report, one event at a time.
func ExampleWithObserver() {
	ctx := context.Background()
	signed := 0
	n, err := hyperlanetest.Start(ctx, 2, hyperlanetest.WithObserver(func(e hyperlanetest.Event) {
		if e.Validator != nil && e.Validator.Kind == validator.Signed {
			signed++
		}
	}))
	if err != nil {
		fmt.Println(err)
		return
	}
	defer n.Close()
	if _, err := n.Chains[0].Dispatch(ctx, n.Chains[1], []byte("hello")); err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println("step:", n.Step(ctx))
	fmt.Println("checkpoints signed:", signed)
	// Output:
	// step: <nil>
	// checkpoints signed: 3
}
