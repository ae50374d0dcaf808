package hyperlanetest

import (
	"context"
	"errors"
	"fmt"
	"os"
	"sync"

	"github.com/hyperlane-go/sdk/message"
)

// Network is a number of chains on one clock, with their validators and a relayer between all of
// them. Safe for concurrent use.
//
// Step by step: dispatch, then [Network.Step] or [Network.Relay]. In real time:
// [Network.Background].
type Network struct {
	Clock   *Clock
	Chains  []*Chain
	Relayer *Relayer

	settings settings
	dir      string // files of the agents

	observing sync.Mutex

	runs    sync.Mutex
	running *background

	closing sync.Once
	closed  error
}

// TB is the part of *testing.T and *testing.B that [New] uses. It keeps package testing, and its
// flags, out of programs.
type TB interface {
	Helper()
	Cleanup(func())
	Fatalf(format string, args ...any)
	Errorf(format string, args ...any)
}

// New starts n chains for a test, and closes them when the test ends. A failure ends the test. See
// [Start].
func New(tb TB, n int, opts ...Option) *Network {
	tb.Helper()
	network, err := Start(context.Background(), n, opts...)
	if err != nil {
		tb.Fatalf("%v", err)
		return nil
	}
	tb.Cleanup(func() {
		if err := network.Close(); err != nil {
			tb.Errorf("%v", err)
		}
	})
	return network
}

// maxChains bounds a network: each chain is a whole node.
const maxChains = 64

// Start starts n chains, deploys the core contracts on each, and makes the agents. Agents do
// nothing until [Network.Step], [Network.Relay] or [Network.Background]. The caller closes the
// network. An option that cannot work gives evm.ErrConfig.
func Start(ctx context.Context, n int, opts ...Option) (_ *Network, err error) {
	if n < 1 || n > maxChains {
		return nil, refused("Start", fmt.Sprint(n, " chains"), fmt.Sprintf("1 to %d", maxChains))
	}
	s, err := newSettings(opts)
	if err != nil {
		return nil, err
	}
	if err := distinct(n, s.domain); err != nil {
		return nil, err
	}
	network := &Network{Clock: &Clock{now: Epoch}, settings: s}
	defer func() {
		if err != nil {
			err = errors.Join(err, network.Close())
		}
	}()
	if network.dir, err = os.MkdirTemp("", "hyperlanetest-"); err != nil {
		return nil, fmt.Errorf("hyperlanetest: %w", err)
	}
	for i := range n {
		chain, err := startChain(ctx, i, n, network.Clock, s)
		if chain != nil {
			network.Chains = append(network.Chains, chain)
		}
		if err != nil {
			return nil, err
		}
	}
	return network, network.startAgents(ctx)
}

// distinct refuses a domain that two chains have: a message could not name one of them.
func distinct(n int, domain func(int) message.Domain) error {
	seen := map[message.Domain]int{}
	for i := range n {
		if j, ok := seen[domain(i)]; ok {
			return refused("WithDomains", fmt.Sprintf("domain %d for chains %d and %d", domain(i), j, i), "one for each chain")
		}
		seen[domain(i)] = i
	}
	return nil
}

// Close stops agents and nodes, and removes their files. A second call returns the same as the
// first.
func (n *Network) Close() error {
	n.closing.Do(func() {
		errs := []error{n.stopAgents()}
		for _, c := range n.Chains {
			errs = append(errs, c.close())
		}
		if n.dir != "" {
			errs = append(errs, os.RemoveAll(n.dir))
		}
		n.closed = errors.Join(errs...)
	})
	return n.closed
}

// Chain returns the chain of a domain, nil where the network has none.
func (n *Network) Chain(domain message.Domain) *Chain {
	for _, c := range n.Chains {
		if c.domain == domain {
			return c
		}
	}
	return nil
}

// Mine makes blocks on every chain. See [Chain.Mine].
func (n *Network) Mine(blocks int) error {
	for _, c := range n.Chains {
		if err := c.Mine(blocks); err != nil {
			return err
		}
	}
	return nil
}
