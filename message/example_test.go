package message_test

import (
	"errors"
	"fmt"
	"log"

	"github.com/ethereum/go-ethereum/common"
	"github.com/holiman/uint256"

	"github.com/hyperlane-go/sdk/message"
)

// A message encodes to bytes, and its ID is their hash.
func ExampleMessage() {
	m := message.Message{
		Version:     message.Version,
		Nonce:       0,
		Origin:      1000,
		Sender:      message.FromEVM(common.HexToAddress("0x1111111111111111111111111111111111111111")),
		Destination: 2000,
		Recipient:   message.MustParseAddress("0x2222222222222222222222222222222222222222"),
		Body:        []byte{0x12, 0x34},
	}
	encoded, err := m.MarshalBinary()
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(len(encoded), "bytes")
	fmt.Println(m.ID())
	// Output:
	// 79 bytes
	// 0xf8a66f8aadee751d842616fee0ed14a3ad6da1e13564920364ee0ad35a02703f
}

func ExampleMessage_UnmarshalBinary() {
	encoded := common.FromHex("0x0300000000000003e80000000000000000000000001111111111111111111111111111111111111111000007d000000000000000000000000022222222222222222222222222222222222222221234")
	var m message.Message
	if err := m.UnmarshalBinary(encoded); err != nil {
		log.Fatal(err)
	}
	recipient, err := m.Recipient.EVM()
	if err != nil {
		log.Fatal(err)
	}
	fmt.Printf("%v -> %v, to %v: %x\n", m.Origin, m.Destination, recipient, m.Body)

	encoded[0] = 0
	err = m.UnmarshalBinary(encoded)
	fmt.Println(errors.Is(err, message.ErrVersion), err)
	// Output:
	// 1000 -> 2000, to 0x2222222222222222222222222222222222222222: 1234
	// true message: unsupported version: have 0, want 3 (set Version: message.Version)
}

func ExampleParseAddress() {
	for _, s := range []string{
		"0x5FbDB2315678afecb367f032d93F642f64180aa3",
		"0xc6fa7af3bedbad3a3d65f36aabc97431b1bbe4c2d2f6e0e47ca60203452f5d61",
		"cosmos1recipient",
	} {
		a, err := message.ParseAddress(s)
		if err != nil {
			fmt.Println(err)
			continue
		}
		evm, err := a.EVM()
		fmt.Println(evm, errors.Is(err, message.ErrDirtyAddress))
	}
	// Output:
	// 0x5FbDB2315678afecb367f032d93F642f64180aa3 false
	// 0x0000000000000000000000000000000000000000 true
	// message: address "cosmos1recipient" does not start with 0x, want 0x and 40 or 64 hexadecimal digits
}

func ExampleParseDomain() {
	fmt.Println(message.ParseDomain("1000"))
	fmt.Println(message.ParseDomain("0x3e8"))
	// Output:
	// 1000 <nil>
	// 0 message: domain "0x3e8" is not a number, want decimal digits only, such as 1000 (no 0x, sign or spaces)
}

// Ask the origin's hooks for more gas than the default.
func ExampleHookMetadata() {
	metadata := message.HookMetadata{GasLimit: uint256.NewInt(200_000)}
	encoded, err := metadata.MarshalBinary()
	if err != nil {
		log.Fatal(err)
	}
	fmt.Printf("%d bytes\n", len(encoded))

	refund := common.HexToAddress("0x4242424242424242424242424242424242424242")
	metadata.Refund = &refund
	encoded, err = metadata.MarshalBinary()
	if err != nil {
		log.Fatal(err)
	}
	fmt.Printf("%d bytes\n", len(encoded))
	// Output:
	// 66 bytes
	// 86 bytes
}
