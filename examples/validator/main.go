// Command validator signs the checkpoints of one chain and publishes them. Its
// settings are explained in validator.yaml beside this file.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"log/slog"
	"os"
	"os/signal"
	"syscall"

	"github.com/hyperlane-go/sdk/hyperlane/validator"

	_ "github.com/hyperlane-go/sdk/hyperlane/storage/cloud" // s3:// and gs:// locations
)

func main() {
	file := flag.String("config", "examples/validator/validator.yaml", "configuration `file`; explained in the default one")
	flag.Parse()
	if flag.NArg() > 0 {
		fmt.Fprintf(os.Stderr, "unexpected argument %q: name the file with -config\n", flag.Arg(0))
		os.Exit(2)
	}
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	if err := run(ctx, *file, os.Stdout); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

// run validates until the context ends, or until something is found after which
// a validator must not sign any more.
func run(ctx context.Context, file string, out io.Writer) (err error) {
	config, err := validator.LoadConfig(ctx, file)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, config.CloseConnections()) }()
	config.Logger = slog.New(slog.NewTextHandler(out, nil))
	config.Observe = func(e validator.Event) {
		if e.Kind == validator.Published {
			fmt.Fprintf(out, "published checkpoint %d, root %s, message %s\n", e.Checkpoint.Index, e.Checkpoint.Root, e.Checkpoint.MessageID)
		}
	}
	agent, err := validator.New(config)
	if err != nil {
		return err
	}
	return agent.Run(ctx)
}
