package deploy_test

import (
	"context"
	"errors"
	"math/big"
	"testing"

	"github.com/ethereum/go-ethereum"
	bind "github.com/ethereum/go-ethereum/accounts/abi/bind/v2"
	"github.com/ethereum/go-ethereum/common"
	"github.com/ethereum/go-ethereum/core/types"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/hyperlane-go/sdk/contracts"
	"github.com/hyperlane-go/sdk/hyperlane"
	"github.com/hyperlane-go/sdk/hyperlane/deploy"
	"github.com/hyperlane-go/sdk/hyperlane/evm"
	"github.com/hyperlane-go/sdk/hyperlane/hyperlanetest"
	"github.com/hyperlane-go/sdk/ism"
	"github.com/hyperlane-go/sdk/message"
)

var errDown = errors.New("connection reset")

// node is the node of a chain, which counts transactions and fails or lies where the test wants it.
type node struct {
	evm.Backend
	sent   int
	most   int // transactions beyond so many fail; negative: none does
	code   error
	answer map[[4]byte]func([]byte, error) ([]byte, error)
}

func (n *node) SendTransaction(ctx context.Context, tx *types.Transaction) error {
	if n.most >= 0 && n.sent == n.most {
		return errDown
	}
	n.sent++
	return n.Backend.SendTransaction(ctx, tx)
}

func (n *node) CodeAt(ctx context.Context, account common.Address, block *big.Int) ([]byte, error) {
	if n.code != nil {
		return nil, n.code
	}
	return n.Backend.CodeAt(ctx, account, block)
}

func (n *node) CallContract(ctx context.Context, msg ethereum.CallMsg, block *big.Int) ([]byte, error) {
	out, err := n.Backend.CallContract(ctx, msg, block)
	if answer, ok := n.answer[[4]byte(msg.Data)]; ok {
		return answer(out, err)
	}
	return out, err
}

// world is a chain, and a client of it that knows no refusals yet.
type world struct {
	*node
	client *evm.Client
	opts   *bind.TransactOpts
	noop   common.Address
}

func newWorld(t *testing.T) *world {
	t.Helper()
	chain := hyperlanetest.New(t, 1).Chains[0]
	n := &node{Backend: chain.Link, most: -1, answer: map[[4]byte]func([]byte, error) ([]byte, error){}}
	client, err := evm.New(t.Context(), n)
	require.NoError(t, err)
	return &world{node: n, client: client, opts: chain.Owner(), noop: chain.Contracts.Noop}
}

// field asserts that err is about a setting.
func field(t *testing.T, err error, want string) {
	t.Helper()
	var config *evm.ConfigError
	require.ErrorAs(t, err, &config)
	assert.Equal(t, want, config.Field)
}

func TestCore(t *testing.T) {
	w, ctx := newWorld(t), t.Context()
	for _, owner := range []common.Address{{}, {5}} {
		w.sent = 0
		addrs, err := deploy.Core(ctx, w.client, w.opts, deploy.CoreConfig{Domain: 4000, Owner: owner, DefaultISM: w.noop})
		require.NoError(t, err)
		assert.Equal(t, 2, w.sent)
		assert.EqualValues(t, 4000, addrs.Domain)
		assert.Equal(t, addrs.Outbox, addrs.Inbox)
		chain, err := hyperlane.New(ctx, w.client, addrs)
		require.NoError(t, err)
		module, err := chain.Inbox().DefaultISM(ctx)
		require.NoError(t, err)
		assert.Equal(t, w.noop, module)
		b := contracts.Mailbox{}
		have, err := evm.Read(ctx, w.client, evm.Head{}, evm.Query[common.Address]{Name: "owner", To: addrs.Outbox, Data: b.PackOwner(), Decode: b.UnpackOwner})
		require.NoError(t, err)
		if owner == (common.Address{}) {
			owner = w.opts.From
		}
		assert.Equal(t, owner, have)
		// The register serves this mailbox: it hashes an announcement as the validator does.
		a := chain.ValidatorAnnounce().Announcement(common.Address{1}, "s3://bucket/region")
		v := contracts.ValidatorAnnounce{}
		digest, err := evm.Read(ctx, w.client, evm.Head{}, evm.Query[[32]byte]{
			Name: "digest", To: addrs.ValidatorAnnounce, Data: v.PackGetAnnouncementDigest(a.Location), Decode: v.UnpackGetAnnouncementDigest,
		})
		require.NoError(t, err)
		assert.Equal(t, a.Digest(), digest)

		hook, err := deploy.MerkleTreeHook(ctx, w.client, w.opts, addrs.Outbox)
		require.NoError(t, err)
		addrs.MerkleTreeHook = hook
		_, err = hyperlane.New(ctx, w.client, addrs)
		require.NoError(t, err, "the hook is of this mailbox")
	}
}

