package hyperlanetest_test

import (
	"context"
	"testing"

	"github.com/ethereum/go-ethereum"
	"github.com/ethereum/go-ethereum/accounts/abi"
	"github.com/ethereum/go-ethereum/common"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/hyperlane-go/sdk/hyperlane"
	"github.com/hyperlane-go/sdk/hyperlane/evm"
	"github.com/hyperlane-go/sdk/hyperlane/hyperlanetest"
	"github.com/hyperlane-go/sdk/internal/official"
)

// officialChain deploys the official contracts on a chain: what is needed to see our agents serve
// them.
type officialChain struct {
	t     *testing.T
	ctx   context.Context
	chain *hyperlanetest.Chain
}

// deploy deploys one contract and returns its address and ABI.
func (o *officialChain) deploy(name string, args ...any) (common.Address, abi.ABI) {
	parsed, code := official.Load(o.t, name)
	packed, err := parsed.Pack("", args...)
	require.NoError(o.t, err, name)
	at, err := o.chain.Deploy(o.ctx, o.chain.Owner(), evm.NewDeployment(name, append(code, packed...)))
	require.NoError(o.t, err, name)
	return at, parsed
}

func (o *officialChain) send(at common.Address, parsed abi.ABI, method string, args ...any) {
	data, err := parsed.Pack(method, args...)
	require.NoError(o.t, err, method)
	_, err = o.chain.Send(o.ctx, o.chain.Owner(), evm.NewCall(method, at, data))
	require.NoError(o.t, err, method)
}

// multisig deploys an official multisig ISM of the network's validators.
func (o *officialChain) multisig(factory string) common.Address {
	at, parsed := o.deploy(factory)
	var set []common.Address
	for i := range 3 {
		set = append(set, hyperlanetest.ValidatorAccount(i).Address)
	}
	data, err := parsed.Pack("getAddress", set, uint8(2))
	require.NoError(o.t, err)
	out, err := o.chain.Link.CallContract(o.ctx, ethereum.CallMsg{To: &at, Data: data}, nil)
	require.NoError(o.t, err)
	o.send(at, parsed, "deploy", set, uint8(2))
	return common.BytesToAddress(out)
}

// core is the official core with a tree of its own, which every message passes as the required
// hook.
func (o *officialChain) core(factory string) hyperlane.Addresses {
	mailbox, parsed := o.deploy("contracts/Mailbox", uint32(o.chain.Domain()))
	tree, _ := o.deploy("hooks/MerkleTreeHook", mailbox)
	idle, _ := o.deploy("hooks/PausableHook")
	announce, _ := o.deploy("ValidatorAnnounce", mailbox)
	owner := o.chain.Owner().From
	o.send(mailbox, parsed, "initialize", owner, o.multisig(factory), idle, tree)
	return hyperlane.Addresses{Outbox: mailbox, Inbox: mailbox, MerkleTreeHook: tree, ValidatorAnnounce: announce}
}

// Our client, validators and relayer serve the official contracts, with each multisig ISM, without
// knowing it.
func TestOfficialContracts(t *testing.T) {
	for _, factory := range []string{"StaticMessageIdMultisigIsmFactory", "StaticMerkleRootMultisigIsmFactory"} {
		t.Run(factory, func(t *testing.T) {
			n := hyperlanetest.New(t, 2, hyperlanetest.WithCore(func(ctx context.Context, c *hyperlanetest.Chain) (hyperlane.Addresses, error) {
				o := &officialChain{t: t, ctx: ctx, chain: c}
				return o.core(factory), nil
			}))
			a, b := n.Chains[0], n.Chains[1]
			assert.NotEqual(t, a.Contracts.Mailbox, a.Contracts.MerkleTreeHook)
			assert.NotEqual(t, a.Contracts.MessageIDMultisig, a.Contracts.DefaultISM, "the official module, not ours")
			var sent []hyperlane.Dispatched
			for _, ends := range [][2]*hyperlanetest.Chain{{a, b}, {b, a}} {
				some, err := ends[0].DispatchMany(t.Context(), ends[1], bodies(5)...)
				require.NoError(t, err)
				require.Len(t, some, 5)
				sent = append(sent, some...)
			}
			require.NoError(t, n.Relay(t.Context()))
			for i := range sent {
				assert.True(t, sent[i].InTree)
				assert.True(t, isDelivered(t, n.Chain(sent[i].Message.Destination), &sent[i]))
			}
		})
	}
}

func TestWithCoreFails(t *testing.T) {
	_, err := hyperlanetest.Start(t.Context(), 1, hyperlanetest.WithCore(func(context.Context, *hyperlanetest.Chain) (hyperlane.Addresses, error) {
		return hyperlane.Addresses{}, hyperlanetest.ErrInjected
	}))
	require.ErrorIs(t, err, hyperlanetest.ErrInjected)
	_, err = hyperlanetest.Start(t.Context(), 1, hyperlanetest.WithCore(func(context.Context, *hyperlanetest.Chain) (hyperlane.Addresses, error) {
		return hyperlane.Addresses{}, nil
	}))
	require.ErrorIs(t, err, evm.ErrConfig, "no addresses")
}
