package matching_test

import (
	"fmt"

	"github.com/hyperlane-go/sdk/hyperlane/matching"
	"github.com/hyperlane-go/sdk/message"
)

// The network's JSON for whitelists and blacklists.
func ExampleParse() {
	list, err := matching.Parse(`[{"originDomain": [1, 10], "bodyRegex": "^00"}]`)
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(list.Match(&message.Message{Origin: 10, Body: []byte{0x00, 0x01}}))
	fmt.Println(list.Match(&message.Message{Origin: 42161, Body: []byte{0x00, 0x01}}))
	_, err = matching.Parse(`[{"orginDomain": 1}]`)
	fmt.Println(err)
	// Output:
	// true
	// false
	// matching: invalid list: [0].orginDomain is an unknown key, want messageId, originDomain, senderAddress, destinationDomain, recipientAddress or bodyRegex
}

// Byte strings that must not occur in the sender, the recipient or the body of a message.
func ExampleParseAddressBlacklist() {
	list, err := matching.ParseAddressBlacklist("0x00000000000000000000000000000000000000a3, dead")
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(list.Match(&message.Message{Body: []byte{0xde, 0xad, 0x01}}))
	fmt.Println(list.Match(&message.Message{Body: []byte{0xde, 0x00, 0xad}}))
	// Output:
	// true
	// false
}
