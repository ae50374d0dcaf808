package metadata_test

import (
	"context"
	"errors"
	"testing"

	"github.com/ethereum/go-ethereum/common"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/hyperlane-go/sdk/ism/checkpoint"
	"github.com/hyperlane-go/sdk/ism/metadata"
)

// For any set and any mixture of honest, absent and hostile validators: what
// comes out verifies, a quorum at the message's leaf is never missed, and the
// builder says not ready exactly otherwise.
func TestQuorumIsFoundWheneverThereIsOne(t *testing.T) {
	const leaves = 12
	base := newWorld(t, leaves, 5)
	attacks := hostile(base)
	names := []string{"honest", "honest", "honest", "unreliable latest"}
	for name := range attacks {
		names = append(names, name)
	}
	rapid.Check(t, func(rt *rapid.T) {
		w := &world{tb: t, tree: base.tree, messages: base.messages, keys: base.keys, validators: base.validators,
			stores: make(map[common.Address]*store)}
		honest := make(map[common.Address]map[uint32]bool)
		for i, v := range w.validators {
			s := &store{signed: make(map[uint32]checkpoint.Signed)}
			honest[v] = make(map[uint32]bool)
			s.latest = rapid.Uint32Range(0, leaves-1).Draw(rt, "latest")
			for index := range s.latest + 1 {
				if rapid.IntRange(0, 5).Draw(rt, "gap") > 0 {
					s.signed[index] = base.store(i).signed[index]
					honest[v][index] = true
				}
			}
			switch behaviour := rapid.SampledFrom(names).Draw(rt, "behaviour"); behaviour {
			case "honest":
			case "unreliable latest":
				s.latestFn = func(context.Context) (uint32, error) { return 0, errors.New("denied") }
			default:
				if behaviour == "another's" && i == 1 {
					behaviour = "not JSON" // validator 1 is the other
				}
				attack := attacks[behaviour].answer
				s.answer = attack
				s.latest = rapid.Uint32().Draw(rt, "claim")
				honest[v] = nil
				if behaviour == "another checkpoint" && i == 0 {
					honest[v] = map[uint32]bool{0: true} // at index 0 it is the right one
				}
			}
			w.stores[v] = s
		}
		set := rapid.SliceOfN(rapid.SampledFrom(w.validators), 1, 7).Draw(rt, "set")
		threshold := uint8(rapid.IntRange(1, len(set)).Draw(rt, "threshold"))
		leaf := rapid.Uint32Range(0, leaves-1).Draw(rt, "leaf")
		quorum := func(index uint32) bool {
			n := 0
			for _, v := range set {
				if honest[v][index] {
					n++
				}
			}
			return n >= int(threshold)
		}
		b := w.builder(threshold, set...)
		b.MaxSteps = rapid.IntRange(1, 12).Draw(rt, "steps")
		for name, mod := range modules(set, threshold) {
			r, err := b.Build(context.Background(), mod.address, w.messages[leaf])
			switch {
			case err == nil:
				require.NoError(rt, mod.module.Verify(r.Metadata, w.messages[leaf]), name)
				require.True(rt, quorum(r.Checkpoint.Index), name)
				require.GreaterOrEqual(rt, r.Checkpoint.Index, leaf, name)
			default:
				require.ErrorIs(rt, err, metadata.ErrNotReady, name)
				require.False(rt, quorum(leaf), name)
				require.Nil(rt, r.Metadata, name)
			}
			require.Len(rt, r.Validators, len(set))
			for i, v := range r.Validators {
				require.Equal(rt, set[i], v.Validator)
				require.Equal(rt, v.State == metadata.Signed, v.Err == nil && v.State != metadata.NotAsked, name)
			}
		}
	})
}
