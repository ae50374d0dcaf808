package hyperlane

import (
	"encoding/hex"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/ethereum/go-ethereum/accounts/abi"
	"github.com/ethereum/go-ethereum/common"
	"github.com/ethereum/go-ethereum/common/hexutil"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/hyperlane-go/sdk/contracts"
)

type nodeError struct {
	code int
	text string
	data any
}

func (e nodeError) Error() string  { return e.text }
func (e nodeError) ErrorCode() int { return e.code }
func (e nodeError) ErrorData() any { return e.data }

// errorString is the ABI encoding of Error(string).
func errorString(text string) []byte {
	kind, _ := abi.NewType("string", "", nil)
	data, _ := abi.Arguments{{Type: kind}}.Pack(text)
	return append([]byte{0x08, 0xc3, 0x79, 0xa0}, data...)
}

// Every custom error of ours has a class, or is listed here as one that no caller tells apart.
func TestClassesCoverOurErrors(t *testing.T) {
	without := []string{
		"MessageTooShort", "OwnableInvalidOwner", "StaticMultisigOnlyFromFactory",
		"Create2EmptyBytecode", "FailedDeployment", "InsufficientBalance", // of OpenZeppelin's Create2
	}
	var names []string
	for e := range contracts.Errors() {
		names = append(names, e.Name)
	}
	slices.Sort(names)
	for _, name := range names {
		_, classed := classOfName[name]
		assert.NotEqual(t, slices.Contains(without, name), classed, name)
	}
	for name := range maps.Keys(classOfName) {
		assert.Contains(t, names, name, "a class for an error that no contract has")
	}
}

// The official strings and our custom errors give the same class.
func TestOfficialStrings(t *testing.T) {
	for _, row := range []struct {
		text, ours string
		want       error
	}{
		{"Mailbox: already delivered", "InboxAlreadyDelivered", ErrAlreadyDelivered},
		{"Mailbox: bad version", "InboxVersionInvalid", ErrVersion},
		{"Mailbox: unexpected destination", "InboxDestinationInvalid", ErrWrongDestination},
		{"TypeCasts: bytes32ToAddress overflow", "InboxRecipientInvalid", ErrRecipient},
		{"Mailbox: ISM verification failed", "InboxIsmRefused", ErrISMRefused},
		{"!threshold", "MultisigThresholdNotReached", ErrISMRefused},
		{"Invalid merkle index metadata", "MultisigMerkleIndexInvalid", ErrMetadata},
		{"ECDSA: invalid signature", "SignatureInvalid", ErrSignature},
		{"ECDSA: invalid signature 's' value", "SignatureMalleable", ErrSignature},
		{"MerkleTreeHook: no value expected", "MerkleTreeHookValueRefused", ErrPayment},
		{"message not dispatching", "MerkleTreeHookNotDispatching", ErrUnauthorized},
		{"merkle tree full", "MerkleTreeFull", ErrTreeFull},
		{"replay", "AnnouncementReplayed", ErrAlreadyAnnounced},
		{"!signature", "AnnouncementSignerInvalid", ErrSignature},
		{"No router enrolled for domain: 7", "RouterNotEnrolled", ErrNotEnrolled},
		{"Enrolled router does not match sender", "RouterSenderInvalid", ErrNotEnrolled},
		{"MailboxClient: sender not mailbox", "MailboxClientNotMailbox", ErrUnauthorized},
		{"Ownable: caller is not the owner", "OwnableUnauthorizedAccount", ErrUnauthorized},
		{"Mailbox: default ISM not contract", "InboxDefaultIsmNotContract", ErrNoCode},
		{"Mailbox: required hook not contract", "OutboxHookNotContract", ErrNoCode},
		{"IGP: insufficient interchain gas payment", "OutboxValueTooLow", ErrPayment},
	} {
		e, ok := revertFrom(common.Address{1}, nodeError{code: 3, data: hexutil.Encode(errorString(row.text))})
		require.True(t, ok)
		assert.Equal(t, row.text, e.Reason)
		assert.Equal(t, row.want, e.Class, row.text)
		assert.Equal(t, row.want, classOfName[row.ours], row.ours)
		assert.ErrorIs(t, e, row.want)
		assert.ErrorIs(t, e, ErrReverted)
	}
	assert.NoError(t, classOfReason("Mailbox: already delivered!"), "the whole text, not its beginning")
	assert.NoError(t, classOfReason("x ECDSA: y"))
}

