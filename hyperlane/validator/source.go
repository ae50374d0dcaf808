package validator

import (
	"context"
	"iter"

	bind "github.com/ethereum/go-ethereum/accounts/abi/bind/v2"
	"github.com/ethereum/go-ethereum/common"

	"github.com/hyperlane-go/sdk/hyperlane"
	"github.com/hyperlane-go/sdk/hyperlane/evm"
	"github.com/hyperlane-go/sdk/ism/checkpoint"
	"github.com/hyperlane-go/sdk/merkle"
)

// source is one node's view of the chain, as far as a validator reads it.
type source interface {
	Head(ctx context.Context, f evm.Finality) (evm.Head, error)
	HeadAt(ctx context.Context, number uint64) (evm.Head, error)
	TreeAt(ctx context.Context, at evm.Head) (merkle.Tree, error)
	Insertions(ctx context.Context, r evm.Range) iter.Seq2[hyperlane.InsertionEvent, error]
}

// register is where validators are announced.
type register interface {
	Locations(ctx context.Context, validator common.Address) ([]string, error)
	Announcement(validator common.Address, location string) checkpoint.Announcement
	Announce(ctx context.Context, s checkpoint.SignedAnnouncement) error
}

// chainSource is a source over a client.
type chainSource struct{ *hyperlane.Chain }

func (s chainSource) TreeAt(ctx context.Context, at evm.Head) (merkle.Tree, error) {
	return s.At(at).Tree().Read(ctx)
}

func (s chainSource) Insertions(ctx context.Context, r evm.Range) iter.Seq2[hyperlane.InsertionEvent, error] {
	return s.Tree().Insertions(ctx, r)
}

// chainRegister is a register over a client and the account that pays.
type chainRegister struct {
	client *hyperlane.ValidatorAnnounce
	opts   *bind.TransactOpts
}

func (r chainRegister) Locations(ctx context.Context, validator common.Address) ([]string, error) {
	lists, err := r.client.Locations(ctx, validator)
	if err != nil {
		return nil, err
	}
	return lists[0], nil
}

func (r chainRegister) Announcement(validator common.Address, location string) checkpoint.Announcement {
	return r.client.Announcement(validator, location)
}

func (r chainRegister) Announce(ctx context.Context, s checkpoint.SignedAnnouncement) error {
	_, err := r.client.Publish(ctx, r.opts, s)
	return err
}
