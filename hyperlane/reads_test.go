package hyperlane_test

import (
	"context"
	"errors"
	"testing"

	"github.com/ethereum/go-ethereum"
	"github.com/ethereum/go-ethereum/common"
	"github.com/ethereum/go-ethereum/core/types"
	"github.com/holiman/uint256"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/hyperlane-go/sdk/contracts"
	"github.com/hyperlane-go/sdk/hyperlane"
	"github.com/hyperlane-go/sdk/hyperlane/evm"
	"github.com/hyperlane-go/sdk/hyperlane/evm/evmtest"
	"github.com/hyperlane-go/sdk/merkle"
	"github.com/hyperlane-go/sdk/message"
)

// Where the quote fails nothing is sent, and the failure is the quote's.
func TestDispatchWithoutQuote(t *testing.T) {
	n := newAnswers()
	c := n.chain(t)
	n.Submit = func(*types.Transaction) (bool, error) { t.Error("it was sent"); return true, nil }
	b := contracts.Mailbox{}
	quote := b.PackQuoteDispatch(2000, toSomebody.Recipient, toSomebody.Body)
	for err, row := range map[error]struct {
		out  []byte
		want error
	}{errDown: {nil, evm.ErrRPC}, reverts: {nil, evm.ErrReverted}, error(nil): {[]byte{1}, evm.ErrAnswer}} {
		n.set(quote, row.out, err)
		fee, err := c.Outbox().Quote(t.Context(), fakeSender, toSomebody)
		require.ErrorIs(t, err, row.want)
		assert.Nil(t, fee)
		_, err = c.Outbox().Dispatch(t.Context(), opts(t), toSomebody)
		require.ErrorIs(t, err, row.want)
		gas, err := c.Outbox().EstimateDispatch(t.Context(), fakeSender, nil, toSomebody)
		require.ErrorIs(t, err, row.want)
		assert.Zero(t, gas)
	}
	_, err := c.Outbox().DispatchCall(hyperlane.Dispatch{Destination: 1})
	require.ErrorIs(t, err, hyperlane.ErrRecipient)
	_, err = c.Outbox().EstimateDispatch(t.Context(), fakeSender, nil, hyperlane.Dispatch{Destination: 1})
	require.ErrorIs(t, err, hyperlane.ErrRecipient)
}

// estimated is a fake that remembers what was estimated.
type estimated struct {
	*answers
	msg ethereum.CallMsg
}

func (e *estimated) EstimateGas(ctx context.Context, msg ethereum.CallMsg) (uint64, error) {
	e.msg = msg
	return e.answers.EstimateGas(ctx, msg)
}

// A value that is given is paid as it is, without a quote; without one the quote of this sender is
// paid.
func TestEstimateDispatch(t *testing.T) {
	n := &estimated{answers: newAnswers()}
	c, err := connect(t.Context(), n, hyperlane.Mailbox(fakeBox), fast)
	require.NoError(t, err)
	quotes := 0
	n.to[[4]byte(contracts.Mailbox{}.PackQuoteDispatch(0, [32]byte{}, nil))] = func(msg ethereum.CallMsg) ([]byte, error) {
		quotes++
		assert.Equal(t, fakeSender, msg.From)
		return evmtest.Word(77), nil
	}
	for value, want := range map[*uint256.Int]int64{uint256.NewInt(5): 5, uint256.NewInt(0): 0, nil: 77} {
		quotes = 0
		_, err := c.Outbox().EstimateDispatch(t.Context(), fakeSender, value, toSomebody)
		require.NoError(t, err)
		assert.Equal(t, want, n.msg.Value.Int64())
		assert.Equal(t, fakeSender, n.msg.From)
		assert.Equal(t, fakeBox, *n.msg.To)
		assert.Equal(t, value == nil, quotes == 1)
	}
}

