package hyperlane

import (
	"bytes"
	"context"
	"fmt"
	"math/big"

	bind "github.com/ethereum/go-ethereum/accounts/abi/bind/v2"
	"github.com/ethereum/go-ethereum/common"
	"github.com/ethereum/go-ethereum/core/types"
	"github.com/holiman/uint256"

	"github.com/hyperlane-go/sdk/contracts"
	"github.com/hyperlane-go/sdk/hyperlane/evm"
	"github.com/hyperlane-go/sdk/message"
)

// Outbox dispatches messages. Get it from [Chain.Outbox].
type Outbox struct{ c *Chain }

// Dispatch is a message to be sent.
type Dispatch struct {
	Destination message.Domain  // any domain; nothing checks that a relayer delivers there
	Recipient   message.Address // a contract with handle(uint32,bytes32,bytes)
	Body        []byte          // what the recipient is given
	// Metadata is for the hooks, see message.HookMetadata: the required one and the chosen one get
	// the same bytes. Empty leaves each hook its own defaults.
	Metadata []byte
	Hook     common.Address // zero is the mailbox's default hook
	// AllowZeroRecipient permits the zero recipient, which is refused otherwise: contracts check
	// nothing about a recipient, and a message to zero is paid for and lost.
	AllowZeroRecipient bool
}

// Dispatched is a message that left.
type Dispatched struct {
	Message   message.Message
	ID        message.ID
	LeafIndex uint32 // index in the tree, if InTree; not the nonce in general
	InTree    bool   // false where the hooks of this message do not lead to the tree: validators then never sign it
	Receipt   *types.Receipt
}

// Address returns the contract's address.
func (o *Outbox) Address() common.Address { return o.c.addrs.Outbox }

// Quote asks what a dispatch costs, in the chain's native token. Hooks can charge by sender, so
// from must be the account that will dispatch; the answer can also depend on the body and on the
// nonce.
func (o *Outbox) Quote(ctx context.Context, from common.Address, d Dispatch) (*uint256.Int, error) {
	if err := need("Outbox", o.c.addrs.Outbox); err != nil {
		return nil, err
	}
	b := contracts.Mailbox{}
	fee, err := evm.Read(ctx, o.c.Client, o.c.at, evm.Query[*big.Int]{
		Name: "quoteDispatch", From: from, To: o.c.addrs.Outbox, Data: packQuote(d), Decode: b.UnpackQuoteDispatch,
	})
	if err != nil {
		return nil, err
	}
	v, overflow := uint256.FromBig(fee)
	if overflow || fee.Sign() < 0 {
		return nil, &evm.AnswerError{Op: "quoteDispatch", What: "fee", Have: fee.String(), Want: "a uint256"}
	}
	return v, nil
}

// DispatchCall returns the call that dispatches a message, without value: add what [Outbox.Quote]
// says. It refuses the zero recipient with [ErrRecipient], unless the Dispatch permits it.
func (o *Outbox) DispatchCall(d Dispatch) (evm.Call, error) {
	if err := need("Outbox", o.c.addrs.Outbox); err != nil {
		return evm.Call{}, err
	}
	if d.Recipient.IsZero() && !d.AllowZeroRecipient {
		return evm.Call{}, fmt.Errorf("%w: the recipient is zero: the message would be paid for and lost; "+
			"set AllowZeroRecipient if this is meant", ErrRecipient)
	}
	return evm.NewCall("Outbox.dispatch", o.c.addrs.Outbox, packDispatch(d)), nil
}

// Dispatch sends a message, waits until its transaction is mined, and reads the result from the
// transaction's own logs.
//
// Where opts.Value is nil, Dispatch asks for the quote of this sender and pays exactly that. A
// value that is given is sent as it is; official hooks can keep what is too much. The destination
// can be any domain, this one included. Errors after signing are *evm.TxError and carry the
// transaction's hash, since the message can still leave.
func (o *Outbox) Dispatch(ctx context.Context, opts *bind.TransactOpts, d Dispatch) (*Dispatched, error) {
	if err := evm.CheckOpts(opts); err != nil {
		return nil, err
	}
	call, err := o.priced(ctx, opts.From, opts.Value, d)
	if err != nil {
		return nil, err
	}
	receipt, err := o.c.Send(ctx, opts, call)
	if err != nil {
		return nil, err
	}
	sent, err := o.FromReceipt(receipt)
	if err != nil {
		return nil, err
	}
	for i := range sent {
		if sent[i].is(opts.From, d) {
			return &sent[i], nil
		}
	}
	return nil, &evm.AnswerError{
		Op: "eth_getTransactionReceipt", Tx: receipt.TxHash,
		What: "Dispatch log of this message", Have: "missing", Want: "one: the transaction succeeded",
	}
}

