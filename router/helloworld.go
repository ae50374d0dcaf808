package router

import (
	"context"
	"fmt"

	"github.com/ethereum/go-ethereum/accounts/abi/bind/v2"
	"github.com/ethereum/go-ethereum/common"
	"github.com/ethereum/go-ethereum/core/types"
	"github.com/holiman/uint256"

	"github.com/hyperlane-go/sdk/contracts"
	"github.com/hyperlane-go/sdk/message"
)

// HelloWorld is the router that sends greetings and counts them.
type HelloWorld struct {
	*Router
	codec contracts.HelloWorld
}

// Greeting is a greeting that arrived.
type Greeting struct {
	Origin message.Domain
	Sender message.Address // the router on the origin
	Text   string
}

// NewHelloWorld returns the HelloWorld router at an address.
func NewHelloWorld(address common.Address, backend bind.ContractBackend) *HelloWorld {
	return &HelloWorld{Router: New(address, backend)}
}

// DeployHelloWorld deploys a HelloWorld router for a mailbox. The router answers
// once the transaction is mined.
func DeployHelloWorld(ctx context.Context, opts *bind.TransactOpts, backend bind.ContractBackend, mailbox, owner common.Address) (*HelloWorld, *types.Transaction, error) {
	with := *opts
	with.Context = ctx
	address, tx, err := bind.DeployContract(&with, contracts.HelloWorldInitCode(mailbox, owner), backend, nil)
	if err != nil {
		return nil, nil, explain(address, err)
	}
	return NewHelloWorld(address, backend), tx, nil
}

// Quote returns what sending a greeting costs beyond gas, in wei.
func (h *HelloWorld) Quote(ctx context.Context, destination message.Domain, text string) (*uint256.Int, error) {
	fee, err := call(ctx, h.Router, h.codec.PackQuote(uint32(destination), text), h.codec.UnpackQuote)
	if err != nil {
		return nil, err
	}
	value, overflow := uint256.FromBig(fee)
	if overflow {
		return nil, fmt.Errorf("router: quote of %s does not fit 256 bits", h.address)
	}
	return value, nil
}

// Send sends a greeting to the router of another chain. With opts.Value nil the
// quote is paid; of any other value the excess comes back.
func (h *HelloWorld) Send(ctx context.Context, opts *bind.TransactOpts, destination message.Domain, text string) (*types.Transaction, error) {
	with := *opts
	if with.Value == nil {
		fee, err := h.Quote(ctx, destination, text)
		if err != nil {
			return nil, err
		}
		with.Value = fee.ToBig()
	}
	return h.transact(ctx, &with, h.codec.PackSendHelloWorld(uint32(destination), text))
}

// Received returns how many greetings came from a domain.
func (h *HelloWorld) Received(ctx context.Context, origin message.Domain) (*uint256.Int, error) {
	count, err := call(ctx, h.Router, h.codec.PackReceived(uint32(origin)), h.codec.UnpackReceived)
	if err != nil {
		return nil, err
	}
	return uint256.MustFromBig(count), nil // uint256 by its ABI
}

// Greetings returns the greetings that this router handled in a transaction, as
// told by the logs of its receipt.
func (h *HelloWorld) Greetings(receipt *types.Receipt) []Greeting {
	var greetings []Greeting
	for _, log := range receipt.Logs {
		if log.Address != h.address {
			continue
		}
		event, err := h.codec.UnpackReceivedHelloWorldEvent(log)
		if err != nil {
			continue // another event of the same contract
		}
		greetings = append(greetings, Greeting{Origin: message.Domain(event.Origin), Sender: event.Sender, Text: event.Message})
	}
	return greetings
}
