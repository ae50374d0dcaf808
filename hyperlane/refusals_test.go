package hyperlane

import (
	"maps"
	"slices"
	"testing"

	"github.com/ethereum/go-ethereum/accounts/abi"
	"github.com/ethereum/go-ethereum/common"
	"github.com/stretchr/testify/assert"

	"github.com/hyperlane-go/sdk/hyperlane/evm"
)

// errorString is the ABI encoding of Error(string).
func errorString(text string) []byte {
	kind, _ := abi.NewType("string", "", nil)
	data, _ := abi.Arguments{{Type: kind}}.Pack(text)
	return append([]byte{0x08, 0xc3, 0x79, 0xa0}, data...)
}

// Every custom error of ours has a class, or is listed here as one that no caller tells apart.
func TestClassesCoverOurErrors(t *testing.T) {
	without := []string{
		"RouterNotEnrolled", "RouterSenderInvalid", "RouterZero", "RouterLengthMismatch", // of package router
		"HelloWorldValueTooLow", "HelloWorldValueRefused", "HelloWorldRefundFailed", // of package router
		"MessageTooShort", "OwnableInvalidOwner", "StaticMultisigOnlyFromFactory",
		"Create2EmptyBytecode", "FailedDeployment", "InsufficientBalance", // of OpenZeppelin's Create2
	}
	var names []string
	for _, e := range customErrors() {
		names = append(names, e.Name)
	}
	slices.Sort(names)
	names = slices.Compact(names)
	for _, name := range names {
		_, classed := classes[name]
		assert.NotEqual(t, slices.Contains(without, name), classed, name)
	}
	for name := range maps.Keys(classes) {
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
		{"MerkleTreeHook: no value expected", "MerkleTreeHookValueRefused", evm.ErrPayment},
		{"message not dispatching", "MerkleTreeHookNotDispatching", evm.ErrUnauthorized},
		{"merkle tree full", "MerkleTreeFull", ErrTreeFull},
		{"replay", "AnnouncementReplayed", ErrAlreadyAnnounced},
		{"!signature", "AnnouncementSignerInvalid", ErrSignature},
		{"MailboxClient: sender not mailbox", "MailboxClientNotMailbox", evm.ErrUnauthorized},
		{"Ownable: caller is not the owner", "OwnableUnauthorizedAccount", evm.ErrUnauthorized},
		{"Mailbox: default ISM not contract", "InboxDefaultIsmNotContract", evm.ErrNoCode},
		{"Mailbox: required hook not contract", "OutboxHookNotContract", evm.ErrNoCode},
		{"IGP: insufficient interchain gas payment", "OutboxValueTooLow", evm.ErrPayment},
	} {
		e := Refusals().Explain(common.Address{1}, errorString(row.text))
		assert.Equal(t, row.text, e.Reason)
		assert.Equal(t, row.want, e.Class, row.text)
		assert.Equal(t, row.want, classes[row.ours], row.ours)
		assert.ErrorIs(t, e, row.want)
		assert.ErrorIs(t, e, evm.ErrReverted)
	}
	for _, text := range []string{"Mailbox: already delivered!", "x ECDSA: y"} {
		assert.NoError(t, Refusals().Explain(common.Address{}, errorString(text)).Class, text)
	}
}
