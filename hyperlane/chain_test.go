package hyperlane_test

import (
	"context"
	"errors"
	"math/big"
	"testing"

	"github.com/ethereum/go-ethereum"
	"github.com/ethereum/go-ethereum/common"
	"github.com/ethereum/go-ethereum/core/types"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/hyperlane-go/sdk/contracts"
	"github.com/hyperlane-go/sdk/contracts/contractstest"
	"github.com/hyperlane-go/sdk/hyperlane"
	"github.com/hyperlane-go/sdk/hyperlane/deploy"
	"github.com/hyperlane-go/sdk/hyperlane/evm"
	"github.com/hyperlane-go/sdk/ism"
	"github.com/hyperlane-go/sdk/ism/metadata"
	"github.com/hyperlane-go/sdk/message"
)

var _ metadata.ModuleReader = (*hyperlane.Modules)(nil)

func TestNew(t *testing.T) {
	k := newCore(t)
	assert.Equal(t, coreDomain, k.Domain())
	assert.EqualValues(t, simChainID, k.ChainID().Int64())
	k.ChainID().SetInt64(1)
	assert.EqualValues(t, simChainID, k.ChainID().Int64(), "a copy is handed out")
	k.Close() // does nothing to a backend that was given
	_, err := k.Inbox().DefaultISM(t.Context())
	require.NoError(t, err)

	c, err := connect(t.Context(), k.sim, k.Addresses(), evm.WithChainID(big.NewInt(simChainID)), nil)
	require.NoError(t, err)
	assert.Equal(t, k.Addresses(), c.Addresses())
}

// A separate tree must belong to the Outbox; its address is in everything that is signed.
func TestNewRefusals(t *testing.T) {
	k := newCore(t)
	ctx, mailbox := t.Context(), k.Addresses().Outbox
	other, err := deploy.Core(ctx, k.Client, k.sim.opts(), deploy.CoreConfig{Domain: 5, DefaultISM: k.noop})
	require.NoError(t, err)
	hook, err := deploy.MerkleTreeHook(ctx, k.Client, k.sim.opts(), other.Outbox)
	require.NoError(t, err)
	for _, row := range []struct {
		name  string
		addrs hyperlane.Addresses
		opt   evm.Option
		want  error
	}{
		{"nothing", hyperlane.Addresses{}, nil, evm.ErrConfig},
		{"only a tree", hyperlane.Addresses{MerkleTreeHook: hook}, nil, evm.ErrConfig},
		{"no contract", hyperlane.Mailbox(common.Address{1}), nil, evm.ErrNoCode},
		{"another contract", hyperlane.Mailbox(k.recipient), nil, evm.ErrConfig},
		{"two domains", hyperlane.Addresses{Outbox: mailbox, Inbox: other.Inbox}, nil, evm.ErrConfig},
		{"the tree of another mailbox", hyperlane.Addresses{Outbox: mailbox, Inbox: mailbox, MerkleTreeHook: hook}, nil, evm.ErrConfig},
		{"a tree without code", hyperlane.Addresses{Outbox: mailbox, MerkleTreeHook: common.Address{2}}, nil, evm.ErrNoCode},
		{"a tree that is none", hyperlane.Addresses{Outbox: mailbox, MerkleTreeHook: k.recipient}, nil, evm.ErrConfig},
		{"another chain", k.Addresses(), evm.WithChainID(big.NewInt(1)), evm.ErrConfig},
		{"another domain", hyperlane.Addresses{Domain: 1, Outbox: mailbox}, nil, evm.ErrConfig},
	} {
		t.Run(row.name, func(t *testing.T) {
			_, err := connect(ctx, k.sim, row.addrs, fast, row.opt)
			require.ErrorIs(t, err, row.want)
			require.NotErrorIs(t, err, evm.ErrRPC)
		})
	}
	_, err = connect(ctx, nil, k.Addresses())
	require.ErrorIs(t, err, evm.ErrConfig)
	_, err = hyperlane.Dial(ctx, "", k.Addresses())
	require.ErrorIs(t, err, evm.ErrConfig)
	_, err = hyperlane.Dial(ctx, "nonsense://x", k.Addresses())
	require.ErrorIs(t, err, evm.ErrRPC)

	own, err := deploy.MerkleTreeHook(ctx, k.Client, k.sim.opts(), mailbox)
	require.NoError(t, err)
	c, err := connect(ctx, k.sim, hyperlane.Addresses{Outbox: mailbox, Inbox: mailbox, MerkleTreeHook: own})
	require.NoError(t, err)
	assert.Equal(t, message.FromEVM(own), c.TreeAddress())
}

