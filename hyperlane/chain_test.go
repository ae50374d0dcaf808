package hyperlane_test

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
	"github.com/hyperlane-go/sdk/contracts/contractstest"
	"github.com/hyperlane-go/sdk/hyperlane"
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
	assert.Same(t, k.sim, k.Backend())
	k.Close() // does nothing to a backend that was given
	_, err := k.Inbox().DefaultISM(t.Context())
	require.NoError(t, err)

	c, err := hyperlane.New(t.Context(), k.sim, k.Addresses(), hyperlane.WithChainID(big.NewInt(simChainID)), hyperlane.WithDomain(coreDomain), nil)
	require.NoError(t, err)
	assert.Equal(t, k.Addresses(), c.Addresses())
}

// A separate tree must belong to the Outbox; its address is in everything that is signed.
func TestNewRefusals(t *testing.T) {
	k := newCore(t)
	ctx, mailbox := t.Context(), k.Addresses().Outbox
	other, err := hyperlane.DeployCore(ctx, k.sim, k.sim.opts(), hyperlane.CoreConfig{Domain: 5, DefaultISM: k.noop}, fast)
	require.NoError(t, err)
	hook, err := hyperlane.DeployMerkleTreeHook(ctx, k.sim, k.sim.opts(), other.Outbox, fast)
	require.NoError(t, err)
	for _, row := range []struct {
		name  string
		addrs hyperlane.Addresses
		opt   hyperlane.Option
		want  error
	}{
		{"nothing", hyperlane.Addresses{}, nil, hyperlane.ErrConfig},
		{"only a tree", hyperlane.Addresses{MerkleTreeHook: hook}, nil, hyperlane.ErrConfig},
		{"no contract", hyperlane.Mailbox(common.Address{1}), nil, hyperlane.ErrNoCode},
		{"another contract", hyperlane.Mailbox(k.recipient), nil, hyperlane.ErrConfig},
		{"two domains", hyperlane.Addresses{Outbox: mailbox, Inbox: other.Inbox}, nil, hyperlane.ErrConfig},
		{"the tree of another mailbox", hyperlane.Addresses{Outbox: mailbox, Inbox: mailbox, MerkleTreeHook: hook}, nil, hyperlane.ErrConfig},
		{"a tree without code", hyperlane.Addresses{Outbox: mailbox, MerkleTreeHook: common.Address{2}}, nil, hyperlane.ErrNoCode},
		{"a tree that is none", hyperlane.Addresses{Outbox: mailbox, MerkleTreeHook: k.recipient}, nil, hyperlane.ErrConfig},
		{"another chain", k.Addresses(), hyperlane.WithChainID(big.NewInt(1)), hyperlane.ErrConfig},
		{"another domain", k.Addresses(), hyperlane.WithDomain(1), hyperlane.ErrConfig},
	} {
		t.Run(row.name, func(t *testing.T) {
			_, err := hyperlane.New(ctx, k.sim, row.addrs, fast, row.opt)
			require.ErrorIs(t, err, row.want)
			require.NotErrorIs(t, err, hyperlane.ErrRPC)
		})
	}
	_, err = hyperlane.New(ctx, nil, k.Addresses())
	require.ErrorIs(t, err, hyperlane.ErrConfig)
	_, err = hyperlane.Dial(ctx, "", k.Addresses())
	require.ErrorIs(t, err, hyperlane.ErrConfig)
	_, err = hyperlane.Dial(ctx, "nonsense://x", k.Addresses())
	require.ErrorIs(t, err, hyperlane.ErrRPC)

	own, err := hyperlane.DeployMerkleTreeHook(ctx, k.sim, k.sim.opts(), mailbox, fast)
	require.NoError(t, err)
	c, err := hyperlane.New(ctx, k.sim, hyperlane.Addresses{Outbox: mailbox, Inbox: mailbox, MerkleTreeHook: own})
	require.NoError(t, err)
	assert.Equal(t, message.FromEVM(own), c.TreeAddress())
}

