package metadata_test

import (
	"encoding/json"
	"errors"
	"strings"
	"testing"

	"github.com/ethereum/go-ethereum/common"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/hyperlane-go/sdk/ism"
	"github.com/hyperlane-go/sdk/ism/metadata"
	"github.com/hyperlane-go/sdk/message"
)

func TestReportsNameEverybody(t *testing.T) {
	w := newWorld(t, 3, 3)
	attacks := hostile(w)
	w.store(0).answer = attacks["wrong root"].answer
	w.store(1).answer = attacks["storage fails"].answer
	r, err := w.builder(2).Build(t.Context(), moduleID, w.messages[1])
	require.ErrorIs(t, err, metadata.ErrNotReady)

	report := r.String()
	for _, part := range []string{
		r.Message.String(), moduleID.String(), "message id multisig, threshold 2 of 3",
		"leaf 1, checkpoint 1", w.honest(1).Root.String(),
		w.validators[0].String() + " wrong checkpoint at index 1: ", "root is 0x",
		w.validators[1].String() + " unreachable at index 1: connection refused",
		w.validators[2].String() + " signed at index 1\n",
		"1 of 2 signatures at index 1",
	} {
		assert.Contains(t, report, part)
	}
	assert.Len(t, strings.Split(report, "\n"), 8)

	text, err := json.Marshal(r)
	require.NoError(t, err)
	var shape struct {
		Message, Module, Type, Error, Metadata string
		LeafIndex, CheckpointIndex, Threshold  int
		CheckpointRoot                         string
		Validators                             []struct {
			Validator common.Address
			State     string
			Index     int
			Error     string
		}
	}
	require.NoError(t, json.Unmarshal(text, &shape))
	assert.Equal(t, r.Message.String(), shape.Message)
	assert.Equal(t, "message id multisig", shape.Type)
	assert.Equal(t, r.Err.Error(), shape.Error)
	assert.Equal(t, w.honest(1).Root.String(), shape.CheckpointRoot)
	assert.Equal(t, 1, shape.CheckpointIndex)
	assert.Empty(t, shape.Metadata)
	require.Len(t, shape.Validators, 3)
	assert.Equal(t, w.validators[1], shape.Validators[1].Validator)
	assert.Equal(t, "unreachable", shape.Validators[1].State)
	assert.Equal(t, "connection refused", shape.Validators[1].Error)
	assert.Empty(t, shape.Validators[2].Error)
}

func TestReportsOfSuccess(t *testing.T) {
	w := newWorld(t, 2, 1)
	r, err := w.builder(1).Build(t.Context(), moduleRoot, w.messages[0])
	require.NoError(t, err)
	assert.Contains(t, r.String(), "metadata of 1161 bytes")
	text, err := json.Marshal(r)
	require.NoError(t, err)
	assert.Contains(t, string(text), `"metadata":"0x000000`)
	assert.NotContains(t, string(text), `"error"`)

	r, err = w.builder(1).Build(t.Context(), moduleNull, w.messages[0])
	require.NoError(t, err)
	assert.Contains(t, r.String(), "metadata of 0 bytes\n  module "+moduleNull.String()+": null")
	text, err = json.Marshal(r)
	require.NoError(t, err)
	assert.Contains(t, string(text), `"metadata":"0x"`)
}

func TestStateNames(t *testing.T) {
	seen := make(map[string]bool)
	for s := metadata.NotAsked; s <= metadata.Unreachable; s++ {
		require.NotEmpty(t, s.String())
		require.False(t, seen[s.String()], s)
		seen[s.String()] = true
	}
	assert.Equal(t, "state 200", metadata.State(200).String())
}

func TestErrorsTeach(t *testing.T) {
	w := newWorld(t, 12, 1)
	failure := func(change func(m *message.Message)) error {
		m := *w.messages[0]
		change(&m)
		_, err := w.builder(1).Build(t.Context(), moduleID, &m)
		return err
	}
	for _, row := range []struct {
		err  error
		want []string
	}{
		{&metadata.SetError{Want: 0, Have: 3, Max: 50}, []string{"threshold 0 of 3", "accepts nothing"}},
		{&metadata.SetError{Want: 4, Have: 3, Max: 50}, []string{"threshold 4 of 3", "never be met"}},
		{&metadata.SetError{Want: 4, Have: 51, Max: 50}, []string{"51", "allows 50"}},
		{failure(func(m *message.Message) { m.Origin = 7 }), []string{"domain 7", "domain 1000"}},
		{failure(func(m *message.Message) { m.Nonce = 99 }), []string{"12 leaves", "index further"}},
		{&metadata.UnsupportedModuleError{Type: ism.TypeAggregation}, []string{"aggregation", "type 2", "built in are", "register a metadata.TypeBuilder for type 2"}},
	} {
		for _, part := range row.want {
			assert.ErrorContains(t, row.err, part)
		}
	}
}

func TestEmptySourcesAnswerNotFound(t *testing.T) {
	var none metadata.CheckpointFuncs
	_, err := none.LatestIndex(t.Context(), common.Address{})
	require.ErrorIs(t, err, metadata.ErrNotFound)
	_, err = none.Checkpoint(t.Context(), common.Address{}, 0)
	require.ErrorIs(t, err, metadata.ErrNotFound)
	_, err = metadata.StaticModules(nil).Module(t.Context(), common.Address{}, nil)
	require.ErrorIs(t, err, metadata.ErrNotFound)
	_, err = metadata.StaticModules{moduleID: nil}.Module(t.Context(), moduleID, nil)
	require.ErrorIs(t, err, metadata.ErrNotFound)
	_, err = metadata.ModuleReaderFunc(nil).Module(t.Context(), moduleID, nil)
	require.ErrorIs(t, err, metadata.ErrNotFound)
	require.False(t, errors.Is(err, metadata.ErrModule))
}

func BenchmarkBuild(b *testing.B) {
	w := newWorld(b, 100, 5)
	for name, mod := range modules(nil, 3) {
		b.Run(name+"/3-of-5", func(b *testing.B) {
			builder := w.builder(3)
			b.ReportAllocs()
			for b.Loop() {
				if _, err := builder.Build(b.Context(), mod.address, w.messages[50]); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