// What a node may answer to the first questions.
func TestNewHostile(t *testing.T) {
	b := contracts.Mailbox{}
	answer := func(input []byte, out []byte, err error) func([4]byte, []byte) ([]byte, error) {
		return func(selector [4]byte, good []byte) ([]byte, error) {
			if selector == [4]byte(input) {
				return out, err
			}
			return good, nil
		}
	}
	for _, row := range []struct {
		name   string
		answer func([4]byte, []byte) ([]byte, error)
		want   error
	}{
		{"version 2", answer(b.PackVersion(), common.LeftPadBytes([]byte{2}, 32), nil), evm.ErrConfig},
		{"version that is no byte", answer(b.PackVersion(), common.LeftPadBytes([]byte{1, 3}, 32), nil), evm.ErrConfig},
		{"short domain", answer(b.PackLocalDomain(), []byte{1}, nil), evm.ErrAnswer},
		{"empty domain", answer(b.PackLocalDomain(), nil, nil), evm.ErrAnswer},
		{"domain beyond 32 bits", answer(b.PackLocalDomain(), common.LeftPadBytes([]byte{1, 0, 0, 0, 0}, 32), nil), evm.ErrAnswer},
		{"refusal", answer(b.PackLocalDomain(), nil, rpcError{Code: 3, Data: "0x"}), evm.ErrReverted},
		{"failure", answer(b.PackLocalDomain(), nil, errors.New("connection reset")), evm.ErrRPC},
	} {
		t.Run(row.name, func(t *testing.T) {
			f := newFake()
			f.Answer = func(in, out []byte) ([]byte, error) { return row.answer([4]byte(in[:4]), out) }
			_, err := connect(t.Context(), f, hyperlane.Mailbox(fakeBox))
			require.ErrorIs(t, err, row.want)
		})
	}
	for _, id := range []*big.Int{nil, new(big.Int), big.NewInt(-1)} {
		_, err := connect(t.Context(), chainID{newFake(), id, nil}, hyperlane.Mailbox(fakeBox))
		require.ErrorIs(t, err, evm.ErrAnswer)
	}
	_, err := connect(t.Context(), chainID{newFake(), nil, errors.New("down")}, hyperlane.Mailbox(fakeBox))
	require.ErrorIs(t, err, evm.ErrRPC)
}

type chainID struct {
	evm.Backend
	id  *big.Int
	err error
}

func (c chainID) ChainID(context.Context) (*big.Int, error) { return c.id, c.err }

// The branch must give the root that the contract computes.
func TestLyingTree(t *testing.T) {
	k := newCore(t)
	_, err := k.Outbox().Dispatch(t.Context(), k.sim.opts(), hyperlane.Dispatch{Destination: 2000, Recipient: message.Address{31: 1}})
	require.NoError(t, err)
	for name, lie := range map[string]func(selector [4]byte, out []byte) []byte{
		"root": func(s [4]byte, out []byte) []byte {
			if s == [4]byte(contracts.Mailbox{}.PackRoot()) {
				out[0]++
			}
			return out
		},
		"branch": func(s [4]byte, out []byte) []byte {
			if s == [4]byte(contracts.Mailbox{}.PackTree()) {
				out[0]++
			}
			return out
		},
		"count": func(s [4]byte, out []byte) []byte {
			if s == [4]byte(contracts.Mailbox{}.PackTree()) {
				out[len(out)-1]++
			}
			return out
		},
		"huge count": func(s [4]byte, out []byte) []byte {
			if s == [4]byte(contracts.Mailbox{}.PackTree()) {
				out[len(out)-5] = 1
			}
			return out
		},
		"short": func(s [4]byte, out []byte) []byte { return out[:len(out)-1] },
	} {
		t.Run(name, func(t *testing.T) {
			_, err := k.lying(t, lie).Tree().Read(t.Context())
			require.ErrorIs(t, err, evm.ErrAnswer)
		})
	}
	for name, lie := range map[string]func([4]byte, []byte) []byte{
		"short":      func(_ [4]byte, out []byte) []byte { return out[:63] },
		"last index": func(_ [4]byte, out []byte) []byte { copy(out[60:], []byte{255, 255, 255, 255}); return out },
		"no index":   func(_ [4]byte, out []byte) []byte { out[32] = 1; return out },
	} {
		t.Run("checkpoint with "+name, func(t *testing.T) {
			_, _, err := k.lying(t, lie).Tree().LatestCheckpoint(t.Context())
			require.ErrorIs(t, err, evm.ErrAnswer)
		})
	}
}

