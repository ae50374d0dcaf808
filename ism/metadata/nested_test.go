package metadata_test

import (
	"context"
	"encoding/binary"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/ethereum/go-ethereum/common"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/hyperlane-go/sdk/ism"
	"github.com/hyperlane-go/sdk/ism/metadata"
	"github.com/hyperlane-go/sdk/message"
)

// typeSome is a module type that no package knows.
const typeSome ism.ModuleType = 201

// some is a module of the test's own: it accepts a message if want of its modules do, and refuses
// if one that gets metadata refuses. Its metadata is, for each module, a length and as many bytes;
// the length is 2³²-1 for a module without metadata.
type some struct {
	address common.Address
	want    int
	modules []ism.Module
}

var _ ism.Addressed = some{}

var errSome = errors.New("too few of some")

func (s some) Type() ism.ModuleType          { return typeSome }
func (s some) ModuleAddress() common.Address { return s.address }

func (s some) Verify(b []byte, m *message.Message) error {
	accepted, unknown := 0, 0
	for i, module := range s.modules {
		if len(b) < 4 {
			return fmt.Errorf("%w: metadata of module %d is missing", errSome, i)
		}
		n := binary.BigEndian.Uint32(b)
		if b = b[4:]; n == 1<<32-1 {
			continue
		}
		if uint64(n) > uint64(len(b)) {
			return fmt.Errorf("%w: metadata of module %d is cut", errSome, i)
		}
		switch err := module.Verify(b[:n], m); {
		case errors.Is(err, ism.ErrNoVerifier):
			unknown++
		case err != nil:
			return err
		default:
			accepted++
		}
		b = b[n:]
	}
	switch {
	case accepted >= s.want:
		return nil
	case accepted+unknown >= s.want:
		return fmt.Errorf("%w: %d of %d are for the contract to tell", ism.ErrNoVerifier, unknown, s.want)
	default:
		return fmt.Errorf("%w: %d of %d", errSome, accepted, s.want)
	}
}

// buildSome builds metadata for all modules inside and uses the first that have some.
func buildSome(ctx context.Context, r *metadata.Request) ([]byte, error) {
	module := r.Module.(some)
	b, have, failures := []byte{}, 0, []error(nil)
	for _, child := range r.Build(ctx, module.modules...) {
		if child.Metadata == nil || have == module.want {
			b = binary.BigEndian.AppendUint32(b, 1<<32-1)
			failures = append(failures, child.Err)
			continue
		}
		have++
		b = binary.BigEndian.AppendUint32(b, uint32(len(child.Metadata)))
		b = append(b, child.Metadata...)
	}
	if have < module.want {
		return nil, fmt.Errorf("%w: %d of %d: %w", errSome, have, module.want, errors.Join(failures...))
	}
	return b, nil
}

var someTypes = metadata.Types{typeSome: metadata.TypeBuilderFunc(buildSome)}

// at returns an address for a place in a tree.
func at(n byte) common.Address { return common.Address{0: 0xaa, 19: n} }

// nested is a module with four inside, of which one is again such a module.
func (w *world) nested(want int) some {
	return some{address: at(1), want: want, modules: []ism.Module{
		ism.MessageIDMultisig{Address: at(2), Validators: w.validators, Threshold: 2},
		ism.Unknown{Address: at(3), ModuleType: ism.TypeCCIPRead},
		some{address: at(4), want: 1, modules: []ism.Module{
			ism.MerkleRootMultisig{Address: at(5), Validators: w.validators, Threshold: 3},
			ism.Null{},
		}},
		ism.MerkleRootMultisig{Address: at(6), Validators: w.validators, Threshold: 4},
	}}
}

// nestedBuilder serves a module at its own address.
func (w *world) nestedBuilder(module some) *metadata.Builder {
	b := w.builder(2)
	b.Modules = metadata.StaticModules{module.address: module}
	b.Types = someTypes
	return b
}

