package sender_test

import (
	"context"
	"fmt"

	"github.com/ethereum/go-ethereum/common"

	"github.com/hyperlane-go/sdk/hyperlane/evm"
	"github.com/hyperlane-go/sdk/hyperlane/evm/sender"
	"github.com/hyperlane-go/sdk/hyperlane/hyperlanetest"
)

// One call, sent so that no failure of the node and no crash of this program loses it or carries it out twice.
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
		Store: sender.NewMemory(), // a program that restarts brings a Store that survives it
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