// A hook can dispatch as well: the message of this dispatch is the one that agrees in every field.
func TestDispatchAmongOthers(t *testing.T) {
	k := newCore(t)
	b, c := newCrooked(t, k)
	for name, change := range map[string]func(m *message.Message){
		"sender":      func(m *message.Message) { m.Sender[31]++ },
		"destination": func(m *message.Message) { m.Destination++ },
		"recipient":   func(m *message.Message) { m.Recipient[0]++ },
		"body":        func(m *message.Message) { m.Body = []byte("y") },
	} {
		for _, first := range []bool{true, false} {
			b.receipt = func(r *types.Receipt) (*types.Receipt, error) {
				var m message.Message
				raw := r.Logs[0].Data[64:]
				require.NoError(t, m.UnmarshalBinary(raw[:message.BodyOffset+len(toSomebody.Body)]))
				change(&m)
				var other []*types.Log
				for _, l := range messageLogs(&m, 0)[:2] {
					o := *r.Logs[0]
					o.Topics, o.Data = l.Topics, l.Data
					other = append(other, &o)
				}
				if r.Logs = append(r.Logs, other...); first {
					r.Logs = append(other, r.Logs[:len(r.Logs)-2]...)
				}
				for i := range r.Logs {
					r.Logs[i].Index = uint(i)
				}
				return r, nil
			}
			sent, err := c.Outbox().Dispatch(t.Context(), b.opts(), toSomebody)
			require.NoError(t, err, name)
			assert.Equal(t, message.FromEVM(b.opts().From), sent.Message.Sender, name)
			assert.Equal(t, toSomebody.Destination, sent.Message.Destination, name)
			assert.Equal(t, toSomebody.Recipient, sent.Message.Recipient, name)
			assert.Equal(t, toSomebody.Body, sent.Message.Body, name)
			assert.True(t, sent.InTree)
		}
	}
	// Logs of another contract, with the same topics, are nothing to this one.
	b.receipt = func(r *types.Receipt) (*types.Receipt, error) {
		for _, l := range r.Logs {
			l.Address[0]++
		}
		return r, nil
	}
	_, err := c.Outbox().Dispatch(t.Context(), b.opts(), toSomebody)
	require.ErrorIs(t, err, evm.ErrAnswer)
	_, err = c.Outbox().FromReceipt(&types.Receipt{})
	require.ErrorIs(t, err, evm.ErrAnswer, "a receipt that is none")
	// A log of the Outbox or the tree that cannot be read is no log to leave out.
	b.receipt = nil
	for place := range 3 {
		sent, err := c.Outbox().Dispatch(t.Context(), b.opts(), toSomebody)
		require.NoError(t, err)
		sent.Receipt.Logs[place].Data = []byte{1}
		list, err := c.Outbox().FromReceipt(sent.Receipt)
		require.ErrorIs(t, err, evm.ErrAnswer)
		assert.Nil(t, list)
	}
}

// The tree is believed where branch, count and root agree as of one block.
func TestTreeHostile(t *testing.T) {
	b := contracts.Mailbox{}
	empty := merkle.Tree{}
	root := empty.Root()
	tree := make([]byte, 33*32)
	with := func(i int, v byte) []byte { out := append([]byte{}, tree...); out[i] = v; return out }
	for name, row := range map[string]struct {
		tree    []byte
		treeErr error
		root    []byte
		rootErr error
		want    error
	}{
		"the empty tree":     {tree: tree, root: root[:]},
		"2^64 leaves":        {tree: with(33*32-9, 1), root: root[:], want: evm.ErrAnswer},
		"2^255 leaves":       {tree: with(32*32, 0x80), root: root[:], want: evm.ErrAnswer},
		"2^32 leaves":        {tree: with(33*32-5, 1), root: root[:], want: evm.ErrAnswer},
		"no root":            {tree: tree, rootErr: errDown, want: evm.ErrRPC},
		"a refused root":     {tree: tree, rootErr: reverts, want: evm.ErrReverted},
		"a short root":       {tree: tree, root: root[:31], want: evm.ErrAnswer},
		"another root":       {tree: tree, root: make([]byte, 32), want: evm.ErrAnswer},
		"no tree":            {treeErr: errDown, root: root[:], want: evm.ErrRPC},
		"a refused tree":     {treeErr: reverts, root: root[:], want: evm.ErrReverted},
		"a tree cut short":   {tree: tree[:32*32], root: root[:], want: evm.ErrAnswer},
		"a branch of a tree": {tree: with(5, 1), root: root[:]}, // an empty tree has no branch
	} {
		n := newAnswers()
		c := n.chain(t)
		n.set(b.PackTree(), row.tree, row.treeErr)
		n.set(b.PackRoot(), row.root, row.rootErr)
		have, err := c.Tree().Read(t.Context())
		require.ErrorIs(t, err, row.want, name)
		if row.want == nil {
			assert.Equal(t, root, have.Root(), name)
		} else {
			assert.Equal(t, merkle.Tree{}, have, name)
		}
		if row.root != nil || row.rootErr != nil {
			_, err = c.Tree().Root(t.Context())
			assert.Equal(t, len(row.root) != 32, err != nil, name)
		}
	}
	n := newAnswers()
	c := n.chain(t)
	n.Header = func(*types.Header) (*types.Header, error) { return nil, errDown }
	_, err := c.Tree().Read(t.Context())
	require.ErrorIs(t, err, errDown, "the block cannot be fixed")
	n.Header = nil
	ctx, cancel := context.WithCancel(t.Context())
	n.Before = func(op string) {
		if op == "call" {
			cancel()
		}
	}
	delete(n.to, [4]byte(b.PackTree()))
	delete(n.to, [4]byte(b.PackRoot()))
	_, err = c.Tree().Read(ctx)
	require.ErrorIs(t, err, context.Canceled)
	require.NotErrorIs(t, err, evm.ErrNotRun)
	require.NotErrorIs(t, err, evm.ErrRPC)
}

