package hyperlane

import (
	"context"
	"math/big"
	"slices"
	"strconv"

	"github.com/ethereum/go-ethereum"
	bind "github.com/ethereum/go-ethereum/accounts/abi/bind/v2"
	"github.com/ethereum/go-ethereum/common"
	"github.com/ethereum/go-ethereum/core/types"
	"github.com/ethereum/go-ethereum/crypto"

	"github.com/hyperlane-go/sdk/contracts"
	"github.com/hyperlane-go/sdk/ism"
	"github.com/hyperlane-go/sdk/message"
)

// CoreConfig says what [DeployCore] deploys.
type CoreConfig struct {
	Domain     message.Domain // the chain's number in the protocol; it can never be changed
	Owner      common.Address // who may change the default module and the hooks; zero: the deploying account
	DefaultISM common.Address // a contract that decides for recipients without a module of their own; required
}

// DeployCore deploys a Mailbox and a ValidatorAnnounce and waits until both are mined. Options matter as in [New].
func DeployCore(
	ctx context.Context, b Backend, opts *bind.TransactOpts, config CoreConfig, with ...Option,
) (Addresses, error) {
	if err := checkOpts(opts); err != nil {
		return Addresses{}, err
	}
	c := &Chain{backend: b, opts: newOptions(with)}
	switch {
	case config.Domain == 0:
		return Addresses{}, &ConfigError{Field: "CoreConfig.Domain", Have: "0", Want: "the chain's number in the protocol"}
	case config.DefaultISM == common.Address{}:
		return Addresses{}, &ConfigError{
			Field: "CoreConfig.DefaultISM", Have: "zero", Want: "a security module; see DeployMultisigISM",
		}
	}
	if err := c.needCode(ctx, Head{}, config.DefaultISM); err != nil {
		return Addresses{}, misconfigured("CoreConfig.DefaultISM", config.DefaultISM, "a security module", err)
	}
	if config.Owner == (common.Address{}) {
		config.Owner = opts.From
	}
	mailbox, err := c.create(ctx, opts, contracts.MailboxInitCode(uint32(config.Domain), config.Owner, config.DefaultISM))
	if err != nil {
		return Addresses{}, err
	}
	announce, err := c.create(ctx, opts, contracts.ValidatorAnnounceInitCode(mailbox))
	if err != nil {
		return Addresses{}, err
	}
	return Addresses{Outbox: mailbox, Inbox: mailbox, ValidatorAnnounce: announce}, nil
}

// DeployMerkleTreeHook deploys a tree for a mailbox that has none of its own, that is, an official one.
func DeployMerkleTreeHook(
	ctx context.Context, b Backend, opts *bind.TransactOpts, mailbox common.Address, with ...Option,
) (common.Address, error) {
	if err := checkOpts(opts); err != nil {
		return common.Address{}, err
	}
	c := &Chain{backend: b, opts: newOptions(with)}
	return c.create(ctx, opts, contracts.MerkleTreeHookInitCode(mailbox))
}

// DeployNoopISM deploys the module that accepts everything. Whoever names it as a module lets anybody speak for any
// chain: for tests only.
func DeployNoopISM(ctx context.Context, b Backend, opts *bind.TransactOpts, with ...Option) (common.Address, error) {
	if err := checkOpts(opts); err != nil {
		return common.Address{}, err
	}
	c := &Chain{backend: b, opts: newOptions(with)}
	return c.create(ctx, opts, contracts.NoopIsmInitCode())
}

// MultisigConfig says which multisig module [DeployMultisigISM] deploys.
type MultisigConfig struct {
	Type       ism.ModuleType   // ism.TypeMessageIDMultisig or ism.TypeMerkleRootMultisig
	Factory    common.Address   // of that type; zero: one is deployed first
	Validators []common.Address // at most 255, in the order in which signatures will stand
	Threshold  uint8            // 1 to the number of validators
}

func (m MultisigConfig) check() error {
	bad := func(field, have, want string) error {
		return &ConfigError{Field: "MultisigConfig." + field, Have: have, Want: want}
	}
	n := len(m.Validators)
	switch {
	case m.Type != ism.TypeMessageIDMultisig && m.Type != ism.TypeMerkleRootMultisig:
		return bad("Type", m.Type.String(), ism.TypeMessageIDMultisig.String()+" or "+ism.TypeMerkleRootMultisig.String())
	case n > 255:
		return bad("Validators", strconv.Itoa(n)+" of them", "at most 255")
	case m.Threshold == 0 || int(m.Threshold) > n:
		return bad("Threshold", strconv.Itoa(int(m.Threshold)), "1 to "+strconv.Itoa(n)+", the number of validators")
	case slices.Contains(m.Validators, common.Address{}):
		return bad("Validators", "the zero address", "accounts: recovering a broken signature gives zero")
	}
	return nil
}

