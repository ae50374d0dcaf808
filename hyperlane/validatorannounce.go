package hyperlane

import (
	"context"
	"errors"
	"strconv"

	bind "github.com/ethereum/go-ethereum/accounts/abi/bind/v2"
	"github.com/ethereum/go-ethereum/common"
	"github.com/ethereum/go-ethereum/core/types"

	"github.com/hyperlane-go/sdk/contracts"
	"github.com/hyperlane-go/sdk/hyperlane/evm"
	"github.com/hyperlane-go/sdk/ism/checkpoint"
	"github.com/hyperlane-go/sdk/message"
)

// ValidatorAnnounce is the register of where validators keep their checkpoints. Get it from
// [Chain.ValidatorAnnounce].
type ValidatorAnnounce struct{ c *Chain }

// Address returns the contract's address.
func (a *ValidatorAnnounce) Address() common.Address { return a.c.addrs.ValidatorAnnounce }

// Announcement returns what a validator of this chain signs to announce a location. It names the
// Outbox, where checkpoints name the tree.
func (a *ValidatorAnnounce) Announcement(validator common.Address, location string) checkpoint.Announcement {
	return checkpoint.Announcement{
		Validator: validator, Mailbox: message.FromEVM(a.c.addrs.Outbox), Origin: a.c.domain, Location: location,
	}
}

// PublishCall returns the call that publishes a signed announcement. It refuses, without asking the
// node, one that is for another chain or mailbox, or badly signed.
func (a *ValidatorAnnounce) PublishCall(s checkpoint.SignedAnnouncement) (evm.Call, error) {
	if err := need("ValidatorAnnounce", a.Address()); err != nil {
		return evm.Call{}, err
	}
	if want := a.Announcement(s.Validator, s.Location); s.Announcement != want {
		return evm.Call{}, &evm.ConfigError{
			Field: "announcement", Have: "of mailbox " + s.Mailbox.String() + " on domain " + s.Origin.String(),
			Want: "of mailbox " + want.Mailbox.String() + " on domain " + want.Origin.String(),
		}
	}
	if err := s.Verify(); err != nil {
		return evm.Call{}, &evm.ConfigError{
			Field: "announcement", Have: "not signed by " + s.Validator.Hex(), Want: "its validator's signature", Err: err,
		}
	}
	input := contracts.ValidatorAnnounce{}.PackAnnounce(s.Validator, s.Location, s.Signature[:])
	return evm.NewCall("ValidatorAnnounce.announce", a.Address(), input), nil
}

// Publish sends a signed announcement and waits until it is mined. Any account may send it. A
// location that is published already gives [ErrAlreadyAnnounced].
func (a *ValidatorAnnounce) Publish(
	ctx context.Context, opts *bind.TransactOpts, s checkpoint.SignedAnnouncement,
) (*types.Receipt, error) {
	if err := evm.CheckOpts(opts); err != nil {
		return nil, err
	}
	call, err := a.PublishCall(s)
	if err != nil {
		return nil, err
	}
	if call, err = withValue(call, opts.Value); err != nil {
		return nil, err
	}
	receipt, err := a.c.Send(ctx, opts, call)
	if errors.Is(err, ErrSignature) {
		err = a.explain(ctx, s, err)
	}
	return receipt, err
}

// explain looks for the reason why a good signature was refused: a contract that serves another
// mailbox hashes the announcement differently, and recovers another signer.
func (a *ValidatorAnnounce) explain(ctx context.Context, s checkpoint.SignedAnnouncement, refused error) error {
	b := contracts.ValidatorAnnounce{}
	digest, err := read(ctx, a.c, a.Address(), "getAnnouncementDigest",
		b.PackGetAnnouncementDigest(s.Location), b.UnpackGetAnnouncementDigest)
	if err != nil || digest == s.Digest() {
		return refused
	}
	return &evm.ConfigError{
		Field: "Addresses.ValidatorAnnounce", Have: a.Address().Hex() + ", which serves another mailbox or domain",
		Want: "the contract for mailbox " + a.c.addrs.Outbox.Hex() + " on domain " + a.c.domain.String(), Err: refused,
	}
}

// Locations returns what each validator has announced: one list for each argument, in order, the
// oldest announcement first, empty for a validator that announced nothing. A location can be any
// text: validators choose it.
func (a *ValidatorAnnounce) Locations(ctx context.Context, validators ...common.Address) ([][]string, error) {
	if err := need("ValidatorAnnounce", a.Address()); err != nil {
		return nil, err
	}
	if len(validators) == 0 {
		return nil, nil
	}
	b := contracts.ValidatorAnnounce{}
	locations, err := read(ctx, a.c, a.Address(), "getAnnouncedStorageLocations",
		b.PackGetAnnouncedStorageLocations(validators), b.UnpackGetAnnouncedStorageLocations)
	if err != nil {
		return nil, err
	}
	if len(locations) != len(validators) {
		return nil, &evm.AnswerError{
			Op: "getAnnouncedStorageLocations", What: "number of lists",
			Have: strconv.Itoa(len(locations)), Want: strconv.Itoa(len(validators)) + ", one for each validator",
		}
	}
	return locations, nil
}

// Validators returns every validator that has announced a location.
func (a *ValidatorAnnounce) Validators(ctx context.Context) ([]common.Address, error) {
	if err := need("ValidatorAnnounce", a.Address()); err != nil {
		return nil, err
	}
	b := contracts.ValidatorAnnounce{}
	return read(ctx, a.c, a.Address(), "getAnnouncedValidators", b.PackGetAnnouncedValidators(), b.UnpackGetAnnouncedValidators)
}
