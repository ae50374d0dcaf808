package hyperlanetest

import (
	"context"
	"fmt"
	"math/big"
	"sync"
	"time"

	"github.com/hyperlane-go/sdk/hyperlane"
	"github.com/hyperlane-go/sdk/hyperlane/evm"
	"github.com/hyperlane-go/sdk/hyperlane/hyperlanetest/internal/devnode"
	"github.com/hyperlane-go/sdk/message"
)

// firstChainID is the chain id of the first chain; the others follow it. No chain has its id as its
// domain, so a test that confuses the two fails.
const firstChainID = 31337

// pollInterval is how long clients pause in real time between two looks at a node. Blocks come on
// demand, so it is short.
const pollInterval = time.Millisecond

// Chain is one chain of a network. It embeds the client of the protocol, and through it the
// *evm.Client, whose requests go through [Chain.Link]. Its own methods are what only the operator
// of a node can do: make blocks, undo them, and finalize them.
type Chain struct {
	*hyperlane.Chain
	Link       *Link        // between the node, and this client and all agents
	Contracts  Contracts    // what is deployed
	Validators []*Validator // of this chain

	index     int
	id        *big.Int
	domain    message.Domain
	clock     *Clock
	blockTime time.Duration
	node      *devnode.Node
	addresses hyperlane.Addresses

	mining sync.Mutex // one change of the chain at a time

	mu         sync.Mutex
	auto       bool
	stopped    bool // the tags stay where they are
	final      uint64
	safe       uint64
	finalDepth uint64
	safeDepth  uint64
}

// startChain starts the i-th of n chains and deploys its contracts.
func startChain(ctx context.Context, i, n int, clock *Clock, s settings) (_ *Chain, err error) {
	c := &Chain{
		index:      i,
		id:         big.NewInt(int64(firstChainID + i)),
		domain:     s.domain(i),
		clock:      clock,
		blockTime:  s.blockTime,
		auto:       true,
		finalDepth: s.final,
		safeDepth:  (s.final + 1) / 2,
	}
	c.node, err = devnode.Start(devnode.Config{
		ChainID: c.id, Time: uint64(Epoch.Unix()), Alloc: allocation(n, s.validators), HTTP: s.http,
	})
	if err != nil {
		return nil, fmt.Errorf("hyperlanetest: domain %d: %w", c.domain, err)
	}
	c.Link = newLink(&wire{Client: c.node.Client(), chain: c})
	node, err := c.evmClient(ctx, c.Link, s)
	if err != nil {
		return c, err
	}
	c.Chain = &hyperlane.Chain{Client: node} // without contracts until they are deployed
	if err := c.deploy(ctx, s); err != nil {
		return c, fmt.Errorf("hyperlanetest: domain %d: deploy: %w", c.domain, err)
	}
	if c.Chain, err = hyperlane.New(ctx, node, c.addresses); err != nil {
		return c, err
	}
	if err := c.customISM(ctx, s); err != nil {
		return c, err
	}
	c.Contracts.DefaultISM, err = c.Inbox().DefaultISM(ctx)
	return c, err
}

// evmClient returns a client of this chain's node over a link.
func (c *Chain) evmClient(ctx context.Context, link *Link, s settings) (*evm.Client, error) {
	return evm.New(ctx, link, evm.WithLogger(s.log), evm.WithChainID(c.id), evm.WithPollInterval(pollInterval))
}

// client returns a client of this chain over a link.
func (c *Chain) client(ctx context.Context, link *Link, s settings) (*hyperlane.Chain, error) {
	node, err := c.evmClient(ctx, link, s)
	if err != nil {
		return nil, err
	}
	return hyperlane.New(ctx, node, c.addresses)
}

// Domain returns the chain's domain. It is known before the contracts are deployed.
func (c *Chain) Domain() message.Domain { return c.domain }

// customISM asks the function of [WithCustomISM] for a module, if there is one.
func (c *Chain) customISM(ctx context.Context, s settings) error {
	if s.custom == nil {
		return nil
	}
	module, err := s.custom(ctx, c)
	if err != nil {
		return fmt.Errorf("hyperlanetest: domain %d: custom ISM: %w", c.domain, err)
	}
	if module == [20]byte{} {
		return nil
	}
	return c.SetDefaultISM(ctx, module)
}

// URL returns where the chain answers RPC requests over HTTP, empty without [WithHTTP]. Requests go
// straight to the node: no fault of a link applies, and a transaction waits for the next block
// whatever [Chain.AutoMine] is.
func (c *Chain) URL() string { return c.node.URL() }

// close stops the node.
func (c *Chain) close() error {
	c.Link.Cut()
	return c.node.Close()
}
