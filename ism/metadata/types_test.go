package metadata_test

import (
	"context"
	"errors"
	"testing"
	"testing/synctest"
	"time"

	"github.com/ethereum/go-ethereum/common"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/hyperlane-go/sdk/ism"
	"github.com/hyperlane-go/sdk/ism/checkpoint"
	"github.com/hyperlane-go/sdk/ism/metadata"
	"github.com/hyperlane-go/sdk/message"
)

// typeOther is a second module type that no package knows.
const typeOther ism.ModuleType = 202

// custom is a builder of a world with a module of typeOther at at(1).
func (w *world) custom(build metadata.TypeBuilderFunc) *metadata.Builder {
	b := w.builder(2)
	b.Modules = metadata.StaticModules{at(1): ism.Unknown{Address: at(1), ModuleType: typeOther}}
	b.Types = metadata.Types{typeOther: build}
	return b
}

func TestRegisteredBuilder(t *testing.T) {
	w := newWorld(t, 2, 3)
	_, err := w.custom(nil).Build(t.Context(), at(1), w.messages[0])
	require.ErrorIs(t, err, metadata.ErrTypeBuilder)
	require.ErrorIs(t, err, metadata.ErrBuilder)

	own := []byte("made here")
	r, err := w.custom(func(_ context.Context, r *metadata.Request) ([]byte, error) {
		assert.Equal(t, ism.Unknown{Address: at(1), ModuleType: typeOther}, r.Module)
		assert.Equal(t, at(1), r.Address)
		assert.Same(t, w.messages[0], r.Message)
		return own, nil
	}).Build(t.Context(), at(1), w.messages[0])
	require.NoError(t, err)
	assert.Equal(t, []byte("made here"), r.Metadata)
	assert.False(t, r.Verified, "there is no verifier for it")
	own[0] = 'M'
	assert.Equal(t, []byte("made here"), r.Metadata, "the result is not the builder's slice")

	b := w.custom(nil)
	b.Types = nil
	_, err = b.Build(t.Context(), at(1), w.messages[0])
	var unsupported *metadata.UnsupportedModuleError
	require.ErrorAs(t, err, &unsupported)
	assert.Equal(t, metadata.UnsupportedModuleError{Address: at(1), Type: typeOther}, *unsupported)
}

// Trees are read, and checkpoints collected, by the checks of this package; what is found is in the
// result.
func TestRegisteredBuilderCollectsCheckpoints(t *testing.T) {
	w := newWorld(t, 4, 3)
	w.store(0).answer = hostile(w)["wrong root"].answer
	threshold := uint8(2)
	b := w.custom(func(ctx context.Context, r *metadata.Request) ([]byte, error) {
		leaves, err := r.Leaves(ctx)
		if err != nil {
			return nil, err
		}
		want, err := r.Expected(ctx, leaves[0]+1)
		if err != nil {
			return nil, err
		}
		proof, err := r.Prove(ctx, leaves[0], want)
		if err != nil {
			return nil, err
		}
		signatures, err := r.Collect(ctx, w.validators, threshold, want)
		if err != nil {
			return nil, err
		}
		d := ism.MerkleRootMetadata{Tree: want.Tree, MessageIndex: leaves[0], SignedMessageID: want.MessageID,
			Path: proof.Path, SignedIndex: want.Index, Signatures: signatures}
		return d.MarshalBinary()
	})
	r, err := b.Build(t.Context(), at(1), w.messages[2])
	require.NoError(t, err)
	require.NoError(t, ism.MerkleRootMultisig{Validators: w.validators, Threshold: 2}.Verify(r.Metadata, w.messages[2]))
	assert.Equal(t, w.honest(3), *r.Checkpoint)
	assert.Equal(t, uint32(2), r.LeafIndex)
	assert.Equal(t, []metadata.State{metadata.WrongCheckpoint, metadata.Signed, metadata.Signed}, states(r))

	threshold = 3
	r, err = b.Build(t.Context(), at(1), w.messages[2])
	require.ErrorIs(t, err, metadata.ErrNotReady)
	assert.Equal(t, uint8(3), r.Threshold)
	assert.Equal(t, 2, r.Signed())

	threshold = 4
	_, err = b.Build(t.Context(), at(1), w.messages[2])
	require.ErrorIs(t, err, metadata.ErrSet)
	threshold = 2
	_, err = b.Build(t.Context(), at(1), w.messages[3])
	require.ErrorIs(t, err, metadata.ErrTree, "there is no leaf after the last")
	_, err = b.Build(t.Context(), at(1), &message.Message{Origin: origin})
	require.ErrorIs(t, err, metadata.ErrNotInTree)
}

// A builder without sources for checkpoints says so, whichever way they are asked for.
func TestRegisteredBuilderNeedsSources(t *testing.T) {
	w := newWorld(t, 1, 1)
	for name, ask := range map[string]func(ctx context.Context, r *metadata.Request) error{
		"leaves":   func(ctx context.Context, r *metadata.Request) error { _, err := r.Leaves(ctx); return err },
		"expected": func(ctx context.Context, r *metadata.Request) error { _, err := r.Expected(ctx, 0); return err },
		"prove": func(ctx context.Context, r *metadata.Request) error {
			_, err := r.Prove(ctx, 0, checkpoint.Checkpoint{})
			return err
		},
		"collect": func(ctx context.Context, r *metadata.Request) error {
			_, err := r.Collect(ctx, w.validators, 1, checkpoint.Checkpoint{})
			return err
		},
	} {
		t.Run(name, func(t *testing.T) {
			b := w.custom(func(ctx context.Context, r *metadata.Request) ([]byte, error) { return nil, ask(ctx, r) })
			b.Tree = nil
			_, err := b.Build(t.Context(), at(1), w.messages[0])
			require.ErrorIs(t, err, metadata.ErrBuilder)
			require.ErrorContains(t, err, "Tree is nil")
		})
	}
}

