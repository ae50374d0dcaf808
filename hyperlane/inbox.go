package hyperlane

import (
	"context"
	"errors"
	"math/big"

	"github.com/ethereum/go-ethereum"
	bind "github.com/ethereum/go-ethereum/accounts/abi/bind/v2"
	"github.com/ethereum/go-ethereum/common"
	"github.com/ethereum/go-ethereum/core/types"

	"github.com/hyperlane-go/sdk/contracts"
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

// Address is the contract's address.
func (in *Inbox) Address() common.Address { return in.c.addrs.Inbox }

// Process delivers a message: it simulates with the real sender, estimates, sends, waits until the transaction is
// mined and checks the delivery's own log. opts.Value is passed on to the recipient; nil is zero.
//
// Refusals are *RevertError, found by simulation before anything is paid: [ErrAlreadyDelivered], [ErrISMRefused],
// [ErrRecipient] and the others of revert.go, or without a class where the recipient's handle reverts in its own
// words. If the transaction itself reverts (another relayer was faster, say) the error is a *TxError that wraps the
// refusal, and the receipt is returned with it.
func (in *Inbox) Process(
	ctx context.Context, opts *bind.TransactOpts, metadata []byte, m *message.Message,
) (*types.Receipt, error) {
	if err := checkOpts(opts); err != nil {
		return nil, err
	}
	value := new(big.Int)
	if opts.Value != nil {
		value.Set(opts.Value)
	}
	msg, err := in.processCall(opts.From, value, metadata, m)
	if err != nil {
		return nil, err
	}
	if _, err := in.c.call(ctx, Head{}, msg); err != nil {
		return nil, in.explain(ctx, value, m, in.c.broke(ctx, opts.From, value, err))
	}
	receipt, err := in.c.send(ctx, opts, in.c.addrs.Inbox, msg.Data, value)
	if err != nil {
		return receipt, in.explain(ctx, value, m, err)
	}
	id := m.ID()
	for _, l := range receipt.Logs {
		if l.Address == in.c.addrs.Inbox && hasTopic(l, topicProcessID) && len(l.Topics) == 2 && l.Topics[1] == common.Hash(id) {
			return receipt, nil
		}
	}
	return receipt, &AnswerError{
		Op: "eth_getTransactionReceipt", Tx: receipt.TxHash,
		What: "ProcessId log of " + id.String(), Have: "missing", Want: "one: the transaction succeeded",
	}
}

// Simulate runs process without sending it. Security modules may look at who processes, so from must be the account
// that will. Nil: process would succeed now.
func (in *Inbox) Simulate(ctx context.Context, from common.Address, metadata []byte, m *message.Message) error {
	msg, err := in.processCall(from, nil, metadata, m)
	if err != nil {
		return err
	}
	if _, err = in.c.call(ctx, Head{}, msg); err != nil {
		return in.explain(ctx, nil, m, err)
	}
	return nil
}

// EstimateProcess asks how much gas process would use, without any margin. Refusals are as in [Inbox.Process].
func (in *Inbox) EstimateProcess(
	ctx context.Context, from common.Address, metadata []byte, m *message.Message,
) (uint64, error) {
	msg, err := in.processCall(from, nil, metadata, m)
	if err != nil {
		return 0, err
	}
	gas, err := in.c.estimate(ctx, msg)
	if err != nil {
		return 0, in.explain(ctx, nil, m, err)
	}
	return gas, nil
}

// processCall refuses what can be known to fail without asking anybody.
func (in *Inbox) processCall(
	from common.Address, value *big.Int, metadata []byte, m *message.Message,
) (ethereum.CallMsg, error) {
	if err := need("Inbox", in.c.addrs.Inbox); err != nil {
		return ethereum.CallMsg{}, err
	}
	if m == nil {
		return ethereum.CallMsg{}, &ConfigError{Field: "message", Have: "nil", Want: "the message to deliver"}
	}
	raw, err := m.MarshalBinary()
	if err != nil {
		return ethereum.CallMsg{}, &MessageError{Class: ErrVersion, Err: err}
	}
	if m.Destination != in.c.domain {
		return ethereum.CallMsg{}, &MessageError{Class: ErrWrongDestination, Have: m.Destination, Want: in.c.domain}
	}
	if _, err := m.Recipient.EVM(); err != nil {
		return ethereum.CallMsg{}, &RecipientError{Recipient: m.Recipient, Why: "is no address of this chain", Err: err}
	}
	input := contracts.Mailbox{}.PackProcess(metadata, raw)
	return ethereum.CallMsg{From: from, To: &in.c.addrs.Inbox, Value: value, Data: input}, nil
}

// explain adds what a refusal leaves open: an official mailbox reverts without a word where the recipient or its
// module has no code, a complaint about signatures or metadata comes from the module, and words that nobody here
// knows may be the module's or the recipient's.
func (in *Inbox) explain(ctx context.Context, value *big.Int, m *message.Message, err error) error {
	var refused *RevertError
	if !errors.As(err, &refused) {
		return err
	}
	if len(refused.Data) == 0 {
		if why := in.withoutCode(ctx, m); why != nil {
			why.Err = errors.Join(why.Err, err)
			return why
		}
	}
	switch refused.Class {
	case ErrMetadata, ErrSignature:
		refused.also = ErrISMRefused
	case nil:
		if in.handles(ctx, value, m, err) {
			refused.Class = ErrISMRefused
		}
	case ErrPaused:
		if in.handles(ctx, value, m, err) {
			refused.also = ErrISMRefused
		}
	}
	return err
}

// handles says whether the recipient takes a message from the mailbox when no module stands before it; then a
// refusal of the whole was the module's. False where that cannot be found out, and for a transaction that was
// mined: it can also fail for its gas limit, or for what stood before it in its block.
func (in *Inbox) handles(ctx context.Context, value *big.Int, m *message.Message, refusal error) bool {
	recipient, err := m.Recipient.EVM()
	if failed := (*TxError)(nil); err != nil || errors.As(refusal, &failed) {
		return false
	}
	handle := contracts.IMessageRecipient{}.PackHandle(uint32(m.Origin), m.Sender, m.Body)
	_, err = in.c.call(ctx, Head{}, ethereum.CallMsg{From: in.c.addrs.Inbox, To: &recipient, Value: value, Data: handle})
	return err == nil
}

// withoutCode looks for what is no contract: the recipient, or the module that decides for it. Nil: neither, or not
// to be found out.
func (in *Inbox) withoutCode(ctx context.Context, m *message.Message) *RecipientError {
	recipient, err := m.Recipient.EVM()
	if err != nil {
		return nil
	}
	if err := in.c.needCode(ctx, Head{}, recipient); errors.Is(err, ErrNoCode) {
		return &RecipientError{Recipient: m.Recipient, Why: "has no code", Err: err}
	}
	module, err := in.RecipientISM(ctx, recipient)
	switch {
	case errors.Is(err, ErrReverted):
		return &RecipientError{Recipient: m.Recipient, Why: "names its security module in a way that cannot be read", Err: err}
	case err != nil:
		return nil
	}
	if err := in.c.needCode(ctx, Head{}, module); errors.Is(err, ErrNoCode) {
		return &RecipientError{Recipient: m.Recipient, Why: "has a security module without code", Err: err}
	}
	return nil
}

// MessageError is a message that this chain's Inbox would refuse whatever the metadata. It matches Class:
// [ErrVersion] or [ErrWrongDestination].
type MessageError struct {
	Class      error
	Have, Want message.Domain // destination of the message and domain of the chain
	Err        error
}

func (e *MessageError) Error() string {
	if e.Err != nil {
		return e.Class.Error() + ": " + e.Err.Error()
	}
	return e.Class.Error() + ": destination is " + e.Have.String() + ", this chain is " + e.Want.String()
}

func (e *MessageError) Unwrap() []error {
	if e.Err == nil {
		return []error{e.Class}
	}
	return []error{e.Class, e.Err}
}

// Delivered says whether a message has been processed, as of the latest block.
func (in *Inbox) Delivered(ctx context.Context, id message.ID) (bool, error) {
	return in.DeliveredAt(ctx, Head{}, id)
}

// DeliveredAt says whether a message has been processed, as of a block.
func (in *Inbox) DeliveredAt(ctx context.Context, at Head, id message.ID) (bool, error) {
	if err := need("Inbox", in.c.addrs.Inbox); err != nil {
		return false, err
	}
	b := contracts.Mailbox{}
	return read(ctx, in.c, at, in.c.addrs.Inbox, "delivered", b.PackDelivered(id), b.UnpackDelivered)
}

// Processed reads who delivered a message and in which block, as of a block. Nil without an error: not delivered.
func (in *Inbox) Processed(ctx context.Context, at Head, id message.ID) (*Delivery, error) {
	if err := need("Inbox", in.c.addrs.Inbox); err != nil {
		return nil, err
	}
	b := contracts.Mailbox{}
	block, err := read(ctx, in.c, at, in.c.addrs.Inbox, "processedAt", b.PackProcessedAt(id), b.UnpackProcessedAt)
	if err != nil {
		return nil, err
	}
	switch {
	case block == nil || !block.IsUint64():
		return nil, &AnswerError{Op: "processedAt", What: "block", Have: bigText(block), Want: "a block number"}
	case block.Sign() == 0:
		return nil, nil
	case at.Number != 0 && block.Uint64() > at.Number:
		return nil, &AnswerError{
			Op: "processedAt", Block: at.Number, What: "block", Have: block.String(), Want: "not after the block read at",
		}
	}
	processor, err := read(ctx, in.c, at, in.c.addrs.Inbox, "processor", b.PackProcessor(id), b.UnpackProcessor)
	if err != nil {
		return nil, err
	}
	return &Delivery{ID: id, Processor: processor, BlockNumber: block.Uint64()}, nil
}

// RecipientISM is the security module that decides for a recipient: its own, or the default.
func (in *Inbox) RecipientISM(ctx context.Context, recipient common.Address) (common.Address, error) {
	if err := need("Inbox", in.c.addrs.Inbox); err != nil {
		return common.Address{}, err
	}
	b := contracts.Mailbox{}
	return read(ctx, in.c, Head{}, in.c.addrs.Inbox, "recipientIsm", b.PackRecipientIsm(recipient), b.UnpackRecipientIsm)
}

// DefaultISM is the module for recipients that name none.
func (in *Inbox) DefaultISM(ctx context.Context) (common.Address, error) {
	if err := need("Inbox", in.c.addrs.Inbox); err != nil {
		return common.Address{}, err
	}
	b := contracts.Mailbox{}
	return read(ctx, in.c, Head{}, in.c.addrs.Inbox, "defaultIsm", b.PackDefaultIsm(), b.UnpackDefaultIsm)
}