// What cannot work is refused before anything is sent, and names the setting.
func TestCoreRefusals(t *testing.T) {
	w, ctx := newWorld(t), t.Context()
	good := deploy.CoreConfig{Domain: 4000, DefaultISM: w.noop}
	_, err := deploy.Core(ctx, w.client, nil, good)
	field(t, err, "TransactOpts")
	_, err = deploy.Core(ctx, nil, w.opts, good)
	field(t, err, "client")
	_, err = deploy.Core(ctx, w.client, w.opts, deploy.CoreConfig{DefaultISM: w.noop})
	field(t, err, "CoreConfig.Domain")
	_, err = deploy.Core(ctx, w.client, w.opts, deploy.CoreConfig{Domain: 4000})
	field(t, err, "CoreConfig.DefaultISM")
	_, err = deploy.Core(ctx, w.client, w.opts, deploy.CoreConfig{Domain: 4000, DefaultISM: common.Address{9}})
	field(t, err, "CoreConfig.DefaultISM")
	require.ErrorIs(t, err, evm.ErrNoCode)
	w.code = errDown
	_, err = deploy.Core(ctx, w.client, w.opts, good)
	require.ErrorIs(t, err, evm.ErrRPC)
	require.NotErrorIs(t, err, evm.ErrConfig, "the node failed, the setting may be right")
	w.code = nil
	for _, deployment := range []func(*evm.Client, *bind.TransactOpts) error{
		func(c *evm.Client, o *bind.TransactOpts) error { _, err := deploy.NoopISM(ctx, c, o); return err },
		func(c *evm.Client, o *bind.TransactOpts) error {
			_, err := deploy.MerkleTreeHook(ctx, c, o, common.Address{1})
			return err
		},
	} {
		field(t, deployment(nil, w.opts), "client")
		field(t, deployment(w.client, nil), "TransactOpts")
	}
	assert.Zero(t, w.sent)
	// The refusals of the protocol's contracts are known: a tree needs a mailbox.
	_, err = deploy.MerkleTreeHook(ctx, w.client, w.opts, common.Address{9})
	require.ErrorIs(t, err, evm.ErrReverted)
	var refused *evm.RevertError
	require.ErrorAs(t, err, &refused)
	assert.Equal(t, "MailboxNotContract", refused.Name)
	// A deployment that fails ends it, the first or the second.
	for most := range 2 {
		w.sent, w.most = 0, most
		addrs, err := deploy.Core(ctx, w.client, w.opts, good)
		require.ErrorIs(t, err, evm.ErrNotMined)
		require.ErrorIs(t, err, errDown)
		assert.Equal(t, hyperlane.Addresses{}, addrs)
	}
}

var (
	set    = []common.Address{{3}, {1}, {2}}
	config = deploy.MultisigConfig{Type: ism.TypeMessageIDMultisig, Validators: set, Threshold: 2}
)

func TestMultisigISM(t *testing.T) {
	w, ctx := newWorld(t), t.Context()
	for _, kind := range []ism.ModuleType{ism.TypeMessageIDMultisig, ism.TypeMerkleRootMultisig} {
		for _, threshold := range []uint8{1, 3} {
			c := config
			c.Type, c.Threshold, w.sent = kind, threshold, 0
			module, err := deploy.MultisigISM(ctx, w.client, w.opts, c)
			require.NoError(t, err)
			assert.Equal(t, 2, w.sent, "the factory and the module")
			modules := hyperlane.NewModules(w.client)
			have, err := modules.ModuleType(ctx, module)
			require.NoError(t, err)
			assert.Equal(t, kind, have)
			validators, n, err := modules.ValidatorsAndThreshold(ctx, module, &message.Message{Version: message.Version})
			require.NoError(t, err)
			assert.Equal(t, set, validators, "in the order given")
			assert.Equal(t, threshold, n)
		}
	}
	call, err := deploy.MultisigFactoryCall(config.Type)
	require.NoError(t, err)
	c := config
	c.Factory, err = w.client.Deploy(ctx, w.opts, call)
	require.NoError(t, err)
	w.sent = 0
	first, err := deploy.MultisigISM(ctx, w.client, w.opts, c)
	require.NoError(t, err)
	assert.Equal(t, 1, w.sent, "the module alone")
	again, err := deploy.MultisigISM(ctx, w.client, w.opts, c)
	require.NoError(t, err)
	assert.Equal(t, first, again)
	assert.Equal(t, 1, w.sent, "it is there already")
}

