package hyperlane_test

import (
	"errors"
	"math/big"
	"testing"

	"github.com/ethereum/go-ethereum/common"
	"github.com/ethereum/go-ethereum/crypto"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/hyperlane-go/sdk/contracts/contractstest"
	"github.com/hyperlane-go/sdk/hyperlane"
	"github.com/hyperlane-go/sdk/hyperlane/evm"
	"github.com/hyperlane-go/sdk/hyperlane/hyperlanetest"
	"github.com/hyperlane-go/sdk/ism"
	"github.com/hyperlane-go/sdk/ism/checkpoint"
	"github.com/hyperlane-go/sdk/merkle"
	"github.com/hyperlane-go/sdk/message"
)

// refusal is a delivery to the official mailbox that is broken in one way.
type refusal struct {
	name   string
	change func(m *message.Message) (metadata []byte)
	reason string // the official contract's own words; empty where it has none
	want   []error
	not    error // a class that must not be claimed
}

// bench is an official mailbox with what it takes to be refused by it.
type bench struct {
	*party
	foreign   message.Domain
	delivered *message.Message // already
	refuses   common.Address   // recipient behind a module that says no
	pauses    common.Address   // recipient behind a paused module
	unrouted  common.Address   // recipient behind a module with words of its own
	reverts   common.Address   // recipient with words of its own
}

func newBench(t testing.TB) *bench {
	t.Helper()
	network := hyperlanetest.New(t, 2)
	b := &bench{party: newOfficial(t, network.Chains[0]), foreign: network.Chains[1].Domain()}
	behind := func(name string, args ...any) (*deployed, common.Address) {
		module, recipient := put(t, b.on, name, args...), put(t, b.on, "test/TestRecipient")
		recipient.send("setInterchainSecurityModule", module.at)
		return module, recipient.at
	}
	module, recipient := behind("test/TestIsm")
	module.send("setVerify", false)
	b.refuses = recipient
	module, recipient = behind("isms/PausableIsm", b.on.Transactor(0).From)
	module.send("pause")
	b.pauses = recipient
	_, b.unrouted = behind("isms/routing/DomainRoutingIsm")
	b.reverts = newOurs(t, b.on).recipients[ism.TypeNull]
	mode := &deployed{ABI: contractstest.TestRecipientArtifact.ABI(), t: t, at: b.reverts, node: b.on.Link, opts: b.on.Transactor(0)}
	mode.send("setHandleMode", uint8(hyperlanetest.HandleRevertString))
	b.delivered = b.inbound(1)
	_, err := b.Inbox().Process(t.Context(), b.on.Transactor(1), nil, b.delivered)
	require.NoError(t, err)
	return b
}

// inbound is a message that is accepted without metadata.
func (b *bench) inbound(nonce uint32) *message.Message {
	return &message.Message{
		Version: message.Version, Nonce: nonce, Origin: b.foreign, Sender: message.Address{31: 9},
		Destination: b.Domain(), Recipient: b.recipient(ism.TypeNull), Body: []byte("inbound"),
	}
}

func to(recipient common.Address) func(*message.Message) []byte {
	return func(m *message.Message) []byte { m.Recipient = message.FromEVM(recipient); return nil }
}

