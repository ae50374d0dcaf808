package hyperlane_test

import (
	"testing"

	"github.com/ethereum/go-ethereum/common"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/hyperlane-go/sdk/contracts/contractstest"
	"github.com/hyperlane-go/sdk/hyperlane"
	"github.com/hyperlane-go/sdk/hyperlane/evm"
	"github.com/hyperlane-go/sdk/hyperlane/hyperlanetest"
	"github.com/hyperlane-go/sdk/hyperlane/relayer"
	"github.com/hyperlane-go/sdk/ism"
	"github.com/hyperlane-go/sdk/ism/metadata"
	"github.com/hyperlane-go/sdk/message"
)

// Why a message is not delivered has the same typed answer over official contracts as over ours,
// and what is repaired on chain is delivered without anybody's help.
func TestOfficialObstacles(t *testing.T) {
	network := hyperlanetest.New(t, 2)
	a, b := newOfficial(t, network.Chains[0]), newOfficial(t, network.Chains[1])
	l := newLane(t, network, a, b)
	behind := func(module common.Address) common.Address {
		recipient := put(t, b.on, "test/TestRecipient")
		recipient.send("setInterchainSecurityModule", module)
		return recipient.at
	}
	moody := func() *deployed {
		at := create(t, b.on, contractstest.TestRecipientInitCode())
		return &deployed{ABI: contractstest.TestRecipientArtifact.ABI(), t: t, at: at, node: b.on.Link, opts: b.on.Transactor(0)}
	}
	routing := put(t, b.on, "isms/routing/DefaultFallbackRoutingIsm", b.mailbox.at)
	paused := put(t, b.on, "isms/PausableIsm", b.on.Transactor(0).From)
	paused.send("pause")
	trusted := put(t, b.on, "isms/TrustedRelayerIsm", b.mailbox.at, b.on.Transactor(9).From)
	strangers := []common.Address{hyperlanetest.ValidatorAccount(0).Address, hyperlanetest.User(1).Address, hyperlanetest.User(2).Address}
	factory := put(t, b.on, "StaticMerkleRootMultisigIsmFactory")
	factory.send("deploy", strangers, uint8(2))
	reverts, short := moody(), moody()
	reverts.send("setHandleMode", uint8(2))
	short.send("setIsmMode", uint8(3))

	obstacles := []struct {
		name      string
		recipient common.Address
		stage     relayer.Stage
		want      error
		repair    func()
	}{
		{"no code (trap 7)", common.Address{1, 2, 3}, relayer.StageNoRecipient, relayer.ErrNoRecipient, nil},
		{"useless answer about the module (trap 6)", short.at, relayer.StageNoMetadata, evm.ErrReverted, func() { short.send("setIsmMode", uint8(0)) }},
		{"routing module", behind(routing.at), relayer.StageNoMetadata, metadata.ErrUnsupportedModule, nil},
		{"paused module", behind(paused.at), relayer.StageISMRefused, hyperlane.ErrPaused, func() { paused.send("unpause") }},
		{"unknown validators", behind(factory.ask("getAddress", strangers, uint8(2))[0].(common.Address)), relayer.StageAwaitingCheckpoints, metadata.ErrNotReady, nil},
		{"recipient reverts", reverts.at, relayer.StageHandleReverted, evm.ErrReverted, func() { reverts.send("setHandleMode", uint8(0)) }},
		{"none: the relayer is the trusted one", behind(trusted.at), relayer.StageFinal, nil, nil},
		{"none", b.recipients[ism.TypeMessageIDMultisig], relayer.StageFinal, nil, nil},
	}
	ids := make([]message.ID, len(obstacles))
	for i, o := range obstacles {
		sent, err := a.Outbox().Dispatch(t.Context(), a.on.Transactor(1), hyperlane.Dispatch{Destination: b.Domain(), Recipient: message.FromEVM(o.recipient), Body: []byte(o.name)})
		require.NoError(t, err)
		ids[i] = sent.ID
	}
	for range 4 {
		l.pass()
	}
	at := l.status(ids...)
	for i, o := range obstacles {
		t.Run(o.name, func(t *testing.T) {
			status := at[ids[i]]
			assert.Equal(t, o.stage, status.Stage, "%s", status)
			if o.want == nil {
				assert.NoError(t, status.Err)
			} else {
				assert.ErrorIs(t, status.Err, o.want)
			}
		})
		if o.repair != nil {
			o.repair()
		}
	}
	if result := at[ids[4]].Result; assert.NotNil(t, result) {
		assert.Equal(t, 1, result.Signed())
		assert.ErrorIs(t, result.Validators[1].Err, relayer.ErrNoLocation, "who is missing, and why")
	}
	for range 4 {
		l.pass()
	}
	at = l.status(ids...)
	for i, o := range obstacles {
		if o.repair != nil {
			assert.Equal(t, relayer.StageFinal, at[ids[i]].Stage, "%s: %s", o.name, at[ids[i]])
		}
	}
}