// Only the panic of an official hook says that a tree is empty; other refusals are what they are.
func TestCheckpointRefusals(t *testing.T) {
	b := contracts.Mailbox{}
	panics := rpcError{Code: 3, Data: "0x4e487b710000000000000000000000000000000000000000000000000000000000000011"}
	for name, row := range map[string]struct {
		err  error
		want error
		not  error
	}{
		"panic":   {panics, hyperlane.ErrEmptyTree, evm.ErrRPC},
		"refusal": {reverts, evm.ErrReverted, hyperlane.ErrEmptyTree},
		"failure": {errDown, evm.ErrRPC, hyperlane.ErrEmptyTree},
	} {
		n := newAnswers()
		c := n.chain(t)
		n.set(b.PackLatestCheckpoint(), nil, row.err)
		root, index, err := c.Tree().LatestCheckpoint(t.Context())
		require.ErrorIs(t, err, row.want, name)
		require.NotErrorIs(t, err, row.not, name)
		assert.Zero(t, root)
		assert.Zero(t, index)
	}
}

// A module that answers no refuses; one that cannot be asked has not answered.
func TestVerify(t *testing.T) {
	n := newAnswers()
	client, err := evm.New(t.Context(), n)
	require.NoError(t, err)
	modules := hyperlane.NewModules(client)
	m := &message.Message{Version: 3}
	raw, err := m.MarshalBinary()
	require.NoError(t, err)
	input := contracts.IMultisigIsm{}.PackVerify([]byte{1}, raw)
	for name, row := range map[string]struct {
		out  []byte
		err  error
		want error
	}{
		"yes":     {evmtest.Word(1), nil, nil},
		"no":      {evmtest.Word(0), nil, hyperlane.ErrISMRefused},
		"maybe":   {evmtest.Word(2), nil, evm.ErrAnswer},
		"refusal": {nil, rpcError{Code: 3, Data: "0x" + common.Bytes2Hex(errorString("!threshold"))}, hyperlane.ErrISMRefused},
		"failure": {nil, errDown, evm.ErrRPC},
	} {
		n.to[[4]byte(input)] = func(msg ethereum.CallMsg) ([]byte, error) {
			assert.Equal(t, fakeSender, msg.From)
			assert.Equal(t, fakeModule, *msg.To)
			assert.Equal(t, input, msg.Data)
			return row.out, row.err
		}
		err := modules.Verify(t.Context(), fakeSender, fakeModule, []byte{1}, m)
		require.ErrorIs(t, err, row.want, name)
		require.Equal(t, row.want == nil, err == nil)
		if errors.Is(row.want, hyperlane.ErrISMRefused) {
			require.ErrorIs(t, err, evm.ErrReverted)
		}
	}
	require.ErrorIs(t, modules.Verify(t.Context(), fakeSender, fakeModule, nil, nil), evm.ErrConfig)
}

// errorString is the ABI encoding of Error(string).
func errorString(text string) []byte {
	data := append([]byte{0x08, 0xc3, 0x79, 0xa0}, evmtest.Word(32)...)
	data = append(data, evmtest.Word(uint64(len(text)))...)
	return append(data, common.RightPadBytes([]byte(text), (len(text)+31)/32*32)...)
}

