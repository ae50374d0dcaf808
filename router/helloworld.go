package router

import (
	"context"
	"math/big"

	bind "github.com/ethereum/go-ethereum/accounts/abi/bind/v2"
	"github.com/ethereum/go-ethereum/common"
	"github.com/ethereum/go-ethereum/core/types"
	"github.com/ethereum/go-ethereum/crypto"
	"github.com/holiman/uint256"

	"github.com/hyperlane-go/sdk/contracts"
	"github.com/hyperlane-go/sdk/hyperlane/evm"
	"github.com/hyperlane-go/sdk/message"
)

// helloCodec packs and unpacks what HelloWorld has beyond a router.
var helloCodec = contracts.HelloWorld{}

// topicReceived is the first topic of the event of a greeting that arrived.
var topicReceived = crypto.Keccak256Hash([]byte("ReceivedHelloWorld(uint32,uint32,bytes32,string)"))

// HelloWorld is the router that sends greetings and counts them. The body of its messages is the
// greeting.
type HelloWorld struct {
	*Router
}

// Greeting is a greeting that arrived.
type Greeting struct {
	Origin message.Domain
	Sender message.Address // the router on the origin
	Text   string
}

// NewHelloWorld returns the HelloWorld router at an address. See [New].
func NewHelloWorld(client *evm.Client, address common.Address) (*HelloWorld, error) {
	r, err := New(client, address)
	if err != nil {
		return nil, err
	}
	return &HelloWorld{Router: r}, nil
}

// At returns the same router with every read made as of one block. See [Router.At].
func (h *HelloWorld) At(head evm.Head) *HelloWorld { return &HelloWorld{Router: h.Router.At(head)} }

// DeployHelloWorldCall returns the deployment of a HelloWorld router for a mailbox.
func DeployHelloWorldCall(mailbox, owner common.Address) evm.Call {
	return evm.NewDeployment("deploy HelloWorld", contracts.HelloWorldInitCode(mailbox, owner))
}

// DeployHelloWorld deploys a HelloWorld router for a mailbox and waits until it is mined. The zero
// owner is the deploying account. The error is of class evm.ErrNoCode where the mailbox is no
// contract.
func DeployHelloWorld(
	ctx context.Context, client *evm.Client, opts *bind.TransactOpts, mailbox, owner common.Address,
) (*HelloWorld, error) {
	if client == nil {
		return nil, noClient()
	}
	if err := checkOpts(opts); err != nil {
		return nil, err
	}
	if owner == (common.Address{}) {
		owner = opts.From
	}
	client.Register(Refusals())
	address, err := client.Deploy(ctx, opts, DeployHelloWorldCall(mailbox, owner))
	if err != nil {
		return nil, err
	}
	return NewHelloWorld(client, address)
}

// Quote returns what a greeting costs beyond gas, in the chain's smallest unit. Hooks can charge by
// the account that gets the refund, so from is the account that will send.
func (h *HelloWorld) Quote(
	ctx context.Context, from common.Address, destination message.Domain, text string,
) (*uint256.Int, error) {
	return evm.Read(ctx, h.client, h.at, h.QuoteQuery(from, destination, text))
}

// QuoteQuery returns the query of [HelloWorld.Quote], for a batch.
func (h *HelloWorld) QuoteQuery(from common.Address, destination message.Domain, text string) evm.Query[*uint256.Int] {
	q := query(h.Router, "quote", helloCodec.PackQuote(uint32(destination), text), amount(helloCodec.UnpackQuote))
	q.From = from
	return q
}

// amount decodes a uint256.
func amount(decode func([]byte) (*big.Int, error)) func([]byte) (*uint256.Int, error) {
	return func(out []byte) (*uint256.Int, error) {
		v, err := decode(out)
		if err != nil {
			return nil, err
		}
		return uint256.MustFromBig(v), nil // 256 bits by its ABI
	}
}

// SendCall returns the call that sends a greeting to the router of another chain, without value:
// add what [HelloWorld.Quote] says.
func (h *HelloWorld) SendCall(destination message.Domain, text string) evm.Call {
	return evm.NewCall("HelloWorld.sendHelloWorld", h.address, helloCodec.PackSendHelloWorld(uint32(destination), text))
}

// Send sends a greeting to the router of another chain and waits until it is mined. The receipt
// holds the message that was dispatched: hyperlane.Outbox.FromReceipt reads it.
//
// Where opts.Value is nil, Send asks for the quote and pays it. The router returns what a given
// value has in excess. The error is of class [ErrNotEnrolled] where no router is enrolled for the
// destination.
func (h *HelloWorld) Send(
	ctx context.Context, opts *bind.TransactOpts, destination message.Domain, text string,
) (*types.Receipt, error) {
	if err := evm.CheckOpts(opts); err != nil {
		return nil, err
	}
	value, err := h.value(ctx, opts, destination, text)
	if err != nil {
		return nil, err
	}
	return h.sendValue(ctx, opts, h.SendCall(destination, text).WithValue(value))
}

// value returns what to pay for a greeting: what opts say, or the quote of now.
func (h *HelloWorld) value(
	ctx context.Context, opts *bind.TransactOpts, destination message.Domain, text string,
) (*uint256.Int, error) {
	if opts.Value == nil {
		return h.At(evm.Head{}).Quote(ctx, opts.From, destination, text)
	}
	value, overflow := uint256.FromBig(opts.Value)
	if overflow || opts.Value.Sign() < 0 {
		return nil, &evm.ConfigError{Field: "TransactOpts.Value", Have: opts.Value.String(), Want: "a uint256"}
	}
	return value, nil
}

// Received returns how many greetings came from a domain.
func (h *HelloWorld) Received(ctx context.Context, origin message.Domain) (*uint256.Int, error) {
	return evm.Read(ctx, h.client, h.at, h.ReceivedQuery(origin))
}

// ReceivedQuery returns the query of [HelloWorld.Received], for a batch.
func (h *HelloWorld) ReceivedQuery(origin message.Domain) evm.Query[*uint256.Int] {
	return query(h.Router, "received", helloCodec.PackReceived(uint32(origin)), amount(helloCodec.UnpackReceived))
}

// Greetings returns the greetings that this router handled in a mined transaction, in order, as the
// logs of its receipt say. A failed transaction has none.
func (h *HelloWorld) Greetings(receipt *types.Receipt) ([]Greeting, error) {
	if receipt == nil {
		return nil, &evm.ConfigError{Field: "receipt", Have: "nil", Want: "of a mined transaction"}
	}
	if err := evm.CheckReceipt(receipt, receipt.TxHash); err != nil {
		return nil, err
	}
	if receipt.Status != types.ReceiptStatusSuccessful {
		return nil, nil
	}
	var greetings []Greeting
	for _, log := range receipt.Logs {
		if log.Address != h.address || !evm.HasTopic(log, topicReceived) {
			continue
		}
		event, err := helloCodec.UnpackReceivedHelloWorldEvent(log)
		if err != nil {
			return nil, evm.BadLog(log, "ReceivedHelloWorld", evm.TopicText(log), "what the ABI says: "+err.Error())
		}
		greetings = append(greetings, Greeting{Origin: message.Domain(event.Origin), Sender: event.Sender, Text: event.Message})
	}
	return greetings, nil
}