// priced returns the call of a dispatch with its value, which is quoted where it is nil.
func (o *Outbox) priced(ctx context.Context, from common.Address, value *big.Int, d Dispatch) (evm.Call, error) {
	call, err := o.DispatchCall(d)
	if err != nil {
		return evm.Call{}, err
	}
	if value == nil {
		fee, err := o.Quote(ctx, from, d)
		return call.WithValue(fee), err
	}
	return withValue(call, value)
}

// withValue adds what a caller's bind.TransactOpts say; nil is zero.
func withValue(call evm.Call, value *big.Int) (evm.Call, error) {
	if value == nil {
		return call, nil
	}
	v, overflow := uint256.FromBig(value)
	if overflow || value.Sign() < 0 {
		return evm.Call{}, &evm.ConfigError{Field: "TransactOpts.Value", Have: value.String(), Want: "a uint256"}
	}
	return call.WithValue(v), nil
}

// is distinguishes this dispatch from others of the same transaction: a hook can dispatch as well.
func (s *Dispatched) is(from common.Address, d Dispatch) bool {
	m := &s.Message
	return m.Sender == message.FromEVM(from) && m.Destination == d.Destination &&
		m.Recipient == d.Recipient && bytes.Equal(m.Body, d.Body)
}

// EstimateDispatch asks how much gas a dispatch uses, without any margin. A nil value is quoted
// first.
func (o *Outbox) EstimateDispatch(ctx context.Context, from common.Address, value *uint256.Int, d Dispatch) (uint64, error) {
	var wei *big.Int
	if value != nil {
		wei = value.ToBig()
	}
	call, err := o.priced(ctx, from, wei, d)
	if err != nil {
		return 0, err
	}
	return o.c.Estimate(ctx, from, call)
}

// Nonce returns the number of messages dispatched, which is the nonce of the next.
func (o *Outbox) Nonce(ctx context.Context) (uint32, error) {
	if err := need("Outbox", o.c.addrs.Outbox); err != nil {
		return 0, err
	}
	return evm.Read(ctx, o.c.Client, o.c.at, o.NonceQuery())
}

// NonceQuery returns the query of [Outbox.Nonce], for a batch.
func (o *Outbox) NonceQuery() evm.Query[uint32] {
	b := contracts.Mailbox{}
	return evm.Query[uint32]{Name: "nonce()", To: o.c.addrs.Outbox, Data: b.PackNonce(), Decode: b.UnpackNonce}
}

// FromReceipt reads every message that a mined transaction dispatched through this Outbox, in
// order. Leaf indexes come from the tree's own events, never from nonces; of a message inserted
// several times the last one is given. A failed transaction has no messages.
func (o *Outbox) FromReceipt(receipt *types.Receipt) ([]Dispatched, error) {
	if receipt == nil {
		return nil, &evm.ConfigError{Field: "receipt", Have: "nil", Want: "of a mined transaction"}
	}
	if err := evm.CheckReceipt(receipt, receipt.TxHash); err != nil {
		return nil, err
	}
	if receipt.Status != types.ReceiptStatusSuccessful {
		return nil, nil
	}
	var outbox, tree []types.Log
	for _, l := range receipt.Logs {
		if l.Address == o.c.addrs.Outbox && evm.HasTopic(l, topicDispatch, topicDispatchID) {
			outbox = append(outbox, *l)
		}
		if l.Address == o.c.addrs.Tree() && evm.HasTopic(l, topicInserted) {
			tree = append(tree, *l)
		}
	}
	dispatches, err := decodeDispatches(o.c.domain)(outbox)
	if err != nil {
		return nil, err
	}
	insertions, err := decodeInsertions(tree)
	if err != nil {
		return nil, err
	}
	places := make(map[message.ID]uint32, len(insertions))
	for _, in := range insertions {
		places[in.ID] = in.Index
	}
	sent := make([]Dispatched, len(dispatches))
	for i, d := range dispatches {
		index, inTree := places[d.ID]
		sent[i] = Dispatched{Message: d.Message, ID: d.ID, LeafIndex: index, InTree: inTree, Receipt: receipt}
	}
	return sent, nil
}
