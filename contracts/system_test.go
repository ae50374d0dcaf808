package contracts_test

import (
	"bytes"
	"crypto/ecdsa"
	"encoding/binary"
	"strings"
	"testing"

	"github.com/ethereum/go-ethereum/accounts/abi"
	"github.com/ethereum/go-ethereum/common"
	"github.com/ethereum/go-ethereum/core/types"
	"github.com/ethereum/go-ethereum/crypto"
	"github.com/stretchr/testify/require"

	"github.com/hyperlane-go/sdk/contracts"
	"github.com/hyperlane-go/sdk/internal/official"
	"github.com/hyperlane-go/sdk/merkle"
	"github.com/hyperlane-go/sdk/message"
)

const (
	originDomain = 1000 // where messages come from
	localDomain  = 2000 // where the system under test stands
)

// recipientIdle makes the official process with a no-op module cost what the gas table says
// (TestGasOfficial).
const recipientIdle = 715

// system is one set of core contracts on its own chain: ours, or the live network's. Both are
// driven through the same calls (see pack), which is itself part of the claim that ours is a
// drop-in.
type system struct {
	*evm
	name        string
	mailbox     common.Address
	tree        common.Address // holds the Merkle tree: our mailbox itself, or the official hook
	announce    common.Address
	messageIDs  common.Address // factory of message-id multisigs
	merkleRoots common.Address // factory of Merkle-root multisigs
}

// newOfficial deploys the official contracts as the figures of the gas table were taken: without
// proxy, the tree as default hook, and a required hook that does nothing.
func newOfficial(t *testing.T) *system {
	t.Helper()
	load := func(name string) ([]byte, abi.ABI) {
		parsed, code := official.Load(t, name)
		return code, parsed
	}
	s := &system{name: "official"}
	code, mailbox := load("Mailbox") // may skip: before a chain is started
	s.evm = newEVM(t)
	deploy := func(name string, args ...any) common.Address {
		code, parsed := load(name)
		packed, err := parsed.Pack("", args...)
		require.NoError(t, err)
		address, _ := s.deploy(code, packed)
		return address
	}
	packed, err := mailbox.Pack("", uint32(localDomain))
	require.NoError(t, err)
	s.mailbox, _ = s.deploy(code, packed)
	s.tree = deploy("hooks/MerkleTreeHook", s.mailbox)
	s.announce = deploy("ValidatorAnnounce", s.mailbox)
	s.messageIDs = deploy("StaticMessageIdMultisigIsmFactory")
	s.merkleRoots = deploy("StaticMerkleRootMultisigIsmFactory")
	ism := deploy("isms/NoopIsm")
	s.send(s.mailbox, pack("initialize(address,address,address,address)", s.from, ism, s.tree, s.noopHook()))
	return s
}

// newOurs deploys our contracts. The mailbox holds the tree itself, so no hook is set.
func newOurs(t *testing.T) *system {
	t.Helper()
	s := &system{evm: newEVM(t), name: "ours"}
	deploy := func(code []byte) common.Address {
		address, _ := s.deploy(code, nil)
		return address
	}
	ism := deploy(contracts.NoopIsmInitCode())
	s.mailbox = deploy(contracts.MailboxInitCode(localDomain, s.from, ism))
	s.tree = s.mailbox
	s.announce = deploy(contracts.ValidatorAnnounceInitCode(s.mailbox))
	s.messageIDs = deploy(contracts.StaticMessageIdMultisigIsmFactoryInitCode())
	s.merkleRoots = deploy(contracts.StaticMerkleRootMultisigIsmFactoryInitCode())
	return s
}

// pack packs a call to a method given by its signature, for example "process(bytes,bytes)".
func pack(signature string, args ...any) []byte {
	name, rest, ok := strings.Cut(signature, "(")
	if !ok || name == "" {
		panic("no signature: " + signature)
	}
	packed, err := arguments(strings.TrimSuffix(rest, ")")).Pack(args...)
	if err != nil {
		panic(signature + ": " + err.Error())
	}
	return append(crypto.Keccak256([]byte(signature))[:4], packed...)
}

// arguments turns "bytes,uint32" into what the ABI coder works with.
func arguments(list string) abi.Arguments {
	var out abi.Arguments
	for _, name := range strings.FieldsFunc(list, func(r rune) bool { return r == ',' }) {
		typ, err := abi.NewType(name, "", nil)
		if err != nil {
			panic(err)
		}
		out = append(out, abi.Argument{Type: typ})
	}
	return out
}

// ask calls a view and unpacks its answer, given as a list of types.
func (s *system) ask(to common.Address, answer, signature string, args ...any) []any {
	s.t.Helper()
	out, err := s.call(to, pack(signature, args...))
	require.NoError(s.t, err, signature)
	values, err := arguments(answer).Unpack(out)
	require.NoError(s.t, err, signature)
	return values
}

func (s *system) dispatch(destination uint32, recipient [32]byte, body []byte) *types.Receipt {
	s.t.Helper()
	return s.send(s.mailbox, pack("dispatch(uint32,bytes32,bytes)", destination, recipient, body))
}

