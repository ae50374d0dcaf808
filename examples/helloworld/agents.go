package main

import (
	"context"
	"crypto/ecdsa"
	"errors"
	"fmt"
	"math/big"
	"os"
	"path/filepath"
	"time"

	bind "github.com/ethereum/go-ethereum/accounts/abi/bind/v2"
	"github.com/ethereum/go-ethereum/common"
	"github.com/ethereum/go-ethereum/crypto"
	"github.com/holiman/uint256"
	"golang.org/x/sync/errgroup"

	"github.com/hyperlane-go/sdk/hyperlane/evm"
	"github.com/hyperlane-go/sdk/hyperlane/relayer"
	"github.com/hyperlane-go/sdk/hyperlane/storage"
	"github.com/hyperlane-go/sdk/hyperlane/validator"
	"github.com/hyperlane-go/sdk/ism/checkpoint"
	"github.com/hyperlane-go/sdk/message"
)

const (
	crewSize  = 3 // validators
	threshold = 2
	interval  = 200 * time.Millisecond // how often agents look at the nodes
	relayGas  = 2_000_000              // the relayer gets funds for this much gas
)

// crew is the validators and the relayer of two running nodes. Their keys are made for this run,
// and their files are in a directory that is removed when it ends.
type crew struct {
	finality evm.Finality
	view     *view
	dir      string
	signers  []checkpoint.Signer
	carrier  *ecdsa.PrivateKey // pays for deliveries only

	agents  []*validator.Validator
	stores  []*storage.Store
	chains  []relayer.Chain
	relayer *relayer.Relayer
	stop    context.CancelFunc
	running *errgroup.Group
}

func newCrew(finality evm.Finality, view *view) (*crew, error) {
	c := &crew{finality: finality, view: view}
	for range crewSize {
		key, err := crypto.GenerateKey()
		if err != nil {
			return nil, err
		}
		c.signers = append(c.signers, checkpoint.NewKeySigner(key))
	}
	var err error
	if c.carrier, err = crypto.GenerateKey(); err != nil {
		return nil, err
	}
	c.dir, err = os.MkdirTemp("", "helloworld-")
	return c, err
}

func (c *crew) validators() []common.Address {
	var set []common.Address
	for _, s := range c.signers {
		set = append(set, s.Address())
	}
	return set
}

// join makes the validators of a chain, announces where they publish, and funds the relayer.
func (c *crew) join(ctx context.Context, e end, from uint64) error {
	for i, signer := range c.signers {
		home := filepath.Join(c.dir, fmt.Sprintf("%s-validator-%d", e.Domain(), i))
		location := "file://" + filepath.Join(home, "checkpoints")
		store, err := storage.Open(ctx, location, storage.Write)
		if err != nil {
			return err
		}
		c.stores = append(c.stores, store)
		signed, err := checkpoint.SignAnnouncement(ctx, signer, e.ValidatorAnnounce().Announcement(signer.Address(), location))
		if err != nil {
			return err
		}
		if _, err := e.ValidatorAnnounce().Publish(ctx, e.account, signed); err != nil {
			return fmt.Errorf("announce validator %s: %w", signer.Address(), err)
		}
		agent, err := validator.New(validator.Config{
			Chain: e.Chain, Signer: signer, Store: store, Location: location, StateDir: filepath.Join(home, "state"),
			Finality: c.finality, From: from, Interval: interval, Observe: c.view.validator,
		})
		if err != nil {
			return err
		}
		c.agents = append(c.agents, agent)
	}
	if err := c.fund(ctx, e); err != nil {
		return fmt.Errorf("fund the relayer: %w", err)
	}
	c.chains = append(c.chains, relayer.Chain{
		Client: e.Chain, Transactor: bind.NewKeyedTransactor(c.carrier, e.ChainID()), Finality: &c.finality, From: from,
	})
	return nil
}

// fund pays the relayer what its deliveries may cost.
func (c *crew) fund(ctx context.Context, e end) error {
	price, err := e.Backend().SuggestGasPrice(ctx)
	if err != nil {
		return err
	}
	price.Mul(price, big.NewInt(2*relayGas)) // twice the price: the base fee can rise
	amount, overflow := uint256.FromBig(price)
	if overflow {
		return fmt.Errorf("gas price of the node is absurd: %d gas cost %s", relayGas, price)
	}
	transfer := evm.NewCall("fund the relayer", crypto.PubkeyToAddress(c.carrier.PublicKey), nil).WithValue(amount)
	_, err = e.Send(ctx, e.account, transfer)
	return err
}

// start runs all agents, and returns the function that reports where a message is.
func (c *crew) start(ctx context.Context) (func(message.ID) (relayer.Status, error), error) {
	var err error
	c.relayer, err = relayer.New(relayer.Config{
		Chains: c.chains, StateDir: filepath.Join(c.dir, "relayer"), AllowLocal: true,
		Interval: interval, Observe: c.view.relayer,
	})
	if err != nil {
		return nil, err
	}
	ctx, c.stop = context.WithCancel(ctx)
	c.running, ctx = errgroup.WithContext(ctx)
	for _, agent := range c.agents {
		c.running.Go(func() error { return agent.Run(ctx) })
	}
	c.running.Go(func() error { return c.relayer.Run(ctx) })
	return c.relayer.Status, nil
}

// close stops the agents and removes their files.
func (c *crew) close() error {
	var errs []error
	if c.running != nil {
		c.stop()
		errs = append(errs, c.running.Wait())
	}
	for _, agent := range c.agents {
		errs = append(errs, agent.Close())
	}
	if c.relayer != nil {
		errs = append(errs, c.relayer.Close())
	}
	for _, store := range c.stores {
		errs = append(errs, store.Close())
	}
	return errors.Join(append(errs, os.RemoveAll(c.dir))...)
}
