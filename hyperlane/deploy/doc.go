// Package deploy deploys the protocol's contracts: the core of a chain, security modules, and the
// tree hook of an official mailbox. Each function checks its configuration first, waits until the
// contracts are mined, and reads back what it deployed.
//
//	module, err := deploy.MultisigISM(ctx, client, opts, deploy.MultisigConfig{...})
//	addresses, err := deploy.Core(ctx, client, opts, deploy.CoreConfig{Domain: 1000, DefaultISM: module})
//	chain, err := hyperlane.New(ctx, client, addresses)
package deploy
