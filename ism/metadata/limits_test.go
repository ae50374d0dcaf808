package metadata_test

import (
	"context"
	"errors"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/ethereum/go-ethereum/common"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/hyperlane-go/sdk/ism"
	"github.com/hyperlane-go/sdk/ism/metadata"
	"github.com/hyperlane-go/sdk/message"
)

// buildRoute builds for the modules that routes lead to from the module's address.
func buildRoute(routes map[common.Address][]common.Address) metadata.TypeBuilderFunc {
	return func(ctx context.Context, r *metadata.Request) ([]byte, error) {
		var failures []error
		for _, child := range r.BuildAt(ctx, routes[r.Address]...) {
			if child.Err == nil {
				return child.Metadata, nil
			}
			failures = append(failures, child.Err)
		}
		return nil, errors.Join(failures...)
	}
}

// routed is a builder whose modules are unknown ones with routes between them, and a null module at
// at(200). Modules that are not there cannot be read.
func routed(routes map[common.Address][]common.Address) *metadata.Builder {
	modules := metadata.StaticModules{at(200): ism.Null{Address: at(200)}}
	for a := range routes {
		modules[a] = ism.Unknown{Address: a, ModuleType: ism.TypeRouting}
	}
	return &metadata.Builder{Origin: origin, Modules: modules, Types: metadata.Types{ism.TypeRouting: buildRoute(routes)}}
}

func count(r *metadata.Result) (n int) {
	for range r.Walk() {
		n++
	}
	return n
}

func TestModulesReadByAddress(t *testing.T) {
	m := &message.Message{Origin: origin}
	r, err := routed(map[common.Address][]common.Address{
		at(1): {at(9), at(2)}, // there is nothing at the first
		at(2): {at(200)},
	}).Build(t.Context(), at(1), m)
	require.NoError(t, err)
	assert.Equal(t, []byte{}, r.Metadata)
	require.Len(t, r.Children, 2)
	require.ErrorIs(t, r.Children[0].Err, metadata.ErrModule)
	require.ErrorIs(t, r.Children[0].Err, metadata.ErrNotFound)
	assert.Equal(t, at(9), r.Children[0].Address)
	assert.Equal(t, at(200), r.Children[1].Children[0].Address)
	assert.True(t, r.Children[1].Children[0].Verified)
}

func TestCyclesAreNamed(t *testing.T) {
	m := &message.Message{Origin: origin}
	for name, row := range map[string]struct {
		routes map[common.Address][]common.Address
		want   string
	}{
		"itself":     {map[common.Address][]common.Address{at(1): {at(1)}}, at(1).String() + " -> " + at(1).String()},
		"in a while": {map[common.Address][]common.Address{at(1): {at(2)}, at(2): {at(3)}, at(3): {at(2)}}, at(2).String() + " -> " + at(3).String() + " -> " + at(2).String()},
	} {
		t.Run(name, func(t *testing.T) {
			r, err := routed(row.routes).Build(t.Context(), at(1), m)
			require.ErrorIs(t, err, metadata.ErrCycle)
			require.ErrorContains(t, err, row.want)
			assert.LessOrEqual(t, count(r), 4)
		})
	}
	// The same module twice, but not inside itself, is none.
	r, err := routed(map[common.Address][]common.Address{at(1): {at(2), at(3)}, at(2): {at(4)}, at(3): {at(4)}, at(4): {at(200)}}).
		Build(t.Context(), at(1), m)
	require.NoError(t, err)
	assert.Equal(t, 7, count(r))
}

func TestDepthIsBounded(t *testing.T) {
	m := &message.Message{Origin: origin}
	routes := map[common.Address][]common.Address{}
	for i := byte(1); i < 100; i++ {
		routes[at(i)] = []common.Address{at(i + 1)}
	}
	for most, want := range map[int]int{0: metadata.DefaultMaxDepth, 1: 1, 5: 5} {
		b := routed(routes)
		b.MaxDepth = most
		r, err := b.Build(t.Context(), at(1), m)
		require.ErrorIs(t, err, metadata.ErrLimit)
		require.ErrorContains(t, err, "MaxDepth")
		assert.Equal(t, want+1, count(r), "with the one that was refused")
	}
	// Values nest without addresses; depth is all that bounds them.
	var module ism.Module = ism.Null{}
	for range 20 {
		module = some{want: 1, modules: []ism.Module{module}}
	}
	b := routed(nil)
	b.Modules, b.Types = metadata.StaticModules{at(1): module}, someTypes
	_, err := b.Build(t.Context(), at(1), m)
	require.ErrorIs(t, err, metadata.ErrLimit)
}

func TestWidthIsBounded(t *testing.T) {
	module := some{address: at(1), want: 1, modules: make([]ism.Module, 1000)}
	for i := range module.modules {
		module.modules[i] = ism.Null{Address: common.Address{1, byte(i >> 8), byte(i)}}
	}
	b := routed(nil)
	b.Modules, b.Types = metadata.StaticModules{at(1): module}, someTypes
	r, err := b.Build(t.Context(), at(1), &message.Message{Origin: origin})
	require.NoError(t, err, "one is enough for this module")
	assert.Len(t, r.Children, metadata.DefaultMaxChildren)
	assert.Equal(t, 1000-metadata.DefaultMaxChildren, r.Omitted)
	assert.Contains(t, r.String(), "968 more modules inside, beyond the limits of the builder")

	module.want = 1000
	b.Modules = metadata.StaticModules{at(1): module}
	_, err = b.Build(t.Context(), at(1), &message.Message{Origin: origin})
	require.ErrorIs(t, err, metadata.ErrLimit)
}

