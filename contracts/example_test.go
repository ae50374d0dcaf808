package contracts_test

import (
	"context"
	"fmt"
	"log"
	"math/big"

	"github.com/ethereum/go-ethereum/accounts/abi/bind/v2"
	"github.com/ethereum/go-ethereum/core/types"
	"github.com/ethereum/go-ethereum/crypto"
	"github.com/ethereum/go-ethereum/ethclient/simulated"

	"github.com/hyperlane-go/sdk/contracts"
)

// Deploy a mailbox with a default ISM, read from it, send through it, and unpack what it logged.
// Any backend does; here it is a chain in this process.
func Example() {
	key, err := crypto.HexToECDSA("4646464646464646464646464646464646464646464646464646464646464646")
	if err != nil {
		log.Fatal(err)
	}
	owner := crypto.PubkeyToAddress(key.PublicKey)
	backend := simulated.NewBackend(types.GenesisAlloc{owner: {Balance: new(big.Int).Lsh(big.NewInt(1), 80)}})
	defer backend.Close()
	client := backend.Client()
	opts := bind.NewKeyedTransactor(key, big.NewInt(1337))

	// A contract without constructor arguments, then one with.
	ism, _, err := bind.DeployContract(opts, contracts.NoopIsmInitCode(), client, nil)
	if err != nil {
		log.Fatal(err)
	}
	backend.Commit()
	address, _, err := bind.DeployContract(opts, contracts.MailboxInitCode(1000, owner, ism), client, nil)
	if err != nil {
		log.Fatal(err)
	}
	backend.Commit()

	// A binding knows the ABI, an instance also the address and the connection.
	mailbox := contracts.Mailbox{}
	instance := mailbox.Instance(client, address)
	domain, err := bind.Call(instance, nil, mailbox.PackLocalDomain(), mailbox.UnpackLocalDomain)
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println("domain:", domain)

	recipient := [32]byte{31: 1}
	tx, err := bind.Transact(instance, opts, mailbox.PackDispatch(2000, recipient, []byte("hello")))
	if err != nil {
		log.Fatal(err)
	}
	backend.Commit()
	receipt, err := bind.WaitMined(context.Background(), client, tx.Hash())
	if err != nil {
		log.Fatal(err)
	}
	for _, l := range receipt.Logs {
		if event, err := mailbox.UnpackDispatchEvent(l); err == nil {
			fmt.Printf("dispatched to %d: %s\n", event.Destination, event.Message[77:])
		}
	}

	// Output:
	// domain: 1000
	// dispatched to 2000: hello
}
