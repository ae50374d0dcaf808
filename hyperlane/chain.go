package hyperlane

import (
	"context"
	"fmt"

	"github.com/ethereum/go-ethereum/common"

	"github.com/hyperlane-go/sdk/contracts"
	"github.com/hyperlane-go/sdk/hyperlane/evm"
	"github.com/hyperlane-go/sdk/message"
)

// Addresses are the contracts of one chain.
type Addresses struct {
	// Domain is the chain's number in the protocol. Zero accepts what the contracts state; [New]
	// refuses contracts of another domain. A domain is not a chain id, even where the two are
	// equal.
	Domain message.Domain
	// Outbox dispatches and Inbox processes. A Mailbox is both: see [Mailbox]. One of the two can
	// be zero on a chain that only sends or only receives; its methods then fail with
	// evm.ErrConfig.
	Outbox, Inbox common.Address
	// MerkleTreeHook is the tree that checkpoints are about. Zero is the Outbox itself, as in our
	// contracts. On the live network it is a contract of its own.
	MerkleTreeHook common.Address
	// ValidatorAnnounce can be zero until it is needed.
	ValidatorAnnounce common.Address
}

// Mailbox returns the Addresses of a chain whose Outbox and Inbox are one contract, as everywhere
// on the live network. Set the others on the result where the chain has them.
func Mailbox(mailbox common.Address) Addresses { return Addresses{Outbox: mailbox, Inbox: mailbox} }

// Tree returns the address of the tree: MerkleTreeHook, or Outbox where that is zero.
func (a Addresses) Tree() common.Address {
	if a.MerkleTreeHook == (common.Address{}) {
		return a.Outbox
	}
	return a.MerkleTreeHook
}

// Chain is the protocol on one chain: its Outbox and Inbox, the tree, the security modules and the
// announcements of validators. It stands on the client of a node, whose methods it has too.
//
// Reads are as of the latest block, or as of one block through [Chain.At]. A Chain holds no state
// of the chain and is safe for concurrent use. Its parts (Outbox, Inbox, ...) are cheap to ask for.
type Chain struct {
	*evm.Client
	at     evm.Head
	addrs  Addresses
	domain message.Domain
}

// Dial connects to a node with evm.Dial and calls [New]. Close ends the connection.
func Dial(ctx context.Context, url string, addrs Addresses, opts ...evm.Option) (*Chain, error) {
	client, err := evm.Dial(ctx, url, opts...)
	if err != nil {
		return nil, err
	}
	c, err := New(ctx, client, addrs)
	if err != nil {
		client.Close()
		return nil, err
	}
	return c, nil
}

// New checks that the contracts are what addrs says, and learns their domain: code at every
// address, VERSION 3, one domain, and a separate tree that belongs to this Outbox. It registers the
// protocol's refusals with the client.
func New(ctx context.Context, client *evm.Client, addrs Addresses) (*Chain, error) {
	if client == nil {
		return nil, &evm.ConfigError{Field: "client", Have: "nil", Want: "the client of a node, see evm.New"}
	}
	client.Register(Refusals())
	c := &Chain{Client: client, addrs: addrs}
	if err := c.learn(ctx); err != nil {
		return nil, err
	}
	if addrs.Domain != 0 && addrs.Domain != c.domain {
		return nil, &evm.ConfigError{Field: "Addresses.Domain", Have: addrs.Domain.String(), Want: c.domain.String() + ", the domain of the contracts"}
	}
	c.addrs.Domain = c.domain
	return c, nil
}

// At returns the same chain with every read made as of one block. The zero Head is the latest block
// at the moment of each read. Transactions go to the chain as it is, whatever block reads are made
// at.
func (c *Chain) At(head evm.Head) *Chain {
	view := *c
	view.at = head
	return &view
}

func (c *Chain) learn(ctx context.Context) error {
	a := c.addrs
	if a.Outbox == (common.Address{}) && a.Inbox == (common.Address{}) {
		return &evm.ConfigError{Field: "Addresses", Have: "neither an Outbox nor an Inbox", Want: "one of them at least"}
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
			return &evm.ConfigError{
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
	domain, err := read(ctx, c, a, "localDomain()", outbox.PackLocalDomain(), outbox.UnpackLocalDomain)
	if err != nil {
		return 0, evm.WrongAddress(field, a, "a Mailbox, Outbox or Inbox", err)
	}
	version, err := read(ctx, c, a, "VERSION()", outbox.PackVersion(), outbox.UnpackVersion)
	if err != nil {
		return 0, evm.WrongAddress(field, a, "a Mailbox, Outbox or Inbox", err)
	}
	if version != message.Version {
		return 0, &evm.ConfigError{
			Field: field, Have: fmt.Sprintf("%s with VERSION %d", a, version), Want: fmt.Sprintf("VERSION %d", message.Version),
		}
	}
	return message.Domain(domain), nil
}

// checkTree asks a separate tree for its mailbox: the tree's address is part of everything that
// validators sign.
func (c *Chain) checkTree(ctx context.Context) error {
	hook := c.addrs.MerkleTreeHook
	if hook == (common.Address{}) || hook == c.addrs.Outbox {
		return nil
	}
	const field = "Addresses.MerkleTreeHook"
	b := contracts.MerkleTreeHook{}
	owner, err := read(ctx, c, hook, "mailbox()", b.PackMailbox(), b.UnpackMailbox)
	if err != nil {
		return evm.WrongAddress(field, hook, "a Merkle tree hook", err)
	}
	if owner != c.addrs.Outbox {
		return &evm.ConfigError{
			Field: field, Have: fmt.Sprintf("%s, the tree of mailbox %s", hook, owner), Want: "the tree of " + c.addrs.Outbox.Hex(),
		}
	}
	return nil
}

// need reports a contract that this chain was not given.
func need(field string, a common.Address) error {
	if a == (common.Address{}) {
		return &evm.ConfigError{Field: "Addresses." + field, Have: "zero", Want: "the contract's address, for this call"}
	}
	return nil
}

// read makes a view call as of the chain's block.
func read[T any](
	ctx context.Context, c *Chain, to common.Address, name string, input []byte, decode func([]byte) (T, error),
) (T, error) {
	return evm.Read(ctx, c.Client, c.at, evm.Query[T]{Name: name, To: to, Data: input, Decode: decode})
}

// Domain returns the chain's number in the protocol, as its contracts state it.
func (c *Chain) Domain() message.Domain { return c.domain }

// Addresses returns the contracts given to [New], with the domain that they stated.
func (c *Chain) Addresses() Addresses { return c.addrs }

// TreeAddress returns the tree's address as it stands in checkpoints.
func (c *Chain) TreeAddress() message.Address { return message.FromEVM(c.addrs.Tree()) }

// Outbox returns the part where messages leave the chain.
func (c *Chain) Outbox() *Outbox { return &Outbox{c} }

// Inbox returns the part where messages arrive.
func (c *Chain) Inbox() *Inbox { return &Inbox{c} }

// Tree returns the tree of dispatched messages.
func (c *Chain) Tree() *Tree { return &Tree{c} }

// Modules returns the reader of security modules. It is a metadata.ModuleReader.
func (c *Chain) Modules() *Modules { return &Modules{c} }

// ValidatorAnnounce returns the register of where validators keep their checkpoints.
func (c *Chain) ValidatorAnnounce() *ValidatorAnnounce { return &ValidatorAnnounce{c} }
