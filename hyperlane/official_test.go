package hyperlane_test

import (
	"fmt"
	"iter"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/hyperlane-go/sdk/hyperlane"
	"github.com/hyperlane-go/sdk/hyperlane/evm"
	"github.com/hyperlane-go/sdk/hyperlane/hyperlanetest"
	"github.com/hyperlane-go/sdk/hyperlane/relayer"
	"github.com/hyperlane-go/sdk/ism"
	"github.com/hyperlane-go/sdk/ism/metadata"
	"github.com/hyperlane-go/sdk/message"
)

// everything reads an iterator to its end.
func everything[T any](t testing.TB, seq iter.Seq2[T, error]) (all []T) {
	t.Helper()
	for v, err := range seq {
		require.NoError(t, err)
		all = append(all, v)
	}
	return all
}

var kinds = []ism.ModuleType{ism.TypeMessageIDMultisig, ism.TypeMerkleRootMultisig, ism.TypeNull}

// Our client, validators and relayer, unchanged, carry messages between official contracts, and
// between official contracts and ours: each way, to recipients behind every kind of module.
func TestOfficialLanes(t *testing.T) {
	for name, pair := range map[string][2]func(testing.TB, *hyperlanetest.Chain) *party{
		"official and official":      {newOfficial, newOfficial},
		"official and ours":          {newOfficial, newOurs},
		"ours and live arrangement":  {newOurs, newLive},
		"live arrangement and mixed": {newLive, newMixed},
	} {
		t.Run(name, func(t *testing.T) {
			network := hyperlanetest.New(t, 2)
			a, b := pair[0](t, network.Chains[0]), pair[1](t, network.Chains[1])
			l := newLane(t, network, a, b)
			var ids []message.ID
			var sent []*hyperlane.Dispatched
			for round := range 2 {
				for _, kind := range kinds {
					for _, way := range [][2]*party{{a, b}, {b, a}} {
						body := fmt.Appendf(nil, "round %d, %s", round, kind)
						opts := way[0].on.Transactor(1 + round)
						d, err := way[0].Outbox().Dispatch(t.Context(), opts, hyperlane.Dispatch{Destination: way[1].Domain(), Recipient: way[1].recipient(kind), Body: body})
						require.NoError(t, err)
						require.True(t, d.InTree)
						sent, ids = append(sent, d), append(ids, d.ID)
					}
				}
			}
			stages := l.work(ids...)
			for i, d := range sent {
				from, to, kind := l.parties[i%2], l.parties[1-i%2], kinds[i/2%len(kinds)]
				status := stages[d.ID]
				require.Equal(t, relayer.StageFinal, status.Stage, "%s to %s: %s", from.Domain(), to.Domain(), status)
				require.NoError(t, status.Err)
				assert.Equal(t, []uint32{d.LeafIndex}, status.LeafIndexes)
				delivery, err := to.Inbox().Wait(t.Context(), d.ID)
				require.NoError(t, err)
				assert.Equal(t, to.on.Transactor(9).From, delivery.Processor)
				assert.Equal(t, status.Delivery.TxHash, delivery.TxHash)
				if result := l.built[d.ID]; assert.NotNil(t, result) && kind != ism.TypeNull {
					assert.Equal(t, to.modules[kind], result.Address)
					assert.Equal(t, kind, result.Type)
					assert.GreaterOrEqual(t, result.Signed(), 2)
					assert.Equal(t, from.TreeAddress(), result.Checkpoint.Tree, "a checkpoint names the tree, not the mailbox (trap 15)")
				}
				if i/2 >= len(kinds) { // of the last round
					sender, body := to.last(to.recipients[kind])
					assert.Equal(t, [32]byte(message.FromEVM(from.on.Transactor(2).From)), sender)
					assert.Equal(t, d.Message.Body, body)
				}
			}
			for _, p := range l.parties {
				require.Len(t, everything(t, p.Outbox().Dispatches(t.Context(), evm.Range{})), 2*len(kinds))
				require.Len(t, everything(t, p.Tree().Insertions(t.Context(), evm.Range{})), 2*len(kinds))
				require.Len(t, everything(t, p.Inbox().Deliveries(t.Context(), evm.Range{})), 2*len(kinds))
				announced, err := p.ValidatorAnnounce().Validators(t.Context())
				require.NoError(t, err)
				assert.ElementsMatch(t, trio(), announced)
			}
		})
	}
}

