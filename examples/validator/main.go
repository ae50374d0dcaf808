// Command validator signs the checkpoints of one chain and publishes them. Its only argument is a
// configuration file, such as validator.yaml beside this one.
package main

import (
	"fmt"
	"io"
	"os"

	"github.com/hyperlane-go/sdk/hyperlane/agent"
	"github.com/hyperlane-go/sdk/hyperlane/agent/program"
	"github.com/hyperlane-go/sdk/hyperlane/validator"

	_ "github.com/hyperlane-go/sdk/hyperlane/storage/cloud" // s3:// and gs:// locations
)

func main() { agent.Main(program.Validator(show(os.Stdout)), agent.Kinds{}) }

// show prints each checkpoint that is published. The log goes to standard error.
func show(out io.Writer) func(*validator.Config) {
	return func(c *validator.Config) {
		c.Observe = func(e validator.Event) {
			if e.Kind == validator.Published {
				fmt.Fprintf(out, "published checkpoint %d, root %s, message %s\n", e.Checkpoint.Index, e.Checkpoint.Root, e.Checkpoint.MessageID)
			}
		}
	}
}
