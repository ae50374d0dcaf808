package connect_test

import (
	"context"
	"errors"
	"fmt"

	"go.yaml.in/yaml/v3"

	"github.com/hyperlane-go/sdk/hyperlane/connect"
)

// A part of a configuration file, and what is said about a setting in it that cannot work.
func ExampleChain() {
	var chain connect.Chain
	err := yaml.Unmarshal([]byte(`
rpc: http://127.0.0.1:8545
contracts:
  mailbox: "0xc005dc82818d67AF737725bD4bf75435d065D239"
signer:
  keyEnv: NOBODY_SET_THIS
`), &chain)
	fmt.Println(chain.Contracts.Mailbox, err)

	_, _, err = chain.Dial(context.Background())
	var refused *connect.Error
	if errors.As(err, &refused) {
		fmt.Println(refused.Field, "wants", refused.Want)
	}
	// Output:
	// 0xc005dc82818d67AF737725bD4bf75435d065D239 <nil>
	// signer.keyEnv wants an environment variable that holds the key
}