// lying is a client of the same chain that mangles answers.
func (k *core) lying(t *testing.T, lie func([4]byte, []byte) []byte) *hyperlane.Chain {
	b := &liar{Backend: k.sim.Backend, sim: k.sim}
	c, err := connect(t.Context(), b, k.Addresses(), fast)
	require.NoError(t, err)
	b.lie = lie
	return c
}

type liar struct {
	evm.Backend
	sim *sim
	lie func(selector [4]byte, out []byte) []byte
}

func (l *liar) CallContract(ctx context.Context, msg ethereum.CallMsg, number *big.Int) ([]byte, error) {
	out, err := l.Backend.CallContract(ctx, msg, number)
	if err == nil && l.lie != nil {
		out = l.lie([4]byte(msg.Data[:4]), out)
	}
	return out, err
}

func (l *liar) SendTransaction(ctx context.Context, tx *types.Transaction) error {
	return l.sim.SendTransaction(ctx, tx)
}

func TestModules(t *testing.T) {
	k := newCore(t)
	_, err := k.Modules().ModuleType(t.Context(), common.Address{1})
	require.ErrorIs(t, err, evm.ErrNoCode)
	kind, err := k.Modules().ModuleType(t.Context(), k.noop)
	require.NoError(t, err)
	assert.EqualValues(t, 6, kind)
	require.NoError(t, k.Modules().Verify(t.Context(), common.Address{}, k.noop, nil, k.inbound(0)))
	_, _, err = k.Modules().ValidatorsAndThreshold(t.Context(), k.noop, k.inbound(0))
	require.ErrorIs(t, err, evm.ErrReverted)
	_, _, err = k.Modules().ValidatorsAndThreshold(t.Context(), k.noop, nil)
	require.ErrorIs(t, err, evm.ErrConfig)
	_, _, err = k.Modules().ValidatorsAndThreshold(t.Context(), k.noop, &message.Message{})
	require.ErrorIs(t, err, hyperlane.ErrVersion)
	value, err := k.Modules().Module(t.Context(), k.noop, k.inbound(0))
	require.NoError(t, err)
	assert.Equal(t, ism.Null{Address: k.noop}, value)
	_, err = k.Modules().Module(t.Context(), common.Address{1}, k.inbound(0))
	require.ErrorIs(t, err, evm.ErrNoCode)
	_, err = k.Modules().Module(t.Context(), k.Addresses().Inbox, k.inbound(0))
	require.ErrorIs(t, err, evm.ErrReverted, "a contract that is no module")
	require.NotErrorIs(t, err, evm.ErrRPC)
	ccip := k.sim.deploy(t, common.FromHex("0x69600760005260206000f3600052600a6016f3")) // answers 7 to everything
	value, err = k.Modules().Module(t.Context(), ccip, nil)
	require.NoError(t, err)
	assert.Equal(t, ism.Unknown{Address: ccip, ModuleType: ism.TypeCCIPRead}, value)

	def, err := k.Inbox().DefaultISM(t.Context())
	require.NoError(t, err)
	assert.Equal(t, k.noop, def)
	of, err := k.Inbox().RecipientISM(t.Context(), k.recipient)
	require.NoError(t, err)
	assert.Equal(t, k.noop, of, "zero means the default")
	k.sim.call(t, k.recipient, contractstest.TestRecipient{}.PackSetInterchainSecurityModule(common.Address{9}))
	of, err = k.Inbox().RecipientISM(t.Context(), k.recipient)
	require.NoError(t, err)
	assert.Equal(t, common.Address{9}, of)
	_, err = k.Inbox().Process(t.Context(), k.sim.opts(), nil, k.inbound(0))
	require.ErrorIs(t, err, hyperlane.ErrRecipient, "its module is no contract")
}
