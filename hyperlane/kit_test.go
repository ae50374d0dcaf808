package hyperlane_test

import (
	"math/big"
	"strings"
	"testing"

	bind "github.com/ethereum/go-ethereum/accounts/abi/bind/v2"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/hyperlane-go/sdk/hyperlane"
	"github.com/hyperlane-go/sdk/hyperlane/evm"
	"github.com/hyperlane-go/sdk/hyperlane/evm/evmtest"
	"github.com/hyperlane-go/sdk/ism/checkpoint"
)

// opts returns the options of an account on a fake.
func opts(t *testing.T) *bind.TransactOpts {
	t.Helper()
	return bind.NewKeyedTransactor(newKey(t), big.NewInt(evmtest.ChainID))
}

// announced returns an announcement that is signed well.
func announced(t *testing.T, c *hyperlane.Chain) checkpoint.SignedAnnouncement {
	t.Helper()
	signer := checkpoint.NewKeySigner(newKey(t))
	signed, err := checkpoint.SignAnnouncement(t.Context(), signer, c.ValidatorAnnounce().Announcement(signer.Address(), "s3://bucket/region"))
	require.NoError(t, err)
	return signed
}

// checkField asserts that err names the contract that is not set, the first word of call.
func checkField(t *testing.T, call string, err error) {
	t.Helper()
	field, _, _ := strings.Cut(call, ",")
	var config *evm.ConfigError
	require.ErrorAs(t, err, &config, call)
	assert.Equal(t, "Addresses."+field, config.Field, call)
}
