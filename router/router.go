package router

import (
	"context"
	"fmt"
	"slices"
	"strconv"

	"github.com/ethereum/go-ethereum/common"

	"github.com/hyperlane-go/sdk/contracts"
	"github.com/hyperlane-go/sdk/hyperlane/evm"
	"github.com/hyperlane-go/sdk/message"
)

// maxDomains bounds how many domains a router may list. The live network has some two hundred.
const maxDomains = 10_000

// codec packs calls to, and unpacks answers of, every router.
var codec = contracts.Router{}

// Router is one router contract on one chain. Get it from [New]. It holds no state of the chain and
// is safe for concurrent use.
type Router struct {
	client  *evm.Client
	at      evm.Head
	address common.Address
}

// New returns the router at an address, and registers [Refusals] with the client. It asks the node
// nothing. It refuses a nil client and the zero address with evm.ErrConfig.
func New(client *evm.Client, address common.Address) (*Router, error) {
	switch {
	case client == nil:
		return nil, noClient()
	case address == common.Address{}:
		return nil, &evm.ConfigError{Field: "router", Have: "the zero address", Want: "the address of a router contract"}
	}
	client.Register(Refusals())
	return &Router{client: client, address: address}, nil
}

func noClient() error {
	return &evm.ConfigError{Field: "client", Have: "nil", Want: "the client of a node, see evm.New"}
}

// At returns the same router with every read made as of one block. The zero Head is the latest
// block at the moment of each read. Transactions go to the chain as it is, whatever block reads are
// made at.
func (r *Router) At(head evm.Head) *Router {
	view := *r
	view.at = head
	return &view
}

// Address returns the address of the contract.
func (r *Router) Address() common.Address { return r.address }

// Domain returns the domain of the router's chain.
func (r *Router) Domain(ctx context.Context) (message.Domain, error) {
	return evm.Read(ctx, r.client, r.at, r.DomainQuery())
}

// DomainQuery returns the query of [Router.Domain], for a batch.
func (r *Router) DomainQuery() evm.Query[message.Domain] {
	return query(r, "localDomain()", codec.PackLocalDomain(), func(out []byte) (message.Domain, error) {
		domain, err := codec.UnpackLocalDomain(out)
		return message.Domain(domain), err
	})
}

// Domains returns the domains that have a router enrolled, each once, in the contract's order.
func (r *Router) Domains(ctx context.Context) ([]message.Domain, error) {
	return evm.Read(ctx, r.client, r.at, r.DomainsQuery())
}

// DomainsQuery returns the query of [Router.Domains], for a batch.
func (r *Router) DomainsQuery() evm.Query[[]message.Domain] {
	return query(r, "domains()", codec.PackDomains(), decodeDomains)
}

// decodeDomains refuses what a set of domains cannot be: more than a router may list, or one of
// them twice.
func decodeDomains(out []byte) ([]message.Domain, error) {
	list, err := codec.UnpackDomains(out)
	if err != nil {
		return nil, err
	}
	if len(list) > maxDomains {
		return nil, fmt.Errorf("%d domains, want %d at most", len(list), maxDomains)
	}
	domains := make([]message.Domain, len(list))
	for i, domain := range list {
		domains[i] = message.Domain(domain)
	}
	sorted := slices.Sorted(slices.Values(domains))
	for i, domain := range sorted[min(1, len(sorted)):] {
		if domain == sorted[i] {
			return nil, fmt.Errorf("domain %s twice, want each once", domain)
		}
	}
	return domains, nil
}

// Remote returns the router that is enrolled for a domain. The error is of class [ErrNotEnrolled]
// where there is none.
func (r *Router) Remote(ctx context.Context, domain message.Domain) (message.Address, error) {
	remote, err := evm.Read(ctx, r.client, r.at, r.RemoteQuery(domain))
	if err == nil && remote.IsZero() {
		err = fmt.Errorf("%w: %s has no router for domain %s: enroll one first", ErrNotEnrolled, r.address, domain)
	}
	return remote, err
}

// RemoteQuery returns the query of [Router.Remote], for a batch. Its answer is the zero address
// where no router is enrolled.
func (r *Router) RemoteQuery(domain message.Domain) evm.Query[message.Address] {
	name := "routers(" + strconv.FormatUint(uint64(domain), 10) + ")"
	return query(r, name, codec.PackRouters(uint32(domain)), func(out []byte) (message.Address, error) {
		remote, err := codec.UnpackRouters(out)
		return remote, err
	})
}

// Mailbox returns the mailbox that the router dispatches through, and the only one it accepts
// messages from.
func (r *Router) Mailbox(ctx context.Context) (common.Address, error) {
	return evm.Read(ctx, r.client, r.at, r.MailboxQuery())
}

// MailboxQuery returns the query of [Router.Mailbox], for a batch.
func (r *Router) MailboxQuery() evm.Query[common.Address] {
	return query(r, "mailbox()", codec.PackMailbox(), clean(codec.UnpackMailbox))
}

// ISM returns the security module that the router has chosen for its messages. The zero address
// stands for the mailbox's default module.
func (r *Router) ISM(ctx context.Context) (common.Address, error) {
	return evm.Read(ctx, r.client, r.at, r.ISMQuery())
}

// ISMQuery returns the query of [Router.ISM], for a batch.
func (r *Router) ISMQuery() evm.Query[common.Address] {
	return query(r, "interchainSecurityModule()", codec.PackInterchainSecurityModule(), clean(codec.UnpackInterchainSecurityModule))
}

func query[T any](r *Router, name string, data []byte, decode func([]byte) (T, error)) evm.Query[T] {
	return evm.Query[T]{Name: name, To: r.address, Data: data, Decode: decode}
}

// clean refuses an address with bits above its 20 bytes, which the decoder ignores.
func clean(decode func([]byte) (common.Address, error)) func([]byte) (common.Address, error) {
	return func(out []byte) (common.Address, error) {
		if len(out) >= 32 && [12]byte(out) != [12]byte{} {
			return common.Address{}, fmt.Errorf("an address with the upper bytes %x, want zero", out[:12])
		}
		return decode(out)
	}
}
