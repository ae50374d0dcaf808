package hyperlanetest_test

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/hyperlane-go/sdk/hyperlane/hyperlanetest"
)

func TestVerbsRefuseArguments(t *testing.T) {
	network := hyperlanetest.New(t, 1)
	c, before := network.Chains[0], network.Chains[0].Height()
	for name, call := range map[string]func() error{
		"Send":     func() error { _, err := c.Send(t.Context(), network.Chain(7), nil); return err },
		"SendMany": func() error { _, err := c.SendMany(t.Context(), nil, []byte("x")); return err },
		"Mine":     func() error { return c.Mine(-1) },
	} {
		err := call()
		var refused *hyperlanetest.OptionError
		require.ErrorAs(t, err, &refused, name)
		assert.Equal(t, name, refused.Option)
	}
	assert.Equal(t, before, c.Height())
}
