package hyperlane

import (
	"bytes"
	"context"
	"math/big"

	"github.com/ethereum/go-ethereum"
	bind "github.com/ethereum/go-ethereum/accounts/abi/bind/v2"
	"github.com/ethereum/go-ethereum/common"
	"github.com/ethereum/go-ethereum/core/types"
	"github.com/holiman/uint256"

	"github.com/hyperlane-go/sdk/contracts"
	"github.com/hyperlane-go/sdk/message"
)

// Outbox dispatches messages. Get it from [Chain.Outbox].
type Outbox struct{ c *Chain }

// Dispatch is a message to be sent.
type Dispatch struct {
	Destination message.Domain  // any domain; nothing checks that anybody delivers there
	Recipient   message.Address // a contract with handle(uint32,bytes32,bytes); zero is refused, see WithZeroRecipient
	Body        []byte          // what the recipient is given
	// Metadata is for the hooks, see message.HookMetadata: the required one and the chosen one get the same bytes. Empty:
	// each hook's own defaults.
	Metadata []byte
	Hook     common.Address // zero: the mailbox's default hook
}

// Dispatched is a message that left.
type Dispatched struct {
	Message   message.Message
	ID        message.ID
	LeafIndex uint32 // place in the tree, if InTree; not the nonce in general
	InTree    bool   // false where the hooks of this message do not lead to the tree: validators never sign it
	Receipt   *types.Receipt
}

// RecipientError is a recipient that cannot receive. It matches [ErrRecipient].
type RecipientError struct {
	Recipient message.Address
	Why       string
	Err       error // cause, may be nil
}

func (e *RecipientError) Error() string {
	return "hyperlane: recipient " + e.Recipient.String() + " " + e.Why
}

func (e *RecipientError) Unwrap() []error {
	if e.Err == nil {
		return []error{ErrRecipient}
	}
	return []error{ErrRecipient, e.Err}
}

// Address is the contract's address.
func (o *Outbox) Address() common.Address { return o.c.addrs.Outbox }

// Quote asks what a dispatch costs now, in the chain's native token. Hooks may charge by sender, so from must be
// the account that will dispatch; the answer can also depend on the body and on the nonce.
func (o *Outbox) Quote(ctx context.Context, from common.Address, d Dispatch) (*uint256.Int, error) {
	if err := need("Outbox", o.c.addrs.Outbox); err != nil {
		return nil, err
	}
	b := contracts.Mailbox{}
	fee, err := readAs(ctx, o.c, Head{}, from, o.c.addrs.Outbox, "quoteDispatch", packQuote(d), b.UnpackQuoteDispatch)
	if err != nil {
		return nil, err
	}
	v, overflow := uint256.FromBig(fee)
	if overflow || fee.Sign() < 0 {
		return nil, &AnswerError{Op: "quoteDispatch", What: "fee", Have: fee.String(), Want: "a uint256"}
	}
	return v, nil
}

// Dispatch sends a message, waits until its transaction is mined, and reads the result from the transaction's own logs.
//
// A nil opts.Value is quoted first, with the true sender, and exactly that is paid. Where a value is given it is
// sent as it is; official hooks may keep what is too much. A message to the zero recipient is refused with
// [ErrRecipient]; the destination may be any domain, this one included. Errors after signing are *TxError and carry
// the transaction's hash, since the message may still leave.
func (o *Outbox) Dispatch(ctx context.Context, opts *bind.TransactOpts, d Dispatch) (*Dispatched, error) {
	if err := need("Outbox", o.c.addrs.Outbox); err != nil {
		return nil, err
	}
	if err := checkOpts(opts); err != nil {
		return nil, err
	}
	if d.Recipient.IsZero() && !o.c.opts.zeroRecipient {
		return nil, &RecipientError{
			Recipient: d.Recipient, Why: "is zero: the message would be paid for and lost; set WithZeroRecipient if this is meant",
		}
	}
	value := opts.Value
	if value == nil {
		fee, err := o.Quote(ctx, opts.From, d)
		if err != nil {
			return nil, err
		}
		value = fee.ToBig()
	}
	receipt, err := o.c.send(ctx, opts, o.c.addrs.Outbox, packDispatch(d), new(big.Int).Set(value))
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
	return nil, &AnswerError{
		Op: "eth_getTransactionReceipt", Tx: receipt.TxHash,
		What: "Dispatch log of this message", Have: "missing", Want: "one: the transaction succeeded",
	}
}

// is tells this dispatch from others of the same transaction: a hook may dispatch as well.
func (s *Dispatched) is(from common.Address, d Dispatch) bool {
	m := &s.Message
	return m.Sender == message.FromEVM(from) && m.Destination == d.Destination &&
		m.Recipient == d.Recipient && bytes.Equal(m.Body, d.Body)
}

// EstimateDispatch asks how much gas a dispatch would use, without any margin. Value nil is quoted first.
func (o *Outbox) EstimateDispatch(ctx context.Context, from common.Address, value *uint256.Int, d Dispatch) (uint64, error) {
	if err := need("Outbox", o.c.addrs.Outbox); err != nil {
		return 0, err
	}
	if value == nil {
		fee, err := o.Quote(ctx, from, d)
		if err != nil {
			return 0, err
		}
		value = fee
	}
	return o.c.estimate(ctx, ethereum.CallMsg{From: from, To: &o.c.addrs.Outbox, Value: value.ToBig(), Data: packDispatch(d)})
}

// Nonce is the number of messages dispatched before the block's end, and the nonce of the next.
func (o *Outbox) Nonce(ctx context.Context, at Head) (uint32, error) {
	if err := need("Outbox", o.c.addrs.Outbox); err != nil {
		return 0, err
	}
	b := contracts.Mailbox{}
	return read(ctx, o.c, at, o.c.addrs.Outbox, "nonce()", b.PackNonce(), b.UnpackNonce)
}

// FromReceipt reads every message that a mined transaction dispatched through this Outbox, in order. Leaf indexes
// come from the tree's own events, never from nonces; of a message inserted several times the last place is given.
// A failed transaction has none.
func (o *Outbox) FromReceipt(receipt *types.Receipt) ([]Dispatched, error) {
	if receipt == nil {
		return nil, &ConfigError{Field: "receipt", Have: "nil", Want: "of a mined transaction"}
	}
	if err := checkReceipt(receipt, receipt.TxHash); err != nil {
		return nil, err
	}
	if receipt.Status != types.ReceiptStatusSuccessful {
		return nil, nil
	}
	var outbox, tree []types.Log
	for _, l := range receipt.Logs {
		if l.Address == o.c.addrs.Outbox && hasTopic(l, topicDispatch, topicDispatchID) {
			outbox = append(outbox, *l)
		}
		if l.Address == o.c.addrs.Tree() && hasTopic(l, topicInserted) {
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
