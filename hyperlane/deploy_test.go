package hyperlane_test

import (
	"math/big"
	"testing"

	"github.com/ethereum/go-ethereum/accounts/keystore"
	"github.com/ethereum/go-ethereum/common"
	"github.com/ethereum/go-ethereum/core/types"
	"github.com/ethereum/go-ethereum/crypto"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/hyperlane-go/sdk/contracts"
	"github.com/hyperlane-go/sdk/hyperlane"
	"github.com/hyperlane-go/sdk/hyperlane/agent"
	"github.com/hyperlane-go/sdk/hyperlane/deploy"
	"github.com/hyperlane-go/sdk/hyperlane/evm"
	"github.com/hyperlane-go/sdk/ism"
	"github.com/hyperlane-go/sdk/ism/checkpoint"
	"github.com/hyperlane-go/sdk/message"
)

func TestDeployCore(t *testing.T) {
	k := newCore(t)
	for _, config := range []deploy.CoreConfig{
		{DefaultISM: k.noop},
		{Domain: 1},
		{Domain: 1, DefaultISM: common.Address{1}},
	} {
		_, err := deploy.Core(t.Context(), k.Client, k.sim.opts(), config)
		require.ErrorIs(t, err, evm.ErrConfig)
	}
	owner := common.Address{5}
	addrs, err := deploy.Core(t.Context(), k.Client, k.sim.opts(), deploy.CoreConfig{Domain: 4, Owner: owner, DefaultISM: k.noop})
	require.NoError(t, err)
	c, err := connect(t.Context(), k.sim, addrs, fast)
	require.NoError(t, err)
	assert.Equal(t, message.Domain(4), c.Domain())
	_, err = deploy.NoopISM(t.Context(), k.Client, nil)
	require.ErrorIs(t, err, evm.ErrConfig)

	opts := k.sim.opts()
	opts.GasLimit = 100_000 // enough to be accepted, too little to deploy
	_, err = deploy.Core(t.Context(), k.Client, opts, deploy.CoreConfig{Domain: 4, DefaultISM: k.noop})
	require.Error(t, err)
}

