package evm_test

import (
	"context"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/hyperlane-go/sdk/hyperlane/evm"
)

// client returns a client that never sleeps, unless an option says otherwise.
func client(t require.TestingT, b evm.Backend, opts ...evm.Option) *evm.Client {
	awake := evm.WithSleep(func(ctx context.Context, _ time.Duration) error { return ctx.Err() })
	c, err := evm.New(context.Background(), b, append([]evm.Option{awake}, opts...)...)
	require.NoError(t, err)
	return c
}

func TestNewRefusals(t *testing.T) {
	_, err := evm.New(t.Context(), nil)
	require.ErrorIs(t, err, evm.ErrConfig)
	_, err = evm.Dial(t.Context(), "")
	require.ErrorIs(t, err, evm.ErrConfig)
	_, err = evm.Dial(t.Context(), "nonsense://x")
	require.ErrorIs(t, err, evm.ErrRPC)
}
