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

// Read the message of a Dispatch event.
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
	fmt.Println(errors.Is(err, message.ErrMessage), err)
	// Output:
	// 1000 -> 2000, to 0x2222222222222222222222222222222222222222: 1234
	// true message: malformed message: have version 0, want 3 (set Version: message.Version)
}

// Not every 32-byte address is that of an EVM account.
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
		fmt.Println(evm, errors.Is(err, message.ErrAddress))
	}
	// Output:
	// 0x5FbDB2315678afecb367f032d93F642f64180aa3 false
	// 0x0000000000000000000000000000000000000000 true
	// message: malformed text: address "cosmos1recipient" does not start with 0x, want 0x and 40 or 64 hexadecimal digits
}

func ExampleParseDomain() {
	fmt.Println(message.ParseDomain("1000"))
	fmt.Println(message.ParseDomain("0x3e8"))
	// Output:
	// 1000 <nil>
	// 0 message: malformed text: domain "0x3e8" is not a number, want decimal digits only, such as 1000 (no 0x, sign or spaces)
}

// Pay for more gas than the default.
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

// Pad an EVM address, and take the padding off again.
func ExampleFromEVM() {
	a := message.FromEVM(common.HexToAddress("0x5FbDB2315678afecb367f032d93F642f64180aa3"))
	fmt.Println(a)
	fmt.Println(a.EVM())
	// Output:
	// 0x0000000000000000000000005fbdb2315678afecb367f032d93f642f64180aa3
	// 0x5FbDB2315678afecb367f032d93F642f64180aa3 <nil>
}

// Send to a program on Solana.
func ExampleParseSealevel() {
	a, err := message.ParseSealevel("TokenkegQfeZyiNwAJbNbGKPFXCWuBvf9Ss623VQ5DA")
	fmt.Println(a, err)
	fmt.Println(a.Sealevel())
	_, err = message.ParseSealevel("TR7NHqjeKQxGTCi8q8ZY4pL8otSzgjLj6t")
	fmt.Println(err)
	// Output:
	// 0x06ddf6e1d765a193d9cbe146ceeb79ac1cb485ed5f5b37913a8cf5857eff00a9 <nil>
	// TokenkegQfeZyiNwAJbNbGKPFXCWuBvf9Ss623VQ5DA
	// message: malformed text: Sealevel address "TR7NHqjeKQxGTCi8q8ZY4pL8otSzgjLj6t" has 25 bytes, the length of a Tron address (use its 0x form), want a public key of 32 bytes in base58
}

// Send to an account on the Cosmos Hub. An address of another chain is refused.
func ExampleParseCosmos() {
	a, err := message.ParseCosmos("cosmos", "cosmos10d07y265gmmuvt4z0w9aw880jnsr700j6zn9kn")
	fmt.Println(a, err)
	fmt.Println(a.Cosmos("osmo"))
	_, err = message.ParseCosmos("cosmos", "osmo10d07y265gmmuvt4z0w9aw880jnsr700jjeq4qp")
	fmt.Println(err)
	// Output:
	// 0x0000000000000000000000007b5fe22b5446f7c62ea27b8bd71cef94e03f3df2 <nil>
	// osmo10d07y265gmmuvt4z0w9aw880jnsr700jjeq4qp <nil>
	// message: malformed text: Cosmos address "osmo10d07y265gmmuvt4z0w9aw880jnsr700jjeq4qp" has prefix osmo, want cosmos (is it of another chain?)
}

// Send to a contract on Starknet, whose tools drop leading zeros.
func ExampleParseStarknet() {
	a, err := message.ParseStarknet("0x49d36570d4e46f48e99674bd3fcc84644ddd6b96f7c741b1562b82f9e004dc7")
	fmt.Println(a, err)
	_, err = message.MustParseAddress("0xffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff").Starknet()
	fmt.Println(errors.Is(err, message.ErrAddress))
	// Output:
	// 0x049d36570d4e46f48e99674bd3fcc84644ddd6b96f7c741b1562b82f9e004dc7 <nil>
	// true
}

func ExampleParseID() {
	id, err := message.ParseID("0xF8A66F8AADEE751D842616FEE0ED14A3AD6DA1E13564920364EE0AD35A02703F")
	fmt.Println(id, err)
	_, err = message.ParseID("0x2222222222222222222222222222222222222222")
	fmt.Println(err)
	// Output:
	// 0xf8a66f8aadee751d842616fee0ed14a3ad6da1e13564920364ee0ad35a02703f <nil>
	// message: malformed text: message ID "0x2222222222222222222222222222222222222222" has 40 characters after 0x, want 0x and 64 hexadecimal digits
}

// Read the gas limit of a message's metadata.
func ExampleHookMetadata_UnmarshalBinary() {
	encoded := common.FromHex("0x0001" +
		"0000000000000000000000000000000000000000000000000000000000000000" +
		"0000000000000000000000000000000000000000000000000000000000030d40")
	var metadata message.HookMetadata
	if err := metadata.UnmarshalBinary(encoded); err != nil {
		log.Fatal(err)
	}
	fmt.Println(metadata.GasLimitOrDefault(), metadata.Refund == nil)
	fmt.Println(errors.Is(metadata.UnmarshalBinary([]byte{0, 2}), message.ErrHookMetadata))
	// Output:
	// 200000 true
	// true
}
