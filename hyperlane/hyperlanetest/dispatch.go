package hyperlanetest

import (
	"context"
	"fmt"

	"github.com/ethereum/go-ethereum/common"

	"github.com/hyperlane-go/sdk/contracts"
	"github.com/hyperlane-go/sdk/hyperlane"
	"github.com/hyperlane-go/sdk/message"
)

// Recipient returns the test recipient of this chain as messages name it. See
// [Chain.TestRecipient].
func (c *Chain) Recipient() message.Address { return message.FromEVM(c.Contracts.TestRecipient) }

// Dispatch dispatches a message from the first user of this chain to the test recipient of another,
// and waits until it is in a block. Automatic mining makes that block at once.
func (c *Chain) Dispatch(ctx context.Context, to *Chain, body []byte) (*hyperlane.Dispatched, error) {
	if to == nil {
		return nil, noDestination("Dispatch")
	}
	return c.Outbox().Dispatch(ctx, c.Transactor(0), hyperlane.Dispatch{Destination: to.domain, Recipient: to.Recipient(), Body: body})
}

// noDestination is the error of a verb that was given no chain, as [Network.Chain] returns for a
// domain outside the network.
func noDestination(verb string) error {
	return refused("Chain."+verb, "to no chain", "to a chain of the network")
}

// DispatchMany dispatches a message for each body, as [Chain.Dispatch] does, in as few blocks as
// hold them. Its transactions go straight to the node, so no fault of a link applies.
func (c *Chain) DispatchMany(ctx context.Context, to *Chain, bodies ...[]byte) ([]hyperlane.Dispatched, error) {
	if to == nil {
		return nil, noDestination("DispatchMany")
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
