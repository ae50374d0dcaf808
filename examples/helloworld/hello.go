package main

import (
	"context"
	"fmt"

	bind "github.com/ethereum/go-ethereum/accounts/abi/bind/v2"

	"github.com/hyperlane-go/sdk/hyperlane"
	"github.com/hyperlane-go/sdk/hyperlane/relayer"
	"github.com/hyperlane-go/sdk/message"
	"github.com/hyperlane-go/sdk/router"
)

// network is two chains with validators and a relayer at work.
type network struct {
	ends   [2]end
	status func(message.ID) (relayer.Status, error) // reports where a message is
	close  func() error
}

// end is one chain and the account that pays there.
type end struct {
	*hyperlane.Chain
	account *bind.TransactOpts
}

// hello sends a greeting each way and returns when both are delivered.
func hello(ctx context.Context, n *network, view *view) error {
	routers, err := deployRouters(ctx, n)
	if err != nil {
		return err
	}
	greetings := [2]string{"Hello, World!", "Hello yourself!"}
	var sent [2]*hyperlane.Dispatched
	for from, greeting := range greetings {
		if sent[from], err = greet(ctx, n.ends[from], routers[from], n.ends[1-from].Domain(), greeting); err != nil {
			return fmt.Errorf("greeting from %s: %w", n.ends[from].Domain(), err)
		}
		view.dispatched(sent[from], greeting)
	}
	for from := range sent {
		if err := arrive(ctx, n, n.ends[1-from], routers[1-from], sent[from], view); err != nil {
			return err
		}
	}
	for _, s := range sent {
		view.finished(s)
	}
	return nil
}

// deployRouters puts a HelloWorld router on each chain and makes them enroll each other.
func deployRouters(ctx context.Context, n *network) (routers [2]*router.HelloWorld, err error) {
	accounts := map[message.Domain]*bind.TransactOpts{}
	for i, e := range n.ends {
		accounts[e.Domain()] = e.account
		routers[i], err = router.DeployHelloWorld(ctx, e.Client, e.account, e.Addresses().Outbox, e.account.From)
		if err != nil {
			return routers, fmt.Errorf("deploy router on %s: %w", e.Domain(), err)
		}
	}
	mesh, err := router.NewMesh(ctx, routers[0].Router, routers[1].Router)
	if err != nil {
		return routers, err
	}
	diff, err := mesh.Diff(ctx)
	if err != nil {
		return routers, err
	}
	_, err = mesh.Apply(ctx, diff, func(d message.Domain) *bind.TransactOpts { return accounts[d] })
	return routers, err
}

// greet sends a greeting and returns the message that carries it.
func greet(ctx context.Context, from end, r *router.HelloWorld, to message.Domain, text string) (*hyperlane.Dispatched, error) {
	receipt, err := r.Send(ctx, from.account, to, text)
	if err != nil {
		return nil, err
	}
	sent, err := from.Outbox().FromReceipt(receipt)
	if err != nil {
		return nil, err
	}
	if len(sent) != 1 {
		return nil, fmt.Errorf("transaction %s dispatched %d messages, want one", receipt.TxHash, len(sent))
	}
	return &sent[0], nil
}

// arrive waits until a message is delivered, and shows the greeting that the router handled.
func arrive(ctx context.Context, n *network, at end, r *router.HelloWorld, sent *hyperlane.Dispatched, view *view) error {
	delivery, err := at.Inbox().Wait(ctx, sent.ID)
	if err != nil {
		return fmt.Errorf("message %s is not delivered: %w", sent.ID, because(n, sent.ID, err))
	}
	receipt, err := at.Receipt(ctx, delivery.TxHash)
	if err != nil {
		return fmt.Errorf("message %s is delivered, but its receipt cannot be read: %w", sent.ID, err)
	}
	greetings, err := r.Greetings(receipt)
	if err != nil {
		return fmt.Errorf("message %s is delivered, but its greeting cannot be read: %w", sent.ID, err)
	}
	if len(greetings) == 0 {
		return fmt.Errorf("message %s is delivered, but the router handled no greeting", sent.ID)
	}
	view.handled(sent, receipt, r.Address(), greetings[0].Text)
	return nil
}

// because returns the reason that the relayer gives, or else how the waiting ended.
func because(n *network, id message.ID, err error) error {
	if status, unknown := n.status(id); unknown == nil && status.Err != nil {
		return fmt.Errorf("%s: %w", status.Stage, status.Err)
	}
	return err
}
