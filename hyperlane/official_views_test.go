package hyperlane_test

import (
	"math/big"
	"math/rand/v2"
	"testing"

	bind "github.com/ethereum/go-ethereum/accounts/abi/bind/v2"
	"github.com/ethereum/go-ethereum/common"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/hyperlane-go/sdk/hyperlane"
	"github.com/hyperlane-go/sdk/hyperlane/evm"
	"github.com/hyperlane-go/sdk/hyperlane/hyperlanetest"
	"github.com/hyperlane-go/sdk/ism"
	"github.com/hyperlane-go/sdk/ism/checkpoint"
	"github.com/hyperlane-go/sdk/merkle"
	"github.com/hyperlane-go/sdk/message"
)

// seeded is randomness that repeats.
func seeded(t testing.TB) *rand.Rand {
	const seed = 12_01_00
	t.Logf("seed %d", seed)
	return rand.New(rand.NewPCG(seed, 1))
}

func randomBytes(rng *rand.Rand, n int) []byte {
	out := make([]byte, n)
	for i := range out {
		out[i] = byte(rng.Uint32())
	}
	return out
}

// Random dispatches through the official mailbox: the message and the id that the client returns,
// and the tree that it reads, are those of the contracts; our two trees have the contract's root at
// every size; our proofs lead to it by the contract's own arithmetic; and metadata made of them
// offline gets the same verdict from the official modules and from the Go verifiers.
func TestOfficialDispatchesAndProofs(t *testing.T) {
	const messages, proofs = 300, 60
	network := hyperlanetest.New(t, 2)
	a, b := newOfficial(t, network.Chains[0]), newOfficial(t, network.Chains[1])
	_, _, err := a.Tree().LatestCheckpoint(t.Context())
	require.ErrorIs(t, err, hyperlane.ErrEmptyTree, "the official hook panics on an empty tree (trap 11)")

	rng := seeded(t)
	var small merkle.Tree
	var full merkle.FullTree
	var sent []message.Message
	var heads []evm.Head
	for nonce := range uint32(messages) {
		d := hyperlane.Dispatch{Destination: message.Domain(rng.Uint32()), Recipient: message.Address(randomBytes(rng, 32)), Body: randomBytes(rng, rng.IntN(300))}
		if nonce%3 == 1 {
			d.Metadata = metadataOf(t, rng)
		}
		got, err := a.Outbox().Dispatch(t.Context(), a.on.Transactor(1), d)
		require.NoError(t, err)
		assert.Equal(t, message.Message{
			Version: message.Version, Nonce: nonce, Origin: a.Domain(), Sender: message.FromEVM(a.on.Transactor(1).From),
			Destination: d.Destination, Recipient: d.Recipient, Body: d.Body,
		}, got.Message)
		assert.Equal(t, [32]byte(got.Message.ID()), a.mailbox.ask("latestDispatchedId")[0])
		require.NoError(t, small.Insert(merkle.Hash(got.ID)))
		require.NoError(t, full.Append(merkle.Hash(got.ID)))
		sent = append(sent, got.Message)
		head, err := a.HeadAt(t.Context(), got.Receipt.BlockNumber.Uint64())
		require.NoError(t, err)
		heads = append(heads, head)

		checkpointed := a.tree.ask("latestCheckpoint")
		assert.Equal(t, []any{[32]byte(small.Root()), nonce}, checkpointed)
		tree, err := a.At(head).Tree().Read(t.Context())
		require.NoError(t, err)
		assert.Equal(t, small, tree, "branch, count and root; unset branches stay zero as in Solidity (trap 12)")
		root, err := full.Root(nonce + 1)
		require.NoError(t, err)
		assert.Equal(t, small.Root(), root)
	}

	for at, head := range heads { // once more from history, as an agent that comes late reads it
		root, err := a.At(head).Tree().Root(t.Context())
		require.NoError(t, err)
		count, err := a.At(head).Tree().Count(t.Context())
		require.NoError(t, err)
		want, err := full.Root(count)
		require.NoError(t, err)
		assert.Equal(t, want, root)
		assert.EqualValues(t, at+1, count)
	}
	v := &verdicts{t: t, a: a, b: b, rng: rng, arithmetic: put(t, b.on, "test/TestMerkle"), full: &full, sent: sent}
	for range proofs {
		v.compare()
	}
	assert.Equal(t, 2*proofs, v.accepted)
	assert.Equal(t, 2*proofs, v.refused)
}

func metadataOf(t testing.TB, rng *rand.Rand) []byte {
	t.Helper()
	refund := common.Address(randomBytes(rng, 20))
	raw, err := (&message.HookMetadata{Refund: &refund}).MarshalBinary()
	require.NoError(t, err)
	return raw
}

// verdicts asks official modules and Go verifiers the same questions.
type verdicts struct {
	t                 testing.TB
	a, b              *party
	rng               *rand.Rand
	arithmetic        *deployed
	full              *merkle.FullTree
	sent              []message.Message
	accepted, refused int
}

