package contracts_test

import (
	"math/rand/v2"
	"testing"

	"github.com/ethereum/go-ethereum/common"
	"github.com/ethereum/go-ethereum/core/types"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/hyperlane-go/sdk/contracts"
	"github.com/hyperlane-go/sdk/merkle"
	"github.com/hyperlane-go/sdk/message"
)

// Random dispatches on both: same message, id, logs, tree, root and checkpoint after each, and the
// same in Go. Destination and recipient are anything, also senseless (trap 4).
func TestDifferentialDispatch(t *testing.T) {
	official, ours := newOfficial(t), newOurs(t)
	for _, s := range []*system{official, ours} { // trap 11
		_, err := s.call(s.tree, pack("latestCheckpoint()"))
		assert.ErrorContains(t, err, "execution reverted", "%s: an empty tree has no checkpoint", s.name)
		assert.Equal(t, []any{[32]byte(merkle.EmptyRoot())}, s.ask(s.tree, "bytes32", "root()"), s.name)
	}
	const seed = 7
	rng := rand.New(rand.NewPCG(seed, 2))
	t.Logf("seed %d", seed)
	var tree merkle.Tree
	for nonce := range uint32(40) {
		destination, recipient, body := rng.Uint32(), randomHash[message.Address](rng), randomBytes(rng, rng.IntN(300))
		call := pack("dispatch(uint32,bytes32,bytes)", destination, recipient, body)
		if nonce%2 == 1 {
			call = pack("dispatch(uint32,bytes32,bytes,bytes)", destination, recipient, body, []byte{})
		}
		theirs, mine := official.send(official.mailbox, call), ours.send(ours.mailbox, call)

		m := &message.Message{Version: 3, Nonce: nonce, Origin: localDomain, Sender: message.FromEVM(official.from),
			Destination: message.Domain(destination), Recipient: recipient, Body: body}
		id := m.ID()
		require.NoError(t, tree.Insert(merkle.Hash(id)))
		require.Equal(t, logs(official, theirs), logs(ours, mine), "same logs in the same order")
		require.Equal(t, common.Hash(id), mine.Logs[1].Topics[1], "DispatchId carries the id that Go computes")

		for _, question := range []struct{ answer, signature string }{
			{"bytes32", "root()"}, {"uint32", "count()"}, {"bytes32,uint32", "latestCheckpoint()"}, {"bytes32[32],uint256", "tree()"},
		} {
			assert.Equal(t, official.ask(official.tree, question.answer, question.signature),
				ours.ask(ours.tree, question.answer, question.signature), question.signature)
		}
		assert.Equal(t, official.ask(official.mailbox, "uint32", "nonce()"), ours.ask(ours.mailbox, "uint32", "nonce()"))
		assert.Equal(t, [32]byte(tree.Root()), ours.ask(ours.tree, "bytes32", "root()")[0], "Go's tree has the same root")
	}
}

// Our Merkle tree hook behind the official mailbox grows the same tree as the official one, and
// like it takes only the message that is being dispatched (trap 13).
func TestDifferentialMerkleTreeHook(t *testing.T) {
	s := newOfficial(t)
	hook, _ := s.deploy(contracts.MerkleTreeHookInitCode(s.mailbox), nil)
	assert.Equal(t, s.ask(s.tree, "bytes32", "root()"), s.ask(hook, "bytes32", "root()"), "empty")
	s.send(s.mailbox, pack("setRequiredHook(address)", s.tree))
	for i := range 20 {
		s.send(s.mailbox, pack("dispatch(uint32,bytes32,bytes,bytes,address)", uint32(i), [32]byte{1}, []byte{byte(i)}, []byte{}, hook))
		for _, question := range []struct{ answer, signature string }{
			{"bytes32", "root()"}, {"uint32", "count()"}, {"bytes32,uint32", "latestCheckpoint()"}, {"bytes32[32],uint256", "tree()"},
			{"address", "mailbox()"}, {"uint32", "localDomain()"}, {"uint8", "hookType()"},
		} {
			assert.Equal(t, s.ask(s.tree, question.answer, question.signature), s.ask(hook, question.answer, question.signature), question.signature)
		}
	}
	for name, question := range map[string][]byte{
		"a message that is not being dispatched": pack("postDispatch(bytes,bytes)", []byte{}, make([]byte, message.HeaderLength)),
		"an unknown metadata variant":            pack("postDispatch(bytes,bytes)", []byte{0, 9}, make([]byte, message.HeaderLength)),
		"a quote":                                pack("quoteDispatch(bytes,bytes)", []byte{}, make([]byte, message.HeaderLength)),
		"a quote, unknown variant":               pack("quoteDispatch(bytes,bytes)", []byte{0, 9}, make([]byte, message.HeaderLength)),
		"support for no metadata":                pack("supportsMetadata(bytes)", []byte{}),
		"support for variant 1":                  pack("supportsMetadata(bytes)", []byte{0, 1}),
		"support for variant 9":                  pack("supportsMetadata(bytes)", []byte{0, 9}),
		"support for half a variant":             pack("supportsMetadata(bytes)", []byte{0}),
	} {
		want, wantErr := s.call(s.tree, question)
		have, haveErr := s.call(hook, question)
		assert.Equal(t, wantErr == nil, haveErr == nil, "%s: official %v, ours %v", name, wantErr, haveErr)
		assert.Equal(t, want, have, name)
	}
}

