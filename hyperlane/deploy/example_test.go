package deploy_test

import (
	"context"
	"fmt"
	"log"

	"github.com/ethereum/go-ethereum/common"

	"github.com/hyperlane-go/sdk/hyperlane"
	"github.com/hyperlane-go/sdk/hyperlane/deploy"
	"github.com/hyperlane-go/sdk/hyperlane/hyperlanetest"
	"github.com/hyperlane-go/sdk/ism"
)

// Deploying the contracts of a chain: a module of two validators of three, and a Mailbox that
// trusts it.
func ExampleCore() {
	ctx := context.Background()
	network, err := hyperlanetest.Start(ctx, 1) // one chain in this process
	if err != nil {
		log.Fatal(err)
	}
	defer network.Close()
	chain := network.Chains[0]

	module, err := deploy.MultisigISM(ctx, chain.Client, chain.Owner(), deploy.MultisigConfig{
		Type:       ism.TypeMessageIDMultisig,
		Validators: []common.Address{{19: 1}, {19: 2}, {19: 3}},
		Threshold:  2,
	})
	if err != nil {
		log.Fatal(err)
	}
	addresses, err := deploy.Core(ctx, chain.Client, chain.Owner(), deploy.CoreConfig{Domain: 2000, DefaultISM: module})
	if err != nil {
		log.Fatal(err)
	}
	second, err := hyperlane.New(ctx, chain.Client, addresses)
	if err != nil {
		log.Fatal(err)
	}
	ism, err := second.Inbox().DefaultISM(ctx)
	fmt.Println(second.Domain(), "trusts the module:", ism == module, err)
	// Output:
	// 2000 trusts the module: true <nil>
}
