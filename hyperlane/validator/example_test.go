package validator_test

import (
	"context"
	"fmt"
	"os"

	"github.com/hyperlane-go/sdk/hyperlane/hyperlanetest"
	"github.com/hyperlane-go/sdk/hyperlane/storage"
	"github.com/hyperlane-go/sdk/hyperlane/validator"
	"github.com/hyperlane-go/sdk/ism/checkpoint"
)

func Example() {
	ctx := context.Background()
	dir, err := os.MkdirTemp("", "validator")
	if err != nil {
		panic(err)
	}
	defer func() { _ = os.RemoveAll(dir) }()
	network, err := hyperlanetest.Start(ctx, 2)
	if err != nil {
		panic(err)
	}
	defer func() { _ = network.Close() }()
	origin, destination := network.Chains[0], network.Chains[1]

	store := storage.NewMemory()
	v, err := validator.New(validator.Config{
		Chain:      origin.Chain,
		Signer:     checkpoint.NewKeySigner(hyperlanetest.ValidatorAccount(7).Key),
		Store:      store,
		StateDir:   dir,
		Location:   "s3://bucket/us-east-1",
		Transactor: origin.Transactor(1), // pays for the announcement
		Observe: func(e validator.Event) {
			switch e.Kind {
			case validator.Announced:
				fmt.Println("announced", e.Location)
			case validator.Signed:
				fmt.Println("signed index", e.Checkpoint.Index)
			}
		},
	})
	if err != nil {
		panic(err)
	}
	defer func() { _ = v.Close() }()

	if _, err := origin.Dispatch(ctx, destination, []byte("hello")); err != nil {
		panic(err)
	}
	fmt.Println(v.Step(ctx)) // Run(ctx) does this until ctx ends
	fmt.Println(store.LatestIndex(ctx))
	// Output:
	// announced s3://bucket/us-east-1
	// signed index 0
	// <nil>
	// 0 <nil>
}