// What a node may answer to the first questions.
func TestNewHostile(t *testing.T) {
	b := contracts.NewMailbox()
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
		{"version 2", answer(b.PackVERSION(), common.LeftPadBytes([]byte{2}, 32), nil), hyperlane.ErrConfig},
		{"version that is no byte", answer(b.PackVERSION(), common.LeftPadBytes([]byte{1, 3}, 32), nil), hyperlane.ErrConfig},
		{"short domain", answer(b.PackLocalDomain(), []byte{1}, nil), hyperlane.ErrAnswer},
		{"empty domain", answer(b.PackLocalDomain(), nil, nil), hyperlane.ErrAnswer},
		{"domain beyond 32 bits", answer(b.PackLocalDomain(), common.LeftPadBytes([]byte{1, 0, 0, 0, 0}, 32), nil), hyperlane.ErrAnswer},
		{"refusal", answer(b.PackLocalDomain(), nil, rpcError{code: 3, data: "0x"}), hyperlane.ErrReverted},
		{"failure", answer(b.PackLocalDomain(), nil, errors.New("connection reset")), hyperlane.ErrRPC},
	} {
		t.Run(row.name, func(t *testing.T) {
			f := newFake()
			f.answer = row.answer
			_, err := hyperlane.New(t.Context(), f, hyperlane.Mailbox(fakeBox))
			require.ErrorIs(t, err, row.want)
		})
	}
	for _, id := range []*big.Int{nil, new(big.Int), big.NewInt(-1)} {
		_, err := hyperlane.New(t.Context(), chainID{newFake(), id, nil}, hyperlane.Mailbox(fakeBox))
		require.ErrorIs(t, err, hyperlane.ErrAnswer)
	}
	_, err := hyperlane.New(t.Context(), chainID{newFake(), nil, errors.New("down")}, hyperlane.Mailbox(fakeBox))
	require.ErrorIs(t, err, hyperlane.ErrRPC)
}

type chainID struct {
	hyperlane.Backend
	id  *big.Int
	err error
}

func (c chainID) ChainID(context.Context) (*big.Int, error) { return c.id, c.err }

// One answer that names a block of the far future must not make every later one stale.
func TestFinalizedFarAheadOnce(t *testing.T) {
	f := grown(9, 0)
	c := f.client(t)
	finalized := hyperlane.Finality{Tag: "finalized"}
	for _, seen := range []uint64{0, 7} { // before and after a true answer
		f.header = func(h *types.Header) (*types.Header, error) {
			f.header = nil // lies once
			h.Number = big.NewInt(1 << 40)
			return h, nil
		}
		_, err := c.Head(t.Context(), finalized)
		require.ErrorIs(t, err, hyperlane.ErrRPC, "%d", seen)
		head, err := c.Head(t.Context(), finalized)
		require.NoError(t, err, "%d", seen)
		assert.EqualValues(t, 7, head.Number)
	}
}

func TestHead(t *testing.T) {
	f := grown(9, 0)
	c := f.client(t)
	for _, row := range []struct {
		finality hyperlane.Finality
		want     uint64
	}{
		{hyperlane.Finality{}, 9},
		{hyperlane.Finality{Blocks: 1}, 8},
		{hyperlane.Finality{Blocks: 9}, 0},
		{hyperlane.Finality{Blocks: 100}, 0}, // saturates
		{hyperlane.Finality{Tag: "finalized"}, 7},
		{hyperlane.Finality{Tag: "safe"}, 7},
	} {
		head, err := c.Head(t.Context(), row.finality)
		require.NoError(t, err)
		assert.Equal(t, row.want, head.Number)
		assert.Equal(t, f.chain[row.want].header.Hash(), head.Hash)
		assert.Equal(t, f.chain[row.want].header.ParentHash, head.Parent)
		assert.EqualValues(t, row.want, head.Time.Unix())
	}
	_, err := c.Head(t.Context(), hyperlane.Finality{Blocks: 1, Tag: "safe"})
	require.ErrorIs(t, err, hyperlane.ErrFinality)
	_, err = c.HeadAt(t.Context(), 10)
	require.ErrorIs(t, err, ethereum.NotFound)

	// The finalized head does not go back, and does not change.
	f.drop(2)
	_, err = c.Head(t.Context(), hyperlane.Finality{Tag: "finalized"})
	var stale *hyperlane.StaleHeadError
	require.ErrorAs(t, err, &stale)
	assert.EqualValues(t, 5, stale.Have.Number)
	assert.EqualValues(t, 7, stale.Seen.Number)
	require.ErrorIs(t, err, hyperlane.ErrStaleHead)
	require.ErrorIs(t, err, hyperlane.ErrRPC)
	f.drop(2)
	for range 4 {
		f.mine(0)
	}
	_, err = c.Head(t.Context(), hyperlane.Finality{Tag: "finalized"})
	require.ErrorIs(t, err, hyperlane.ErrReorg)

	for name, row := range map[string]struct {
		header func(*types.Header) (*types.Header, error)
		want   error
	}{
		"null":            {func(*types.Header) (*types.Header, error) { return nil, nil }, hyperlane.ErrRPC},
		"without number":  {func(h *types.Header) (*types.Header, error) { h.Number = nil; return h, nil }, hyperlane.ErrAnswer},
		"another number":  {func(h *types.Header) (*types.Header, error) { h.Number.Sub(h.Number, big.NewInt(1)); return h, nil }, hyperlane.ErrAnswer},
		"negative number": {func(h *types.Header) (*types.Header, error) { h.Number = big.NewInt(-1); return h, nil }, hyperlane.ErrAnswer},
		"failure":         {func(*types.Header) (*types.Header, error) { return nil, errors.New("down") }, hyperlane.ErrRPC},
	} {
		t.Run(name, func(t *testing.T) {
			f.header = row.header
			_, err := c.Head(t.Context(), hyperlane.Finality{Blocks: 1})
			require.ErrorIs(t, err, row.want)
		})
	}
	// A node without the tag is told from one that is down.
	f.header = func(*types.Header) (*types.Header, error) { return nil, rpcError{code: -39001, text: "unknown"} }
	_, err = c.Head(t.Context(), hyperlane.Finality{Tag: "safe"})
	require.ErrorIs(t, err, hyperlane.ErrNoFinality)
	_, err = c.Head(t.Context(), hyperlane.Finality{})
	require.NotErrorIs(t, err, hyperlane.ErrNoFinality)
	f.header = func(*types.Header) (*types.Header, error) { return nil, errors.New("down") }
	_, err = c.Head(t.Context(), hyperlane.Finality{Tag: "safe"})
	require.NotErrorIs(t, err, hyperlane.ErrNoFinality)
}