// With a hook of its own a message passes by the tree, and the relayer says so; from then on leaf
// indexes are not nonces, and anybody may put the newest message into the tree once more (trap 13).
func TestOfficialTreeIsNotTheMailbox(t *testing.T) {
	network := hyperlanetest.New(t, 2)
	a, b := newOfficial(t, network.Chains[0]), newOfficial(t, network.Chains[1])
	l := newLane(t, network, a, b)
	dispatch := func(kind ism.ModuleType, d hyperlane.Dispatch) *hyperlane.Dispatched {
		d.Destination, d.Recipient = b.Domain(), b.recipient(kind)
		sent, err := a.Outbox().Dispatch(t.Context(), a.on.Transactor(1), d)
		require.NoError(t, err)
		return sent
	}
	again := func(d *hyperlane.Dispatched) {
		raw, err := d.Message.MarshalBinary()
		require.NoError(t, err)
		a.tree.send("postDispatch", []byte{}, raw)
	}
	besides := dispatch(ism.TypeMessageIDMultisig, hyperlane.Dispatch{Body: []byte("besides"), Hook: a.aside.at})
	noop := dispatch(ism.TypeNull, hyperlane.Dispatch{Body: []byte("besides, nobody minds"), Hook: a.aside.at})
	plain := dispatch(ism.TypeMessageIDMultisig, hyperlane.Dispatch{Body: []byte("plain")})
	twice := dispatch(ism.TypeMessageIDMultisig, hyperlane.Dispatch{Body: []byte("twice")})
	again(twice)
	thrice := dispatch(ism.TypeMerkleRootMultisig, hyperlane.Dispatch{Body: []byte("thrice")})
	again(thrice)
	again(thrice)

	assert.False(t, besides.InTree)
	assert.False(t, noop.InTree)
	assert.Equal(t, []uint32{2, 3, 4}, []uint32{plain.Message.Nonce, twice.Message.Nonce, thrice.Message.Nonce})
	assert.Equal(t, []uint32{0, 1, 3}, []uint32{plain.LeafIndex, twice.LeafIndex, thrice.LeafIndex})

	at := l.work(besides.ID, noop.ID, plain.ID, twice.ID, thrice.ID)
	lost := at[besides.ID]
	assert.Equal(t, relayer.StageNotInTree, lost.Stage, lost)
	require.ErrorIs(t, lost.Err, metadata.ErrNotInTree)
	assert.Empty(t, lost.LeafIndexes)
	for id, leaves := range map[message.ID][]uint32{noop.ID: nil, plain.ID: {0}, twice.ID: {1, 2}, thrice.ID: {3, 4, 5}} {
		require.Equal(t, relayer.StageFinal, at[id].Stage, at[id])
		assert.Equal(t, leaves, at[id].LeafIndexes)
	}
	assert.EqualValues(t, 0, l.built[plain.ID].Checkpoint.Index)
	assert.EqualValues(t, 2, l.built[twice.ID].Checkpoint.Index, "the last place counts, as for the network's relayer")
	assert.EqualValues(t, 5, l.built[thrice.ID].LeafIndex)

	// An insertion of the lost message makes it deliverable only while it is the newest, which it
	// no longer is here.
	raw, err := besides.Message.MarshalBinary()
	require.NoError(t, err)
	_, err = a.tree.try("postDispatch", []byte{}, raw)
	require.ErrorContains(t, err, "message not dispatching")
}

// A dispatch that is reorganised away before it is final is never signed nor carried; the message
// that takes its nonce and its leaf is.
func TestOfficialReorganisation(t *testing.T) {
	network := hyperlanetest.New(t, 2)
	a, b := newOfficial(t, network.Chains[0]), newLive(t, network.Chains[1])
	l := newLane(t, network, a, b)
	dispatch := func(body string) *hyperlane.Dispatched {
		sent, err := a.Outbox().Dispatch(t.Context(), a.on.Transactor(1), hyperlane.Dispatch{
			Destination: b.Domain(), Recipient: b.recipient(ism.TypeMerkleRootMultisig), Body: []byte(body),
		})
		require.NoError(t, err)
		return sent
	}
	first := dispatch("first")
	require.Equal(t, relayer.StageFinal, l.work(first.ID)[first.ID].Stage)

	undone := dispatch("undone")
	for _, v := range l.validators {
		require.NoError(t, v.Step(t.Context()), "sees a newest block that is not final")
	}
	require.NoError(t, l.relayer.Step(t.Context()))
	_, err := a.on.Reorg(1, hyperlanetest.WithDropped(nil), hyperlanetest.WithNewBlocks(1))
	require.NoError(t, err)
	second := dispatch("second")
	assert.Equal(t, undone.Message.Nonce, second.Message.Nonce)
	assert.Equal(t, undone.LeafIndex, second.LeafIndex)

	at := l.work(second.ID)
	require.Equal(t, relayer.StageFinal, at[second.ID].Stage, at[second.ID])
	assert.Equal(t, relayer.StageUnknown, l.status(undone.ID)[undone.ID].Stage)
	delivered, err := b.Inbox().Delivered(t.Context(), undone.ID)
	require.NoError(t, err)
	assert.False(t, delivered)
}
