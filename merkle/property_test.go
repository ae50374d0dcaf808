package merkle

import (
	"bytes"
	"sync"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"
)

// Any sequence of appends, truncations, saves and proofs leaves the full tree equal to the obvious
// one over the same leaves.
func TestFullTreeFollowsItsLeaves(t *testing.T) {
	hashes := rapid.Custom(func(t *rapid.T) Hash {
		return Hash(rapid.SliceOfN(rapid.Byte(), 32, 32).Draw(t, "hash"))
	})
	many := testLeaves(2*chunkSize + 100)
	eachPath(t, func(t *testing.T) {
		rapid.Check(t, func(t *rapid.T) {
			full := new(FullTree)
			var leaves []Hash
			var want Tree
			grow := func(t *rapid.T, more []Hash) {
				require.NoError(t, full.Append(more...))
				leaves = append(leaves, more...)
				require.NoError(t, want.Append(more...))
			}
			t.Repeat(map[string]func(*rapid.T){
				"append": func(t *rapid.T) {
					grow(t, rapid.SliceOfN(hashes, 0, 40).Draw(t, "leaves"))
				},
				"append many": func(t *rapid.T) {
					grow(t, many[:rapid.IntRange(0, len(many)).Draw(t, "count")])
				},
				"truncate": func(t *rapid.T) {
					size := rapid.IntRange(0, len(leaves)).Draw(t, "size")
					require.NoError(t, full.Truncate(uint32(size)))
					leaves, want = leaves[:size:size], Tree{}
					require.NoError(t, want.Append(leaves...))
				},
				"save and load": func(t *rapid.T) {
					var file bytes.Buffer
					_, err := full.WriteTo(&file)
					require.NoError(t, err)
					full = new(FullTree)
					_, err = full.ReadFrom(&file)
					require.NoError(t, err)
				},
				"prove": func(t *rapid.T) {
					if len(leaves) == 0 {
						t.Skip("nothing to prove")
					}
					size := rapid.IntRange(1, len(leaves)).Draw(t, "size")
					index := rapid.IntRange(0, size-1).Draw(t, "index")
					proof, err := full.Prove(uint32(index), uint32(size))
					require.NoError(t, err)
					require.Equal(t, leaves[index], proof.Leaf)
					var tree, past Tree
					require.NoError(t, tree.Append(leaves[:size]...))
					require.NoError(t, proof.Verify(tree.Root()))
					require.NoError(t, past.Append(leaves[:index+1]...))
					require.Equal(t, past.Root(), proof.RootAt())
				},
				"": func(t *rapid.T) {
					require.EqualValues(t, len(leaves), full.Count())
					have, err := full.Tree(full.Count())
					require.NoError(t, err)
					require.Equal(t, want, have)
				},
			})
		})
	})
}

// A proof of random content leads to the same root on both paths.
func TestProofRootsAgreeOnAnyContent(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		var proofs [laneCount]Proof
		for i := range proofs {
			proofs[i].Index = rapid.Uint32().Draw(t, "index")
			seed := rapid.Uint64().Draw(t, "seed")
			proofs[i].Leaf = Hash{byte(seed), byte(seed >> 8)}
			for level := range proofs[i].Path {
				proofs[i].Path[level] = HashPair(proofs[i].Leaf, Hash{byte(level), byte(seed >> 16)})
			}
		}
		l := acquireLanes()
		defer releaseLanes(l)
		for i, root := range l.proofRoots(&proofs) {
			require.Equal(t, proofs[i].Root(), root, "lane %d", i)
		}
	})
}

func TestTruncateForgetsAndGoesOn(t *testing.T) {
	leaves := testLeaves(2*chunkSize + 100)
	full := fullTree(t, leaves)
	for _, size := range []int{2*chunkSize + 99, 2 * chunkSize, 2*chunkSize - 1, chunkSize, 77, 1, 0} {
		require.NoError(t, full.Truncate(uint32(size)))
		require.EqualValues(t, size, full.Count())
		_, err := full.Leaf(uint32(size))
		require.ErrorIs(t, err, ErrRange)
		_, err = full.Root(uint32(size + 1))
		require.ErrorIs(t, err, ErrRange)
		requireSameTree(t, fullTree(t, leaves[:size]), full)
	}
	other := testLeaves(500)
	for i := range other {
		other[i][1] = 7
	}
	require.NoError(t, full.Append(other...))
	requireSameTree(t, fullTree(t, other), full)
	require.NoError(t, full.Truncate(100))
	require.NoError(t, full.Append(leaves[100:300]...))
	requireSameTree(t, fullTree(t, append(other[:100:100], leaves[100:300]...)), full)
}

func TestTruncateLetsGoOfMemory(t *testing.T) {
	full := fullTree(t, testLeaves(20*chunkSize))
	require.NoError(t, full.Truncate(10))
	for i, r := range full.levels {
		for j, chunk := range r.chunks[:cap(r.chunks)] {
			assert.True(t, j == 0 && i < 4 || chunk == nil, "level %d keeps chunk %d", i, j)
		}
	}
}

// Many readers at once, each with its own hashing state: for the race detector.
func TestConcurrentReads(t *testing.T) {
	full := fullTree(t, testLeaves(100))
	root, err := full.Root(100)
	require.NoError(t, err)
	var readers sync.WaitGroup
	for index := range uint32(8) {
		readers.Go(func() {
			var proofs []Proof
			for i := range uint32(8) {
				proof, err := full.Prove(8*index+i, 100)
				assert.NoError(t, err)
				proofs = append(proofs, proof)
			}
			assert.NoError(t, VerifyProofs(root, proofs))
			have, err := full.Root(100)
			assert.NoError(t, err)
			assert.Equal(t, root, have)
			_, err = full.WriteTo(&bytes.Buffer{})
			assert.NoError(t, err)
		})
	}
	readers.Wait()
}