// DeployMultisigISM deploys a static multisig module and waits until it is mined. The same set from the same
// factory is the same address: if it is there already, nothing is sent.
func DeployMultisigISM(
	ctx context.Context, b Backend, opts *bind.TransactOpts, config MultisigConfig, with ...Option,
) (common.Address, error) {
	if err := checkOpts(opts); err != nil {
		return common.Address{}, err
	}
	if err := config.check(); err != nil {
		return common.Address{}, err
	}
	c := &Chain{backend: b, opts: newOptions(with)}
	factory := config.Factory
	if factory == (common.Address{}) {
		code := contracts.StaticMessageIdMultisigIsmFactoryInitCode()
		if config.Type == ism.TypeMerkleRootMultisig {
			code = contracts.StaticMerkleRootMultisigIsmFactoryInitCode()
		}
		var err error
		if factory, err = c.create(ctx, opts, code); err != nil {
			return common.Address{}, err
		}
	}
	f := contracts.IStaticMultisigIsmFactory{}
	module, err := readAs(ctx, c, Head{}, opts.From, factory, "getAddress",
		f.PackGetAddress(config.Validators, config.Threshold), f.UnpackGetAddress)
	if err != nil {
		return common.Address{}, misconfigured("MultisigConfig.Factory", factory, "a multisig factory", err)
	}
	code, err := c.code(ctx, Head{}, module)
	if err != nil {
		return common.Address{}, err
	}
	if len(code) == 0 {
		if _, err := c.send(ctx, opts, factory, f.PackDeploy(config.Validators, config.Threshold), new(big.Int)); err != nil {
			return common.Address{}, err
		}
	}
	return module, c.isModule(ctx, module, config)
}

// isModule reads the module back: a factory of the other type, or somebody else's contract, is noticed before
// anything trusts it.
func (c *Chain) isModule(ctx context.Context, module common.Address, config MultisigConfig) error {
	have, err := c.Modules().ModuleType(ctx, module)
	if err != nil {
		return misconfigured("MultisigConfig.Factory", config.Factory, "a multisig factory", err)
	}
	if have != config.Type {
		return &ConfigError{Field: "MultisigConfig.Factory", Have: "of type " + have.String(), Want: "of type " + config.Type.String()}
	}
	validators, threshold, err := c.Modules().ValidatorsAndThreshold(ctx, module, &message.Message{Version: message.Version})
	if err != nil {
		return err
	}
	if threshold != config.Threshold || !slices.Equal(validators, config.Validators) {
		return &AnswerError{
			Op: "validatorsAndThreshold", What: "set",
			Have: strconv.Itoa(int(threshold)) + " of other validators", Want: "the set that was deployed",
		}
	}
	return nil
}

// create deploys a contract and checks that it is there.
func (c *Chain) create(
	ctx context.Context, opts *bind.TransactOpts, code []byte,
) (common.Address, error) {
	o := *opts
	o.Context, o.NoSend, o.Value = ctx, true, new(big.Int)
	if o.GasLimit == 0 {
		reqCtx, cancel := c.bounded(ctx)
		gas, err := c.backend.EstimateGas(reqCtx, ethereum.CallMsg{From: o.From, Data: code})
		cancel()
		if err != nil {
			return common.Address{}, callError("eth_estimateGas of a deployment", common.Address{}, err)
		}
		o.GasLimit = gas + c.opts.margin
	}
	_, tx, err := bind.DeployContract(&o, code, guarded{c.backend}, nil)
	if err != nil {
		return common.Address{}, callError("prepare deployment", common.Address{}, err)
	}
	if err := c.submit(ctx, tx); err != nil {
		return common.Address{}, err
	}
	receipt, err := c.mined(ctx, tx.Hash())
	if err != nil {
		return common.Address{}, err
	}
	if receipt.Status != types.ReceiptStatusSuccessful {
		return common.Address{}, &TxError{Hash: tx.Hash(), Receipt: receipt, Class: ErrTxFailed}
	}
	at := crypto.CreateAddress(o.From, tx.Nonce())
	if receipt.ContractAddress != at {
		return common.Address{}, &AnswerError{
			Op: "eth_getTransactionReceipt", Tx: tx.Hash(),
			What: "contractAddress", Have: receipt.ContractAddress.Hex(), Want: at.Hex(),
		}
	}
	return at, c.needCode(ctx, Head{}, at)
}
