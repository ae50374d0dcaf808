package relayer

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/hyperlane-go/sdk/contracts"
	"github.com/hyperlane-go/sdk/hyperlane"
	"github.com/hyperlane-go/sdk/hyperlane/evm"
	"github.com/hyperlane-go/sdk/ism"
	"github.com/hyperlane-go/sdk/ism/metadata"
)

// typeOwn is a module type of an application, which no package knows.
const typeOwn ism.ModuleType = 201

// A message whose recipient has a module of an unknown type waits with an error that names the type
// and the remedy, and is delivered by a relayer that has a builder for it.
func TestModuleTypeOfTheCallersOwn(t *testing.T) {
	var log bytes.Buffer
	w := newWorld(t, func(w *world) {
		w.cfg.Logger = slog.New(slog.NewTextHandler(&log, &slog.HandlerOptions{Level: slog.LevelDebug}))
	})
	defer w.close(t)
	w.b.module = typeOwn
	m := w.a.dispatch(domainB, recipient, "hello", true)
	w.a.mine(3)
	w.step()
	s := w.status(m.ID())
	require.Equal(t, StageNoMetadata, s.Stage)
	var unsupported *metadata.UnsupportedModuleError
	require.ErrorAs(t, s.Err, &unsupported)
	assert.Equal(t, typeOwn, unsupported.Type)
	for _, part := range []string{"type 201", unsupported.Address.String(), "metadata.TypeBuilder", "ModuleTypes of relayer.Config"} {
		assert.ErrorContains(t, s.Err, part)
	}

	w.cfg.ModuleTypes = metadata.Types{typeOwn: metadata.TypeBuilderFunc(func(_ context.Context, r *metadata.Request) ([]byte, error) {
		return fmt.Appendf(nil, "proof of %v", r.Message.ID()), nil
	})}
	w.restart()
	log.Reset()
	w.now = w.now.Add(time.Hour)
	w.step()
	require.Equal(t, StageSubmitted, w.status(m.ID()).Stage)
	s = w.status(m.ID())
	require.NotNil(t, s.Result)
	assert.Equal(t, typeOwn, s.Result.Type)
	assert.False(t, s.Result.Verified)
	text, err := json.Marshal(s)
	require.NoError(t, err)
	var shape struct {
		Result *struct{ Module, Type, Metadata string }
	}
	require.NoError(t, json.Unmarshal(text, &shape))
	require.NotNil(t, shape.Result)
	assert.Equal(t, "module type 201", shape.Result.Type)
	assert.NotEmpty(t, shape.Result.Metadata)

	w.settle()
	require.Equal(t, StageFinal, w.status(m.ID()).Stage, "%v", w.status(m.ID()))
	raw, err := m.MarshalBinary()
	require.NoError(t, err)
	want := contracts.Mailbox{}.PackProcess(fmt.Appendf(nil, "proof of %v", m.ID()), raw)
	assert.Equal(t, 1, w.b.included(m.ID()))
	assert.True(t, w.b.carried(want), "the delivery carries the builder's metadata")
	assert.Contains(t, log.String(), `type="module type 201" metadata=75`)
}

// carried reports whether a block has a transaction with this input.
func (m *model) carried(input []byte) bool {
	for _, b := range m.blocks {
		for _, tx := range b.txs {
			if bytes.Equal(tx.Data(), input) {
				return true
			}
		}
	}
	return false
}

