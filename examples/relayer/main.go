// Command relayer carries messages between chains. Its only argument is a configuration file, such
// as relayer.yaml beside this one.
package main

import (
	"fmt"
	"io"
	"os"

	"github.com/hyperlane-go/sdk/hyperlane/agent"
	"github.com/hyperlane-go/sdk/hyperlane/agent/program"
	"github.com/hyperlane-go/sdk/hyperlane/relayer"

	_ "github.com/hyperlane-go/sdk/hyperlane/storage/cloud" // s3:// and gs:// locations
)

func main() { agent.Main(program.Relayer(show(os.Stdout)), agent.Kinds{}) }

// show prints each stage that a message reaches. The log goes to standard error.
func show(out io.Writer) func(*relayer.Config) {
	return func(c *relayer.Config) {
		c.Observe = func(e relayer.Event) {
			if e.Err == nil {
				fmt.Fprintf(out, "%s %s %s -> %s\n", e.Stage, e.ID, e.Message.Origin, e.Message.Destination)
			}
		}
	}
}
