package evm_test

import (
	"context"
	"errors"
	"fmt"
	"log"
	"math/big"
	"time"

	"github.com/ethereum/go-ethereum"
	"github.com/ethereum/go-ethereum/accounts/abi"
	bind "github.com/ethereum/go-ethereum/accounts/abi/bind/v2"
	"github.com/ethereum/go-ethereum/common"
	"github.com/ethereum/go-ethereum/crypto"
	"github.com/holiman/uint256"

	"github.com/hyperlane-go/sdk/hyperlane/evm"
	"github.com/hyperlane-go/sdk/hyperlane/evm/evmtest"
	"github.com/hyperlane-go/sdk/hyperlane/hyperlanetest"
)

// A client of a node, held to the chain that it should be on.
func ExampleDial() {
	ctx := context.Background()
	network, err := hyperlanetest.Start(ctx, 1, hyperlanetest.WithHTTP()) // a node of this process, over HTTP
	if err != nil {
		log.Fatal(err)
	}
	defer network.Close()
	url := network.Chains[0].URL()

	client, err := evm.Dial(ctx, url, evm.WithChainID(big.NewInt(31337)))
	if err != nil {
		log.Fatal(err)
	}
	defer client.Close()
	head, err := client.Head(ctx, evm.Finality{Tag: evm.TagFinalized})
	fmt.Println("chain", client.ChainID(), "has a final block:", head.Hash != common.Hash{}, err)

	_, err = evm.Dial(ctx, url, evm.WithChainID(big.NewInt(1)))
	fmt.Println(err)
	// Output:
	// chain 31337 has a final block: true <nil>
	// configuration: chain id is 31337, want 1
}

// A call as a value: simulated, estimated, sent, and waited for.
func ExampleClient_Send() {
	ctx := context.Background()
	network, err := hyperlanetest.Start(ctx, 1)
	if err != nil {
		log.Fatal(err)
	}
	defer network.Close()
	client, opts := network.Chains[0].Client, network.Chains[0].Transactor(0)

	friend := common.HexToAddress("0x00000000000000000000000000000000000000f0")
	call := evm.NewCall("gift", friend, nil).WithValue(uint256.NewInt(1000))
	if _, err := client.Simulate(ctx, opts.From, call); err != nil {
		log.Fatal(err)
	}
	gas, err := client.Estimate(ctx, opts.From, call)
	if err != nil {
		log.Fatal(err)
	}
	receipt, err := client.Send(ctx, opts, call)
	if err != nil {
		log.Fatal(err)
	}
	balance, err := client.Balance(ctx, friend)
	fmt.Println(call.Name, "used", receipt.GasUsed, "of", gas, "estimated; the friend has", balance, err)
	// Output:
	// gift used 21000 of 21000 estimated; the friend has 1000 <nil>
}

// An unsigned transaction for a signer elsewhere.
func ExampleClient_Prepare() {
	ctx := context.Background()
	client, err := evmtest.NewGrown(3, 0).Client() // a node written by hand
	if err != nil {
		log.Fatal(err)
	}
	call := evm.NewCall("poke", evmtest.Contract, []byte{1, 2, 3, 4})
	tx, err := client.Prepare(ctx, common.HexToAddress("0xaa"), call)
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println("nonce", tx.Nonce(), "gas", tx.Gas(), "chain", tx.ChainId())
	// Output:
	// nonce 0 gas 125000 chain 7
}

// Sending without waiting, and waiting later.
func ExampleClient_Submit() {
	ctx := context.Background()
	node := evmtest.NewNode()
	client, err := node.Client()
	if err != nil {
		log.Fatal(err)
	}
	key, err := crypto.GenerateKey()
	if err != nil {
		log.Fatal(err)
	}
	opts := bind.NewKeyedTransactor(key, client.ChainID())
	tx, err := client.Submit(ctx, opts, evm.NewCall("poke", evmtest.Contract, nil))
	if err != nil {
		log.Fatal(err)
	}
	_, err = client.Receipt(ctx, tx.Hash())
	fmt.Println("mined yet:", !errors.Is(err, ethereum.NotFound))
	node.Mine(0)
	receipt, err := client.WaitMined(ctx, tx.Hash())
	fmt.Println("mined in block", receipt.BlockNumber, err)
	// Output:
	// mined yet: false
	// mined in block 1 <nil>
}

