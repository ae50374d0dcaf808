package hyperlane

import (
	"context"
	"errors"
	"fmt"
	"math/big"

	bind "github.com/ethereum/go-ethereum/accounts/abi/bind/v2"
	"github.com/ethereum/go-ethereum/common"
	"github.com/ethereum/go-ethereum/core/types"

	"github.com/hyperlane-go/sdk/contracts"
	"github.com/hyperlane-go/sdk/hyperlane/evm"
	"github.com/hyperlane-go/sdk/message"
)

// Inbox processes messages. Get it from [Chain.Inbox].
type Inbox struct{ c *Chain }

// Delivery is a delivered message, as the Inbox recorded it.
type Delivery struct {
	ID          message.ID
	Processor   common.Address // who called process
	BlockNumber uint64
	TxHash      common.Hash // zero where the node has no log of it
}

// Address returns the contract's address.
func (in *Inbox) Address() common.Address { return in.c.addrs.Inbox }

// ProcessCall returns the call that delivers a message, without value. It refuses what every Inbox
// of this chain refuses whatever the metadata: another version ([ErrVersion]), another destination
// ([ErrWrongDestination]) and a recipient that is no address of this chain ([ErrRecipient]).
func (in *Inbox) ProcessCall(metadata []byte, m *message.Message) (evm.Call, error) {
	if err := need("Inbox", in.c.addrs.Inbox); err != nil {
		return evm.Call{}, err
	}
	raw, err := marshal(m)
	if err != nil {
		return evm.Call{}, err
	}
	if m.Destination != in.c.domain {
		return evm.Call{}, fmt.Errorf("%w: its destination is %v, this chain is %v", ErrWrongDestination, m.Destination, in.c.domain)
	}
	if _, err := m.Recipient.EVM(); err != nil {
		return evm.Call{}, fmt.Errorf("%w: %w", ErrRecipient, err)
	}
	return evm.NewCall("Inbox.process", in.c.addrs.Inbox, contracts.Mailbox{}.PackProcess(metadata, raw)), nil
}

// Process delivers a message: it simulates with the real sender, estimates, sends, waits until the
// transaction is mined, and checks the delivery's own log. opts.Value is passed on to the
// recipient; nil is zero.
//
// Refusals are *evm.RevertError, found by simulation before anything is paid:
// [ErrAlreadyDelivered], [ErrISMRefused], [ErrRecipient] and the others of this package, or without
// a class where the recipient's handle reverts in its own words. Where the transaction itself
// reverts (another relayer was faster, say) the error is an *evm.TxError that wraps the refusal,
// and comes with the receipt.
func (in *Inbox) Process(
	ctx context.Context, opts *bind.TransactOpts, metadata []byte, m *message.Message,
) (*types.Receipt, error) {
	if err := evm.CheckOpts(opts); err != nil {
		return nil, err
	}
	call, err := in.ProcessCall(metadata, m)
	if err != nil {
		return nil, err
	}
	if call, err = withValue(call, opts.Value); err != nil {
		return nil, err
	}
	if _, err := in.c.Client.Simulate(ctx, opts.From, call); err != nil {
		return nil, in.Explain(ctx, call, m, err)
	}
	receipt, err := in.c.Send(ctx, opts, call)
	if err != nil {
		return receipt, in.Explain(ctx, call, m, err)
	}
	id := m.ID()
	for _, l := range receipt.Logs {
		if l.Address == in.c.addrs.Inbox && evm.HasTopic(l, topicProcessID) && len(l.Topics) == 2 && l.Topics[1] == common.Hash(id) {
			return receipt, nil
		}
	}
	return receipt, &evm.AnswerError{
		Op: "eth_getTransactionReceipt", Tx: receipt.TxHash,
		What: "ProcessId log of " + id.String(), Have: "missing", Want: "one: the transaction succeeded",
	}
}

// Simulate runs process without sending it. Security modules can look at who processes, so from
// must be the account that will. Nil: process succeeds as of the chain's block.
func (in *Inbox) Simulate(ctx context.Context, from common.Address, metadata []byte, m *message.Message) error {
	call, err := in.ProcessCall(metadata, m)
	if err != nil {
		return err
	}
	if _, err = in.c.SimulateAt(ctx, in.c.at, from, call); err != nil {
		return in.Explain(ctx, call, m, err)
	}
	return nil
}

// EstimateProcess asks how much gas process uses, without any margin. Refusals are as in
// [Inbox.Process].
func (in *Inbox) EstimateProcess(
	ctx context.Context, from common.Address, metadata []byte, m *message.Message,
) (uint64, error) {
	call, err := in.ProcessCall(metadata, m)
	if err != nil {
		return 0, err
	}
	gas, err := in.c.Estimate(ctx, from, call)
	if err != nil {
		return 0, in.Explain(ctx, call, m, err)
	}
	return gas, nil
}

// Explain adds to the failure of a [Inbox.ProcessCall] what the refusal leaves open, by asking the
// chain: an official mailbox reverts without a reason where the recipient or its module has no
// code, a refusal of signatures or metadata comes from the module, and a refusal that no package
// knows can be the module's or the recipient's.
func (in *Inbox) Explain(ctx context.Context, call evm.Call, m *message.Message, err error) error {
	var refused *evm.RevertError
	if !errors.As(err, &refused) {
		return err
	}
	if len(refused.Data) == 0 {
		if why := in.withoutCode(ctx, m); why != nil {
			return fmt.Errorf("%w: %w", why, err)
		}
	}
	switch class := refused.Class; {
	case class == nil:
		if in.handles(ctx, call, m, err) {
			refused.Class = ErrISMRefused
		}
	case errors.Is(class, ErrMetadata), errors.Is(class, ErrSignature):
		refused.Also = ErrISMRefused
	case errors.Is(class, ErrPaused) && in.handles(ctx, call, m, err):
		refused.Also = ErrISMRefused
	}
	return err
}