// Without reads by hash, the number is checked to be still the block that was meant.
func TestReadAtABlock(t *testing.T) {
	f := grown(3, 1)
	c := f.client(t)
	at, err := c.Head(t.Context(), hyperlane.Finality{})
	require.NoError(t, err)
	n, err := c.Tree().Count(t.Context(), at)
	require.NoError(t, err)
	assert.EqualValues(t, 3, n)
	f.drop(1)
	f.mine(2)
	_, err = c.Tree().Count(t.Context(), at)
	var reorg *hyperlane.ReorgError
	require.ErrorAs(t, err, &reorg)
	assert.Equal(t, at.Hash, reorg.Had)
	assert.Equal(t, f.chain[3].header.Hash(), reorg.Now)
	n, err = c.Tree().Count(t.Context(), hyperlane.Head{Number: 3})
	require.NoError(t, err)
	assert.EqualValues(t, 4, n)
}

// A node that does not know the parameter for reading at a hash is read at numbers from then on.
func TestReadAtAHashRefused(t *testing.T) {
	f := grown(3, 1)
	by := &refusesHash{fake: f}
	c, err := hyperlane.New(t.Context(), by, hyperlane.Mailbox(fakeBox))
	require.NoError(t, err)
	at, err := c.Head(t.Context(), hyperlane.Finality{})
	require.NoError(t, err)
	for range 3 {
		n, err := c.Tree().Count(t.Context(), at)
		require.NoError(t, err)
		assert.EqualValues(t, 3, n)
	}
	assert.Equal(t, 1, by.asked)
}

type refusesHash struct {
	*fake
	asked int
}

func (r *refusesHash) CallContractAtHash(context.Context, ethereum.CallMsg, common.Hash) ([]byte, error) {
	r.asked++
	return nil, rpcError{code: -32602, text: "hex string expected"}
}

func (r *refusesHash) CodeAtHash(context.Context, common.Address, common.Hash) ([]byte, error) {
	return nil, rpcError{code: -32602}
}

