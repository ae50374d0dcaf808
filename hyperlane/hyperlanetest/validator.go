package hyperlanetest

import (
	"context"
	"fmt"
	"path/filepath"

	"github.com/hyperlane-go/sdk/contracts"
	"github.com/hyperlane-go/sdk/hyperlane/validator"
	"github.com/hyperlane-go/sdk/ism/checkpoint"
)

// Validator is one validator of one chain. It is the agent of package validator with a link, a
// bucket and a directory of its own. Its location is announced from the start.
type Validator struct {
	*agent[*validator.Validator]
	Account Account
	Chain   *Chain
	Link    *Link    // behind the chain's link
	Storage *Storage // where it publishes
}

// Agent returns the validator as it runs now. [Validator.Restart] makes another.
func (v *Validator) Agent() *validator.Validator {
	current, _ := v.now()
	return current
}

// startValidator makes the i-th validator of a chain.
func (n *Network) startValidator(ctx context.Context, c *Chain, i int) (*Validator, error) {
	v := &Validator{
		Account: ValidatorAccount(i),
		Chain:   c,
		Link:    newLink(c.Link),
		Storage: NewStorage(fmt.Sprintf("s3://hyperlanetest/local/%d/%d", c.domain, i)),
	}
	client, err := c.client(ctx, v.Link, n.settings)
	if err != nil {
		return nil, err
	}
	cfg := validator.Config{
		Chain:    client,
		Signer:   checkpoint.NewKeySigner(v.Account.Key),
		Store:    v.Storage.Open(),
		StateDir: filepath.Join(n.dir, fmt.Sprintf("validator-%d-%d", c.domain, i)),
		Location: v.Storage.Location(),
		Finality: n.settings.finality,
		From:     c.Contracts.MailboxBlock,
		Logger:   n.settings.log,
		Now:      n.Clock.Now,
		Observe:  func(e validator.Event) { n.observe(Event{Validator: &e}) },
	}
	v.agent, err = newAgent(func() (*validator.Validator, error) { return validator.New(cfg) })
	return v, err
}

// announce publishes the locations of the chain's validators, all in one block.
func (c *Chain) announce(ctx context.Context) error {
	b, err := c.batch(deployer(c.index))
	if err != nil {
		return err
	}
	for _, v := range c.Validators {
		location := v.Storage.Location()
		announcement := c.ValidatorAnnounce().Announcement(v.Account.Address, location)
		signed, err := checkpoint.SignAnnouncement(ctx, checkpoint.NewKeySigner(v.Account.Key), announcement)
		if err != nil {
			return err
		}
		data := contracts.ValidatorAnnounce{}.PackAnnounce(v.Account.Address, location, signed.Signature[:])
		if err := b.add(&c.Contracts.ValidatorAnnounce, data); err != nil {
			return err
		}
	}
	return b.mine(ctx)
}