// The error of a builder decides the stage, and one that does not return delays its own message
// only for a while.
func TestFailuresOfARegisteredBuilder(t *testing.T) {
	for _, c := range []struct {
		name  string
		err   error
		stage Stage
	}{
		{"not ready", fmt.Errorf("%w: bridge is behind", metadata.ErrNotReady), StageAwaitingCheckpoints},
		{"broken", errors.New("bridge is gone"), StageNoMetadata},
		{"its own node fails", evm.ErrRPC, StageNoMetadata},
	} {
		t.Run(c.name, func(t *testing.T) {
			w := newWorld(t, func(w *world) {
				w.cfg.ModuleTypes = metadata.Types{typeOwn: metadata.TypeBuilderFunc(func(context.Context, *metadata.Request) ([]byte, error) {
					return nil, c.err
				})}
			})
			defer w.close(t)
			w.b.module = typeOwn
			m := w.a.dispatch(domainB, recipient, "hello", true)
			w.a.mine(3)
			w.step()
			s := w.status(m.ID())
			assert.Equal(t, c.stage, s.Stage)
			require.ErrorIs(t, s.Err, c.err)
			require.ErrorIs(t, s.Err, metadata.ErrTypeBuilder)
			assert.ErrorIs(t, s.Result.Err, c.err)
			assert.Equal(t, 1, s.Attempts)
		})
	}
}

// The tree of a module that nests others is in the status, as text and as JSON, with errors that
// can be remembered.
func TestStatusShowsTheTree(t *testing.T) {
	huge := &evm.RevertError{Reason: "huge", Data: make([]byte, maxDetail+1), Err: errors.New("execution reverted")}
	s := newSigners(t, typeOwn, func(w *world) {
		w.cfg.ModuleTypes = metadata.Types{
			202: metadata.TypeBuilderFunc(func(context.Context, *metadata.Request) ([]byte, error) { return nil, huge }),
			typeOwn: metadata.TypeBuilderFunc(func(ctx context.Context, r *metadata.Request) ([]byte, error) {
				set := ism.MessageIDMultisig{Validators: w.b.validator, Threshold: w.b.threshold}
				children := r.Build(ctx, set, ism.Unknown{ModuleType: 202})
				return nil, children[0].Err
			}),
		}
	})
	w := s.w
	defer w.close(t)
	m := w.a.dispatch(domainB, recipient, "hello", true)
	w.a.mine(3)
	s.sign(0, 0)
	w.step()
	st := w.status(m.ID())
	require.Equal(t, StageAwaitingCheckpoints, st.Stage)
	require.Len(t, st.Result.Children, 2)
	assert.Equal(t, 1, st.Result.Children[0].Signed())
	var past *storedError
	assert.ErrorAs(t, st.Result.Children[1].Err, &past, "large revert data is not kept")
	assert.Contains(t, st.String(), "message id multisig, threshold 2 of 3, no metadata")
	assert.WithinDuration(t, w.now.Add(2*time.Second), st.Next, 0)

	text, err := json.Marshal(st)
	require.NoError(t, err)
	var shape struct {
		Validators []any
		Result     struct {
			Children []struct{ Validators []struct{ State string } }
		}
	}
	require.NoError(t, json.Unmarshal(text, &shape))
	assert.Empty(t, shape.Validators)
	require.Len(t, shape.Result.Children, 2)
	assert.Equal(t, "signed", shape.Result.Children[0].Validators[0].State)
}

func TestModuleTypesAreChecked(t *testing.T) {
	own := metadata.TypeBuilderFunc(func(context.Context, *metadata.Request) ([]byte, error) { return []byte{}, nil })
	client := new(hyperlane.Chain)
	for name, types := range map[string]metadata.Types{"a clash": {ism.TypeNull: own}, "nil": {typeOwn: nil}} {
		t.Run(name, func(t *testing.T) {
			_, err := Config{Ephemeral: true, Chains: []Chain{{Client: client}}, ModuleTypes: types}.validated()
			var e *evm.ConfigError
			require.ErrorAs(t, err, &e)
			assert.Equal(t, "ModuleTypes", e.Field)
			require.ErrorIs(t, err, metadata.ErrBuilder)
		})
	}
	_, err := Config{Ephemeral: true, Chains: []Chain{{Client: client}}, ModuleTypes: metadata.Types{typeOwn: own, ism.TypeNull: metadata.Override(own)}}.validated()
	require.NoError(t, err)
}
