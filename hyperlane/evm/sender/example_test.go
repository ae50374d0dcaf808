package sender_test

import (
	"context"
	"fmt"

	"github.com/ethereum/go-ethereum/common"

	"github.com/hyperlane-go/sdk/hyperlane/evm"
	"github.com/hyperlane-go/sdk/hyperlane/evm/sender"
	"github.com/hyperlane-go/sdk/hyperlane/hyperlanetest"
)

// A call that neither a failure of the node nor a crash of the program loses or repeats.
func Example() {
	ctx := context.Background()
	network, err := hyperlanetest.Start(ctx, 1)
	if err != nil {
		fmt.Println(err)
		return
	}
	defer network.Close()
	chain := network.Chains[0]

	s, err := sender.New(ctx, chain.Client, chain.Transactor(3), sender.Config{
		Store: sender.NewMemory(), // in production: a Store that survives restarts
	})
	if err != nil {
		fmt.Println(err)
		return
	}
	friend := common.HexToAddress("0x00000000000000000000000000000000000000f1")
	call := evm.NewCall("greet", friend, []byte("hello"))
	flight, err := s.Submit(ctx, sender.Intent{Call: call, Keys: []sender.Key{"greeting 1"}})
	if err != nil {
		fmt.Println(err)
		return
	}
	_, err = s.Submit(ctx, sender.Intent{Call: call, Keys: []sender.Key{"greeting 1"}})
	fmt.Println("again:", err != nil)

	outcome, err := s.Wait(ctx, "greeting 1")
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(outcome.State, "by the transaction that was submitted:", outcome.Receipt.TxHash == flight.Txs[0])
	if err := s.Release(ctx, "greeting 1"); err != nil {
		fmt.Println(err)
	}
	fmt.Println("under way:", len(s.Flights()))
	// Output:
	// again: true
	// mined by the transaction that was submitted: true
	// under way: 0
}