// Two reads in one round trip, as of one block.
func ExampleBatch() {
	ctx := context.Background()
	client, err := evmtest.NewGrown(3, 2).Client() // a node written by hand: three blocks of two events
	if err != nil {
		log.Fatal(err)
	}
	head, err := client.HeadAt(ctx, 2)
	if err != nil {
		log.Fatal(err)
	}
	batch := client.Batch(head)
	first := evm.Add(batch, evmtest.CountQuery())
	second := evm.Add(batch, evmtest.CountQuery())
	if err := batch.Run(ctx); err != nil {
		log.Fatal(err)
	}
	a, err := first.Get()
	if err != nil {
		log.Fatal(err)
	}
	b, err := second.Get()
	fmt.Println(a, b, err)
	// Output:
	// 4 4 <nil>
}

// A read of one contract: what to ask, and how to decode the answer.
func ExampleRead() {
	ctx := context.Background()
	client, err := evmtest.NewGrown(3, 2).Client()
	if err != nil {
		log.Fatal(err)
	}
	count, err := evm.Read(ctx, client, evm.Head{}, evm.Query[uint64]{
		Name: "count()", To: evmtest.Contract, Data: crypto.Keccak256([]byte("count()"))[:4],
		Decode: func(out []byte) (uint64, error) { return new(big.Int).SetBytes(out).Uint64(), nil },
	})
	fmt.Println(count, err)
	// Output:
	// 6 <nil>
}

// The events of a range of blocks.
func ExampleScan() {
	ctx := context.Background()
	client, err := evmtest.NewGrown(5, 1).Client()
	if err != nil {
		log.Fatal(err)
	}
	for tick, err := range evm.Scan(ctx, client, evmtest.Ticks(client), evm.Range{From: 2, To: evm.Through(3)}) {
		if err != nil {
			log.Fatal(err)
		}
		fmt.Println("block", tick.BlockNumber, "tick", tick.Index)
	}
	// Output:
	// block 2 tick 1
	// block 3 tick 2
}

// Events of a chain that reorganises: what vanishes is yielded again, removed.
func ExampleFollow() {
	ctx, cancel := context.WithCancel(context.Background())
	defer cancel()
	node := evmtest.NewGrown(2, 1)
	pauses := 0
	client, err := node.Client(evm.WithSleep(func(context.Context, time.Duration) error {
		if pauses++; pauses > 1 {
			cancel()
			return ctx.Err()
		}
		node.Drop(1) // the newest block is undone, and another takes its place
		node.Mine(1)
		node.Mine(0)
		return nil
	}))
	if err != nil {
		log.Fatal(err)
	}
	for tick, err := range evm.Follow(ctx, client, evmtest.Ticks(client), evm.Range{}) {
		if err != nil {
			fmt.Println(err)
			break
		}
		fmt.Println("block", tick.BlockNumber, "tick", tick.Index, "removed:", tick.Removed)
	}
	// Output:
	// block 1 tick 0 removed: false
	// block 2 tick 1 removed: false
	// block 2 tick 1 removed: true
	// block 2 tick 1 removed: false
	// context canceled
}

// A package that knows a contract teaches the client what its refusals mean.
func ExampleClient_Register() {
	ctx := context.Background()
	node := evmtest.NewNode()
	closed := abi.NewError("Closed", nil)
	node.Call = func(ethereum.CallMsg, *evmtest.Block) ([]byte, error) { // the contract refuses everything
		return nil, evmtest.Error{Code: 3, Text: "execution reverted", Data: fmt.Sprintf("0x%x", closed.ID[:4])}
	}
	client, err := node.Client()
	if err != nil {
		log.Fatal(err)
	}
	errClosed := errors.New("shop: closed")
	client.Register(&evm.Refusals{
		Errors:  []abi.Error{closed},
		Classes: map[string]error{"Closed": errClosed},
	})
	_, err = client.Simulate(ctx, common.Address{}, evm.NewCall("buy", evmtest.Contract, nil))
	fmt.Println(errors.Is(err, errClosed))
	fmt.Println(err)
	// Output:
	// true
	// shop: closed: Closed() (call to 0x00000000000000000000000000000000000000B0)
}

// Waiting for something that a read shows, with an event that ends a pause early.
func ExampleClient_Watch() {
	ctx := context.Background()
	node := evmtest.NewNode()
	client, err := node.Client()
	if err != nil {
		log.Fatal(err)
	}
	event := ethereum.FilterQuery{Addresses: []common.Address{evmtest.Contract}}
	err = client.Watch(ctx, event, func(ctx context.Context) (bool, error) {
		count, err := evm.Read(ctx, client, evm.Head{}, evmtest.CountQuery())
		node.Mine(1) // something happens meanwhile
		return count >= 3, err
	})
	fmt.Println("three ticks:", err)
	// Output:
	// three ticks: <nil>
}