// A signature that the contract refuses is explained only where the contract hashes the
// announcement differently.
func TestPublishExplained(t *testing.T) {
	refusal := rpcError{Code: 3, Data: "0x" + common.Bytes2Hex(errorString("!signature"))}
	for name, row := range map[string]struct {
		digest func(right [32]byte) ([]byte, error)
		config bool
	}{
		"another digest":  {func(d [32]byte) ([]byte, error) { d[0]++; return d[:], nil }, true},
		"the same digest": {func(d [32]byte) ([]byte, error) { return d[:], nil }, false},
		"no digest":       {func([32]byte) ([]byte, error) { return nil, errDown }, false},
	} {
		n := &failing{answers: newAnswers()}
		addrs := hyperlane.Mailbox(fakeBox)
		addrs.ValidatorAnnounce = common.Address{7}
		c, err := connect(t.Context(), n, addrs, fast)
		require.NoError(t, err)
		s := announced(t, c)
		n.err = refusal
		n.to[[4]byte(contracts.ValidatorAnnounce{}.PackGetAnnouncementDigest(""))] = func(ethereum.CallMsg) ([]byte, error) {
			return row.digest(s.Digest())
		}
		_, err = c.ValidatorAnnounce().Publish(t.Context(), opts(t), s)
		require.ErrorIs(t, err, hyperlane.ErrSignature, name)
		require.Equal(t, row.config, errors.Is(err, evm.ErrConfig), name)
		require.NotErrorIs(t, err, evm.ErrRPC)
	}
	n := newAnswers()
	addrs := hyperlane.Mailbox(fakeBox)
	addrs.ValidatorAnnounce = common.Address{7}
	c, err := connect(t.Context(), n, addrs, fast)
	require.NoError(t, err)
	n.set(contracts.ValidatorAnnounce{}.PackGetAnnouncedStorageLocations(nil), nil, reverts)
	_, err = c.ValidatorAnnounce().Locations(t.Context(), fakeSender)
	require.ErrorIs(t, err, evm.ErrReverted)
	n.Before = func(op string) { t.Errorf("asked for a %s", op) }
	none, err := c.ValidatorAnnounce().Locations(t.Context())
	require.NoError(t, err)
	assert.Empty(t, none)
	_, err = c.ValidatorAnnounce().Publish(t.Context(), nil, announced(t, c))
	require.ErrorIs(t, err, evm.ErrConfig)
	bad := announced(t, c)
	bad.Location += "x"
	call, err := c.ValidatorAnnounce().PublishCall(bad)
	require.ErrorIs(t, err, evm.ErrConfig)
	assert.Equal(t, evm.Call{}, call)
	bad = announced(t, c)
	bad.Announcement = c.ValidatorAnnounce().Announcement(bad.Validator, bad.Location)
	bad.Mailbox[31]++
	_, err = c.ValidatorAnnounce().PublishCall(bad)
	require.ErrorContains(t, err, "of mailbox")
}

// failing is a fake whose estimates fail.
type failing struct {
	*answers
	err error
}

func (f *failing) EstimateGas(context.Context, ethereum.CallMsg) (uint64, error) { return 0, f.err }

// New asks a mailbox once, and a tree of its own only where it is another contract than the Outbox.
func TestNewAsks(t *testing.T) {
	b := contracts.Mailbox{}
	other := common.Address{0xab}
	n := newAnswers()
	domains, owners := map[common.Address]int{}, 0
	n.to[[4]byte(b.PackLocalDomain())] = func(msg ethereum.CallMsg) ([]byte, error) {
		domains[*msg.To]++
		return evmtest.Word(uint64(coreDomain)), nil
	}
	n.to[[4]byte(contracts.MerkleTreeHook{}.PackMailbox())] = func(ethereum.CallMsg) ([]byte, error) {
		owners++
		return addressWord(fakeBox), nil
	}
	for _, row := range []struct {
		addrs   hyperlane.Addresses
		domains map[common.Address]int
		owners  int
	}{
		{hyperlane.Mailbox(fakeBox), map[common.Address]int{fakeBox: 1}, 0},
		{hyperlane.Addresses{Outbox: fakeBox, Inbox: other}, map[common.Address]int{fakeBox: 1, other: 1}, 0},
		{hyperlane.Addresses{Outbox: fakeBox, MerkleTreeHook: fakeBox}, map[common.Address]int{fakeBox: 1}, 0},
		{hyperlane.Addresses{Outbox: fakeBox, MerkleTreeHook: other}, map[common.Address]int{fakeBox: 1}, 1},
	} {
		clear(domains)
		owners = 0
		c, err := connect(t.Context(), n, row.addrs, fast)
		require.NoError(t, err)
		assert.Equal(t, row.domains, domains)
		assert.Equal(t, row.owners, owners)
		want := row.addrs
		want.Domain = coreDomain
		assert.Equal(t, want, c.Addresses(), "with the domain that the contracts state")
	}
	_, err := hyperlane.New(t.Context(), nil, hyperlane.Mailbox(fakeBox))
	require.ErrorIs(t, err, evm.ErrConfig)
	// A failure of the node at the second question is the node's.
	n.set(b.PackVersion(), nil, errDown)
	_, err = connect(t.Context(), n, hyperlane.Mailbox(fakeBox))
	require.ErrorIs(t, err, evm.ErrRPC)
	require.NotErrorIs(t, err, evm.ErrConfig)
}
