package hyperlanetest_test

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/hyperlane-go/sdk/hyperlane/evm"
	"github.com/hyperlane-go/sdk/hyperlane/hyperlanetest"
)

func TestVerbsRefuseArguments(t *testing.T) {
	network := hyperlanetest.New(t, 1)
	c, before := network.Chains[0], network.Chains[0].Height()
	recipient := c.TestRecipient()
	for name, call := range map[string]func() error{
		"Chain.Dispatch":     func() error { _, err := c.Dispatch(t.Context(), network.Chain(7), nil); return err },
		"Chain.DispatchMany": func() error { _, err := c.DispatchMany(t.Context(), nil, []byte("x")); return err },
		"Chain.Mine":         func() error { return c.Mine(-1) },
		"TestRecipient.SetHandleMode": func() error {
			return recipient.SetHandleMode(t.Context(), hyperlanetest.HandleRevertEmpty+1)
		},
		"TestRecipient.SetISMMode": func() error { return recipient.SetISMMode(t.Context(), hyperlanetest.ISMLong+1) },
		"Storage.Corrupt": func() error {
			v := c.Validators[0]
			v.Storage.Write(v.Storage.Open().CheckpointKey(0), []byte("{}"))
			return v.Storage.Corrupt(t.Context(), 0, hyperlanetest.WrongSigner+1)
		},
	} {
		err := call()
		var refused *evm.ConfigError
		require.ErrorAs(t, err, &refused, name)
		assert.Equal(t, "hyperlanetest."+name, refused.Field)
	}
	assert.Equal(t, before, c.Height())
}

// Every constant of the kit has a name, and a number outside of them prints as one.
func TestNames(t *testing.T) {
	for want, have := range map[string]string{
		"accept": hyperlanetest.HandleAccept.String(), "revert without data": hyperlanetest.HandleRevertEmpty.String(),
		"HandleMode 9": hyperlanetest.HandleMode(9).String(), "answer": hyperlanetest.ISMAnswer.String(),
		"long": hyperlanetest.ISMLong.String(), "ISMMode 9": hyperlanetest.ISMMode(9).String(),
		"missing": hyperlanetest.Missing.String(), "wrong signer": hyperlanetest.WrongSigner.String(),
		"Corruption 9": hyperlanetest.Corruption(9).String(), "noop": hyperlanetest.Noop.String(), "ISM 9": hyperlanetest.ISM(9).String(),
	} {
		assert.Equal(t, want, have)
	}
}
