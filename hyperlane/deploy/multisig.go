package deploy

import (
	"context"
	"slices"
	"strconv"

	bind "github.com/ethereum/go-ethereum/accounts/abi/bind/v2"
	"github.com/ethereum/go-ethereum/common"

	"github.com/hyperlane-go/sdk/contracts"
	"github.com/hyperlane-go/sdk/hyperlane"
	"github.com/hyperlane-go/sdk/hyperlane/evm"
	"github.com/hyperlane-go/sdk/ism"
	"github.com/hyperlane-go/sdk/message"
)

// MultisigConfig says which multisig module [MultisigISM] deploys.
type MultisigConfig struct {
	Type       ism.ModuleType   // ism.TypeMessageIDMultisig or ism.TypeMerkleRootMultisig
	Factory    common.Address   // of that type; zero: one is deployed first
	Validators []common.Address // at most 255, in the order in which signatures will stand
	Threshold  uint8            // 1 to the number of validators
}

func (m MultisigConfig) check() error {
	bad := func(field, have, want string) error {
		return &evm.ConfigError{Field: "MultisigConfig." + field, Have: have, Want: want}
	}
	n := len(m.Validators)
	switch {
	case m.Type != ism.TypeMessageIDMultisig && m.Type != ism.TypeMerkleRootMultisig:
		return badType(m.Type)
	case n > 255:
		return bad("Validators", strconv.Itoa(n)+" of them", "at most 255")
	case m.Threshold == 0 || int(m.Threshold) > n:
		return bad("Threshold", strconv.Itoa(int(m.Threshold)), "1 to "+strconv.Itoa(n)+", the number of validators")
	case slices.Contains(m.Validators, common.Address{}):
		return bad("Validators", "the zero address", "accounts: recovering a broken signature gives zero")
	}
	return nil
}

// MultisigISM deploys a static multisig module and waits until it is mined. The same set from the
// same factory has the same address: where it is there already, nothing is sent.
func MultisigISM(
	ctx context.Context, client *evm.Client, opts *bind.TransactOpts, config MultisigConfig,
) (common.Address, error) {
	if err := evm.CheckOpts(opts); err != nil {
		return common.Address{}, err
	}
	if client == nil {
		return common.Address{}, noClient()
	}
	if err := config.check(); err != nil {
		return common.Address{}, err
	}
	factory, err := config.factory(ctx, client, opts)
	if err != nil {
		return common.Address{}, err
	}
	f := contracts.IStaticMultisigIsmFactory{} // both factories have this ABI
	module, err := evm.Read(ctx, client, evm.Head{}, evm.Query[common.Address]{
		Name: "getAddress", From: opts.From, To: factory,
		Data: f.PackGetAddress(config.Validators, config.Threshold), Decode: f.UnpackGetAddress,
	})
	if err != nil {
		return common.Address{}, evm.WrongAddress("MultisigConfig.Factory", factory, "a multisig factory", err)
	}
	code, err := client.Code(ctx, evm.Head{}, module)
	if err != nil {
		return common.Address{}, err
	}
	if len(code) == 0 {
		if _, err := client.Send(ctx, opts, MultisigISMCall(factory, config)); err != nil {
			return common.Address{}, err
		}
	}
	if err := config.isModule(ctx, client, module); err != nil {
		return common.Address{}, err
	}
	return module, nil
}

// MultisigISMCall returns the call of a factory that deploys a static multisig module.
// config.Factory is not used.
func MultisigISMCall(factory common.Address, config MultisigConfig) evm.Call {
	input := contracts.IStaticMultisigIsmFactory{}.PackDeploy(config.Validators, config.Threshold)
	return evm.NewCall("StaticMultisigIsmFactory.deploy", factory, input)
}

// MultisigFactoryCall returns the deployment of the factory of a type of multisig modules.
func MultisigFactoryCall(kind ism.ModuleType) (evm.Call, error) {
	switch kind {
	case ism.TypeMessageIDMultisig:
		return deployment("StaticMessageIdMultisigIsmFactory", contracts.StaticMessageIdMultisigIsmFactoryInitCode()), nil
	case ism.TypeMerkleRootMultisig:
		return deployment("StaticMerkleRootMultisigIsmFactory", contracts.StaticMerkleRootMultisigIsmFactoryInitCode()), nil
	}
	return evm.Call{}, badType(kind)
}

func badType(kind ism.ModuleType) error {
	return &evm.ConfigError{
		Field: "MultisigConfig.Type", Have: kind.String(),
		Want: ism.TypeMessageIDMultisig.String() + " or " + ism.TypeMerkleRootMultisig.String(),
	}
}

// factory returns the factory to use, which is deployed first where none is given.
func (m MultisigConfig) factory(ctx context.Context, client *evm.Client, opts *bind.TransactOpts) (common.Address, error) {
	if m.Factory != (common.Address{}) {
		return m.Factory, nil
	}
	call, err := MultisigFactoryCall(m.Type)
	if err != nil {
		return common.Address{}, err
	}
	return create(ctx, client, opts, call)
}

// isModule reads the module back: a factory of the other type, or a contract that is no factory, is
// noticed before anything trusts the module.
func (m MultisigConfig) isModule(ctx context.Context, client *evm.Client, module common.Address) error {
	modules := hyperlane.NewModules(client)
	have, err := modules.ModuleType(ctx, module)
	if err != nil {
		return evm.WrongAddress("MultisigConfig.Factory", m.Factory, "a multisig factory", err)
	}
	if have != m.Type {
		return &evm.ConfigError{Field: "MultisigConfig.Factory", Have: "of type " + have.String(), Want: "of type " + m.Type.String()}
	}
	validators, threshold, err := modules.ValidatorsAndThreshold(ctx, module, &message.Message{Version: message.Version})
	if err != nil {
		return err
	}
	if threshold != m.Threshold || !slices.Equal(validators, m.Validators) {
		return &evm.AnswerError{
			Op: "validatorsAndThreshold", What: "set",
			Have: strconv.Itoa(int(threshold)) + " of other validators", Want: "the set that was deployed",
		}
	}
	return nil
}
