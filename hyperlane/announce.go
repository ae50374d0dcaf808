package hyperlane

import (
	"context"
	"errors"
	"math/big"
	"strconv"

	bind "github.com/ethereum/go-ethereum/accounts/abi/bind/v2"
	"github.com/ethereum/go-ethereum/common"
	"github.com/ethereum/go-ethereum/core/types"

	"github.com/hyperlane-go/sdk/contracts"
	"github.com/hyperlane-go/sdk/ism/checkpoint"
	"github.com/hyperlane-go/sdk/message"
)

// Announce reads and writes where validators keep their checkpoints. Get it from [Chain.Announce].
type Announce struct{ c *Chain }

// Address is the contract's address.
func (a *Announce) Address() common.Address { return a.c.addrs.ValidatorAnnounce }

// Announcement is what a validator of this chain signs to announce a location: it names the Outbox (checkpoints
// name the tree instead).
func (a *Announce) Announcement(validator common.Address, location string) checkpoint.Announcement {
	return checkpoint.Announcement{
		Validator: validator, Mailbox: message.FromEVM(a.c.addrs.Outbox), Origin: a.c.domain, Location: location,
	}
}

// Announce publishes a signed announcement; anybody may. One that is for another chain or mailbox, or badly signed,
// is refused without asking the node; one that is published already is [ErrAlreadyAnnounced].
func (a *Announce) Announce(
	ctx context.Context, opts *bind.TransactOpts, s checkpoint.SignedAnnouncement,
) (*types.Receipt, error) {
	if err := need("ValidatorAnnounce", a.Address()); err != nil {
		return nil, err
	}
	if err := checkOpts(opts); err != nil {
		return nil, err
	}
	if want := a.Announcement(s.Validator, s.Location); s.Announcement != want {
		return nil, &ConfigError{
			Field: "announcement", Have: "of mailbox " + s.Mailbox.String() + " on domain " + s.Origin.String(),
			Want: "of mailbox " + want.Mailbox.String() + " on domain " + want.Origin.String(),
		}
	}
	if err := s.Verify(); err != nil {
		return nil, &ConfigError{
			Field: "announcement", Have: "not signed by " + s.Validator.Hex(), Want: "its validator's signature", Err: err,
		}
	}
	value := new(big.Int)
	if opts.Value != nil {
		value.Set(opts.Value)
	}
	b := contracts.ValidatorAnnounce{}
	receipt, err := a.c.send(ctx, opts, a.Address(), b.PackAnnounce(s.Validator, s.Location, s.Signature[:]), value)
	if errors.Is(err, ErrSignature) {
		err = a.explain(ctx, s, err)
	}
	return receipt, err
}

// explain looks for the reason why a good signature was refused: a contract that serves another mailbox hashes the
// announcement differently, and recovers somebody else.
func (a *Announce) explain(ctx context.Context, s checkpoint.SignedAnnouncement, refused error) error {
	b := contracts.ValidatorAnnounce{}
	digest, err := read(ctx, a.c, Head{}, a.Address(), "getAnnouncementDigest",
		b.PackGetAnnouncementDigest(s.Location), b.UnpackGetAnnouncementDigest)
	if err != nil || digest == s.Digest() {
		return refused
	}
	return &ConfigError{
		Field: "Addresses.ValidatorAnnounce", Have: a.Address().Hex() + ", which serves another mailbox or domain",
		Want: "the contract for mailbox " + a.c.addrs.Outbox.Hex() + " on domain " + a.c.domain.String(), Err: refused,
	}
}

// Locations reads what each validator has announced: one list for each of the arguments, in their order, oldest
// announcement first, empty for those who announced nothing. Anything can stand there.
func (a *Announce) Locations(ctx context.Context, validators ...common.Address) ([][]string, error) {
	if err := need("ValidatorAnnounce", a.Address()); err != nil {
		return nil, err
	}
	if len(validators) == 0 {
		return nil, nil
	}
	b := contracts.ValidatorAnnounce{}
	locations, err := read(ctx, a.c, Head{}, a.Address(), "getAnnouncedStorageLocations",
		b.PackGetAnnouncedStorageLocations(validators), b.UnpackGetAnnouncedStorageLocations)
	if err != nil {
		return nil, err
	}
	if len(locations) != len(validators) {
		return nil, &AnswerError{
			Op: "getAnnouncedStorageLocations", What: "number of lists",
			Have: strconv.Itoa(len(locations)), Want: strconv.Itoa(len(validators)) + ", one for each validator",
		}
	}
	return locations, nil
}

// Validators reads who has announced anything.
func (a *Announce) Validators(ctx context.Context) ([]common.Address, error) {
	if err := need("ValidatorAnnounce", a.Address()); err != nil {
		return nil, err
	}
	b := contracts.ValidatorAnnounce{}
	return read(ctx, a.c, Head{}, a.Address(), "getAnnouncedValidators",
		b.PackGetAnnouncedValidators(), b.UnpackGetAnnouncedValidators)
}