// What process accepts and refuses, well-formed or not (trap 7: a recipient without code), and the
// order and topics of its logs (trap 3). The call is process(metadata, message), in that order
// (trap 1).
func TestDifferentialProcess(t *testing.T) {
	official, ours := newOfficial(t), newOurs(t)
	valid := func(s *system) (common.Address, []byte) {
		recipient := s.recipient(s.ask(s.mailbox, "address", "defaultIsm()")[0].(common.Address))
		raw, err := inbound(1, recipient).MarshalBinary()
		require.NoError(t, err)
		return recipient, raw
	}
	for _, c := range []struct {
		name   string
		change func(raw []byte) []byte
		want   bool
	}{
		{"valid", func(raw []byte) []byte { return raw }, true},
		{"empty body", func(raw []byte) []byte { return raw[:77] }, true},
		{"longer body", func(raw []byte) []byte { return append(raw, 1, 2, 3) }, true},
		{"no bytes", func([]byte) []byte { return nil }, false},
		{"a version only", func(raw []byte) []byte { return raw[:1] }, false},
		{"another version only", func([]byte) []byte { return []byte{2} }, false},
		{"76 bytes", func(raw []byte) []byte { return raw[:76] }, false},
		{"another version", func(raw []byte) []byte { raw[0] = 2; return raw }, false},
		{"another destination", func(raw []byte) []byte { raw[44]++; return raw }, false},
		{"recipient with dirty upper bytes", func(raw []byte) []byte { raw[45] = 1; return raw }, false},
		{"recipient without code", func(raw []byte) []byte { raw[76] ^= 1; return raw }, false},
	} {
		for _, s := range []*system{official, ours} {
			_, raw := valid(s)
			_, err := s.call(s.mailbox, pack("process(bytes,bytes)", []byte{}, c.change(raw)))
			assert.Equal(t, c.want, err == nil, "%s %s: %v", s.name, c.name, err)
		}
	}

	var seen [][]entry
	for _, s := range []*system{official, ours} {
		recipient, raw := valid(s)
		call := pack("process(bytes,bytes)", []byte{}, raw)
		receipt := s.send(s.mailbox, call)
		_, err := s.call(s.mailbox, call)
		assert.ErrorContains(t, err, "execution reverted", "%s: delivered twice", s.name)

		m := new(message.Message)
		require.NoError(t, m.UnmarshalBinary(raw))
		id := m.ID()
		assert.Equal(t, []any{true}, s.ask(s.mailbox, "bool", "delivered(bytes32)", id), s.name)
		assert.Equal(t, []any{s.from}, s.ask(s.mailbox, "address", "processor(bytes32)", id), s.name)
		assert.Equal(t, receipt.BlockNumber, s.ask(s.mailbox, "uint48", "processedAt(bytes32)", id)[0], s.name)
		assert.Equal(t, []any{false}, s.ask(s.mailbox, "bool", "delivered(bytes32)", [32]byte{1}), s.name)

		entries := logs(s, receipt)
		require.Len(t, entries, 2)
		assert.Equal(t, common.BytesToHash(recipient[:]), entries[0].Topics[3])
		entries[0].Topics[3], entries[1].Topics[1] = common.Hash{}, common.Hash{} // the recipient's address, and with it the id
		seen = append(seen, entries)
	}
	assert.Equal(t, seen[0], seen[1])
}