// compare proves a random message of a random tree, signs, and asks about both metadata, whole and
// with one byte broken.
func (v *verdicts) compare() {
	size := 1 + v.rng.Uint32N(v.full.Count())
	index := v.rng.Uint32N(size)
	proof, err := v.full.Prove(index, size)
	require.NoError(v.t, err)
	root, err := v.full.Root(size)
	require.NoError(v.t, err)
	path := make([][32]byte, len(proof.Path))
	for i, h := range proof.Path {
		path[i] = h
	}
	require.Equal(v.t, [32]byte(root), v.arithmetic.ask("branchRoot", [32]byte(proof.Leaf), [32][32]byte(path), new(big.Int).SetUint64(uint64(index)))[0])

	m := &v.sent[index]
	tree, validators := v.a.TreeAddress(), trio()
	own, err := v.full.Root(index + 1)
	require.NoError(v.t, err)
	byID := ism.MessageIDMetadata{Tree: tree, Root: own, Index: index}
	byID.Signatures = v.sign(byID.Checkpoint(m))
	newest := v.sent[size-1]
	byRoot := ism.MerkleRootMetadata{Tree: tree, MessageIndex: index, SignedMessageID: newest.ID(), Path: proof.Path, SignedIndex: size - 1}
	require.Equal(v.t, root, byRoot.Checkpoint(m).Root)
	byRoot.Signatures = v.sign(byRoot.Checkpoint(m))

	raw, err := byID.MarshalBinary()
	require.NoError(v.t, err)
	v.ask(ism.MessageIDMultisig{Validators: validators, Threshold: 2}, raw, m)
	raw, err = byRoot.MarshalBinary()
	require.NoError(v.t, err)
	v.ask(ism.MerkleRootMultisig{Validators: validators, Threshold: 2}, raw, m)
}

// sign has two of the three validators sign, in the order of the set.
func (v *verdicts) sign(c checkpoint.Checkpoint) (out []checkpoint.Signature) {
	absent := v.rng.IntN(3)
	for i := range trio() {
		if i != absent {
			s, err := checkpoint.Sign(v.t.Context(), checkpoint.NewKeySigner(hyperlanetest.ValidatorAccount(i).Key), c)
			require.NoError(v.t, err)
			out = append(out, s.Signature)
		}
	}
	return out
}

func (v *verdicts) ask(verifier ism.Module, raw []byte, m *message.Message) {
	module := v.b.modules[verifier.Type()]
	official := func() error { return v.b.Modules().Verify(v.t.Context(), common.Address{}, module, raw, m) }
	require.NoError(v.t, verifier.Verify(raw, m))
	require.NoError(v.t, official())
	v.accepted++
	at := v.rng.IntN(len(raw))
	raw[at] ^= 1 << v.rng.IntN(8)
	require.Error(v.t, verifier.Verify(raw, m), "byte %d", at)
	require.ErrorIs(v.t, official(), evm.ErrReverted, "byte %d", at)
	v.refused++
}

// What validators sign to announce themselves is what the official contract says, whatever the
// location.
func TestOfficialAnnouncements(t *testing.T) {
	network := hyperlanetest.New(t, 1)
	p, rng := newOfficial(t, network.Chains[0]), seeded(t)
	locations := []string{"", "x", "s3://bucket/us-east-1/folder", "file:///srv/ünïcödé"}
	for range 40 {
		locations = append(locations, string(randomBytes(rng, rng.IntN(600))))
	}
	key := hyperlanetest.User(3)
	for _, location := range locations {
		a := p.ValidatorAnnounce().Announcement(key.Address, location)
		require.Equal(t, a.Digest(), p.announce.ask("getAnnouncementDigest", location)[0], "%q; of the mailbox, not of the tree (trap 15)", location)
	}
	announce := func(location string) (checkpoint.SignedAnnouncement, *bind.TransactOpts) {
		s, err := checkpoint.SignAnnouncement(t.Context(), checkpoint.NewKeySigner(key.Key), p.ValidatorAnnounce().Announcement(key.Address, location))
		require.NoError(t, err)
		return s, p.on.Transactor(4) // anybody may send it
	}
	for _, location := range locations[:4] {
		signed, opts := announce(location)
		_, err := p.ValidatorAnnounce().Publish(t.Context(), opts, signed)
		require.NoError(t, err, location)
	}
	got, err := p.ValidatorAnnounce().Locations(t.Context(), hyperlanetest.User(5).Address, key.Address)
	require.NoError(t, err)
	require.Len(t, got, 2)
	assert.Empty(t, got[0])
	assert.Equal(t, locations[:4], got[1], "oldest first")

	signed, opts := announce(locations[2])
	_, err = p.ValidatorAnnounce().Publish(t.Context(), opts, signed)
	require.ErrorIs(t, err, hyperlane.ErrAlreadyAnnounced)
	var refused *evm.RevertError
	require.ErrorAs(t, err, &refused)
	assert.Equal(t, "replay", refused.Reason)
}
