package hyperlane_test

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/hyperlane-go/sdk/hyperlane"
	"github.com/hyperlane-go/sdk/hyperlane/deploy"
	"github.com/hyperlane-go/sdk/hyperlane/evm"
	"github.com/hyperlane-go/sdk/hyperlane/hyperlanetest"
	"github.com/hyperlane-go/sdk/ism/checkpoint"
)

// A ValidatorAnnounce of another mailbox refuses every signature. The error says what is wrong with
// the settings, not with the key.
func TestAnnounceOfAnotherMailbox(t *testing.T) {
	network := hyperlanetest.New(t, 1)
	chain, ctx := network.Chains[0], t.Context()
	other, err := deploy.Core(ctx, chain.Client, chain.Owner(), deploy.CoreConfig{Domain: chain.Domain(), DefaultISM: chain.Contracts.Noop})
	require.NoError(t, err)
	addresses := chain.Addresses()
	addresses.ValidatorAnnounce = other.ValidatorAnnounce
	mixed, err := connect(ctx, chain.Link, addresses)
	require.NoError(t, err)

	signer := checkpoint.NewKeySigner(hyperlanetest.ValidatorAccount(0).Key)
	signed, err := checkpoint.SignAnnouncement(ctx, signer, mixed.ValidatorAnnounce().Announcement(signer.Address(), "s3://bucket/us-east-1"))
	require.NoError(t, err)
	before := chain.Height()
	_, err = mixed.ValidatorAnnounce().Publish(ctx, chain.Transactor(0), signed)
	var config *evm.ConfigError
	require.ErrorAs(t, err, &config)
	require.ErrorIs(t, err, hyperlane.ErrSignature, "the contract's own words are kept")
	assert.Equal(t, "Addresses.ValidatorAnnounce", config.Field)
	assert.Contains(t, err.Error(), addresses.Outbox.Hex())
	assert.Equal(t, before, chain.Height(), "nothing was sent")
}
