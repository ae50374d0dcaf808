// Command helloworld sends a greeting from one chain to another and one back, and shows the life of
// both messages as it happens.
//
//	go run ./examples/helloworld
//
// starts two chains in this process, with contracts, three validators each of which two must sign,
// and a relayer; it needs nothing but Go. With two nodes
//
//	HELLOWORLD_KEY=<private key> go run ./examples/helloworld \
//	    -origin-rpc http://127.0.0.1:8545 -destination-rpc http://127.0.0.1:9545
//
// it does the same on these: it deploys the contracts with that key, and runs validators and
// relayer in this process. The chain ids must differ: they become the domains.
//
// The program prints a last line "delivered <message id> <origin> -> <destination>" for each
// message and exits with code 0, or prints what failed and exits with code 1.
//
// Read hello.go first: it deploys routers, makes them enroll each other, sends greetings and waits.
// local.go and nodes.go provide the chains, display.go prints the lines.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"os/signal"
	"syscall"
	"time"

	"github.com/hyperlane-go/sdk/hyperlane/evm"
)

// config holds the values of the flags.
type config struct {
	origin, destination string // URLs of nodes; both empty: chains in this process
	key                 string // private key that pays, in hexadecimal
	finality            evm.Finality
	timeout             time.Duration
}

func main() {
	cfg, err := parse(os.Args[1:], os.Getenv, os.Stderr)
	if errors.Is(err, flag.ErrHelp) {
		return
	}
	if err == nil {
		ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
		defer stop()
		err = run(ctx, cfg, os.Stdout)
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, "helloworld:", err)
		os.Exit(1)
	}
}

// parse reads the flags, and takes from the environment what they leave out.
func parse(args []string, env func(string) string, usage io.Writer) (config, error) {
	var cfg config
	flags := flag.NewFlagSet("helloworld", flag.ContinueOnError)
	flags.SetOutput(usage)
	flags.StringVar(&cfg.origin, "origin-rpc", env("HELLOWORLD_ORIGIN_RPC"), "URL of the first chain's node (or HELLOWORLD_ORIGIN_RPC)")
	flags.StringVar(&cfg.destination, "destination-rpc", env("HELLOWORLD_DESTINATION_RPC"), "URL of the second chain's node (or HELLOWORLD_DESTINATION_RPC)")
	flags.StringVar(&cfg.key, "key", "", "private key that pays on both nodes; better given as HELLOWORLD_KEY, where other users cannot see it")
	flags.TextVar(&cfg.finality, "finality", evm.Finality{}, `what is final on the nodes: a number of blocks, "safe", "finalized" or "latest"`)
	flags.DurationVar(&cfg.timeout, "timeout", 10*time.Minute, "stop with an error after this time")
	if err := flags.Parse(args); err != nil {
		return cfg, err
	}
	if cfg.key == "" {
		cfg.key = env("HELLOWORLD_KEY")
	}
	switch {
	case flags.NArg() > 0:
		return cfg, fmt.Errorf("unexpected argument %q", flags.Arg(0))
	case (cfg.origin == "") != (cfg.destination == ""):
		return cfg, errors.New("one node is not enough: give both -origin-rpc and -destination-rpc, or none for chains in this process")
	case cfg.origin != "" && cfg.key == "":
		return cfg, errors.New("no key: set HELLOWORLD_KEY to the private key of an account with funds on both nodes")
	case cfg.timeout <= 0:
		return cfg, errors.New("-timeout must be more than zero")
	}
	return cfg, nil
}

// run is main without the process around it.
func run(ctx context.Context, cfg config, out io.Writer) (err error) {
	limited, cancel := context.WithTimeout(ctx, cfg.timeout)
	defer cancel()
	view := newView(out)
	defer view.close()

	var n *network
	if cfg.origin == "" {
		n, err = local(limited, view)
	} else {
		n, err = nodes(limited, cfg, view)
	}
	if err == nil {
		err = errors.Join(hello(limited, n, view), n.close())
	}
	switch {
	case ctx.Err() != nil:
		return errors.New("interrupted")
	case err != nil && limited.Err() != nil:
		return fmt.Errorf("gave up after %v: %w", cfg.timeout, err)
	}
	return err
}