// multisig deploys a static multisig through one of the two factories.
func (s *system) multisig(factory common.Address, set []common.Address, threshold uint8) (common.Address, *types.Receipt) {
	s.t.Helper()
	address := s.ask(factory, "address", "getAddress(address[],uint8)", set, threshold)[0].(common.Address)
	return address, s.send(factory, pack("deploy(address[],uint8)", set, threshold))
}

// recipient deploys a small recipient that keeps its own module in storage: it answers any call of
// four bytes (which interchainSecurityModule() is) with the module, and takes every other call
// without doing anything. It idles for as long as the compiled recipient of the official figures
// works, so that the figures compare.
func (s *system) recipient(module common.Address) common.Address {
	runtime := []byte{
		0x36, 0x60, 0x04, 0x14, // calldatasize == 4
		0x60, 0x08, 0x57, 0x00, // jump to 8, else stop
		0x5b, 0x5f, 0x54, 0x5f, 0x52, // jumpdest, mstore(0, sload(0))
	}
	runtime = append(runtime, bytes.Repeat([]byte{0x5b}, recipientIdle)...)
	runtime = append(runtime, 0x60, 0x20, 0x5f, 0xf3) // return(0, 32)
	creation := append([]byte{0x73}, module[:]...)
	creation = append(creation, 0x5f, 0x55)                                            // sstore(0, module)
	creation = append(creation, 0x61, byte(len(runtime)>>8), byte(len(runtime)), 0x80, // push size, dup
		0x60, 0x21, 0x5f, 0x39, // codecopy(0, 33, size)
		0x5f, 0xf3) // return(0, size)
	address, _ := s.deploy(append(creation, runtime...), nil)
	return address
}

// noopHook deploys a hook that wants nothing and does nothing: it answers every call with a zero
// word.
func (s *system) noopHook() common.Address {
	address, _ := s.deploy([]byte{
		0x64, 0x60, 0x20, 0x5f, 0xf3, 0x00, // push5: return(0, 32), stop
		0x60, 0xd8, 0x1b, 0x5f, 0x52, // shl 216, mstore(0)
		0x60, 0x05, 0x5f, 0xf3, // return(0, 5)
	}, nil)
	return address
}

// validators derives n keys.
func validators(n int) ([]*ecdsa.PrivateKey, []common.Address) {
	keys, set := make([]*ecdsa.PrivateKey, n), make([]common.Address, n)
	for i := range keys {
		keys[i] = testKey("validator " + string(rune('a'+i)))
		set[i] = crypto.PubkeyToAddress(keys[i].PublicKey)
	}
	return keys, set
}

// wireBody is a body as the gas figures use it: 32 bytes, none of them zero.
func wireBody() []byte {
	return bytes.Repeat([]byte{0xb0}, 32)
}

// inbound is a message from the origin domain to a contract beside the system.
func inbound(nonce uint32, recipient common.Address) *message.Message {
	return &message.Message{
		Version:     3,
		Nonce:       nonce,
		Origin:      originDomain,
		Sender:      message.FromEVM(common.HexToAddress("0x5e5e5e5e5e5e5e5e5e5e5e5e5e5e5e5e5e5e5e5e")),
		Destination: localDomain,
		Recipient:   message.FromEVM(recipient),
		Body:        wireBody(),
	}
}

// attestation is what validators of the origin sign, written out from the protocol rather than
// taken from the packages that are compared with the contracts.
type attestation struct {
	tree  message.Address
	root  merkle.Hash
	index uint32
	id    message.ID
}

func (a attestation) digest(origin uint32) []byte {
	domain := crypto.Keccak256(u32(origin), a.tree[:], []byte("HYPERLANE"))
	hash := crypto.Keccak256(domain, a.root[:], u32(a.index), a.id[:])
	return crypto.Keccak256([]byte("\x19Ethereum Signed Message:\n32"), hash)
}

func sign(key *ecdsa.PrivateKey, digest []byte) []byte {
	signature, err := crypto.Sign(digest, key)
	if err != nil {
		panic(err)
	}
	signature[64] += 27
	return signature
}

func u32(n uint32) []byte {
	return binary.BigEndian.AppendUint32(nil, n)
}

func concat(parts ...[]byte) []byte {
	return bytes.Join(parts, nil)
}

// messageIDMetadata is tree(32) root(32) index(4) signatures(65 each).
func messageIDMetadata(m *message.Message, a attestation, keys []*ecdsa.PrivateKey) []byte {
	a.id = m.ID()
	out := concat(a.tree[:], a.root[:], u32(a.index))
	for _, key := range keys {
		out = append(out, sign(key, a.digest(uint32(m.Origin)))...)
	}
	return out
}

// merkleRootMetadata is tree(32) messageIndex(4) signedMessageID(32) proof(1024) signedIndex(4)
// signatures(65 each).
func merkleRootMetadata(m *message.Message, a attestation, proof merkle.Proof, keys []*ecdsa.PrivateKey) []byte {
	a.root = proof.Root()
	out := concat(a.tree[:], u32(proof.Index), a.id[:])
	for _, sibling := range proof.Path {
		out = append(out, sibling[:]...)
	}
	out = append(out, u32(a.index)...)
	for _, key := range keys {
		out = append(out, sign(key, a.digest(uint32(m.Origin)))...)
	}
	return out
}