// handles reports whether the recipient takes the message from the mailbox when no module stands
// before it; then the module refused. It reports false where that cannot be found out, and for a
// transaction that was mined: it can also fail for its gas limit, or for what stood before it in
// its block.
func (in *Inbox) handles(ctx context.Context, process evm.Call, m *message.Message, refusal error) bool {
	recipient, err := m.Recipient.EVM()
	if failed := (*evm.TxError)(nil); err != nil || errors.As(refusal, &failed) {
		return false
	}
	handle := evm.NewCall("handle", recipient, contracts.IMessageRecipient{}.PackHandle(uint32(m.Origin), m.Sender, m.Body))
	_, err = in.c.Client.Simulate(ctx, in.c.addrs.Inbox, handle.WithValue(process.Value))
	return err == nil
}

// withoutCode looks for what is no contract: the recipient, or the module that decides for it. Nil:
// neither, or it cannot be found out.
func (in *Inbox) withoutCode(ctx context.Context, m *message.Message) error {
	recipient, err := m.Recipient.EVM()
	if err != nil {
		return nil //nolint:nilerr // no address, so no code to look for
	}
	if err := in.c.NeedCode(ctx, in.c.at, recipient); errors.Is(err, evm.ErrNoCode) {
		return fmt.Errorf("%w: %v has no code: %w", ErrRecipient, recipient, err)
	}
	module, err := in.RecipientISM(ctx, recipient)
	switch {
	case errors.Is(err, evm.ErrReverted):
		return fmt.Errorf("%w: %v names its security module in a way that cannot be read: %w", ErrRecipient, recipient, err)
	case err != nil:
		return nil //nolint:nilerr // it cannot be found out
	}
	if err := in.c.NeedCode(ctx, in.c.at, module); errors.Is(err, evm.ErrNoCode) {
		return fmt.Errorf("%w: %v has a security module without code: %w", ErrRecipient, recipient, err)
	}
	return nil
}

// Delivered reports whether a message has been processed.
func (in *Inbox) Delivered(ctx context.Context, id message.ID) (bool, error) {
	if err := need("Inbox", in.c.addrs.Inbox); err != nil {
		return false, err
	}
	return evm.Read(ctx, in.c.Client, in.c.at, in.DeliveredQuery(id))
}

// DeliveredQuery returns the query of [Inbox.Delivered], for a batch of many messages.
func (in *Inbox) DeliveredQuery(id message.ID) evm.Query[bool] {
	b := contracts.Mailbox{}
	return evm.Query[bool]{Name: "delivered", To: in.c.addrs.Inbox, Data: b.PackDelivered(id), Decode: b.UnpackDelivered}
}

// Processed reads who delivered a message and in which block, in one round trip where the node
// permits. Nil without an error: not delivered.
func (in *Inbox) Processed(ctx context.Context, id message.ID) (*Delivery, error) {
	if err := need("Inbox", in.c.addrs.Inbox); err != nil {
		return nil, err
	}
	b, to := contracts.Mailbox{}, in.c.addrs.Inbox
	batch := in.c.Batch(in.c.at)
	processedAt := evm.Add(batch, evm.Query[*big.Int]{Name: "processedAt", To: to, Data: b.PackProcessedAt(id), Decode: b.UnpackProcessedAt})
	processor := evm.Add(batch, evm.Query[common.Address]{Name: "processor", To: to, Data: b.PackProcessor(id), Decode: b.UnpackProcessor})
	if err := batch.Run(ctx); err != nil {
		return nil, err
	}
	block, err := processedAt.Get()
	switch {
	case err != nil:
		return nil, err
	case block == nil || !block.IsUint64():
		return nil, &evm.AnswerError{Op: "processedAt", What: "block", Have: fmt.Sprint(block), Want: "a block number"}
	case block.Sign() == 0:
		return nil, nil
	case in.c.at.Number != 0 && block.Uint64() > in.c.at.Number:
		return nil, &evm.AnswerError{
			Op: "processedAt", Block: in.c.at.Number, What: "block", Have: block.String(), Want: "not after the block read at",
		}
	}
	by, err := processor.Get()
	if err != nil {
		return nil, err
	}
	return &Delivery{ID: id, Processor: by, BlockNumber: block.Uint64()}, nil
}

// RecipientISM returns the security module that decides for a recipient: its own, or the default.
func (in *Inbox) RecipientISM(ctx context.Context, recipient common.Address) (common.Address, error) {
	if err := need("Inbox", in.c.addrs.Inbox); err != nil {
		return common.Address{}, err
	}
	b := contracts.Mailbox{}
	return read(ctx, in.c, in.c.addrs.Inbox, "recipientIsm", b.PackRecipientIsm(recipient), b.UnpackRecipientIsm)
}

// DefaultISM returns the module for recipients that name none.
func (in *Inbox) DefaultISM(ctx context.Context) (common.Address, error) {
	if err := need("Inbox", in.c.addrs.Inbox); err != nil {
		return common.Address{}, err
	}
	b := contracts.Mailbox{}
	return read(ctx, in.c, in.c.addrs.Inbox, "defaultIsm", b.PackDefaultIsm(), b.UnpackDefaultIsm)
}
