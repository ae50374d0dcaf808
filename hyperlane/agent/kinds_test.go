package agent_test

import (
	"context"
	"errors"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/hyperlane-go/sdk/hyperlane/agent"
	"github.com/hyperlane-go/sdk/hyperlane/storage"
)

// A location is opened by the kind of its scheme, and otherwise as package storage does.
func TestOpenStore(t *testing.T) {
	shelf, broken := storage.NewMemory(), errors.New("the shelf is broken")
	var asked []string
	kinds := agent.Kinds{Stores: map[string]agent.OpenStore{
		"shelf": func(_ context.Context, location string, access storage.Access) (*storage.Store, error) {
			asked = append(asked, location)
			if access != storage.Write {
				return nil, broken
			}
			return shelf, nil
		},
		"nothing": func(context.Context, string, storage.Access) (*storage.Store, error) { return nil, nil },
	}}
	f, err := agent.Parse("f.yaml", []byte(small), kinds)
	require.NoError(t, err)
	store, err := f.OpenStore(t.Context(), "shelf://top", storage.Write)
	require.NoError(t, err)
	assert.Same(t, shelf, store)
	_, err = f.OpenStore(t.Context(), "shelf://top", storage.Read)
	assert.Equal(t, broken, err)
	assert.Equal(t, []string{"shelf://top", "shelf://top"}, asked)
	_, err = f.OpenStore(t.Context(), "nothing://x", storage.Read)
	require.ErrorContains(t, err, `agent: the store of kind "nothing" returned neither a store nor an error`)

	ours, err := f.OpenStore(t.Context(), "file://"+t.TempDir(), storage.Write)
	require.NoError(t, err)
	require.NoError(t, ours.Close())
	_, err = f.OpenStore(t.Context(), "bookcase://x", storage.Read)
	require.ErrorIs(t, err, storage.ErrLocation)

	for location, want := range map[string]bool{"shelf://top": true, "file:///x": false, "shelf": false, "shelf:/top": false} {
		assert.Equal(t, want, f.CustomStorage(location), location)
	}
}

// A validator's location of the program's own kind needs no other form.
func TestOwnStorageInTheFile(t *testing.T) {
	text := []byte(small + "validator: {signer: {kind: env, name: A_B}, storage: \"shelf://\"}")
	_, err := agent.Parse("f.yaml", text, agent.Kinds{})
	require.ErrorIs(t, err, storage.ErrLocation)
	memory := func(context.Context, string, storage.Access) (*storage.Store, error) { return storage.NewMemory(), nil }
	f, err := agent.Parse("f.yaml", text, agent.Kinds{Stores: map[string]agent.OpenStore{"shelf": memory}})
	require.NoError(t, err)
	assert.Equal(t, "shelf://", f.Validator.Storage)
}