func (b *bench) refusals(t testing.TB) []refusal {
	id := func(change func([]checkpoint.Signature) []checkpoint.Signature) func(*message.Message) []byte {
		return func(m *message.Message) []byte { return b.messageIDMetadata(t, m, change) }
	}
	return []refusal{
		{"delivered before", func(m *message.Message) []byte { *m = *b.delivered; return nil }, "Mailbox: already delivered", []error{hyperlane.ErrAlreadyDelivered}, nil},
		{"version", func(m *message.Message) []byte { m.Version = 0; return nil }, "Mailbox: bad version", []error{hyperlane.ErrVersion}, nil},
		{"destination", func(m *message.Message) []byte { m.Destination++; return nil }, "Mailbox: unexpected destination", []error{hyperlane.ErrWrongDestination}, nil},
		{"dirty recipient", func(m *message.Message) []byte { m.Recipient[11] = 1; return nil }, "TypeCasts: bytes32ToAddress overflow", []error{hyperlane.ErrRecipient}, nil},
		{"recipient without code (trap 7)", to(common.Address{1, 2, 3}), "", []error{hyperlane.ErrRecipient, evm.ErrNoCode}, nil},
		{"module that says no", to(b.refuses), "Mailbox: ISM verification failed", []error{hyperlane.ErrISMRefused}, nil},
		{"paused module", to(b.pauses), "Pausable: paused", []error{hyperlane.ErrPaused, hyperlane.ErrISMRefused}, nil},
		{"module's own words", to(b.unrouted), "No ISM found for origin: 2000", []error{hyperlane.ErrISMRefused}, nil},
		{"recipient's own words", to(b.reverts), "TestRecipient: refused", []error{evm.ErrReverted}, hyperlane.ErrISMRefused},
		{"one validator twice", id(func(s []checkpoint.Signature) []checkpoint.Signature { return []checkpoint.Signature{s[0], s[0]} }),
			"!threshold", []error{hyperlane.ErrISMRefused}, nil},
		{"v of zero (trap 19)", id(func(s []checkpoint.Signature) []checkpoint.Signature { s[1][64] -= 27; return s }),
			"ECDSA: invalid signature", []error{hyperlane.ErrISMRefused, hyperlane.ErrSignature}, nil},
		{"high s (trap 19)", id(func(s []checkpoint.Signature) []checkpoint.Signature { s[0] = highS(s[0]); return s }),
			"ECDSA: invalid signature 's' value", []error{hyperlane.ErrISMRefused, hyperlane.ErrSignature}, nil},
		{"too few signatures (trap 29)", id(func(s []checkpoint.Signature) []checkpoint.Signature { return s[:1] }),
			"", []error{hyperlane.ErrISMRefused}, hyperlane.ErrRecipient},
		{"message newer than the checkpoint", func(m *message.Message) []byte {
			m.Recipient = b.recipient(ism.TypeMerkleRootMultisig)
			raw, err := (&ism.MerkleRootMetadata{MessageIndex: 2, SignedIndex: 1}).MarshalBinary()
			require.NoError(t, err)
			return raw
		}, "Invalid merkle index metadata", []error{hyperlane.ErrISMRefused, hyperlane.ErrMetadata}, nil},
	}
}

// messageIDMetadata would be accepted, if it were not changed.
func (b *bench) messageIDMetadata(t testing.TB, m *message.Message, change func([]checkpoint.Signature) []checkpoint.Signature) []byte {
	t.Helper()
	m.Recipient = b.recipient(ism.TypeMessageIDMultisig)
	d := ism.MessageIDMetadata{Tree: message.Address{31: 1}, Root: merkle.EmptyRoot(), Index: 3}
	for i := range 2 {
		s, err := checkpoint.Sign(t.Context(), checkpoint.NewKeySigner(hyperlanetest.ValidatorAccount(i).Key), d.Checkpoint(m))
		require.NoError(t, err)
		d.Signatures = append(d.Signatures, s.Signature)
	}
	whole, err := d.MarshalBinary()
	require.NoError(t, err)
	require.NoError(t, b.Inbox().Simulate(t.Context(), b.on.Transactor(1).From, whole, m))
	d.Signatures = change(d.Signatures)
	broken, err := d.MarshalBinary()
	require.NoError(t, err)
	return broken
}

// highS is the other spelling of a signature, which recovers to the same signer.
func highS(s checkpoint.Signature) checkpoint.Signature {
	new(big.Int).Sub(crypto.S256().Params().N, new(big.Int).SetBytes(s[32:64])).FillBytes(s[32:64])
	s[64] ^= 27 ^ 28
	return s
}

