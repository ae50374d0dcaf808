package merkle

import (
	"fmt"
	"testing"

	"github.com/ethereum/go-ethereum/crypto/keccak"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// keccak256 is the hash function as go-ethereum offers it, without what the package builds on it.
func keccak256(parts ...[]byte) Hash {
	h := keccak.NewLegacyKeccak256()
	for _, part := range parts {
		h.Write(part)
	}
	return Hash(h.Sum(nil))
}

// obviousRoot hashes everything under a node of that level and index, which no cleverness can get
// wrong. It shares no code with the package.
func obviousRoot(leaves []Hash, level int, index uint64) Hash {
	first := index << level
	if first >= uint64(len(leaves)) {
		return obviousZero(level)
	}
	if level == 0 {
		return leaves[first]
	}
	left := obviousRoot(leaves, level-1, 2*index)
	right := obviousRoot(leaves, level-1, 2*index+1)
	return keccak256(left[:], right[:])
}

var obviousZeros = []Hash{{}}

func obviousZero(level int) Hash {
	for len(obviousZeros) <= level {
		last := obviousZeros[len(obviousZeros)-1]
		obviousZeros = append(obviousZeros, keccak256(last[:], last[:]))
	}
	return obviousZeros[level]
}

// obviousProof collects the siblings, each from all its leaves.
func obviousProof(leaves []Hash, index uint32) Proof {
	p := Proof{Leaf: leaves[index], Index: index}
	for level := range p.Path {
		p.Path[level] = obviousRoot(leaves, level, uint64(index>>level^1))
	}
	return p
}

// obviousBranch does what the contract's insert does, leaf after leaf.
func obviousBranch(leaves []Hash) (branch [Depth]Hash) {
	for i, node := range leaves {
		size := i + 1
		for level := range branch {
			if size%2 == 1 {
				branch[level] = node
				break
			}
			node = keccak256(branch[level][:], node[:])
			size /= 2
		}
	}
	return branch
}

func TestTreesAgreeWithTheObviousTree(t *testing.T) {
	const most = 300
	leaves := testLeaves(most)
	leaves[17], leaves[18] = Hash{}, leaves[16] // an empty leaf and a repeated one are leaves too
	eachPath(t, func(t *testing.T) {
		var grown Tree
		var full FullTree
		for size := 0; size <= most; size++ {
			want := obviousRoot(leaves[:size], Depth, 0)
			require.Equal(t, want, grown.Root(), "tree, size %d", size)
			require.Equal(t, obviousBranch(leaves[:size]), grown.Branch(), "size %d", size)

			var appended Tree
			require.NoError(t, appended.Append(leaves[:size]...))
			require.Equal(t, grown, appended, "appended at once, size %d", size)

			root, err := full.Root(uint32(size))
			require.NoError(t, err)
			require.Equal(t, want, root, "full tree, size %d", size)
			if size < most {
				require.NoError(t, grown.Insert(leaves[size]))
				require.NoError(t, full.Append(leaves[size]))
			}
		}
	})
}

// Every root of the past, from a tree that has grown since.
func TestFullTreeKnowsEverySizeItHad(t *testing.T) {
	const most = 300
	leaves := testLeaves(most)
	eachPath(t, func(t *testing.T) {
		var full FullTree
		require.NoError(t, full.Append(leaves...))
		require.EqualValues(t, most, full.Count())
		var tree Tree
		for size := uint32(0); size <= most; size++ {
			past, err := full.Tree(size)
			require.NoError(t, err)
			require.Equal(t, tree, past, "size %d", size)
			root, err := full.Root(size)
			require.NoError(t, err)
			require.Equal(t, tree.Root(), root, "size %d", size)
			if size < most {
				require.NoError(t, tree.Insert(leaves[size]))
				leaf, err := full.Leaf(size)
				require.NoError(t, err)
				require.Equal(t, leaves[size], leaf)
			}
		}
	})
}

// Every proof of every size up to 70, and some beyond a chunk.
func TestProofsAgreeWithTheObviousTree(t *testing.T) {
	leaves := testLeaves(2*chunkSize + 37)
	var full FullTree
	require.NoError(t, full.Append(leaves...))
	check := func(index, size uint32) {
		t.Helper()
		proof, err := full.Prove(index, size)
		require.NoError(t, err)
		require.Equal(t, obviousProof(leaves[:size], index), proof, "index %d, size %d", index, size)
		root, err := full.Root(size)
		require.NoError(t, err)
		require.NoError(t, proof.Verify(root))
		newest, err := full.Root(index + 1)
		require.NoError(t, err)
		require.Equal(t, newest, proof.RootAt(), "index %d, size %d", index, size)
	}
	for size := uint32(1); size <= 70; size++ {
		for index := range size {
			check(index, size)
		}
	}
	for _, size := range []uint32{chunkSize - 1, chunkSize, chunkSize + 1, 2 * chunkSize, 2*chunkSize + 37} {
		for _, index := range []uint32{0, 1, size / 2, size - 2, size - 1} {
			check(index, size)
		}
	}
}

// Every size up to 300, every proof against its root: with the obvious root, not the obvious path.
func TestEveryProofOfEverySizeVerifies(t *testing.T) {
	const most = 300
	leaves := testLeaves(most)
	var full FullTree
	require.NoError(t, full.Append(leaves...))
	eachPath(t, func(t *testing.T) {
		for size := uint32(1); size <= most; size += 1 + size/16 {
			root := obviousRoot(leaves[:size], Depth, 0)
			proofs := make([]Proof, size)
			for index := range size {
				var err error
				proofs[index], err = full.Prove(index, size)
				require.NoError(t, err)
			}
			require.NoError(t, VerifyProofs(root, proofs), "size %d", size)
		}
	})
}

func TestAppendInBlocksIsAppendAtOnce(t *testing.T) {
	leaves := testLeaves(3*chunkSize + 5)
	var want Tree
	for _, leaf := range leaves {
		require.NoError(t, want.Insert(leaf))
	}
	eachPath(t, func(t *testing.T) {
		for _, block := range []int{1, 2, 3, 7, 8, 64, 1000, chunkSize, chunkSize + 1, len(leaves)} {
			t.Run(fmt.Sprint(block), func(t *testing.T) {
				var tree Tree
				var full FullTree
				for rest := leaves; len(rest) > 0; {
					n := min(block, len(rest))
					require.NoError(t, tree.Append(rest[:n]...))
					require.NoError(t, full.Append(rest[:n]...))
					rest = rest[n:]
				}
				assert.Equal(t, want, tree)
				same, err := full.Tree(full.Count())
				require.NoError(t, err)
				assert.Equal(t, want, same)
			})
		}
	})
	assert.Equal(t, testLeaves(len(leaves)), leaves, "the caller's leaves are not touched")
}

// The four-lane code against the hash function of go-ethereum, for every number of pairs that
// leaves a remainder, in place and not.
func TestHashPairsAgreesWithPlainKeccak(t *testing.T) {
	src := testLeaves(2 * 21)
	for i := range src {
		src[i] = keccak256(src[i][:]) // bytes of all kinds
	}
	eachPath(t, func(t *testing.T) {
		for n := range len(src)/2 + 1 {
			want := make([]Hash, n)
			for i := range want {
				want[i] = keccak256(src[2*i][:], src[2*i+1][:])
			}
			have := make([]Hash, n)
			hashPairs(have, src[:2*n])
			require.Equal(t, want, have, "%d pairs", n)
			inPlace := append([]Hash(nil), src...)
			hashPairs(inPlace[:n], inPlace[:2*n])
			require.Equal(t, want, inPlace[:n], "%d pairs, in place", n)
			require.Equal(t, src[2*n:], inPlace[2*n:], "nothing beyond is written")
		}
	})
}
