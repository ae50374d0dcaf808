package main

import (
	"context"

	"github.com/hyperlane-go/sdk/hyperlane/hyperlanetest"
)

// local starts two chains in this process, and validators and relayer in the background.
func local(ctx context.Context, view *view) (*network, error) {
	n, err := hyperlanetest.Start(ctx, 2, hyperlanetest.WithValidators(3, 2), hyperlanetest.WithObserver(func(e hyperlanetest.Event) {
		if e.Validator != nil {
			view.validator(*e.Validator)
		}
		if e.Relayer != nil {
			view.relayer(*e.Relayer)
		}
	}))
	if err != nil {
		return nil, err
	}
	n.Background(ctx)
	started := &network{status: n.Relayer.Status, close: n.Close}
	for i, c := range n.Chains {
		started.ends[i] = end{Chain: c.Chain, account: c.Transactor(0)}
		view.ready(started.ends[i])
	}
	return started, nil
}