// What the official mailbox says, in words or without, becomes the typed error that our own
// contracts' refusal becomes; what can be known to fail is refused without asking, in the class
// that the contract's words belong to. Nothing is sent.
func TestOfficialRefusalsOfProcess(t *testing.T) {
	b := newBench(t)
	from := b.on.Transactor(1).From
	require.NoError(t, b.Inbox().Simulate(t.Context(), from, nil, b.inbound(2)), "whole it is accepted")
	for _, row := range b.refusals(t) {
		t.Run(row.name, func(t *testing.T) {
			m := b.inbound(2)
			metadata := row.change(m)
			height := b.on.Height()
			_, err := b.mailbox.try("process", metadata, wire(t, m))
			require.ErrorContains(t, err, "execution reverted")
			require.Equal(t, row.reason == "", err.Error() == "execution reverted", "words where there should be none, or none: %v", err)
			require.ErrorContains(t, err, row.reason)

			_, err = b.Inbox().Process(t.Context(), b.on.Transactor(1), metadata, m)
			_, estimateErr := b.Inbox().EstimateProcess(t.Context(), from, metadata, m)
			for _, want := range row.want {
				require.ErrorIs(t, err, want)
				require.ErrorIs(t, estimateErr, want)
				require.ErrorIs(t, b.Inbox().Simulate(t.Context(), from, metadata, m), want)
			}
			if row.not != nil {
				require.NotErrorIs(t, err, row.not)
			}
			var refused *evm.RevertError
			if errors.As(err, &refused) { // otherwise no contract was asked
				assert.Equal(t, row.reason, refused.Reason, "the contract's words are kept")
			}
			assert.Equal(t, height, b.on.Height(), "a transaction was sent")
		})
	}
}

// wire is the message's bytes, also where our codec refuses to write them.
func wire(t testing.TB, m *message.Message) []byte {
	t.Helper()
	c := *m
	c.Version = message.Version
	raw, err := c.MarshalBinary()
	require.NoError(t, err)
	raw[0] = m.Version
	return raw
}

// What the official hooks refuse when a message is dispatched.
func TestOfficialRefusalsOfDispatch(t *testing.T) {
	p := newOfficial(t, hyperlanetest.New(t, 1).Chains[0])
	whole := hyperlane.Dispatch{Destination: 2000, Recipient: message.Address{31: 1}, Body: []byte("outbound")}
	besides := whole
	besides.Hook = p.aside.at
	fee, err := p.Outbox().Quote(t.Context(), p.on.Transactor(1).From, whole)
	require.NoError(t, err)
	require.EqualValues(t, protocolFee, fee.Uint64())

	// All that exceeds the required hook's quote goes to the other hook, which may keep it (trap
	// 8).
	opts := p.on.Transactor(1)
	opts.Value = big.NewInt(protocolFee + 5)
	_, err = p.Outbox().Dispatch(t.Context(), opts, besides)
	require.NoError(t, err)
	kept, err := p.on.Link.BalanceAt(t.Context(), p.aside.at, nil)
	require.NoError(t, err)
	assert.EqualValues(t, 5, kept.Uint64())
	p.aside.send("pause")

	unknown := whole
	unknown.Metadata = []byte{0, 9}
	for _, row := range []struct {
		name   string
		value  *big.Int
		d      hyperlane.Dispatch
		reason string
		want   error
	}{
		{"too little", big.NewInt(protocolFee - 1), whole, "ProtocolFee: insufficient protocol fee", evm.ErrPayment},
		{"too much for the tree", big.NewInt(protocolFee + 1), whole, "MerkleTreeHook: no value expected", evm.ErrPayment},
		{"metadata of an unknown variant", nil, unknown, "AbstractPostDispatchHook: invalid metadata variant", hyperlane.ErrMetadata},
		{"paused hook", nil, besides, "Pausable: paused", hyperlane.ErrPaused},
	} {
		t.Run(row.name, func(t *testing.T) {
			height, opts := p.on.Height(), p.on.Transactor(1)
			opts.Value = row.value
			_, err := p.Outbox().Dispatch(t.Context(), opts, row.d)
			require.ErrorIs(t, err, row.want)
			var refused *evm.RevertError
			require.ErrorAs(t, err, &refused)
			assert.Equal(t, row.reason, refused.Reason)
			assert.Equal(t, height, p.on.Height(), "a transaction was sent")
		})
	}
}
