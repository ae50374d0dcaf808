package hyperlane

import (
	"context"
	"errors"
	"fmt"
	"math/big"
	"sync/atomic"

	"github.com/ethereum/go-ethereum/common"
	"github.com/ethereum/go-ethereum/ethclient"

	"github.com/hyperlane-go/sdk/contracts"
	"github.com/hyperlane-go/sdk/message"
)

// Addresses are the contracts of one chain.
type Addresses struct {
	// Outbox dispatches and Inbox processes. A Mailbox is both: see [Mailbox]. One of the two may be zero on a
	// chain that only sends or only receives; its methods then fail with ErrConfig.
	Outbox, Inbox common.Address
	// MerkleTreeHook is the tree that checkpoints are about. Zero: the Outbox itself, as in our contracts. On the
	// live network it is a contract of its own.
	MerkleTreeHook common.Address
	// ValidatorAnnounce may be zero until it is needed.
	ValidatorAnnounce common.Address
}

// Mailbox is the Addresses of a chain whose Outbox and Inbox are one contract, as everywhere on the live network.
// The other two are set on the result where the chain has them.
func Mailbox(mailbox common.Address) Addresses { return Addresses{Outbox: mailbox, Inbox: mailbox} }

// Tree is the tree's address, with the meaning of zero applied.
func (a Addresses) Tree() common.Address {
	if a.MerkleTreeHook == (common.Address{}) {
		return a.Outbox
	}
	return a.MerkleTreeHook
}

// Chain is the client of one chain: its Outbox and Inbox, the tree, the modules and the announcements of validators.
//
// A Chain holds no state of the chain and is safe for concurrent use. Faces (Outbox, Inbox, ...) are cheap to ask for.
type Chain struct {
	backend   Backend
	addrs     Addresses
	opts      options
	chainID   *big.Int
	domain    message.Domain
	finalized highWater
	noHash    atomic.Bool // the node does not read at block hashes
	close     func()
}

// Dial connects to a node and calls [New]. The scheme of url says how: http, https, ws, wss, or a path for IPC.
func Dial(ctx context.Context, url string, addrs Addresses, opts ...Option) (*Chain, error) {
	if url == "" {
		return nil, &ConfigError{Field: "url", Have: "empty", Want: "the URL of a node"}
	}
	client, err := ethclient.DialContext(ctx, url)
	if err != nil {
		return nil, &RPCError{Op: "dial", Err: err}
	}
	c, err := New(ctx, client, addrs, opts...)
	if err != nil {
		client.Close()
		return nil, err
	}
	c.close = client.Close
	return c, nil
}

// New checks that the contracts are what addrs says, and learns their domain: code at every address, VERSION 3, one
// domain, and a separate tree that belongs to this Outbox. The Chain does not close b.
func New(ctx context.Context, b Backend, addrs Addresses, opts ...Option) (*Chain, error) {
	if b == nil {
		return nil, &ConfigError{Field: "Backend", Have: "nil", Want: "a node"}
	}
	c := &Chain{backend: b, addrs: addrs, opts: newOptions(opts)}
	if err := c.learn(ctx); err != nil {
		return nil, err
	}
	if err := c.opts.check(c.chainID, c.domain); err != nil {
		return nil, err
	}
	return c, nil
}

func (c *Chain) learn(ctx context.Context) error {
	reqCtx, cancel := c.bounded(ctx)
	defer cancel()
	id, err := c.backend.ChainID(reqCtx)
	switch {
	case err != nil:
		return &RPCError{Op: "eth_chainId", Err: err}
	case id == nil || id.Sign() <= 0:
		return &AnswerError{Op: "eth_chainId", What: "chain id", Have: bigText(id), Want: "more than zero"}
	}
	c.chainID = new(big.Int).Set(id)

	a := c.addrs
	if a.Outbox == (common.Address{}) && a.Inbox == (common.Address{}) {
		return &ConfigError{Field: "Addresses", Have: "neither an Outbox nor an Inbox", Want: "one of them at least"}
	}
	known := false
	for _, end := range []struct {
		field   string
		address common.Address
	}{{"Addresses.Outbox", a.Outbox}, {"Addresses.Inbox", a.Inbox}} {
		if end.address == (common.Address{}) || (known && a.Inbox == a.Outbox) {
			continue
		}
		domain, err := c.endpoint(ctx, end.field, end.address)
		if err != nil {
			return err
		}
		if known && domain != c.domain {
			return &ConfigError{
				Field: end.field, Have: "of domain " + domain.String(), Want: "of the Outbox's domain " + c.domain.String(),
			}
		}
		c.domain, known = domain, true
	}
	return c.checkTree(ctx)
}

