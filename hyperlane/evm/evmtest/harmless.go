package evmtest

import (
	"context"
	"fmt"
	"runtime/debug"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"

	"github.com/hyperlane-go/sdk/hyperlane/evm"
)

// patience is how many pauses a client of [CheckHarmless] makes before its context ends.
const patience = 20

// CheckHarmless calls every method over every backend of [Hostile], and reports those that panic.
// connect makes what is tested of a client; where it fails, the methods are called over what it
// makes of the honest node, which lies afterwards. Each call has a context that ends after some
// pauses of the client.
func CheckHarmless[C any](
	t *testing.T, honest evm.Backend, connect func(context.Context, *evm.Client) (C, error),
	methods map[string]func(context.Context, C) error,
) {
	t.Helper()
	for lie, backend := range Hostile(honest) {
		for method, call := range methods {
			ctx, cancel := context.WithCancel(t.Context())
			later := &turncoat{Backend: honest}
			pauses := 0
			c, err := evm.New(ctx, later, evm.WithSleep(func(ctx context.Context, _ time.Duration) error {
				if pauses++; pauses > patience {
					cancel()
				}
				return ctx.Err()
			}), evm.WithRetries(3))
			if !assert.NoError(t, err) {
				cancel()
				return
			}
			tested, err := connect(ctx, c)
			if !assert.NoError(t, err, "over the honest node") {
				cancel()
				return
			}
			later.Backend = backend
			if err := harmless(func() error { return call(ctx, tested) }); err != nil {
				t.Errorf("%s over a node with %s: %v", method, lie, err)
			}
			if err := harmless(func() error { _, err := connect(ctx, c); return err }); err != nil {
				t.Errorf("connecting to a node with %s: %v", lie, err)
			}
			cancel()
		}
	}
}

// turncoat is an honest backend until it is another one.
type turncoat struct{ evm.Backend }

// harmless returns an error if call panics.
func harmless(call func() error) (err error) {
	defer func() {
		if v := recover(); v != nil {
			err = fmt.Errorf("panic: %v\n%s", v, debug.Stack())
		}
	}()
	_ = call()
	return nil
}
