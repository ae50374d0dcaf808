package contracts_test

import (
	"crypto/ecdsa"
	"strings"

	"github.com/ethereum/go-ethereum/common"
	"github.com/ethereum/go-ethereum/core/types"
	"github.com/stretchr/testify/require"

	"github.com/hyperlane-go/sdk/merkle"
	"github.com/hyperlane-go/sdk/message"
)

// figures are what the gas table compares, measured the same way for both systems.
type figures struct {
	dispatch, noop, messageID, merkleRoot, announce uint64 // net
	deployMultisig                                  uint64 // the whole transaction
}

// quorum is m signatures of n validators.
type quorum struct{ m, n int }

// tableQuorum is the quorum of the table; its signers leave one validator out before the last of
// them.
var tableQuorum = quorum{3, 5}

// fitQuorums are those that the slopes are fitted over; the first m validators sign.
var fitQuorums = []quorum{{1, 1}, {1, 3}, {2, 3}, {3, 5}, {4, 7}, {6, 9}}

func (s *system) measure() figures {
	s.t.Helper()
	keys, set := validators(tableQuorum.n)
	signers := []*ecdsa.PrivateKey{keys[0], keys[1], keys[3]}

	var f figures
	f.dispatch = s.measureDispatch()
	f.noop = s.measureNoop()
	var deployed *types.Receipt
	var module common.Address
	module, deployed = s.multisig(s.messageIDs, set, uint8(tableQuorum.m))
	f.deployMultisig = deployed.GasUsed
	f.messageID = s.measureMessageID(module, signers)
	module, _ = s.multisig(s.merkleRoots, set, uint8(tableQuorum.m))
	f.merkleRoot = s.measureMerkleRoot(module, signers)
	f.announce = s.measureAnnounce()
	return f
}

// measureDispatch is the mean of dispatches 129 to 192: a tree in steady state, where every depth
// of carry has come up as often as it will.
func (s *system) measureDispatch() uint64 {
	s.t.Helper()
	recipient := message.FromEVM(common.HexToAddress("0x1111111111111111111111111111111111111111"))
	var sum uint64
	for i := 1; i <= 192; i++ {
		receipt := s.dispatch(originDomain, recipient, wireBody())
		if i > 128 {
			sum += s.net(receipt)
		}
	}
	return sum / 64
}

// measureNoop processes a message whose recipient names a module that accepts everything.
func (s *system) measureNoop() uint64 {
	s.t.Helper()
	module := s.ask(s.mailbox, "address", "defaultIsm()")[0].(common.Address)
	return s.process(nil, inbound(1, s.recipient(module)))
}

func (s *system) measureMessageID(module common.Address, signers []*ecdsa.PrivateKey) uint64 {
	s.t.Helper()
	m := inbound(2, s.recipient(module))
	return s.process(messageIDMetadata(m, originAttestation(), signers), m)
}

// measureMerkleRoot proves leaf 50 of 100.
func (s *system) measureMerkleRoot(module common.Address, signers []*ecdsa.PrivateKey) uint64 {
	s.t.Helper()
	m := inbound(3, s.recipient(module))
	var tree merkle.FullTree
	for i := range 100 {
		leaf := merkle.Hash{byte(i + 1)}
		if i == 50 {
			leaf = merkle.Hash(m.ID())
		}
		require.NoError(s.t, tree.Append(leaf))
	}
	proof, err := tree.Prove(50, 100)
	require.NoError(s.t, err)
	return s.process(merkleRootMetadata(m, originAttestation(), proof, signers), m)
}

// measureAnnounce is a validator's first location, of 54 bytes, where others have announced before.
func (s *system) measureAnnounce() uint64 {
	s.t.Helper()
	keys, set := validators(2)
	var last *types.Receipt
	for i, location := range []string{"s3://validator-a/eu-west-1", "s3://validator-b-" + strings.Repeat("x", 27) + "/us-east-1"} {
		digest := s.ask(s.announce, "bytes32", "getAnnouncementDigest(string)", location)[0].([32]byte)
		last = s.send(s.announce, pack("announce(address,string,bytes)", set[i], location, sign(keys[i], digest[:])))
	}
	return s.net(last)
}

// measureQuorums processes one message for each of the fitted quorums.
func (s *system) measureQuorums(factory common.Address, process func(common.Address, []*ecdsa.PrivateKey) uint64) []uint64 {
	s.t.Helper()
	out := make([]uint64, 0, len(fitQuorums))
	for _, q := range fitQuorums {
		keys, set := validators(q.n)
		module, _ := s.multisig(factory, set, uint8(q.m))
		out = append(out, process(module, keys[:q.m]))
	}
	return out
}

func (s *system) process(metadata []byte, m *message.Message) uint64 {
	s.t.Helper()
	raw, err := m.MarshalBinary()
	require.NoError(s.t, err)
	return s.net(s.send(s.mailbox, pack("process(bytes,bytes)", metadata, raw)))
}

func originAttestation() attestation {
	return attestation{
		tree:  message.FromEVM(common.HexToAddress("0x7ee7ee7ee7ee7ee7ee7ee7ee7ee7ee7ee7ee7ee7")),
		root:  merkle.Hash{1},
		index: 99,
		id:    message.ID{2},
	}
}