// A set that no module can have is refused before anything is asked.
func TestMultisigRefusals(t *testing.T) {
	w, ctx := newWorld(t), t.Context()
	many := make([]common.Address, 256)
	for i := range many {
		many[i] = common.Address{1, 19: byte(i)}
	}
	for _, row := range []struct {
		field  string
		change func(c *deploy.MultisigConfig)
	}{
		{"Type", func(c *deploy.MultisigConfig) { c.Type = ism.TypeNull }},
		{"Validators", func(c *deploy.MultisigConfig) { c.Validators = many }},
		{"Validators", func(c *deploy.MultisigConfig) { c.Validators = []common.Address{{1}, {}, {2}} }},
		{"Threshold", func(c *deploy.MultisigConfig) { c.Threshold = 0 }},
		{"Threshold", func(c *deploy.MultisigConfig) { c.Threshold = 4 }},
		{"Threshold", func(c *deploy.MultisigConfig) { c.Validators = nil }},
		{"Factory", func(c *deploy.MultisigConfig) { c.Factory = common.Address{9} }},
		{"Factory", func(c *deploy.MultisigConfig) { c.Factory = w.noop }},
	} {
		c := config
		row.change(&c)
		_, err := deploy.MultisigISM(ctx, w.client, w.opts, c)
		field(t, err, "MultisigConfig."+row.field)
	}
	for _, factory := range []common.Address{{}, {9}} {
		c := config
		c.Factory = factory
		_, err := deploy.MultisigISM(ctx, w.client, nil, c)
		field(t, err, "TransactOpts")
		_, err = deploy.MultisigISM(ctx, nil, w.opts, c)
		field(t, err, "client")
	}
	_, err := deploy.MultisigFactoryCall(ism.TypeNull)
	field(t, err, "MultisigConfig.Type")
	assert.Zero(t, w.sent)
	// 255 validators pass the check: what is refused then is the factory.
	c := config
	c.Validators, c.Threshold, c.Factory = many[:255], 255, common.Address{9}
	_, err = deploy.MultisigISM(ctx, w.client, w.opts, c)
	field(t, err, "MultisigConfig.Factory")
}

// What a node says about the module is compared with what was asked for, and what it does not say
// is no module.
func TestMultisigHostile(t *testing.T) {
	w, ctx := newWorld(t), t.Context()
	other, err := deploy.MultisigFactoryCall(ism.TypeMerkleRootMultisig)
	require.NoError(t, err)
	c := config
	c.Factory, err = w.client.Deploy(ctx, w.opts, other)
	require.NoError(t, err)
	_, err = deploy.MultisigISM(ctx, w.client, w.opts, c)
	field(t, err, "MultisigConfig.Factory")
	require.ErrorContains(t, err, "of type")

	c.Type = ism.TypeMerkleRootMultisig
	_, err = deploy.MultisigISM(ctx, w.client, w.opts, c)
	require.NoError(t, err)
	m := contracts.IMultisigIsm{}
	kind, members := [4]byte(m.PackModuleType()), [4]byte(m.PackValidatorsAndThreshold(nil))
	fails := func([]byte, error) ([]byte, error) { return nil, errDown }
	for name, row := range map[string]struct {
		of     [4]byte
		answer func([]byte, error) ([]byte, error)
		want   error
	}{
		"another threshold":   {members, func(out []byte, err error) ([]byte, error) { out[63]++; return out, err }, evm.ErrAnswer},
		"another validator":   {members, func(out []byte, err error) ([]byte, error) { out[len(out)-1]++; return out, err }, evm.ErrAnswer},
		"no set":              {members, fails, evm.ErrRPC},
		"no type":             {kind, fails, evm.ErrRPC},
		"no address of it":    {[4]byte(contracts.IStaticMultisigIsmFactory{}.PackGetAddress(nil, 0)), fails, evm.ErrRPC},
		"no word of its type": {kind, func([]byte, error) ([]byte, error) { return []byte{1}, nil }, evm.ErrConfig},
	} {
		w.answer = map[[4]byte]func([]byte, error) ([]byte, error){row.of: row.answer}
		module, err := deploy.MultisigISM(ctx, w.client, w.opts, c)
		require.ErrorIs(t, err, row.want, name)
		assert.Zero(t, module)
		if errors.Is(row.want, evm.ErrRPC) {
			require.ErrorIs(t, err, errDown, name)
			require.NotErrorIs(t, err, evm.ErrConfig, name)
		}
	}
	w.answer = nil
	w.code, w.sent = errDown, 0
	_, err = deploy.MultisigISM(ctx, w.client, w.opts, c)
	require.ErrorIs(t, err, errDown)
	assert.Zero(t, w.sent, "whether it is there is not known")
	w.code = nil
	for most := range 2 { // the factory, and the module
		w.sent, w.most = 0, most
		_, err = deploy.MultisigISM(ctx, w.client, w.opts, config)
		require.ErrorIs(t, err, evm.ErrNotMined)
	}
}