func TestDeployMultisigISM(t *testing.T) {
	k := newCore(t)
	a, b, c := common.Address{3}, common.Address{1}, common.Address{2}
	for _, kind := range []ism.ModuleType{ism.TypeMessageIDMultisig, ism.TypeMerkleRootMultisig} {
		config := deploy.MultisigConfig{Type: kind, Validators: []common.Address{a, b, c}, Threshold: 2}
		module, err := deploy.MultisigISM(t.Context(), k.Client, k.sim.opts(), config)
		require.NoError(t, err)
		have, err := k.Modules().ModuleType(t.Context(), module)
		require.NoError(t, err)
		assert.Equal(t, kind, have)
		validators, threshold, err := k.Modules().ValidatorsAndThreshold(t.Context(), module, k.inbound(0))
		require.NoError(t, err)
		assert.Equal(t, []common.Address{a, b, c}, validators, "order as given (trap 31)")
		assert.EqualValues(t, 2, threshold)
		value, err := k.Modules().Module(t.Context(), module, k.inbound(0))
		require.NoError(t, err)
		assert.Equal(t, map[ism.ModuleType]ism.Module{
			ism.TypeMessageIDMultisig:  ism.MessageIDMultisig{Address: module, Validators: validators, Threshold: 2},
			ism.TypeMerkleRootMultisig: ism.MerkleRootMultisig{Address: module, Validators: validators, Threshold: 2},
		}[kind], value)
		_, err = k.Modules().Module(t.Context(), module, nil)
		require.ErrorIs(t, err, evm.ErrConfig, "the set depends on the message")

		// Metadata it cannot read is refused as the module's refusal, whatever its words.
		err = k.Modules().Verify(t.Context(), common.Address{}, module, []byte{1}, k.inbound(0))
		require.ErrorIs(t, err, evm.ErrReverted)
	}

	factory := k.sim.deploy(t, contracts.StaticMessageIdMultisigIsmFactoryInitCode())
	config := deploy.MultisigConfig{Type: ism.TypeMessageIDMultisig, Factory: factory, Validators: []common.Address{a, b, c}, Threshold: 2}
	first, err := deploy.MultisigISM(t.Context(), k.Client, k.sim.opts(), config)
	require.NoError(t, err)
	k.sim.sent = func(*types.Transaction) { t.Error("sent for a module that is there") }
	again, err := deploy.MultisigISM(t.Context(), k.Client, k.sim.opts(), config)
	k.sim.sent = nil
	require.NoError(t, err)
	assert.Equal(t, first, again)

	for name, change := range map[string]func(c *deploy.MultisigConfig){
		"type":               func(c *deploy.MultisigConfig) { c.Type = ism.TypeNull },
		"no threshold":       func(c *deploy.MultisigConfig) { c.Threshold = 0 },
		"threshold above n":  func(c *deploy.MultisigConfig) { c.Threshold = 4 },
		"zero validator":     func(c *deploy.MultisigConfig) { c.Validators = []common.Address{a, {}} },
		"too many":           func(c *deploy.MultisigConfig) { c.Validators = make([]common.Address, 256) },
		"factory of a type":  func(c *deploy.MultisigConfig) { c.Type = ism.TypeMerkleRootMultisig },
		"factory of nothing": func(c *deploy.MultisigConfig) { c.Factory = common.Address{9} },
		"another contract":   func(c *deploy.MultisigConfig) { c.Factory = k.recipient },
	} {
		t.Run(name, func(t *testing.T) {
			bad := config
			change(&bad)
			_, err := deploy.MultisigISM(t.Context(), k.Client, k.sim.opts(), bad)
			require.ErrorIs(t, err, evm.ErrConfig)
		})
	}
}

// A keystore's account signs an announcement, which is published. Trap 15: announcements name the
// mailbox.
func TestAnnounceWithKeystore(t *testing.T) {
	k := newCore(t)
	ks := keystore.NewKeyStore(t.TempDir(), keystore.LightScryptN, keystore.LightScryptP)
	account, err := ks.NewAccount("pass")
	require.NoError(t, err)
	signer := agent.NewKeystoreSigner(ks, account)
	assert.Equal(t, account.Address, signer.Address())

	announce := k.ValidatorAnnounce()
	a := announce.Announcement(account.Address, "s3://bucket/region")
	_, err = checkpoint.SignAnnouncement(t.Context(), signer, a)
	require.ErrorIs(t, err, keystore.ErrLocked)
	require.NoError(t, ks.Unlock(account, "pass"))
	signed, err := checkpoint.SignAnnouncement(t.Context(), signer, a)
	require.NoError(t, err)

	r, err := announce.Publish(t.Context(), k.sim.opts(), signed)
	require.NoError(t, err)
	assert.EqualValues(t, 1, r.Status)
	_, err = announce.Publish(t.Context(), k.sim.opts(), signed)
	require.ErrorIs(t, err, hyperlane.ErrAlreadyAnnounced)

	locations, err := announce.Locations(t.Context(), common.Address{1}, account.Address)
	require.NoError(t, err)
	assert.Equal(t, [][]string{{}, {"s3://bucket/region"}}, locations)
	none, err := announce.Locations(t.Context())
	require.NoError(t, err)
	assert.Empty(t, none)
	validators, err := announce.Validators(t.Context())
	require.NoError(t, err)
	assert.Equal(t, []common.Address{account.Address}, validators)

	for name, change := range map[string]func(s *checkpoint.SignedAnnouncement){
		"another mailbox": func(s *checkpoint.SignedAnnouncement) { s.Mailbox[31]++ },
		"another domain":  func(s *checkpoint.SignedAnnouncement) { s.Origin++ },
		"another place":   func(s *checkpoint.SignedAnnouncement) { s.Location += "x" },
		"another signer":  func(s *checkpoint.SignedAnnouncement) { s.Validator[0]++ },
		"no signature":    func(s *checkpoint.SignedAnnouncement) { s.Signature = checkpoint.Signature{} },
	} {
		t.Run(name, func(t *testing.T) {
			bad := signed
			change(&bad)
			k.sim.sent = func(*types.Transaction) { t.Error("sent") }
			_, err := announce.Publish(t.Context(), k.sim.opts(), bad)
			k.sim.sent = nil
			require.ErrorIs(t, err, evm.ErrConfig)
		})
	}
	// One list for each validator, or the answer is refused.
	lying := k.lying(t, func(selector [4]byte, out []byte) []byte {
		return common.LeftPadBytes([]byte{32}, 64)[:0:0]
	})
	_, err = lying.ValidatorAnnounce().Locations(t.Context(), account.Address)
	require.ErrorIs(t, err, evm.ErrAnswer)
	empty := append(common.LeftPadBytes([]byte{32}, 32), make([]byte, 32)...)
	lying = k.lying(t, func([4]byte, []byte) []byte { return empty })
	_, err = lying.ValidatorAnnounce().Locations(t.Context(), account.Address)
	require.ErrorIs(t, err, evm.ErrAnswer)
}

