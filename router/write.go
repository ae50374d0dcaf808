package router

import (
	"context"
	"fmt"

	bind "github.com/ethereum/go-ethereum/accounts/abi/bind/v2"
	"github.com/ethereum/go-ethereum/common"
	"github.com/ethereum/go-ethereum/core/types"

	"github.com/hyperlane-go/sdk/hyperlane/evm"
	"github.com/hyperlane-go/sdk/message"
)

// EnrollCall returns the call that makes remote the router of a domain, in place of any other. It
// refuses the zero address with evm.ErrConfig.
func (r *Router) EnrollCall(domain message.Domain, remote message.Address) (evm.Call, error) {
	// SECURITY: the official routers accept the zero router, and then accept messages from sender
	// zero.
	if remote.IsZero() {
		return evm.Call{}, &evm.ConfigError{
			Field: fmt.Sprintf("router of domain %s", domain), Have: "the zero address",
			Want: "the address of a router; UnenrollCall removes one",
		}
	}
	return evm.NewCall("Router.enrollRemoteRouter", r.address, codec.PackEnrollRemoteRouter(uint32(domain), remote)), nil
}

// Enroll makes remote the router of a domain, in place of any other, and waits until it is mined.
// Only the owner may.
func (r *Router) Enroll(
	ctx context.Context, opts *bind.TransactOpts, domain message.Domain, remote message.Address,
) (*types.Receipt, error) {
	call, err := r.EnrollCall(domain, remote)
	if err != nil {
		return nil, err
	}
	return r.send(ctx, opts, call)
}

// UnenrollCall returns the call that removes the router of a domain.
func (r *Router) UnenrollCall(domain message.Domain) evm.Call {
	return evm.NewCall("Router.unenrollRemoteRouter", r.address, codec.PackUnenrollRemoteRouter(uint32(domain)))
}

// Unenroll removes the router of a domain and waits until it is mined. Only the owner may. The
// error is of class [ErrNotEnrolled] where no router is enrolled.
func (r *Router) Unenroll(ctx context.Context, opts *bind.TransactOpts, domain message.Domain) (*types.Receipt, error) {
	return r.send(ctx, opts, r.UnenrollCall(domain))
}

// SetISMCall returns the call that chooses the security module for the router's messages.
func (r *Router) SetISMCall(module common.Address) evm.Call {
	return evm.NewCall("Router.setInterchainSecurityModule", r.address, codec.PackSetInterchainSecurityModule(module))
}

// SetISM chooses the security module for the router's messages and waits until it is mined. The
// zero address returns to the mailbox's default module. Only the owner may. The error is of class
// evm.ErrNoCode where the module is no contract.
func (r *Router) SetISM(ctx context.Context, opts *bind.TransactOpts, module common.Address) (*types.Receipt, error) {
	return r.send(ctx, opts, r.SetISMCall(module))
}

// send sends a call that takes no value, and waits until it is mined.
func (r *Router) send(ctx context.Context, opts *bind.TransactOpts, call evm.Call) (*types.Receipt, error) {
	if err := checkOpts(opts); err != nil {
		return nil, err
	}
	return r.sendValue(ctx, opts, call)
}

// sendValue sends a call and waits until it is mined. A call of an address without code would
// succeed, so there has to be a contract.
func (r *Router) sendValue(ctx context.Context, opts *bind.TransactOpts, call evm.Call) (*types.Receipt, error) {
	if err := r.client.NeedCode(ctx, evm.Head{}, r.address); err != nil {
		return nil, err
	}
	if opts.GasLimit != 0 { // Send makes no estimate then, and would pay for a refusal
		if _, err := r.client.Simulate(ctx, opts.From, call); err != nil {
			return nil, err
		}
	}
	return r.client.Send(ctx, opts, call)
}

// checkOpts refuses options for a call that takes no value.
func checkOpts(opts *bind.TransactOpts) error {
	if err := evm.CheckOpts(opts); err != nil {
		return err
	}
	if opts.Value != nil && opts.Value.Sign() != 0 {
		return &evm.ConfigError{Field: "TransactOpts.Value", Have: opts.Value.String(), Want: "nil or zero: this call takes no value"}
	}
	return nil
}
