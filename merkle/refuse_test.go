package merkle

import (
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestFullTreeRefusesWhatItDoesNotHave(t *testing.T) {
	var full FullTree
	require.NoError(t, full.Append(testLeaves(5)...))
	for name, tc := range map[string]struct {
		call func() error
		want string
	}{
		"leaf beyond":          {func() error { _, err := full.Leaf(5); return err }, "have index 5, want less than the size 5"},
		"root beyond":          {func() error { _, err := full.Root(6); return err }, "have size 6, want at most the 5 leaves"},
		"tree beyond":          {func() error { _, err := full.Tree(6); return err }, "have size 6, want at most the 5 leaves"},
		"proof, size beyond":   {func() error { _, err := full.Prove(0, 6); return err }, "have size 6, want at most the 5 leaves"},
		"proof, index at size": {func() error { _, err := full.Prove(3, 3); return err }, "have index 3, want less than the size 3"},
		"proof, index beyond":  {func() error { _, err := full.Prove(MaxLeaves, 5); return err }, "have index 4294967295, want less than the size 5"},
		"proof, empty tree":    {func() error { _, err := full.Prove(0, 0); return err }, "have index 0, want less than the size 0"},
		"truncate beyond":      {func() error { return full.Truncate(6) }, "have size 6, want at most the 5 leaves"},
	} {
		t.Run(name, func(t *testing.T) {
			err := tc.call()
			require.ErrorIs(t, err, ErrRange)
			assert.Regexp(t, `^merkle: out of range: `+tc.want, err.Error())
		})
	}
	root, err := full.Root(5)
	require.NoError(t, err)
	assert.Equal(t, obviousRoot(testLeaves(5), Depth, 0), root, "nothing changed")
}

// The contract refuses leaf 2^32, so that the topmost node is never complete.
func TestTreeIsFullAtMaxLeaves(t *testing.T) {
	var branch [Depth]Hash
	for i := range branch {
		branch[i] = Hash{byte(i), 1}
	}
	eachPath(t, func(t *testing.T) {
		tree := NewTree(branch, MaxLeaves-2)
		before := tree
		err := tree.Append(testLeaves(3)...)
		require.ErrorIs(t, err, ErrFull)
		assert.ErrorContains(t, err, "have 4294967293 leaves and 3 to append, want at most 4294967295")
		assert.Equal(t, before, tree, "all or none")

		one := before
		require.NoError(t, one.Insert(testLeaves(2)[0]))
		require.NoError(t, one.Insert(testLeaves(2)[1]))
		require.NoError(t, tree.Append(testLeaves(2)...))
		assert.Equal(t, one, tree)
		assert.Equal(t, uint32(MaxLeaves), tree.Count())

		full := tree
		require.ErrorIs(t, tree.Insert(Hash{}), ErrFull)
		require.ErrorIs(t, tree.Append(Hash{}), ErrFull)
		require.NoError(t, tree.Append())
		assert.Equal(t, full, tree)
	})
}

// A full tree of that size does not fit in memory, so the test sets the count alone.
func TestFullTreeIsFullAtMaxLeaves(t *testing.T) {
	var full FullTree
	most := uint32(MaxLeaves)
	full.levels[0].count = int(most)
	err := full.Append(Hash{})
	require.ErrorIs(t, err, ErrFull)
	assert.ErrorContains(t, err, "have 4294967295 leaves and 1 to append")
	assert.Equal(t, most, full.Count())
	assert.Empty(t, full.levels[0].chunks)
	assert.NoError(t, room(0, MaxLeaves))
	assert.NoError(t, room(MaxLeaves, 0))
	assert.ErrorIs(t, room(0, MaxLeaves+1), ErrFull)
	assert.ErrorIs(t, room(MaxLeaves, 1), ErrFull)
	assert.ErrorIs(t, room(1, MaxLeaves), ErrFull)
}

// Trap 12: Solidity leaves unset branch slots zero, Rust sets them to zero hashes. Neither enters a
// root.
func TestUnusedBranchSlotsDoNotEnterTheRoot(t *testing.T) {
	for size := range 20 {
		leaves := testLeaves(size + 5)
		var tree Tree
		require.NoError(t, tree.Append(leaves[:size]...))
		branch := tree.Branch()
		for level := range branch {
			if size>>level&1 == 0 {
				branch[level] = ZeroHash(level)
			}
		}
		other := NewTree(branch, tree.Count())
		assert.Equal(t, tree.Root(), other.Root(), "size %d", size)
		require.NoError(t, tree.Append(leaves[size:]...))
		require.NoError(t, other.Append(leaves[size:]...))
		assert.Equal(t, tree.Root(), other.Root(), "size %d, then 5 more", size)
	}
}

func TestTreeIsAValue(t *testing.T) {
	var tree Tree
	require.NoError(t, tree.Append(testLeaves(6)...))
	copied := tree
	branch := tree.Branch()
	require.NoError(t, copied.Insert(Hash{1}))
	assert.Equal(t, obviousRoot(testLeaves(6), Depth, 0), tree.Root())
	branch[0] = Hash{2}
	assert.NotEqual(t, branch, tree.Branch())
}

// Each row breaks a valid proof in one way.
func TestProofBrokenInOneWay(t *testing.T) {
	leaves := testLeaves(9)
	var full FullTree
	require.NoError(t, full.Append(leaves...))
	root, err := full.Root(9)
	require.NoError(t, err)
	rows := map[string]func(p *Proof, root *Hash){
		"other root":     func(_ *Proof, root *Hash) { root[31] ^= 1 },
		"zero root":      func(_ *Proof, root *Hash) { *root = Hash{} },
		"other leaf":     func(p *Proof, _ *Hash) { p.Leaf[0] ^= 0x80 },
		"zero leaf":      func(p *Proof, _ *Hash) { p.Leaf = Hash{} },
		"index + 1":      func(p *Proof, _ *Hash) { p.Index++ },
		"index 2^31":     func(p *Proof, _ *Hash) { p.Index |= 1 << 31 },
		"path swapped":   func(p *Proof, _ *Hash) { p.Path[1], p.Path[2] = p.Path[2], p.Path[1] },
		"path[0] broken": func(p *Proof, _ *Hash) { p.Path[0][5] ^= 4 },
		"top broken":     func(p *Proof, _ *Hash) { p.Path[31][31] ^= 1 },
		"path of zeros":  func(p *Proof, _ *Hash) { p.Path = [Depth]Hash{} },
	}
	for name, breakIt := range rows {
		t.Run(name, func(t *testing.T) {
			proof, err := full.Prove(5, 9)
			require.NoError(t, err)
			want := root
			require.NoError(t, proof.Verify(want))
			breakIt(&proof, &want)
			err = proof.Verify(want)
			require.ErrorIs(t, err, ErrRoot)
			var evidence *RootError
			require.ErrorAs(t, err, &evidence)
			assert.Equal(t, RootError{Have: proof.Root(), Want: want, Index: proof.Index}, *evidence)
			assert.Contains(t, err.Error(), want.String())
		})
	}
	t.Run("every level", func(t *testing.T) {
		for level := range Depth {
			proof, err := full.Prove(5, 9)
			require.NoError(t, err)
			proof.Path[level][level] ^= 1
			require.ErrorIs(t, proof.Verify(root), ErrRoot, "level %d", level)
		}
	})
}

func TestVerifyProofsNamesTheFirstThatFails(t *testing.T) {
	const count = 11 // two laneHashers and three alone
	var full FullTree
	require.NoError(t, full.Append(testLeaves(count)...))
	root, err := full.Root(count)
	require.NoError(t, err)
	valid := make([]Proof, count)
	for i := range valid {
		valid[i], err = full.Prove(uint32(count-1-i), count)
		require.NoError(t, err)
	}
	eachPath(t, func(t *testing.T) {
		require.NoError(t, VerifyProofs(root, nil))
		require.NoError(t, VerifyProofs(Hash{}, nil))
		require.NoError(t, VerifyProofs(root, valid))
		for first := range valid {
			proofs := append([]Proof(nil), valid...)
			proofs[first].Path[3][0] ^= 1
			proofs[count-1].Leaf[0] ^= 1
			given := append([]Proof(nil), proofs...)
			err := VerifyProofs(root, proofs)
			require.ErrorIs(t, err, ErrRoot)
			var evidence *RootError
			require.ErrorAs(t, err, &evidence)
			assert.Equal(t, RootError{
				Have: proofs[first].Root(), Want: root, Index: uint32(count - 1 - first), Position: first,
			}, *evidence)
			assert.Contains(t, err.Error(), fmt.Sprintf("merkle: proof %d: %v", first, ErrRoot))
			assert.Contains(t, err.Error(), fmt.Sprintf("the proof of leaf %d leads to", count-1-first))
			assert.Equal(t, given, proofs, "the caller's proofs are not touched")
		}
	})
}

func TestHashText(t *testing.T) {
	const text = "0x00112233445566778899aabbccddeeff00112233445566778899aabbccddeeff"
	h, err := ParseHash(text)
	require.NoError(t, err)
	assert.Equal(t, text, h.String())
	upper, err := ParseHash("0X00112233445566778899AABBCCDDEEFF00112233445566778899AABBCCDDEEFF")
	require.NoError(t, err)
	assert.Equal(t, h, upper)
	appended, err := h.AppendText([]byte("root "))
	require.NoError(t, err)
	assert.Equal(t, "root "+text, string(appended))
	assert.True(t, Hash{}.IsZero())
	assert.False(t, h.IsZero())

	for name, bad := range map[string]string{
		"empty":      "",
		"no prefix":  text[2:],
		"63 digits":  text[:65],
		"65 digits":  text + "0",
		"address":    text[:42],
		"not a hex":  text[:65] + "g",
		"space":      text + " ",
		"minus":      "-" + text[1:],
		"long input": text + text + text,
	} {
		t.Run(name, func(t *testing.T) {
			_, err := ParseHash(bad)
			require.ErrorIs(t, err, ErrSyntax)
			assert.ErrorContains(t, err, strings.TrimSuffix(fmt.Sprintf("hash %q", bad[:min(len(bad), maxQuoted)]), `"`))
			assert.Contains(t, err.Error(), "want 0x and 64 hexadecimal digits", "says what is wanted")
			assert.Less(t, len(err.Error()), 250)

			text, err := h.MarshalText()
			require.NoError(t, err)
			var same Hash
			require.NoError(t, same.UnmarshalText(text))
			assert.Equal(t, h, same)
			kept := h
			require.ErrorIs(t, kept.UnmarshalText([]byte(bad)), ErrSyntax)
			assert.Equal(t, h, kept)
			assert.Panics(t, func() { MustParseHash(bad) })
		})
	}
}

func FuzzParseHash(f *testing.F) {
	f.Add("0x00112233445566778899aabbccddeeff00112233445566778899aabbccddeeff")
	f.Add("0X00112233445566778899AABBCCDDEEFF00112233445566778899AABBCCDDEEFF")
	f.Add("0x")
	f.Fuzz(func(t *testing.T, s string) {
		h, err := ParseHash(s)
		if err != nil {
			require.ErrorIs(t, err, ErrSyntax)
			return
		}
		assert.Equal(t, strings.ToLower(s), h.String())
	})
}
