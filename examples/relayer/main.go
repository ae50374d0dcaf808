// Command relayer carries messages between chains. Its settings are explained in
// relayer.yaml beside this file.
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

	"github.com/hyperlane-go/sdk/hyperlane/relayer"

	_ "github.com/hyperlane-go/sdk/hyperlane/storage/cloud" // s3:// and gs:// locations
)

func main() {
	file := flag.String("config", "examples/relayer/relayer.yaml", "configuration `file`; explained in the default one")
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

// run relays until the context ends.
func run(ctx context.Context, file string, out io.Writer) (err error) {
	config, err := relayer.LoadConfig(ctx, file)
	if err != nil {
		return err
	}
	defer config.CloseChains()
	config.Logger = slog.New(slog.NewTextHandler(out, &slog.HandlerOptions{Level: slog.LevelWarn}))
	config.Observe = func(e relayer.Event) {
		if e.Err == nil {
			fmt.Fprintf(out, "%s %s %s -> %s\n", e.Stage, e.ID, e.Message.Origin, e.Message.Destination)
		}
	}
	agent, err := relayer.New(config)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, agent.Close()) }()
	return agent.Run(ctx)
}
