package agent

import (
	"context"
	"errors"
	"fmt"
	"net/url"
	"reflect"
	"slices"
	"strconv"
	"strings"

	bind "github.com/ethereum/go-ethereum/accounts/abi/bind/v2"
	"github.com/ethereum/go-ethereum/common"
	"go.yaml.in/yaml/v3"

	"github.com/hyperlane-go/sdk/hyperlane"
	"github.com/hyperlane-go/sdk/hyperlane/evm"
	"github.com/hyperlane-go/sdk/message"
)

// Chains are the chains of a file, in its order.
type Chains []Chain

// Chain is the section of one chain: how to reach it, what it must be, and who pays on it.
type Chain struct {
	// Name is the key of the section. Logs and metrics use it.
	Name string `yaml:"-"`
	// RPC is the URL of a node.
	RPC Endpoint `yaml:"rpc" required:"the URL of a node, or {env: NAME} or {file: PATH} that holds it"`
	// ChainID is the chain's number in its transactions. The node must say the same.
	ChainID uint64 `yaml:"chainId" required:"the chain's number in its transactions; the node must say the same"`
	// Domain is the chain's number in the protocol. The contracts must say the same.
	Domain message.Domain `yaml:"domain" required:"the chain's number in the protocol; the contracts must say the same"`
	// Contracts is where the protocol lives on the chain.
	Contracts Contracts `yaml:"contracts" required:"the addresses of the contracts"`
	// From is the block in which the contracts were deployed. Zero reads from the first block:
	// correct, and slow.
	From uint64 `yaml:"from"`
	// ReorgPeriod says which blocks are final: a number of blocks, finalized, safe or latest. One
	// block where the file names none (Protocol 15.1).
	ReorgPeriod evm.Finality `yaml:"reorgPeriod"`
	// Signer is the account that pays on this chain, for deliveries and for the validator's
	// announcement. Nil pays for nothing. No other program may send with this account while a
	// relayer uses it.
	Signer *Key `yaml:"signer"`

	// Settings of the relayer for this chain.
	Window    uint64  `yaml:"window"`
	GasMargin *uint64 `yaml:"gasMargin"`
	GasCap    uint64  `yaml:"gasCap"`
}

// Contracts are the contracts of a chain, under the names of the network's registry.
type Contracts struct {
	Mailbox           common.Address `yaml:"mailbox"`           // outbox and inbox at one address
	Outbox            common.Address `yaml:"outbox"`            // where they are two
	Inbox             common.Address `yaml:"inbox"`             //
	MerkleTreeHook    common.Address `yaml:"merkleTreeHook"`    // none means the outbox itself
	ValidatorAnnounce common.Address `yaml:"validatorAnnounce"` //
}

// Addresses returns the contracts as package hyperlane names them.
func (c Contracts) Addresses() hyperlane.Addresses {
	addresses := hyperlane.Addresses{
		Outbox: c.Outbox, Inbox: c.Inbox, MerkleTreeHook: c.MerkleTreeHook, ValidatorAnnounce: c.ValidatorAnnounce,
	}
	if c.Mailbox != (common.Address{}) {
		addresses.Outbox, addresses.Inbox = c.Mailbox, c.Mailbox
	}
	return addresses
}

func (c *Contracts) check(d *decoder, path string) error {
	apart := c.Outbox != (common.Address{}) || c.Inbox != (common.Address{})
	switch whole := c.Mailbox != (common.Address{}); {
	case whole && apart:
		return d.refuse(path, "both mailbox and its parts", "either mailbox, or outbox and inbox", nil)
	case !whole && !apart:
		return d.refuse(path, "without a mailbox", "mailbox, or outbox and inbox", nil)
	}
	return nil
}

// Endpoint is the URL of a node: as it is, or as a [Secret], for it often holds a key.
type Endpoint struct{ Secret }

func (e *Endpoint) read(d *decoder, path string, n *yaml.Node) error {
	if n.Kind == yaml.ScalarNode && n.Value != "" && n.Tag != "!!null" {
		*e = Endpoint{Secret{text: n.Value, d: d, path: path}}
		return nil
	}
	return e.Secret.read(d, path, n)
}

// URL returns the URL. It can be the path of a socket.
func (e Endpoint) URL() (string, error) {
	text, err := e.lookup()
	if err != nil {
		return "", err
	}
	text = strings.TrimSpace(text)
	u, err := url.Parse(text)
	if err != nil || u.Scheme != "" && !slices.Contains([]string{"http", "https", "ws", "wss"}, u.Scheme) {
		e.d.kinds.hide(text)
		return "", e.d.refuse(e.path, "not a URL that can be dialed", "http://, https://, ws:// or wss:// with a host, or the path of a socket", nil)
	}
	e.d.kinds.hidden.addURL(u)
	return text, nil
}

