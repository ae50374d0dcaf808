package hyperlane_test

import (
	"math/big"
	"testing"

	"github.com/ethereum/go-ethereum/common"
	"github.com/ethereum/go-ethereum/core/types"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/hyperlane-go/sdk/contracts"
	"github.com/hyperlane-go/sdk/contracts/contractstest"
	"github.com/hyperlane-go/sdk/hyperlane"
	"github.com/hyperlane-go/sdk/hyperlane/evm"
	"github.com/hyperlane-go/sdk/message"
)

func TestDispatch(t *testing.T) {
	k := newCore(t)
	opts := k.sim.opts()
	before := *opts
	for nonce := range uint32(3) {
		d := hyperlane.Dispatch{Destination: 2000, Recipient: message.Address{0: 0xaa, 31: 1}, Body: []byte{byte(nonce)}}
		sent, err := k.Outbox().Dispatch(t.Context(), opts, d)
		require.NoError(t, err)
		assert.Equal(t, message.Message{
			Version: 3, Nonce: nonce, Origin: coreDomain, Sender: message.FromEVM(opts.From), Destination: 2000, Recipient: d.Recipient, Body: d.Body,
		}, sent.Message)
		assert.Equal(t, sent.Message.ID(), sent.ID)
		assert.Equal(t, nonce, sent.LeafIndex)
		assert.True(t, sent.InTree)
		assert.EqualValues(t, 1, sent.Receipt.Status)
	}
	assert.Equal(t, before.Value, opts.Value, "the caller's options are not changed")
	assert.Equal(t, before.GasLimit, opts.GasLimit)
	assert.Equal(t, before.Context, opts.Context)

	n, err := k.Outbox().Nonce(t.Context())
	require.NoError(t, err)
	assert.EqualValues(t, 3, n)
}

// Trap 8: both hooks are asked about the same metadata, and exactly the quote is paid.
func TestDispatchPaysTheQuote(t *testing.T) {
	k := newCore(t)
	hook := k.sim.deploy(t, contractstest.TestHookInitCode())
	b := contractstest.TestHook{}
	k.sim.call(t, hook, b.PackSetFee(big.NewInt(777)))
	k.sim.call(t, k.Outbox().Address(), contracts.Mailbox{}.PackSetRequiredHook(hook))
	metadata := message.HookMetadata{}
	raw, err := metadata.MarshalBinary()
	require.NoError(t, err)

	d := hyperlane.Dispatch{Destination: 2000, Recipient: message.Address{31: 1}, Body: []byte("x"), Metadata: raw}
	fee, err := k.Outbox().Quote(t.Context(), k.sim.opts().From, d)
	require.NoError(t, err)
	assert.EqualValues(t, 777, fee.Uint64())
	sent, err := k.Outbox().Dispatch(t.Context(), k.sim.opts(), d)
	require.NoError(t, err)
	assert.True(t, sent.InTree)
	paid, err := k.sim.BalanceAt(t.Context(), hook, nil)
	require.NoError(t, err)
	assert.EqualValues(t, 777, paid.Uint64())

	opts := k.sim.opts()
	opts.Value = big.NewInt(776)
	_, err = k.Outbox().Dispatch(t.Context(), opts, d)
	require.ErrorIs(t, err, evm.ErrPayment)
	var refused *evm.RevertError
	require.ErrorAs(t, err, &refused)
	assert.Equal(t, "OutboxValueTooLow", refused.Name)
	assert.Equal(t, []any{big.NewInt(776), big.NewInt(777)}, refused.Args)

	// The hook itself as the chosen hook: the third overload.
	d.Hook = hook
	fee, err = k.Outbox().Quote(t.Context(), k.sim.opts().From, d)
	require.NoError(t, err)
	assert.EqualValues(t, 2*777, fee.Uint64())
	_, err = k.Outbox().Dispatch(t.Context(), k.sim.opts(), d)
	require.NoError(t, err)

	k.sim.call(t, hook, b.PackSetRefuses(true))
	_, err = k.Outbox().Dispatch(t.Context(), k.sim.opts(), d)
	require.ErrorIs(t, err, evm.ErrReverted)
	require.ErrorAs(t, err, &refused)
	assert.Empty(t, refused.Name, "an error of a contract we do not know")
	assert.NotEmpty(t, refused.Data)
}