func TestRevertShapes(t *testing.T) {
	data := contracts.MailboxArtifact.ABI().Errors["InboxDestinationInvalid"]
	args, err := data.Inputs.Pack(uint32(5), uint32(7))
	require.NoError(t, err)
	raw := append(data.ID.Bytes()[:4:4], args...)
	text := hexutil.Encode(raw)
	for _, row := range []struct {
		name string
		err  error
		ok   bool
		want []byte
	}{
		{"geth and anvil", nodeError{3, "execution reverted", text}, true, raw},
		{"another text", nodeError{3, "fehlgeschlagen", text}, true, raw},
		{"another code", nodeError{-32000, "execution reverted", text}, true, raw},
		{"after a word", nodeError{-32015, "VM execution error", "Reverted " + text}, true, raw},
		{"in an object", nodeError{-32603, "internal", map[string]any{"data": text, "message": "x"}}, true, raw},
		{"deeper", nodeError{-32603, "internal", map[string]any{"originalError": map[string]any{"data": text}}}, true, raw},
		{"wrapped", fmt.Errorf("while asking: %w", nodeError{3, "", text}), true, raw},
		{"bare", nodeError{3, "execution reverted", "0x"}, true, []byte{}},
		{"bare, no data", nodeError{3, "execution reverted", nil}, true, nil},
		{"bare, another code", nodeError{-32015, "VM execution error", nil}, true, nil},
		{"odd digits", nodeError{3, "", "0x123"}, true, nil},
		{"only the node's word", nodeError{-32000, "execution reverted", nil}, false, nil},
		{"a number", nodeError{-32000, "", 12}, false, nil},
		{"too deep", nodeError{-32000, "", nest(9, text)}, false, nil},
		{"too long", nodeError{-32000, "", "0x" + strings.Repeat("00", maxRevertBytes+1)}, false, nil},
		{"no answer", errors.New("connection refused " + text), false, nil},
	} {
		t.Run(row.name, func(t *testing.T) {
			e, ok := revertFrom(common.Address{1}, row.err)
			require.Equal(t, row.ok, ok)
			if !ok {
				require.ErrorIs(t, callError("eth_call", common.Address{}, row.err), ErrRPC)
				return
			}
			assert.Equal(t, row.want, e.Data)
			var given nodeError
			assert.ErrorAs(t, e, &given, "the node's own error is kept")
			assert.Contains(t, e.Error(), "hyperlane: ")
			if len(row.want) > 0 {
				assert.Equal(t, "InboxDestinationInvalid", e.Name)
				assert.Equal(t, []any{uint32(5), uint32(7)}, e.Args)
				assert.ErrorIs(t, e, ErrWrongDestination)
				assert.Contains(t, e.Error(), "InboxDestinationInvalid(5, 7)")
			}
		})
	}
}

func nest(n int, v any) any {
	for range n {
		v = map[string]any{"data": v}
	}
	return v
}

func TestRevertContents(t *testing.T) {
	panics, _ := hex.DecodeString("4e487b71" + strings.Repeat("00", 31) + "11")
	known := contracts.MailboxArtifact.ABI().Errors["InboxAlreadyDelivered"].ID.Bytes()[:4]
	for _, row := range []struct {
		name               string
		data               []byte
		errName, reason    string
		class              error
		selector, contains string
	}{
		{"panic", panics, "Panic", "arithmetic underflow or overflow", nil, "4e487b71", "underflow"},
		{"unknown string", errorString("recipient's own"), "Error", "recipient's own", nil, "08c379a0", "recipient's own"},
		{"unknown error", []byte{1, 2, 3, 4, 5}, "", "", nil, "01020304", "0x0102030405"},
		{"shorter than a selector", []byte{1, 2, 3}, "", "", nil, "", "0x010203"},
		{"broken string", errorString("x")[:40], "", "", nil, "08c379a0", "unknown"},
		{"broken panic", panics[:20], "", "", nil, "4e487b71", "unknown"},
		{"known error, short arguments", append(slices.Clone(known), 1), "", "", nil, hex.EncodeToString(known), "unknown"},
		{"nothing", nil, "", "", nil, "", "without a reason"},
		{"long", append([]byte{9, 9, 9, 9}, make([]byte, 1000)...), "", "", nil, "09090909", "1004 bytes"},
	} {
		t.Run(row.name, func(t *testing.T) {
			e := &RevertError{Data: row.data}
			e.explain()
			assert.Equal(t, row.errName, e.Name)
			assert.Equal(t, row.reason, e.Reason)
			assert.Equal(t, row.class, e.Class)
			selector, ok := e.Selector()
			assert.Equal(t, row.selector != "", ok)
			if ok {
				assert.Equal(t, row.selector, hex.EncodeToString(selector[:]))
			}
			assert.Contains(t, e.Error(), row.contains)
			assert.ErrorIs(t, e, ErrReverted)
		})
	}
}

func FuzzRevert(f *testing.F) {
	f.Add(errorString("Mailbox: already delivered"))
	f.Add([]byte{0x4e, 0x48, 0x7b, 0x71})
	for e := range contracts.Errors() {
		f.Add(append(e.ID[:4:4], make([]byte, 96)...))
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		before := slices.Clone(data)
		e, ok := revertFrom(common.Address{}, nodeError{3, "", hexutil.Encode(data)})
		require.True(t, ok)
		require.Equal(t, before, data)
		require.True(t, slices.Equal(data, e.Data), "everything that came back is kept")
		require.NotEmpty(t, e.Error())
	})
}
