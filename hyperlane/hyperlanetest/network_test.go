package hyperlanetest_test

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/hyperlane-go/sdk/hyperlane"
	"github.com/hyperlane-go/sdk/hyperlane/hyperlanetest"
)

func isDelivered(t *testing.T, c *hyperlanetest.Chain, sent *hyperlane.Dispatched) bool {
	t.Helper()
	done, err := c.Inbox().Delivered(t.Context(), sent.ID)
	require.NoError(t, err)
	return done
}

func TestRelay(t *testing.T) {
	for _, kind := range []hyperlanetest.ISM{hyperlanetest.MessageIDMultisig, hyperlanetest.MerkleRootMultisig, hyperlanetest.Noop} {
		for _, finality := range []hyperlane.Finality{{}, {Blocks: 3}, {Tag: hyperlane.TagFinalized}} {
			t.Run(kind.String()+" "+finality.String(), func(t *testing.T) {
				n, _, there := one(t, hyperlanetest.WithISM(kind), hyperlanetest.WithFinality(finality))
				back, err := n.Chains[1].Send(t.Context(), n.Chains[0], []byte("and back"))
				require.NoError(t, err)
				require.NoError(t, n.Relay(t.Context()))
				assert.True(t, isDelivered(t, n.Chains[1], there))
				assert.True(t, isDelivered(t, n.Chains[0], back))
			})
		}
	}
}
