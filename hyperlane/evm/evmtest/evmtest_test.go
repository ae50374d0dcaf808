package evmtest_test

import (
	"testing"

	"github.com/hyperlane-go/sdk/hyperlane/evm"
	"github.com/hyperlane-go/sdk/hyperlane/evm/evmtest"
)

// The guarded node that a client gives to package bind is a backend as well.
func TestGuardedNode(t *testing.T) {
	evmtest.Run(t, func(t testing.TB, honest evm.Backend) evm.Backend {
		c, err := evm.New(t.Context(), honest)
		if err != nil {
			t.Fatal(err)
		}
		return c.Backend()
	})
}

func TestNode(t *testing.T) {
	evmtest.Run(t, func(_ testing.TB, honest evm.Backend) evm.Backend { return honest })
}