func (c *Chains) read(d *decoder, path string, n *yaml.Node) error {
	all, err := d.pairs(path, n)
	if err != nil {
		return err
	}
	if len(all) == 0 {
		return d.refuse(path, "empty", "a chain at least", nil)
	}
	var chains Chains
	for _, p := range all {
		chain := Chain{Name: p.key.Value, ReorgPeriod: evm.DefaultFinality()}
		at := join(path, quoted(chain.Name))
		if chain.Name == "" {
			return d.refuse(at, "without a name", "a name such as ethereum", nil)
		}
		d.lines[at] = p.key.Line
		if err := d.value(at, p.value, reflect.ValueOf(&chain).Elem()); err != nil {
			return err
		}
		for _, other := range chains {
			if other.Domain == chain.Domain {
				return d.refuse(join(at, "domain"), chain.Domain.String(), "a domain that no other chain has; "+other.Name+" has it too", nil)
			}
		}
		chains = append(chains, chain)
	}
	*c = chains
	return nil
}

// Find returns the chain of a name.
func (c Chains) Find(name string) (Chain, bool) {
	i := slices.IndexFunc(c, func(chain Chain) bool { return chain.Name == name })
	if i < 0 {
		return Chain{}, false
	}
	return c[i], true
}

func (c Chains) names() []string {
	var names []string
	for _, chain := range c {
		names = append(names, chain.Name)
	}
	return names
}

// OpenChain connects to a chain, as [File.Dial] does, and makes its signer. The account is nil
// where the file names none. The signatures of the account end with ctx. The caller closes the
// client.
func (f *File) OpenChain(ctx context.Context, c Chain, opts ...evm.Option) (*hyperlane.Chain, *bind.TransactOpts, error) {
	var signer Signer
	if c.Signer != nil {
		var err error
		if signer, err = c.Signer.Open(ctx); err != nil {
			return nil, nil, err
		}
	}
	client, err := f.Dial(ctx, c, c.RPC, opts...)
	if err != nil || signer == nil {
		return client, nil, err
	}
	return client, Transactor(ctx, signer, client.ChainID()), nil
}

// Dial connects to a node of a chain and refuses one of another chain: the chain id that the node
// states, and the domain that the contracts state, must be those of the file. Nothing is sent. The
// caller closes the client.
func (f *File) Dial(ctx context.Context, c Chain, node Endpoint, opts ...evm.Option) (*hyperlane.Chain, error) {
	text, err := node.URL()
	if err != nil {
		return nil, err
	}
	at := "chains." + quoted(c.Name)
	client, err := evm.Dial(ctx, text, opts...)
	if err != nil {
		return nil, f.failed(ctx, node.path, "a node that answers", err)
	}
	// SECURITY: a node of another chain is refused before anything is signed or sent for it.
	if have := client.ChainID(); !have.IsUint64() || have.Uint64() != c.ChainID {
		client.Close()
		return nil, f.d.refuse(at+".chainId", strconv.FormatUint(c.ChainID, 10),
			fmt.Sprintf("%s, which the node of %s states: correct the one that is wrong", have, f.d.at(node.path)), nil)
	}
	chain, err := hyperlane.New(ctx, client, c.Contracts.Addresses())
	if err != nil {
		client.Close()
		return nil, f.failed(ctx, at+".contracts", "the contracts of this chain", err)
	}
	if have := chain.Domain(); have != c.Domain {
		client.Close()
		return nil, f.d.refuse(at+".domain", c.Domain.String(),
			fmt.Sprintf("%s, which the contracts state at the node of %s: correct the one that is wrong", have, f.d.at(node.path)), nil)
	}
	return chain, nil
}

// failed says which key of the file led to a failure. Only a wrong setting is of class
// evm.ErrConfig.
func (f *File) failed(ctx context.Context, path, want string, err error) error {
	switch {
	case ctx.Err() != nil:
		return ctx.Err()
	case errors.Is(err, evm.ErrConfig), errors.Is(err, evm.ErrNoCode):
		return f.d.refuse(path, "unusable", want, err)
	}
	return fmt.Errorf("agent: %s: %w", f.d.at(path), err)
}

func itoa(i int) string { return strconv.Itoa(i) }
