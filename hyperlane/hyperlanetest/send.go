package hyperlanetest

import (
	"context"
	"fmt"

	"github.com/ethereum/go-ethereum/common"

	"github.com/hyperlane-go/sdk/contracts"
	"github.com/hyperlane-go/sdk/hyperlane"
	"github.com/hyperlane-go/sdk/message"
)

// Recipient is where messages to a chain's test recipient go.
func (c *Chain) Recipient() message.Address { return message.FromEVM(c.Contracts.TestRecipient) }

// Send dispatches a message from the first user of this chain to the test recipient of another, and returns once it is in a
// block: with automatic mining at once.
func (c *Chain) Send(ctx context.Context, to *Chain, body []byte) (*hyperlane.Dispatched, error) {
	if to == nil {
		return nil, noDestination("Send")
	}
	return c.Outbox().Dispatch(ctx, c.Transactor(0), hyperlane.Dispatch{Destination: to.domain, Recipient: to.Recipient(), Body: body})
}

// noDestination is what a verb says that was given no chain to send to, as [Network.Chain] returns for a foreign domain.
func noDestination(verb string) error {
	return &OptionError{Option: verb, Have: "no chain", Want: "a chain of the network to send to"}
}

// ISM returns the module that judges messages to a recipient on this chain.
func (c *Chain) ISM(ctx context.Context, recipient common.Address) (common.Address, error) {
	return c.Inbox().RecipientISM(ctx, recipient)
}

// SendMany dispatches a message for each body, as [Chain.Send] does, in as few blocks as hold them.
func (c *Chain) SendMany(ctx context.Context, to *Chain, bodies ...[]byte) ([]hyperlane.Dispatched, error) {
	if to == nil {
		return nil, noDestination("SendMany")
	}
	b, err := c.batch(User(0))
	if err != nil {
		return nil, err
	}
	mailbox := contracts.Mailbox{}
	for _, body := range bodies {
		b.gas = 500_000 + 64*uint64(len(body)) // more than a dispatch into our tree takes
		data := mailbox.PackDispatchWithHook(uint32(to.domain), to.Recipient(), body, nil, common.Address{})
		if err := b.add(&c.Contracts.Mailbox, data); err != nil {
			return nil, err
		}
	}
	receipts, err := b.send(ctx)
	if err != nil {
		return nil, fmt.Errorf("hyperlanetest: domain %d: %w", c.domain, err)
	}
	var all []hyperlane.Dispatched
	for _, receipt := range receipts {
		sent, err := c.Outbox().FromReceipt(receipt)
		if err != nil {
			return nil, err
		}
		all = append(all, sent...)
	}
	return all, nil
}
