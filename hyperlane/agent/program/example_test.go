package program_test

import (
	"fmt"

	"github.com/hyperlane-go/sdk/hyperlane/agent"
	"github.com/hyperlane-go/sdk/hyperlane/agent/program"
	"github.com/hyperlane-go/sdk/hyperlane/relayer"
	"github.com/hyperlane-go/sdk/hyperlane/validator"
)

// The main function of a validator that prints what it publishes: go run . validator.yaml
func ExampleValidator() {
	agent.Main(program.Validator(func(c *validator.Config) {
		c.Observe = func(e validator.Event) { fmt.Println(e.Kind, e.Checkpoint.Index) }
	}), agent.Kinds{})
}

// The main function of a relayer that prints each stage that a message reaches: go run .
// relayer.yaml
func ExampleRelayer() {
	agent.Main(program.Relayer(func(c *relayer.Config) {
		c.Observe = func(e relayer.Event) { fmt.Println(e.Stage, e.ID) }
	}), agent.Kinds{})
}