// endpoint reads what an Outbox or Inbox says about itself.
func (c *Chain) endpoint(ctx context.Context, field string, a common.Address) (message.Domain, error) {
	outbox := contracts.Mailbox{}
	domain, err := read(ctx, c, Head{}, a, "localDomain()", outbox.PackLocalDomain(), outbox.UnpackLocalDomain)
	if err != nil {
		return 0, misconfigured(field, a, "a Mailbox, Outbox or Inbox", err)
	}
	version, err := read(ctx, c, Head{}, a, "VERSION()", outbox.PackVersion(), outbox.UnpackVersion)
	if err != nil {
		return 0, misconfigured(field, a, "a Mailbox, Outbox or Inbox", err)
	}
	if version != message.Version {
		return 0, &ConfigError{
			Field: field, Have: fmt.Sprintf("%s with VERSION %d", a, version), Want: fmt.Sprintf("VERSION %d", message.Version),
		}
	}
	return message.Domain(domain), nil
}

// checkTree asks a separate tree whose it is: the address is part of everything that validators sign.
func (c *Chain) checkTree(ctx context.Context) error {
	hook := c.addrs.MerkleTreeHook
	if hook == (common.Address{}) || hook == c.addrs.Outbox {
		return nil
	}
	const field = "Addresses.MerkleTreeHook"
	b := contracts.MerkleTreeHook{}
	owner, err := read(ctx, c, Head{}, hook, "mailbox()", b.PackMailbox(), b.UnpackMailbox)
	if err != nil {
		return misconfigured(field, hook, "a Merkle tree hook", err)
	}
	if owner != c.addrs.Outbox {
		return &ConfigError{
			Field: field, Have: fmt.Sprintf("%s, the tree of mailbox %s", hook, owner), Want: "the tree of " + c.addrs.Outbox.Hex(),
		}
	}
	return nil
}

// misconfigured blames the address if the node answered, and the node otherwise.
func misconfigured(field string, a common.Address, want string, err error) error {
	if errors.Is(err, ErrNoCode) || errors.Is(err, ErrReverted) || errors.Is(err, ErrAnswer) {
		return &ConfigError{Field: field, Have: a.Hex(), Want: want, Err: err}
	}
	return err
}

// need reports a contract that this chain was not given.
func need(field string, a common.Address) error {
	if a == (common.Address{}) {
		return &ConfigError{Field: "Addresses." + field, Have: "zero", Want: "the contract's address, for this call"}
	}
	return nil
}

// Domain is the chain's number in the protocol, as its contracts state it.
func (c *Chain) Domain() message.Domain { return c.domain }

// ChainID is the chain's number in its transactions. It may differ from the domain.
func (c *Chain) ChainID() *big.Int { return new(big.Int).Set(c.chainID) }

// Addresses are the contracts given to New.
func (c *Chain) Addresses() Addresses { return c.addrs }

// TreeAddress is the tree's address as it stands in checkpoints.
func (c *Chain) TreeAddress() message.Address { return message.FromEVM(c.addrs.Tree()) }

// Backend is the node given to New.
func (c *Chain) Backend() Backend { return c.backend }

// Outbox is where messages leave the chain.
func (c *Chain) Outbox() *Outbox { return &Outbox{c} }

// Inbox is where messages arrive.
func (c *Chain) Inbox() *Inbox { return &Inbox{c} }

// Tree reads the tree of dispatched messages.
func (c *Chain) Tree() *TreeClient { return &TreeClient{c} }

// Modules reads security modules. It is the real implementation of metadata.ModuleReader.
func (c *Chain) Modules() *Modules { return &Modules{c} }

// Announce reads and writes where validators keep their checkpoints.
func (c *Chain) Announce() *Announce { return &Announce{c} }

// Close ends the connection that [Dial] made. A backend given to New stays open.
func (c *Chain) Close() {
	if c.close != nil {
		c.close()
	}
}