// How a recipient's own module is found: every row of the table in section 2.5 of the protocol
// (trap 6).
func TestDifferentialRecipientISM(t *testing.T) {
	official, ours := newOfficial(t), newOurs(t)
	module := common.HexToAddress("0x00112233445566778899aabbccddeeff00112233")
	word := common.LeftPadBytes(module[:], 32)
	dirty := common.LeftPadBytes(append([]byte{1}, module[:]...), 32)
	for _, c := range []struct {
		name   string
		answer []byte
		revert bool
		want   string // default, own or refused
	}{
		{"reverts", nil, true, "default"},
		{"reverts with an address", word, true, "default"},
		{"answers nothing", nil, false, "default"},
		{"answers zero", make([]byte, 32), false, "default"},
		{"answers a module without code", word, false, "own"},
		{"answers a module and more", append(append([]byte{}, word...), 1, 2, 3), false, "own"},
		{"answers one byte", word[:1], false, "refused"},
		{"answers 31 bytes", word[:31], false, "refused"},
		{"answers a dirty word", dirty, false, "refused"},
	} {
		for _, s := range []*system{official, ours} {
			recipient := s.answering(c.answer, c.revert)
			out, err := s.call(s.mailbox, pack("recipientIsm(address)", recipient))
			switch c.want {
			case "refused":
				assert.ErrorContains(t, err, "execution reverted", "%s: %s", s.name, c.name)
			case "own":
				assert.Equal(t, word, out, "%s: %s", s.name, c.name)
			default:
				theDefault := s.ask(s.mailbox, "address", "defaultIsm()")[0].(common.Address)
				assert.Equal(t, common.LeftPadBytes(theDefault[:], 32), out, "%s: %s: %v", s.name, c.name, err)
			}
		}
	}
	for _, s := range []*system{official, ours} {
		theDefault := s.ask(s.mailbox, "address", "defaultIsm()")
		assert.Equal(t, theDefault, s.ask(s.mailbox, "address", "recipientIsm(address)", s.from), "%s: an account without code", s.name)
	}
}

// Which announcements are taken. Each system digests its own mailbox, not its tree (trap 15).
func TestDifferentialAnnounce(t *testing.T) {
	official, ours := newOfficial(t), newOurs(t)
	keys, set := validators(2)
	for _, s := range []*system{official, ours} {
		signed := func(location string) []byte {
			digest := s.ask(s.announce, "bytes32", "getAnnouncementDigest(string)", location)[0].([32]byte)
			return sign(keys[0], digest[:])
		}
		s.send(s.announce, pack("announce(address,string,bytes)", set[0], "s3://known/region", signed("s3://known/region")))
		for _, c := range []struct {
			name     string
			location string
			change   func(signature []byte) []byte
			who      common.Address
			want     bool
		}{
			{"new location", "file:///new", keep, set[0], true},
			{"empty location", "", keep, set[0], true},
			{"long location", string(make([]byte, 300)), keep, set[0], true},
			{"known location", "s3://known/region", keep, set[0], false},
			{"another validator", "file:///new", keep, set[1], false},
			{"no signature", "file:///new", func([]byte) []byte { return nil }, set[0], false},
			{"64 bytes", "file:///new", func(s []byte) []byte { return s[:64] }, set[0], false},
			{"66 bytes", "file:///new", func(s []byte) []byte { return append(s, 0) }, set[0], false},
			{"v of 0 or 1", "file:///new", func(s []byte) []byte { s[64] -= 27; return s }, set[0], false},
			{"zero signature", "file:///new", func(s []byte) []byte { clear(s); return s }, set[0], false},
			{"zero validator", "file:///new", func(s []byte) []byte { clear(s[:64]); return s }, common.Address{}, false},
		} {
			_, err := s.call(s.announce, pack("announce(address,string,bytes)", c.who, c.location, c.change(signed(c.location))))
			assert.Equal(t, c.want, err == nil, "%s %s: %v", s.name, c.name, err)
		}
	}
	for _, question := range []struct {
		answer, signature string
		args              []any
	}{
		{"address[]", "getAnnouncedValidators()", nil},
		{"string[][]", "getAnnouncedStorageLocations(address[])", []any{[]common.Address{set[1], set[0]}}},
	} {
		assert.Equal(t, official.ask(official.announce, question.answer, question.signature, question.args...),
			ours.ask(ours.announce, question.answer, question.signature, question.args...), question.signature)
	}
}

func keep(signature []byte) []byte { return signature }

// entry is a log as far as it does not depend on who emitted it.
type entry struct {
	Topics []common.Hash
	Data   []byte
}

// logs are a receipt's logs of the mailbox and the tree, in order.
func logs(s *system, receipt *types.Receipt) []entry {
	var out []entry
	for _, l := range receipt.Logs {
		if l.Address == s.mailbox || l.Address == s.tree {
			out = append(out, entry{append([]common.Hash{}, l.Topics...), l.Data})
		}
	}
	return out
}

// answering deploys a contract that gives the same answer to every call.
func (s *system) answering(answer []byte, revert bool) common.Address {
	end := byte(0xf3) // return
	if revert {
		end = 0xfd
	}
	// codecopy(0, 11, len); return(0, len) or revert(0, len)
	runtime := append([]byte{0x60, byte(len(answer)), 0x80, 0x60, 0x0a, 0x5f, 0x39, 0x5f, end, 0x00}, answer...)
	creation := []byte{0x60, byte(len(runtime)), 0x80, 0x60, 0x09, 0x5f, 0x39, 0x5f, 0xf3}
	address, _ := s.deploy(append(creation, runtime...), nil)
	return address
}