// Trap 9: a hook may charge by sender and by nonce, so the quote is asked with the true sender, and
// again for each message.
func TestQuoteIsForThisSenderAndNonce(t *testing.T) {
	k := newCore(t)
	// A hook that charges the last two bytes of the message's sender, and its nonce. The calls
	// carry no metadata, so the message begins at byte 0x84 of the calldata: its nonce at 0x85, its
	// sender at 0x8d.
	hook := k.sim.deploy(t, common.FromHex("0x6016"+"80600b6000396000f3"+ // returns what follows
		"608d3561ffff16"+ // sender & 0xffff
		"60853560e01c"+ // nonce
		"01"+"60005260206000f3")) // their sum
	k.sim.call(t, k.Outbox().Address(), contracts.Mailbox{}.PackSetRequiredHook(hook))
	d := hyperlane.Dispatch{Destination: 2000, Recipient: message.Address{31: 1}}
	quote := func(from common.Address) uint64 {
		fee, err := k.Outbox().Quote(t.Context(), from, d)
		require.NoError(t, err)
		return fee.Uint64()
	}
	from := k.sim.opts().From
	own := uint64(from[18])<<8 | uint64(from[19])
	for nonce := range uint64(3) {
		require.Equal(t, 0x1234+nonce, quote(common.Address{18: 0x12, 19: 0x34}))
		require.Equal(t, own+nonce, quote(from))
		_, err := k.Outbox().Dispatch(t.Context(), k.sim.opts(), d)
		require.NoError(t, err)
	}
	paid, err := k.sim.BalanceAt(t.Context(), hook, nil)
	require.NoError(t, err)
	assert.Equal(t, 3*own+0+1+2, paid.Uint64())
}

// Trap 4: contracts check nothing about a recipient, so the client does.
func TestDispatchRefusals(t *testing.T) {
	k := newCore(t)
	good := hyperlane.Dispatch{Destination: 2000, Recipient: message.Address{31: 1}}
	o := k.Outbox()

	_, err := o.Dispatch(t.Context(), k.sim.opts(), hyperlane.Dispatch{Destination: 2000})
	require.ErrorIs(t, err, hyperlane.ErrRecipient)
	_, err = o.Dispatch(t.Context(), nil, good)
	require.ErrorIs(t, err, evm.ErrConfig)
	opts := k.sim.opts()
	opts.Signer = nil
	_, err = o.Dispatch(t.Context(), opts, good)
	require.ErrorIs(t, err, evm.ErrConfig)
	opts = k.sim.opts()
	opts.NoSend = true
	_, err = o.Dispatch(t.Context(), opts, good)
	require.ErrorIs(t, err, evm.ErrConfig)

	n, err := o.Nonce(t.Context())
	require.NoError(t, err)
	assert.Zero(t, n, "nothing was sent")

	_, err = o.Dispatch(t.Context(), k.sim.opts(), hyperlane.Dispatch{Destination: coreDomain, AllowZeroRecipient: true}) // the own domain is permitted
	require.NoError(t, err)
}

func TestFaceWithoutAddress(t *testing.T) {
	k := newCore(t)
	addrs := k.Addresses()
	onlyOut, err := connect(t.Context(), k.sim, hyperlane.Addresses{Outbox: addrs.Outbox}, fast)
	require.NoError(t, err)
	_, err = onlyOut.Inbox().Delivered(t.Context(), message.ID{})
	require.ErrorIs(t, err, evm.ErrConfig)
	_, err = onlyOut.Inbox().Process(t.Context(), k.sim.opts(), nil, k.inbound(0))
	require.ErrorIs(t, err, evm.ErrConfig)
	_, err = onlyOut.ValidatorAnnounce().Validators(t.Context())
	require.ErrorIs(t, err, evm.ErrConfig)
	for _, err := range onlyOut.Inbox().Deliveries(t.Context(), evm.Range{}) {
		require.ErrorIs(t, err, evm.ErrConfig)
	}

	onlyIn, err := connect(t.Context(), k.sim, hyperlane.Addresses{Inbox: addrs.Inbox}, fast)
	require.NoError(t, err)
	assert.Equal(t, coreDomain, onlyIn.Domain())
	_, err = onlyIn.Outbox().Dispatch(t.Context(), k.sim.opts(), hyperlane.Dispatch{})
	require.ErrorIs(t, err, evm.ErrConfig)
	_, err = onlyIn.Tree().Read(t.Context())
	require.ErrorIs(t, err, evm.ErrConfig)
}

