package ism_test

import (
	"encoding/hex"
	"errors"
	"fmt"

	"github.com/ethereum/go-ethereum/common"

	"github.com/hyperlane-go/sdk/ism"
	"github.com/hyperlane-go/sdk/message"
)

// Check, without a network, that a message would pass a 2-of-3 multisig.
func Example() {
	raw, _ := hex.DecodeString(goldenMessage)
	metadata, _ := hex.DecodeString(goldenMessageIDMetadata)

	var m message.Message
	if err := m.UnmarshalBinary(raw); err != nil {
		fmt.Println(err)
		return
	}
	module := ism.MessageIDMultisig{
		Validators: []common.Address{
			common.HexToAddress("0x19E7E376E7C213B7E7e7e46cc70A5dD086DAff2A"),
			common.HexToAddress("0x1563915e194D8CfBA1943570603F7606A3115508"),
			common.HexToAddress("0x5CbDd86a2FA8Dc4bDdd8a8f69dBa48572EeC07FB"),
		},
		Threshold: 2,
	}
	fmt.Println("accepted:", module.Verify(metadata, &m) == nil)

	// With the set in another order the contract refuses, and so do we.
	module.Validators[0], module.Validators[2] = module.Validators[2], module.Validators[0]
	err := module.Verify(metadata, &m)
	var refusal *ism.ThresholdError
	if errors.As(err, &refusal) {
		fmt.Println("refused: signature", refusal.Index, "is by validator", refusal.Position)
	}
	// Output:
	// accepted: true
	// refused: signature 1 is by validator 0
}

// Take metadata apart.
func ExampleMessageIDMetadata() {
	metadata, _ := hex.DecodeString(goldenMessageIDMetadata)
	var d ism.MessageIDMetadata
	if err := d.UnmarshalBinary(metadata); err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println("root ", d.Root)
	fmt.Println("index", d.Index)
	fmt.Println("signatures", len(d.Signatures))
	// Output:
	// root  0x1c1a983e60d234ffcee9e86bcdfc66fc1cec8f22e52c50db42698a0b314009ac
	// index 1
	// signatures 2
}
