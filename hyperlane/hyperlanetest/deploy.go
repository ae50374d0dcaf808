package hyperlanetest

import (
	"context"
	"fmt"

	"github.com/ethereum/go-ethereum"
	"github.com/ethereum/go-ethereum/common"

	"github.com/hyperlane-go/sdk/contracts"
	"github.com/hyperlane-go/sdk/contracts/contractstest"
	"github.com/hyperlane-go/sdk/hyperlane"
)

// Contracts are the addresses of the contracts on a chain.
type Contracts struct {
	Mailbox            common.Address // with WithCore: the Outbox
	MerkleTreeHook     common.Address // zero where the Mailbox is its own tree; only WithCore sets it
	ValidatorAnnounce  common.Address
	MessageIDFactory   common.Address // deploys message id multisig ISMs
	MerkleRootFactory  common.Address // deploys Merkle root multisig ISMs
	MessageIDMultisig  common.Address // of the network's validators
	MerkleRootMultisig common.Address // of the network's validators
	Noop               common.Address // accepts every message
	DefaultISM         common.Address // decides for recipients that choose no ISM
	TestRecipient      common.Address // accepts messages and remembers the last; see Chain.TestRecipient
	MailboxBlock       uint64         // first block that can have events of the Mailbox
}

// deploy deploys the core contracts on a new chain, in two blocks. The factories come first,
// because they compute the addresses of their modules.
func (c *Chain) deploy(ctx context.Context, s settings) error {
	b, err := c.batch(deployer(c.index))
	if err != nil {
		return err
	}
	for _, d := range []struct {
		at   *common.Address
		code []byte
	}{
		{&c.Contracts.MessageIDFactory, contracts.StaticMessageIdMultisigIsmFactoryInitCode()},
		{&c.Contracts.MerkleRootFactory, contracts.StaticMerkleRootMultisigIsmFactoryInitCode()},
		{&c.Contracts.Noop, contracts.NoopIsmInitCode()},
		{&c.Contracts.TestRecipient, contractstest.TestRecipientInitCode()},
	} {
		if *d.at, err = b.create(d.code); err != nil {
			return err
		}
	}
	if err := b.mine(ctx); err != nil {
		return err
	}
	if err := c.deployModules(ctx, b, s); err != nil {
		return err
	}
	if s.core != nil {
		return c.deployOther(ctx, b, s)
	}
	mailbox := contracts.MailboxInitCode(uint32(c.domain), b.from.Address, c.Contracts.DefaultISM)
	if c.Contracts.Mailbox, err = b.create(mailbox); err != nil {
		return err
	}
	if c.Contracts.ValidatorAnnounce, err = b.create(contracts.ValidatorAnnounceInitCode(c.Contracts.Mailbox)); err != nil {
		return err
	}
	c.Contracts.MailboxBlock = c.Height() + 1
	c.addresses = hyperlane.Mailbox(c.Contracts.Mailbox)
	c.addresses.Domain, c.addresses.ValidatorAnnounce = c.domain, c.Contracts.ValidatorAnnounce
	return b.mine(ctx)
}

// deployOther asks the function of WithCore for a core.
func (c *Chain) deployOther(ctx context.Context, b *batch, s settings) (err error) {
	if err := b.mine(ctx); err != nil {
		return err
	}
	c.Contracts.MailboxBlock = c.Height() + 1
	if c.addresses, err = s.core(ctx, c); err != nil {
		return err
	}
	c.addresses.Domain = c.domain
	c.Contracts.Mailbox = c.addresses.Outbox
	c.Contracts.MerkleTreeHook = c.addresses.MerkleTreeHook
	c.Contracts.ValidatorAnnounce = c.addresses.ValidatorAnnounce
	return nil
}

// deployModules adds the modules of the network's validators to the batch, and chooses the default.
func (c *Chain) deployModules(ctx context.Context, b *batch, s settings) error {
	var set []common.Address
	for i := range s.validators {
		set = append(set, ValidatorAccount(i).Address)
	}
	factory := contracts.IStaticMultisigIsmFactory{}
	for _, m := range []struct {
		at      *common.Address
		factory common.Address
	}{
		{&c.Contracts.MessageIDMultisig, c.Contracts.MessageIDFactory},
		{&c.Contracts.MerkleRootMultisig, c.Contracts.MerkleRootFactory},
	} {
		out, err := c.node.Client().CallContract(ctx, ethereum.CallMsg{To: &m.factory, Data: factory.PackGetAddress(set, s.threshold)}, nil)
		if err != nil {
			return err
		}
		if *m.at, err = factory.UnpackGetAddress(out); err != nil {
			return err
		}
		if err := b.add(&m.factory, factory.PackDeploy(set, s.threshold)); err != nil {
			return err
		}
	}
	c.Contracts.DefaultISM = map[ISM]common.Address{
		MessageIDMultisig:  c.Contracts.MessageIDMultisig,
		MerkleRootMultisig: c.Contracts.MerkleRootMultisig,
		Noop:               c.Contracts.Noop,
	}[s.ism]
	return nil
}

// SetDefaultISM makes a module the one that decides for recipients that choose none.
func (c *Chain) SetDefaultISM(ctx context.Context, module common.Address) error {
	b, err := c.batch(deployer(c.index))
	if err != nil {
		return err
	}
	if err := b.add(&c.Contracts.Mailbox, contracts.Mailbox{}.PackSetDefaultIsm(module)); err != nil {
		return err
	}
	if err := b.mine(ctx); err != nil {
		return fmt.Errorf("hyperlanetest: domain %d: default ISM %s: %w", c.domain, module, err)
	}
	c.Contracts.DefaultISM = module
	return nil
}
