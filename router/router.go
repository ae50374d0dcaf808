package router

import (
	"context"
	"fmt"

	"github.com/ethereum/go-ethereum/accounts/abi/bind/v2"
	"github.com/ethereum/go-ethereum/common"
	"github.com/ethereum/go-ethereum/core/types"

	"github.com/hyperlane-go/sdk/contracts"
	"github.com/hyperlane-go/sdk/message"
)

// Router is one router contract on one chain. Its methods are safe for
// concurrent use as far as the backend is.
type Router struct {
	address  common.Address
	contract *bind.BoundContract
	codec    contracts.Router
}

// New returns the router at an address. Nothing is asked of the backend yet.
func New(address common.Address, backend bind.ContractBackend) *Router {
	return &Router{address: address, contract: contracts.Router{}.Instance(backend, address)}
}

// Address returns the address of the contract.
func (r *Router) Address() common.Address { return r.address }

// Domain returns the domain of the chain that the router is on.
func (r *Router) Domain(ctx context.Context) (message.Domain, error) {
	domain, err := call(ctx, r, r.codec.PackLocalDomain(), r.codec.UnpackLocalDomain)
	return message.Domain(domain), err
}

// Domains returns the domains that have a router enrolled, in no order.
func (r *Router) Domains(ctx context.Context) ([]message.Domain, error) {
	list, err := call(ctx, r, r.codec.PackDomains(), r.codec.UnpackDomains)
	if err != nil {
		return nil, err
	}
	domains := make([]message.Domain, len(list))
	for i, domain := range list {
		domains[i] = message.Domain(domain)
	}
	return domains, nil
}

// Remote returns the router that is enrolled for a domain. The error is of class
// [ErrNotEnrolled] when there is none.
func (r *Router) Remote(ctx context.Context, domain message.Domain) (message.Address, error) {
	remote, err := call(ctx, r, r.codec.PackRouters(uint32(domain)), r.codec.UnpackRouters)
	if err != nil {
		return message.Address{}, err
	}
	if remote == [32]byte{} {
		return message.Address{}, &NotEnrolledError{Router: r.address, Domain: domain}
	}
	return remote, nil
}

// Mailbox returns the mailbox that the router sends through and trusts.
func (r *Router) Mailbox(ctx context.Context) (common.Address, error) {
	return call(ctx, r, r.codec.PackMailbox(), r.codec.UnpackMailbox)
}

// ISM returns the module that the router chose to verify its messages with. The
// zero address stands for the mailbox's default, not for none.
func (r *Router) ISM(ctx context.Context) (common.Address, error) {
	return call(ctx, r, r.codec.PackInterchainSecurityModule(), r.codec.UnpackInterchainSecurityModule)
}

// SetISM chooses the module that verifies the router's messages; the zero address
// goes back to the mailbox's default. Only the owner may.
func (r *Router) SetISM(ctx context.Context, opts *bind.TransactOpts, module common.Address) (*types.Transaction, error) {
	return r.transact(ctx, opts, r.codec.PackSetInterchainSecurityModule(module))
}

// Enroll makes remote the one router of a domain, in place of any other. Only the
// owner may.
func (r *Router) Enroll(ctx context.Context, opts *bind.TransactOpts, domain message.Domain, remote message.Address) (*types.Transaction, error) {
	// SECURITY: the official routers take the zero router, and then accept
	// messages from sender zero.
	if remote.IsZero() {
		return nil, fmt.Errorf("%w: domain %s of %s", ErrZeroRouter, domain, r.address)
	}
	return r.transact(ctx, opts, r.codec.PackEnrollRemoteRouter(uint32(domain), remote))
}

// Unenroll removes the router of a domain. Only the owner may.
func (r *Router) Unenroll(ctx context.Context, opts *bind.TransactOpts, domain message.Domain) (*types.Transaction, error) {
	return r.transact(ctx, opts, r.codec.PackUnenrollRemoteRouter(uint32(domain)))
}

func (r *Router) transact(ctx context.Context, opts *bind.TransactOpts, data []byte) (*types.Transaction, error) {
	with := *opts
	with.Context = ctx
	tx, err := bind.Transact(r.contract, &with, data)
	return tx, explain(r.address, err)
}

func call[T any](ctx context.Context, r *Router, data []byte, unpack func([]byte) (T, error)) (T, error) {
	value, err := bind.Call(r.contract, &bind.CallOpts{Context: ctx}, data, unpack)
	return value, explain(r.address, err)
}