// The seam carries a tree of modules: each is built through the same walker, and the result mirrors
// the tree.
func TestResultMirrorsTheModules(t *testing.T) {
	w := newWorld(t, 4, 3)
	w.store(2).answer = hostile(w)["storage fails"].answer
	module := w.nested(2)
	r, err := w.nestedBuilder(module).Build(t.Context(), at(1), w.messages[1])
	require.NoError(t, err)
	require.NoError(t, module.Verify(r.Metadata, w.messages[1]))
	assert.True(t, r.Verified)

	type row struct {
		depth   int
		address common.Address
		kind    ism.ModuleType
		signed  int
		err     error
	}
	var rows []row
	for depth, node := range r.Walk() {
		rows = append(rows, row{depth, node.Address, node.Type, node.Signed(), nil})
		assert.Equal(t, w.messages[1].ID(), node.Message)
		assert.Equal(t, node.Err == nil, node.Metadata != nil)
	}
	assert.Equal(t, []row{
		{0, at(1), typeSome, 0, nil},
		{1, at(2), ism.TypeMessageIDMultisig, 2, nil},
		{1, at(3), ism.TypeCCIPRead, 0, nil},
		{1, at(4), typeSome, 0, nil},
		{2, at(5), ism.TypeMerkleRootMultisig, 2, nil},
		{2, common.Address{}, ism.TypeNull, 0, nil},
		{1, at(6), ism.TypeMerkleRootMultisig, 0, nil},
	}, rows)

	first, second, third, fourth := r.Children[0], r.Children[1], r.Children[2], r.Children[3]
	assert.Equal(t, []metadata.State{metadata.Signed, metadata.Signed, metadata.Unreachable}, states(first))
	assert.Equal(t, uint32(1), first.LeafIndex)
	assert.Equal(t, w.honest(1), *first.Checkpoint)
	assert.True(t, first.Verified)
	require.ErrorIs(t, second.Err, metadata.ErrUnsupportedModule)
	var quorum *metadata.QuorumError
	require.ErrorAs(t, third.Children[0].Err, &quorum)
	assert.Equal(t, 3, quorum.Want)
	require.NoError(t, third.Err)
	var set *metadata.SetError
	require.ErrorAs(t, fourth.Err, &set)
	assert.Equal(t, at(6), set.Address)
	assert.Equal(t, 3, set.Have)
	assert.Equal(t, uint8(4), set.Want)
}

func TestResultOfAFailedTree(t *testing.T) {
	w := newWorld(t, 4, 3)
	w.store(2).answer = hostile(w)["storage fails"].answer
	r, err := w.nestedBuilder(w.nested(3)).Build(t.Context(), at(1), w.messages[1])
	require.ErrorIs(t, err, errSome)
	require.ErrorIs(t, err, metadata.ErrTypeBuilder)
	require.ErrorIs(t, err, metadata.ErrUnsupportedModule, "the errors of the modules inside are wrapped")
	assert.Nil(t, r.Metadata)
	assert.False(t, r.Verified)
	require.Len(t, r.Children, 4)
	assert.NotNil(t, r.Children[0].Metadata, "what succeeded stays visible")

	report := strings.Split(r.String(), "\n")
	assert.Equal(t, "message "+r.Message.String()+": no metadata", report[0])
	for i, want := range map[int]string{
		1:  "  module " + at(1).String() + ": module type 201",
		2:  "    module " + at(2).String() + ": message id multisig, threshold 2 of 3, metadata of 198 bytes",
		3:  "      leaf 1, checkpoint 1 of tree " + treeAddress.String() + " on domain 1000",
		4:  "      root " + w.honest(1).Root.String(),
		5:  "      " + w.validators[0].String() + " signed at index 1",
		7:  "      " + w.validators[2].String() + " unreachable at index 1: connection refused",
		8:  "    module " + at(3).String() + ": ccip read, no metadata",
		10: "    module " + at(4).String() + ": module type 201, metadata of 8 bytes",
		11: "      module " + at(5).String() + ": merkle root multisig, threshold 3 of 3, no metadata",
	} {
		// The error of the root comes before the modules inside it, and may have several lines.
		shift := strings.Count(r.Err.Error(), "\n") + 1
		if i > 1 {
			i += shift
		}
		assert.True(t, strings.HasPrefix(report[i], want), "line %d is %q, want %q", i, report[i], want)
	}

	text, err := json.Marshal(r)
	require.NoError(t, err)
	type node struct {
		Message, Module, Type, Error, Metadata string
		Verified                               bool
		Threshold, LeafIndex                   *int
		Validators                             []struct{ State string }
		Children                               []node
	}
	var root node
	require.NoError(t, json.Unmarshal(text, &root))
	assert.Equal(t, r.Message.String(), root.Message)
	assert.Equal(t, "module type 201", root.Type)
	assert.Equal(t, r.Err.Error(), root.Error)
	assert.Nil(t, root.Threshold)
	require.Len(t, root.Children, 4)
	first, third := root.Children[0], root.Children[2]
	assert.Empty(t, first.Message, "the message is named once")
	assert.Equal(t, strings.ToLower(at(2).String()), strings.ToLower(first.Module))
	assert.True(t, first.Verified)
	require.NotNil(t, first.Threshold)
	assert.Equal(t, 2, *first.Threshold)
	assert.Equal(t, 1, *first.LeafIndex)
	require.Len(t, first.Validators, 3)
	assert.Equal(t, "unreachable", first.Validators[2].State)
	require.Len(t, third.Children, 2)
	assert.Equal(t, "0x", third.Children[1].Metadata)
	assert.Contains(t, third.Children[0].Error, "no quorum yet")
}

