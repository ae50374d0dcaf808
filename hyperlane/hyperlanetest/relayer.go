package hyperlanetest

import (
	"context"
	"fmt"
	"path/filepath"

	"github.com/hyperlane-go/sdk/hyperlane/relayer"
	"github.com/hyperlane-go/sdk/hyperlane/storage"
	"github.com/hyperlane-go/sdk/message"
)

// Relayer delivers messages between all chains of a network. It is the agent of package relayer
// with links of its own.
type Relayer struct {
	*agent[*relayer.Relayer]
	Account Account                  // pays for deliveries on every chain
	Links   map[message.Domain]*Link // behind the links of the chains
}

// Agent returns the relayer as it runs now. [Relayer.Restart] makes another.
func (r *Relayer) Agent() *relayer.Relayer {
	current, _ := r.now()
	return current
}

// Status returns where a message is, and why it is not delivered. See package relayer.
func (r *Relayer) Status(id message.ID) (relayer.Status, error) { return r.Agent().Status(id) }

// startRelayer makes the relayer.
func (n *Network) startRelayer(ctx context.Context) (*Relayer, error) {
	r := &Relayer{Account: relayerAccount, Links: map[message.Domain]*Link{}}
	cfg := relayer.Config{
		StateDir:  filepath.Join(n.dir, "relayer"),
		OpenStore: n.OpenStore,
		Logger:    n.settings.log,
		Now:       n.Clock.Now,
		Observe:   func(e relayer.Event) { n.observe(Event{Relayer: &e}) },
	}
	for _, c := range n.Chains {
		link := newLink(c.Link)
		client, err := c.client(ctx, link, n.settings)
		if err != nil {
			return nil, err
		}
		r.Links[c.domain] = link
		finality := n.settings.finality
		cfg.Chains = append(cfg.Chains, relayer.Chain{
			Client:     client,
			Transactor: c.TransactorOf(relayerAccount),
			Finality:   &finality,
			From:       c.Contracts.MailboxBlock,
		})
	}
	for _, change := range n.settings.relayer {
		change(&cfg)
	}
	var err error
	r.agent, err = newAgent(func() (*relayer.Relayer, error) { return relayer.New(cfg) })
	return r, err
}

// OpenStore opens, for reading, the storage of the validator of this network that announced a
// location. It fits relayer.Config.OpenStore, for a relayer of the test's own.
func (n *Network) OpenStore(_ context.Context, location string) (*storage.Store, error) {
	for _, c := range n.Chains {
		for _, v := range c.Validators {
			if v.Storage.Location() == location {
				return v.Storage.Open(storage.WithReadOnly()), nil
			}
		}
	}
	return nil, fmt.Errorf("hyperlanetest: no validator of this network publishes at %q", location)
}
