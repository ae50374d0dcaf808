package main

import (
	"context"
	"crypto/ecdsa"
	"errors"
	"fmt"
	"math"
	"math/big"
	"strings"

	bind "github.com/ethereum/go-ethereum/accounts/abi/bind/v2"
	"github.com/ethereum/go-ethereum/common"
	"github.com/ethereum/go-ethereum/crypto"

	"github.com/hyperlane-go/sdk/hyperlane"
	"github.com/hyperlane-go/sdk/hyperlane/deploy"
	"github.com/hyperlane-go/sdk/hyperlane/evm"
	"github.com/hyperlane-go/sdk/ism"
	"github.com/hyperlane-go/sdk/message"
)

// nodes deploys the contracts to two running nodes, and starts validators and relayer for them in
// this process.
func nodes(ctx context.Context, cfg config, view *view) (_ *network, err error) {
	payer, err := crypto.HexToECDSA(strings.TrimPrefix(cfg.key, "0x"))
	if err != nil {
		return nil, errors.New("the key is not a private key of 64 hexadecimal digits") // SECURITY: without the key itself
	}
	var chains [2]*node
	for i, url := range []string{cfg.origin, cfg.destination} {
		if chains[i], err = connect(ctx, url, payer); err != nil {
			return nil, err
		}
		defer func() {
			if err != nil {
				chains[i].client.Close()
			}
		}()
	}
	if chains[0].id.Cmp(chains[1].id) == 0 {
		return nil, fmt.Errorf("both nodes are on chain %s: start one of them with another chain id, which becomes its domain", chains[0].id)
	}
	crew, err := newCrew(cfg.finality, view)
	if err != nil {
		return nil, err
	}
	n := &network{}
	for i, c := range chains {
		if n.ends[i], err = c.deploy(ctx, crew.validators()); err == nil {
			err = crew.join(ctx, n.ends[i], c.from)
		}
		if err != nil {
			return nil, errors.Join(fmt.Errorf("chain %s: %w", c.id, err), crew.close())
		}
		view.ready(n.ends[i])
	}
	if n.status, err = crew.start(ctx); err != nil {
		return nil, errors.Join(err, crew.close())
	}
	n.close = func() error {
		defer chains[0].client.Close()
		defer chains[1].client.Close()
		return crew.close()
	}
	return n, nil
}

// node is a running node before anything is deployed to it.
type node struct {
	client  *evm.Client
	id      *big.Int
	account *bind.TransactOpts
	from    uint64 // first block that can have our contracts
}

func connect(ctx context.Context, url string, payer *ecdsa.PrivateKey) (*node, error) {
	client, err := evm.Dial(ctx, url, evm.WithPollInterval(interval))
	if err != nil {
		return nil, fmt.Errorf("connect to %s: %w", url, err)
	}
	id := client.ChainID()
	if !id.IsUint64() || id.Uint64() > math.MaxUint32 {
		client.Close()
		return nil, fmt.Errorf("chain id %s of %s does not fit a domain, which has 32 bits", id, url)
	}
	return &node{client: client, id: id, account: bind.NewKeyedTransactor(payer, id)}, nil
}

// deploy puts a multisig ISM of the validators, and a Mailbox that trusts it, on the chain. The
// validators sign for both chains, so both modules have the same set.
func (n *node) deploy(ctx context.Context, validators []common.Address) (end, error) {
	head, err := n.client.Head(ctx, evm.Finality{})
	if err != nil {
		return end{}, err
	}
	n.from = head.Number
	multisig := deploy.MultisigConfig{Type: ism.TypeMessageIDMultisig, Validators: validators, Threshold: threshold}
	module, err := deploy.MultisigISM(ctx, n.client, n.account, multisig)
	if err != nil {
		return end{}, fmt.Errorf("deploy the ISM: %w", err)
	}
	core := deploy.CoreConfig{Domain: message.Domain(n.id.Uint64()), DefaultISM: module}
	addresses, err := deploy.Core(ctx, n.client, n.account, core)
	if err != nil {
		return end{}, fmt.Errorf("deploy the core: %w", err)
	}
	chain, err := hyperlane.New(ctx, n.client, addresses)
	return end{Chain: chain, account: n.account}, err
}