func TestWalkStops(t *testing.T) {
	w := newWorld(t, 2, 3)
	r, err := w.nestedBuilder(w.nested(1)).Build(t.Context(), at(1), w.messages[0])
	require.NoError(t, err)
	for stop := 1; stop <= 7; stop++ {
		n := 0
		for range r.Walk() {
			if n++; n == stop {
				break
			}
		}
		assert.Equal(t, stop, n)
	}
	for range (*metadata.Result)(nil).Walk() {
		t.Error("a nil result has no modules")
	}
}

// Metadata that depends on a module without a verifier is used, and marked.
func TestUnverifiedInside(t *testing.T) {
	w := newWorld(t, 2, 3)
	b := w.nestedBuilder(w.nested(2))
	b.Types = metadata.Types{
		typeSome:         metadata.TypeBuilderFunc(buildSome),
		ism.TypeCCIPRead: metadata.TypeBuilderFunc(func(context.Context, *metadata.Request) ([]byte, error) { return []byte("proof"), nil }),
	}
	r, err := b.Build(t.Context(), at(1), w.messages[0])
	require.NoError(t, err)
	assert.False(t, r.Verified)
	assert.Equal(t, []byte("proof"), r.Children[1].Metadata)
	assert.False(t, r.Children[1].Verified)
	assert.Contains(t, r.String(), "ccip read, metadata of 5 bytes, not verified offline")
	assert.Contains(t, strings.Split(r.String(), "\n")[0], "not verified offline")
}

// For any tree of modules, the result has the same shape, and metadata comes out exactly if the
// modules inside say that it can.
func TestAnyTreeIsMirrored(t *testing.T) {
	w := newWorld(t, 3, 3)
	w.store(2).answer = hostile(w)["storage fails"].answer
	rapid.Check(t, func(rt *rapid.T) {
		next := byte(0)
		var draw func(depth int) (module ism.Module, possible bool)
		draw = func(depth int) (ism.Module, bool) {
			next++
			address := at(next)
			switch kind := rapid.IntRange(0, 4).Draw(rt, "kind"); {
			case kind == 0:
				return ism.Null{Address: address}, true
			case kind == 1:
				return ism.Unknown{Address: address, ModuleType: ism.TypeRouting}, false
			case kind == 2 || depth == 4:
				n := rapid.IntRange(1, 3).Draw(rt, "threshold")
				return ism.MessageIDMultisig{Address: address, Validators: w.validators, Threshold: uint8(n)}, n < 3
			default:
				s := some{address: address}
				count := 0
				for range rapid.IntRange(0, 3).Draw(rt, "children") {
					child, ok := draw(depth + 1)
					s.modules = append(s.modules, child)
					if ok {
						count++
					}
				}
				s.want = rapid.IntRange(0, len(s.modules)).Draw(rt, "want")
				return s, count >= s.want
			}
		}
		module, possible := draw(0)
		b := w.builder(2)
		b.Types, b.Modules = someTypes, metadata.StaticModules{at(1): module}
		b.MaxModules = 255
		r, err := b.Build(context.Background(), at(1), w.messages[1])
		require.Equal(rt, possible, err == nil, "%v", r)
		if err == nil {
			require.NoError(rt, module.Verify(r.Metadata, w.messages[1]))
		}
		mirrors(rt, module, r)
	})
}

func mirrors(t require.TestingT, module ism.Module, r *metadata.Result) {
	require.Equal(t, ism.AddressOf(module), r.Address)
	require.Equal(t, module.Type(), r.Type)
	s, ok := module.(some)
	if !ok {
		require.Empty(t, r.Children)
		return
	}
	require.Len(t, r.Children, len(s.modules))
	for i, child := range s.modules {
		mirrors(t, child, r.Children[i])
	}
}
