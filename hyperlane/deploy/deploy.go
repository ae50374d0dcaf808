package deploy

import (
	"context"

	bind "github.com/ethereum/go-ethereum/accounts/abi/bind/v2"
	"github.com/ethereum/go-ethereum/common"

	"github.com/hyperlane-go/sdk/contracts"
	"github.com/hyperlane-go/sdk/hyperlane"
	"github.com/hyperlane-go/sdk/hyperlane/evm"
	"github.com/hyperlane-go/sdk/message"
)

// CoreConfig says what [Core] deploys.
type CoreConfig struct {
	Domain     message.Domain // the chain's number in the protocol; it can never be changed
	Owner      common.Address // may change the default module and the hooks; zero is the deploying account
	DefaultISM common.Address // the contract that decides for recipients without a module of their own; required
}

// Core deploys a Mailbox and a ValidatorAnnounce and waits until both are mined.
func Core(ctx context.Context, client *evm.Client, opts *bind.TransactOpts, config CoreConfig) (hyperlane.Addresses, error) {
	if err := evm.CheckOpts(opts); err != nil {
		return hyperlane.Addresses{}, err
	}
	switch {
	case client == nil:
		return hyperlane.Addresses{}, noClient()
	case config.Domain == 0:
		return hyperlane.Addresses{}, &evm.ConfigError{Field: "CoreConfig.Domain", Have: "0", Want: "the chain's number in the protocol"}
	case config.DefaultISM == common.Address{}:
		return hyperlane.Addresses{}, &evm.ConfigError{
			Field: "CoreConfig.DefaultISM", Have: "zero", Want: "a security module; see MultisigISM",
		}
	}
	if err := client.NeedCode(ctx, evm.Head{}, config.DefaultISM); err != nil {
		return hyperlane.Addresses{}, evm.WrongAddress("CoreConfig.DefaultISM", config.DefaultISM, "a security module", err)
	}
	if config.Owner == (common.Address{}) {
		config.Owner = opts.From
	}
	mailbox, err := create(ctx, client, opts, MailboxCall(config))
	if err != nil {
		return hyperlane.Addresses{}, err
	}
	announce, err := create(ctx, client, opts, ValidatorAnnounceCall(mailbox))
	if err != nil {
		return hyperlane.Addresses{}, err
	}
	return hyperlane.Addresses{Domain: config.Domain, Outbox: mailbox, Inbox: mailbox, ValidatorAnnounce: announce}, nil
}

// MailboxCall returns the deployment of a Mailbox. Every field of config is required here.
func MailboxCall(config CoreConfig) evm.Call {
	return deployment("Mailbox", contracts.MailboxInitCode(uint32(config.Domain), config.Owner, config.DefaultISM))
}

// ValidatorAnnounceCall returns the deployment of a ValidatorAnnounce for a mailbox.
func ValidatorAnnounceCall(mailbox common.Address) evm.Call {
	return deployment("ValidatorAnnounce", contracts.ValidatorAnnounceInitCode(mailbox))
}

// MerkleTreeHook deploys a tree for a mailbox that has none of its own, that is, an official one.
func MerkleTreeHook(
	ctx context.Context, client *evm.Client, opts *bind.TransactOpts, mailbox common.Address,
) (common.Address, error) {
	return create(ctx, client, opts, MerkleTreeHookCall(mailbox))
}

// MerkleTreeHookCall returns the deployment of a [MerkleTreeHook].
func MerkleTreeHookCall(mailbox common.Address) evm.Call {
	return deployment("MerkleTreeHook", contracts.MerkleTreeHookInitCode(mailbox))
}

// NoopISM deploys the module that accepts everything. A recipient that names it lets any account
// speak for any chain: for tests only.
func NoopISM(ctx context.Context, client *evm.Client, opts *bind.TransactOpts) (common.Address, error) {
	return create(ctx, client, opts, NoopISMCall())
}

// NoopISMCall returns the deployment of a [NoopISM].
func NoopISMCall() evm.Call { return deployment("NoopIsm", contracts.NoopIsmInitCode()) }

// deployment returns the deployment of a contract of package contracts.
func deployment(contract string, initCode []byte) evm.Call {
	return evm.NewDeployment("deploy "+contract, initCode)
}

// create deploys a contract and waits until it is there.
func create(ctx context.Context, client *evm.Client, opts *bind.TransactOpts, call evm.Call) (common.Address, error) {
	if client == nil {
		return common.Address{}, noClient()
	}
	client.Register(hyperlane.Refusals())
	return client.Deploy(ctx, opts, call)
}

func noClient() error {
	return &evm.ConfigError{Field: "client", Have: "nil", Want: "the client of a node, see evm.New"}
}
