package hyperlanetest_test

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/hyperlane-go/sdk/hyperlane"
	"github.com/hyperlane-go/sdk/hyperlane/hyperlanetest"
)

func TestHTTP(t *testing.T) {
	network := hyperlanetest.New(t, 2, hyperlanetest.WithHTTP())
	seen := map[string]bool{}
	for _, c := range network.Chains {
		assert.False(t, seen[c.URL()], "each chain has a port of its own")
		seen[c.URL()] = true
		client, err := hyperlane.Dial(t.Context(), c.URL(), hyperlane.Mailbox(c.Contracts.Mailbox))
		require.NoError(t, err)
		assert.Equal(t, c.Domain(), client.Domain())
		client.Close()
	}
}

func TestNoHTTPUnlessAskedFor(t *testing.T) {
	assert.Empty(t, hyperlanetest.New(t, 1).Chains[0].URL())
}
