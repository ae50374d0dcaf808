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

// firstChainID is the chain id of the first chain; the others follow it. On purpose no chain's domain.
const firstChainID = 31337

// Chain is one chain of a network. It is a [hyperlane.Chain], whose calls go through [Chain.Link], with the powers that only the
// owner of a node has: to make blocks, undo them, and call them final.
type Chain struct {
	*hyperlane.Chain
	Link       *Link        // the way to the node, for this client and, behind links of their own, for all agents
	Contracts  Contracts    // what is deployed
	Validators []*Validator // those who sign for this chain

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
	if err := c.deploy(ctx, s); err != nil {
		return c, fmt.Errorf("hyperlanetest: domain %d: deploy: %w", c.domain, err)
	}
	if c.Chain, err = c.client(ctx, c.Link, s); err != nil {
		return c, err
	}
	if err := c.customISM(ctx, s); err != nil {
		return c, err
	}
	c.Contracts.DefaultISM, err = c.Inbox().DefaultISM(ctx)
	return c, err
}

// client returns a client of this chain over a link.
func (c *Chain) client(ctx context.Context, link *Link, s settings) (*hyperlane.Chain, error) {
	node, err := evm.New(ctx, link, evm.WithLogger(s.log), evm.WithChainID(c.id), evm.WithPollInterval(pollInterval))
	if err != nil {
		return nil, err
	}
	addresses := c.addresses
	addresses.Domain = c.domain
	return hyperlane.New(ctx, node, addresses)
}

// pollInterval is how long clients pause in real time before they look again. Blocks come when told, so it is short.
const pollInterval = time.Millisecond

// Domain is the chain's domain, known before there is a client.
func (c *Chain) Domain() message.Domain { return c.domain }

// ChainID is the chain's id, known before there is a client.
func (c *Chain) ChainID() *big.Int { return new(big.Int).Set(c.id) }

// customISM asks the user's function for a module, if there is one.
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

// URL is where the chain answers RPC calls over HTTP, for programs that are given a URL; empty without [WithHTTP]. It leads
// straight to the node: no link's faults are met on this way, and a transaction that is sent here waits for the next block,
// however [Chain.AutoMine] is set.
func (c *Chain) URL() string { return c.node.URL() }

// close stops the node.
func (c *Chain) close() error {
	c.Link.Cut()
	return c.node.Close()
}