func TestSizeIsBounded(t *testing.T) {
	// Ten modules inside each, six deep: a million, did nothing bound them.
	routes := map[common.Address][]common.Address{}
	for depth := byte(1); depth <= 6; depth++ {
		for i := range byte(10) {
			routes[at(10*depth+i)] = []common.Address{}
			for j := range byte(10) {
				routes[at(10*depth+i)] = append(routes[at(10*depth+i)], at(10*(depth+1)+j))
			}
		}
	}
	for most, want := range map[int]int{0: metadata.DefaultMaxModules, 17: 17} {
		b := routed(routes)
		b.MaxModules = most
		var mu sync.Mutex
		read := 0
		inner := b.Modules
		b.Modules = metadata.ModuleReaderFunc(func(ctx context.Context, a common.Address, m *message.Message) (ism.Module, error) {
			mu.Lock()
			defer mu.Unlock()
			read++
			return inner.Module(ctx, a, m)
		})
		r, err := b.Build(t.Context(), at(10), &message.Message{Origin: origin})
		require.ErrorIs(t, err, metadata.ErrLimit)
		require.ErrorContains(t, err, "too many modules")
		assert.LessOrEqual(t, read, want)
		assert.LessOrEqual(t, count(r), want)
	}
}

func TestReaderWithoutAnAnswer(t *testing.T) {
	b := routed(nil)
	b.Modules = metadata.ModuleReaderFunc(func(context.Context, common.Address, *message.Message) (ism.Module, error) { return nil, nil })
	_, err := b.Build(t.Context(), at(1), &message.Message{Origin: origin})
	require.ErrorIs(t, err, metadata.ErrModule)
	require.ErrorContains(t, err, "no module and no error")

	b = routed(nil)
	b.Modules, b.Types = metadata.StaticModules{at(1): some{address: at(1), want: 1, modules: []ism.Module{nil}}}, someTypes
	_, err = b.Build(t.Context(), at(1), &message.Message{Origin: origin})
	require.ErrorIs(t, err, metadata.ErrModule)
}

// A builder that is left behind changes nothing in the result, whatever it goes on to do.
func TestBuilderLeftBehindChangesNothing(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t, 2, 2)
		release := make(chan struct{})
		var late []*metadata.Result
		var lateErr error
		inner := metadata.TypeBuilderFunc(func(context.Context, *metadata.Request) ([]byte, error) { <-release; return []byte("late"), nil })
		b := w.custom(func(ctx context.Context, r *metadata.Request) ([]byte, error) {
			// It waits for a module inside without end, and then asks for more.
			late = r.Build(context.WithoutCancel(ctx), ism.Unknown{Address: at(5), ModuleType: 203})
			late = append(late, r.Build(context.Background(), ism.Null{})...)
			want, err := r.Expected(context.Background(), 0)
			if err == nil {
				_, lateErr = r.Collect(context.Background(), w.validators, 2, want)
			}
			return []byte("late"), err
		})
		b.Types[203] = inner
		b.TypeTimeout = time.Second
		ctx, cancel := context.WithCancelCause(t.Context())
		shutdown := errors.New("shutting down")
		time.AfterFunc(100*time.Millisecond, func() { cancel(shutdown) })
		r, err := b.Build(ctx, at(1), w.messages[0])
		require.ErrorIs(t, err, shutdown)
		require.Len(t, r.Children, 1)
		assert.Equal(t, at(5), r.Children[0].Address)
		assert.Equal(t, ism.ModuleType(203), r.Children[0].Type)
		require.ErrorIs(t, r.Children[0].Err, metadata.ErrUnfinished)
		before := r.String()

		close(release)
		synctest.Wait()
		require.Len(t, late, 2)
		require.ErrorIs(t, late[1].Err, metadata.ErrTypeBuilder)
		require.ErrorContains(t, late[1].Err, "has ended")
		require.NoError(t, lateErr)
		assert.Equal(t, before, r.String())
		assert.Empty(t, r.Validators)
	})
}

// When the context of a build ends, every module says why.
func TestCancelledTree(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t, 2, 3)
		release := make(chan struct{})
		defer close(release)
		for i := range w.validators {
			w.store(i).answer = hang(false, release)
		}
		shutdown := errors.New("shutting down")
		ctx, cancel := context.WithCancelCause(t.Context())
		time.AfterFunc(time.Second, func() { cancel(shutdown) })
		begin := time.Now()
		_, err := w.nestedBuilder(w.nested(2)).Build(ctx, at(1), w.messages[0])
		require.ErrorIs(t, err, shutdown)
		assert.Equal(t, time.Second, time.Since(begin))
	})
}