// The branch must give the root that the contract computes.
func TestLyingTree(t *testing.T) {
	k := newCore(t)
	_, err := k.Outbox().Dispatch(t.Context(), k.sim.opts(), hyperlane.Dispatch{Destination: 2000, Recipient: message.Address{31: 1}})
	require.NoError(t, err)
	for name, lie := range map[string]func(selector [4]byte, out []byte) []byte{
		"root": func(s [4]byte, out []byte) []byte {
			if s == [4]byte(contracts.NewOutbox().PackRoot()) {
				out[0]++
			}
			return out
		},
		"branch": func(s [4]byte, out []byte) []byte {
			if s == [4]byte(contracts.NewOutbox().PackTree()) {
				out[0]++
			}
			return out
		},
		"count": func(s [4]byte, out []byte) []byte {
			if s == [4]byte(contracts.NewOutbox().PackTree()) {
				out[len(out)-1]++
			}
			return out
		},
		"huge count": func(s [4]byte, out []byte) []byte {
			if s == [4]byte(contracts.NewOutbox().PackTree()) {
				out[len(out)-5] = 1
			}
			return out
		},
		"short": func(s [4]byte, out []byte) []byte { return out[:len(out)-1] },
	} {
		t.Run(name, func(t *testing.T) {
			_, err := k.lying(t, lie).Tree().Tree(t.Context(), hyperlane.Head{})
			require.ErrorIs(t, err, hyperlane.ErrAnswer)
		})
	}
	for name, lie := range map[string]func([4]byte, []byte) []byte{
		"short":      func(_ [4]byte, out []byte) []byte { return out[:63] },
		"last index": func(_ [4]byte, out []byte) []byte { copy(out[60:], []byte{255, 255, 255, 255}); return out },
		"no index":   func(_ [4]byte, out []byte) []byte { out[32] = 1; return out },
	} {
		t.Run("checkpoint with "+name, func(t *testing.T) {
			_, _, err := k.lying(t, lie).Tree().LatestCheckpoint(t.Context(), hyperlane.Head{})
			require.ErrorIs(t, err, hyperlane.ErrAnswer)
		})
	}
}

// lying is a client of the same chain that mangles answers.
func (k *core) lying(t *testing.T, lie func([4]byte, []byte) []byte) *hyperlane.Chain {
	b := &liar{Backend: k.sim.Backend, sim: k.sim}
	c, err := hyperlane.New(t.Context(), b, k.Addresses(), fast)
	require.NoError(t, err)
	b.lie = lie
	return c
}

type liar struct {
	hyperlane.Backend
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
	require.ErrorIs(t, err, hyperlane.ErrNoCode)
	kind, err := k.Modules().ModuleType(t.Context(), k.noop)
	require.NoError(t, err)
	assert.EqualValues(t, 6, kind)
	require.NoError(t, k.Modules().Verify(t.Context(), common.Address{}, k.noop, nil, k.inbound(0)))
	_, _, err = k.Modules().ValidatorsAndThreshold(t.Context(), k.noop, k.inbound(0))
	require.ErrorIs(t, err, hyperlane.ErrReverted)
	_, _, err = k.Modules().ValidatorsAndThreshold(t.Context(), k.noop, nil)
	require.ErrorIs(t, err, hyperlane.ErrConfig)
	_, _, err = k.Modules().ValidatorsAndThreshold(t.Context(), k.noop, &message.Message{})
	require.ErrorIs(t, err, hyperlane.ErrVersion)
	value, err := k.Modules().Module(t.Context(), k.noop, k.inbound(0))
	require.NoError(t, err)
	assert.Equal(t, ism.Null{Address: k.noop}, value)
	_, err = k.Modules().Module(t.Context(), common.Address{1}, k.inbound(0))
	require.ErrorIs(t, err, hyperlane.ErrNoCode)
	_, err = k.Modules().Module(t.Context(), k.Addresses().Inbox, k.inbound(0))
	require.ErrorIs(t, err, hyperlane.ErrReverted, "a contract that is no module")
	require.NotErrorIs(t, err, hyperlane.ErrRPC)
	ccip := k.sim.deploy(t, &bind.MetaData{Bin: "0x69600760005260206000f3600052600a6016f3"}, nil) // answers 7 to everything
	value, err = k.Modules().Module(t.Context(), ccip, nil)
	require.NoError(t, err)
	assert.Equal(t, ism.Unknown{Address: ccip, ModuleType: ism.TypeCCIPRead}, value)

	def, err := k.Inbox().DefaultISM(t.Context())
	require.NoError(t, err)
	assert.Equal(t, k.noop, def)
	of, err := k.Inbox().RecipientISM(t.Context(), k.recipient)
	require.NoError(t, err)
	assert.Equal(t, k.noop, of, "zero means the default")
	k.sim.call(t, k.recipient, contractstest.NewTestRecipient().PackSetInterchainSecurityModule(common.Address{9}))
	of, err = k.Inbox().RecipientISM(t.Context(), k.recipient)
	require.NoError(t, err)
	assert.Equal(t, common.Address{9}, of)
	_, err = k.Inbox().Process(t.Context(), k.sim.opts(), nil, k.inbound(0))
	require.ErrorIs(t, err, hyperlane.ErrRecipient, "its module is no contract")
}