// Built-in builders are replaced on purpose only.
func TestTypesRefuseAccidents(t *testing.T) {
	w := newWorld(t, 1, 1)
	empty := metadata.TypeBuilderFunc(func(context.Context, *metadata.Request) ([]byte, error) { return []byte{}, nil })
	for name, row := range map[string]struct {
		types metadata.Types
		want  string // empty where they are valid
	}{
		"none":              {nil, ""},
		"a type of its own": {metadata.Types{typeOther: empty}, ""},
		"nil":               {metadata.Types{typeOther: nil}, "module type 202 is nil"},
		"a clash":           {metadata.Types{typeOther: empty, ism.TypeMessageIDMultisig: empty}, "message id multisig has a builder already"},
		"replaced":          {metadata.Types{ism.TypeMessageIDMultisig: metadata.Override(empty)}, ""},
		"replaced by nil":   {metadata.Types{ism.TypeNull: metadata.Override(nil)}, "null is nil"},
		"marked for later":  {metadata.Types{typeOther: metadata.Override(empty)}, ""},
	} {
		t.Run(name, func(t *testing.T) {
			b := w.builder(1)
			b.Types = row.types
			_, err := b.Build(t.Context(), moduleNull, w.messages[0])
			assert.Equal(t, err, row.types.Validate())
			if row.want == "" {
				require.NoError(t, err)
				return
			}
			require.ErrorIs(t, err, metadata.ErrBuilder)
			require.ErrorContains(t, err, row.want)
		})
	}

	b := w.builder(1)
	b.Types = metadata.Types{ism.TypeMessageIDMultisig: metadata.Override(empty)}
	r, err := b.Build(t.Context(), moduleID, w.messages[0])
	require.ErrorIs(t, err, metadata.ErrUnverified, "a replacement is checked as the original is")
	require.ErrorIs(t, err, ism.ErrMetadata)
	assert.Nil(t, r.Metadata)
}

// A builder that misbehaves fails its own module. What is next to it is built as if it were alone.
func TestMisbehavingBuilderNeverBlocksSiblings(t *testing.T) {
	broken := errors.New("no proof yet")
	var none *message.Message
	for name, row := range map[string]struct {
		build func(ctx context.Context, release <-chan struct{}) ([]byte, error)
		want  error
		text  string
		takes time.Duration // half of what the module around has
	}{
		"fails":             {func(context.Context, <-chan struct{}) ([]byte, error) { return []byte("partial"), broken }, broken, "module type 202 at " + at(9).String(), 0},
		"returns nothing":   {func(context.Context, <-chan struct{}) ([]byte, error) { return nil, nil }, nil, "empty slice", 0},
		"panics":            {func(context.Context, <-chan struct{}) ([]byte, error) { panic("at the disco") }, nil, "types_test.go", 0},
		"reads through nil": {func(context.Context, <-chan struct{}) ([]byte, error) { return none.Body, nil }, nil, "nil pointer", 0},
		"waits for its context": {func(ctx context.Context, _ <-chan struct{}) ([]byte, error) {
			<-ctx.Done()
			return nil, ctx.Err()
		}, context.DeadlineExceeded, "within 10s", 10 * time.Second},
		"ignores its context": {func(_ context.Context, release <-chan struct{}) ([]byte, error) {
			<-release
			return []byte("late"), nil
		}, context.DeadlineExceeded, "TypeTimeout", 10 * time.Second},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				w := newWorld(t, 2, 2)
				release := make(chan struct{})
				module := some{address: at(1), want: 2, modules: []ism.Module{
					ism.Unknown{Address: at(9), ModuleType: typeOther},
					ism.MessageIDMultisig{Address: at(2), Validators: w.validators, Threshold: 2},
					ism.Null{Address: at(3)},
				}}
				b := w.nestedBuilder(module)
				b.Types = metadata.Types{
					typeOther: metadata.TypeBuilderFunc(func(ctx context.Context, _ *metadata.Request) ([]byte, error) {
						return row.build(ctx, release)
					}),
					typeSome: metadata.TypeBuilderFunc(buildSome),
				}
				begin := time.Now()
				siblings := make(map[common.Address]time.Duration)
				b.Checkpoints = metadata.CheckpointFuncs{At: func(ctx context.Context, v common.Address, i uint32) (checkpoint.Signed, error) {
					defer func() { w.mu.Lock(); siblings[v] = time.Since(begin); w.mu.Unlock() }()
					return w.Checkpoint(ctx, v, i)
				}}
				b.TypeTimeout = 20 * time.Second
				r, err := b.Build(t.Context(), at(1), w.messages[0])
				close(release)
				synctest.Wait()
				for v, took := range siblings {
					assert.Zero(t, took, v)
				}
				assert.Len(t, siblings, 2)
				assert.Equal(t, row.takes, time.Since(begin))
				require.NoError(t, err)
				require.Len(t, r.Children, 3)
				failed := r.Children[0]
				require.ErrorIs(t, failed.Err, metadata.ErrTypeBuilder)
				require.ErrorContains(t, failed.Err, row.text)
				if row.want != nil {
					require.ErrorIs(t, failed.Err, row.want)
				}
				assert.Nil(t, failed.Metadata)
				assert.NotNil(t, r.Children[1].Metadata)
			})
		})
	}
}