// The whole path once with real signatures: a 2-of-3 module, metadata built by hand, delivered.
func TestProcessThroughMultisig(t *testing.T) {
	k := newCore(t)
	var keys [3]checkpoint.Signer
	var validators []common.Address
	for i := range keys {
		key, err := crypto.ToECDSA(common.LeftPadBytes([]byte{byte(i + 1)}, 32))
		require.NoError(t, err)
		keys[i] = checkpoint.NewKeySigner(key)
		validators = append(validators, keys[i].Address())
	}
	module, err := deploy.MultisigISM(t.Context(), k.Client, k.sim.opts(),
		deploy.MultisigConfig{Type: ism.TypeMessageIDMultisig, Validators: validators, Threshold: 2})
	require.NoError(t, err)
	addrs, err := deploy.Core(t.Context(), k.Client, k.sim.opts(), deploy.CoreConfig{Domain: 3000, DefaultISM: module})
	require.NoError(t, err)
	c, err := connect(t.Context(), k.sim, addrs, fast)
	require.NoError(t, err)

	m := k.inbound(0)
	m.Destination = 3000
	cp := checkpoint.Checkpoint{Origin: m.Origin, Tree: message.Address{31: 2}, Root: [32]byte{1}, Index: 4, MessageID: m.ID()}
	meta := ism.MessageIDMetadata{Tree: cp.Tree, Root: cp.Root, Index: cp.Index}
	for _, i := range []int{0, 2} {
		s, err := checkpoint.Sign(t.Context(), keys[i], cp)
		require.NoError(t, err)
		meta.Signatures = append(meta.Signatures, s.Signature)
	}
	raw, err := meta.MarshalBinary()
	require.NoError(t, err)
	for name, row := range map[string]struct {
		bad  []byte
		want error
	}{
		"short":          {raw[:10], hyperlane.ErrMetadata},
		"one signature":  {raw[:len(raw)-65], hyperlane.ErrMetadata},
		"another root":   {append([]byte{raw[0] + 1}, raw[1:]...), hyperlane.ErrISMRefused},
		"broken v":       {append(raw[:len(raw)-1:len(raw)-1], 1), hyperlane.ErrSignature},
		"nothing at all": {nil, hyperlane.ErrMetadata},
	} {
		err := c.Inbox().Simulate(t.Context(), k.sim.opts().From, row.bad, m)
		assert.ErrorIs(t, err, row.want, name)
		assert.ErrorIs(t, err, hyperlane.ErrISMRefused, name)
	}
	opts := k.sim.opts()
	opts.Value = new(big.Int)
	_, err = c.Inbox().Process(t.Context(), opts, raw, m)
	require.NoError(t, err)
}