func TestFromReceipt(t *testing.T) {
	k := newCore(t)
	_, err := k.Outbox().FromReceipt(nil)
	require.ErrorIs(t, err, evm.ErrConfig)
	sent, err := k.Outbox().Dispatch(t.Context(), k.sim.opts(), hyperlane.Dispatch{Destination: 2000, Recipient: message.Address{31: 1}})
	require.NoError(t, err)
	again, err := k.Outbox().FromReceipt(sent.Receipt)
	require.NoError(t, err)
	require.Len(t, again, 1)
	assert.Equal(t, *sent, again[0])

	failed := *sent.Receipt
	failed.Status = 0
	again, err = k.Outbox().FromReceipt(&failed)
	require.NoError(t, err)
	assert.Empty(t, again)
}

// Trap 13: the leaf index is the tree's, not the nonce, and of a message inserted twice the last
// one counts.
func TestFromReceiptReinserted(t *testing.T) {
	c := fakeClient(t, newFake())
	m := &message.Message{
		Version: 3, Nonce: 5, Origin: coreDomain, Sender: message.FromEVM(fakeSender), Destination: 2000, Recipient: message.Address{31: 1},
	}
	receipt := &types.Receipt{TxHash: common.Hash{1}, BlockHash: common.Hash{2}, BlockNumber: big.NewInt(3), Status: 1}
	logs := messageLogs(m, 40)[:3]
	logs = append(logs, messageLogs(m, 41)[2], types.Log{Address: common.Address{9}, Topics: []common.Hash{topicInserted}})
	for i := range logs {
		logs[i].TxHash, logs[i].BlockHash, logs[i].BlockNumber, logs[i].Index = receipt.TxHash, receipt.BlockHash, 3, uint(i)
		receipt.Logs = append(receipt.Logs, &logs[i])
	}
	sent, err := c.Outbox().FromReceipt(receipt)
	require.NoError(t, err)
	require.Len(t, sent, 1)
	assert.EqualValues(t, 5, sent[0].Message.Nonce)
	assert.Equal(t, m.ID(), sent[0].ID)
	assert.EqualValues(t, 41, sent[0].LeafIndex)
	assert.True(t, sent[0].InTree)
}

func TestTree(t *testing.T) {
	k := newCore(t)
	_, _, err := k.Tree().LatestCheckpoint(t.Context())
	require.ErrorIs(t, err, hyperlane.ErrEmptyTree) // trap 11
	tree, err := k.Tree().Read(t.Context())
	require.NoError(t, err)
	empty, err := k.Head(t.Context(), evm.Finality{})
	require.NoError(t, err)
	for i := range byte(5) {
		sent, err := k.Outbox().Dispatch(t.Context(), k.sim.opts(), hyperlane.Dispatch{Destination: 2000, Recipient: message.Address{31: 1}, Body: []byte{i}})
		require.NoError(t, err)
		require.NoError(t, tree.Insert([32]byte(sent.ID)))
		have, err := k.Tree().Read(t.Context())
		require.NoError(t, err)
		assert.Equal(t, tree.Root(), have.Root())
		assert.Equal(t, tree.Count(), have.Count())
		root, index, err := k.Tree().LatestCheckpoint(t.Context())
		require.NoError(t, err)
		assert.Equal(t, tree.Root(), root)
		assert.EqualValues(t, i, index)
	}
	// A read at a block is of that block, by hash and by number.
	for _, at := range []evm.Head{empty, {Number: empty.Number}, {Hash: empty.Hash}} {
		n, err := k.At(at).Tree().Count(t.Context())
		require.NoError(t, err)
		assert.Zero(t, n)
	}
	assert.Equal(t, k.Outbox().Address(), k.Tree().Address())
	assert.Equal(t, message.FromEVM(k.Outbox().Address()), k.TreeAddress())
	assert.NotEqual(t, common.Address{}, k.Tree().Address())
}
