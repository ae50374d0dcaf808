package router_test

import (
	"testing"

	"github.com/ethereum/go-ethereum/accounts/abi"
	"github.com/ethereum/go-ethereum/common"
	"github.com/ethereum/go-ethereum/common/hexutil"
	"github.com/ethereum/go-ethereum/crypto"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/hyperlane-go/sdk/contracts"
	"github.com/hyperlane-go/sdk/hyperlane/evm"
	"github.com/hyperlane-go/sdk/router"
)

// receivedTopic is the first topic of ReceivedHelloWorld, without 0x.
var receivedTopic = hexutil.Encode(crypto.Keccak256([]byte("ReceivedHelloWorld(uint32,uint32,bytes32,string)")))[2:]

// Every custom error of Router and HelloWorld has a class, and no class is for an error that they
// do not have.
func TestClassesCoverEveryError(t *testing.T) {
	known := map[string]bool{}
	for _, definitions := range []abi.ABI{contracts.RouterArtifact.ABI(), contracts.HelloWorldArtifact.ABI()} {
		require.NotEmpty(t, definitions.Errors)
		for name := range definitions.Errors {
			known[name] = true
			assert.Contains(t, router.Refusals().Classes, name, "no class")
		}
	}
	for name := range router.Refusals().Classes {
		assert.True(t, known[name], "%s is no error of these contracts", name)
	}
	assert.Len(t, router.Refusals().Errors, len(known))
}

// errorString returns the ABI encoding of Error(string).
func errorString(t *testing.T, text string) []byte {
	t.Helper()
	kind, err := abi.NewType("string", "", nil)
	require.NoError(t, err)
	data, err := abi.Arguments{{Type: kind}}.Pack(text)
	require.NoError(t, err)
	return append([]byte{0x08, 0xc3, 0x79, 0xa0}, data...)
}

// The official strings and the custom errors give the same class.
func TestOfficialStrings(t *testing.T) {
	classes := router.Refusals().Classes
	for _, row := range []struct {
		text, ours string
		want       error
	}{
		{"No router enrolled for domain: 7", "RouterNotEnrolled", router.ErrNotEnrolled},
		{"No router enrolled for domain: 4294967295", "RouterNotEnrolled", router.ErrNotEnrolled},
		{"Enrolled router does not match sender", "RouterSenderInvalid", router.ErrNotEnrolled},
		{"!length", "RouterLengthMismatch", evm.ErrConfig},
		{"Ownable: new owner is the zero address", "OwnableInvalidOwner", evm.ErrConfig},
		{"Ownable: caller is not the owner", "OwnableUnauthorizedAccount", evm.ErrUnauthorized},
		{"MailboxClient: sender not mailbox", "MailboxClientNotMailbox", evm.ErrUnauthorized},
		{"MailboxClient: invalid mailbox", "MailboxNotContract", evm.ErrNoCode},
		{"MailboxClient: invalid contract setting", "MailboxClientNotContract", evm.ErrNoCode},
	} {
		e := router.Refusals().Explain(common.Address{1}, errorString(t, row.text))
		assert.Equal(t, row.text, e.Reason)
		require.ErrorIs(t, e, row.want, row.text)
		require.ErrorIs(t, e, evm.ErrReverted)
		assert.Equal(t, row.want, classes[row.ours], row.ours)
	}
	for _, text := range []string{"No router enrolled", "x No router enrolled for domain: 7", "!length!"} {
		assert.NoError(t, router.Refusals().Explain(common.Address{}, errorString(t, text)).Class, text)
	}
}

// A payment that the contract refuses has the class of payments.
func TestPaymentErrors(t *testing.T) {
	for _, name := range []string{"HelloWorldValueTooLow", "HelloWorldValueRefused", "HelloWorldRefundFailed"} {
		definition := contracts.HelloWorldArtifact.ABI().Errors[name]
		var args []byte
		for range definition.Inputs {
			args = append(args, common.LeftPadBytes([]byte{3}, 32)...)
		}
		e := router.Refusals().Explain(common.Address{1}, append(definition.ID[:4:4], args...))
		require.ErrorIs(t, e, evm.ErrPayment, name)
		assert.Equal(t, name, e.Name)
		assert.Len(t, e.Args, len(definition.Inputs))
	}
}
