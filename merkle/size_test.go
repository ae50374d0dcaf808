package merkle

import (
	"testing"
	"unsafe"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// bytes returns the memory that the tree holds: its own struct, and for each level the list of
// chunks and the chunks with their full capacity.
func (t *FullTree) bytes() int {
	n := int(unsafe.Sizeof(*t))
	for i := range t.levels {
		n += int(unsafe.Sizeof([]Hash(nil))) * cap(t.levels[i].chunks)
		for _, c := range t.levels[i].chunks {
			n += len(Hash{}) * cap(c)
		}
	}
	return n
}

func TestMillionLeavesTakeLessThan80BytesEach(t *testing.T) {
	const count = 1_000_000
	leaves := testLeaves(count)
	for name, block := range map[string]int{"at once": count, "in odd blocks": 777} {
		var full FullTree
		for rest := leaves; len(rest) > 0; {
			n := min(block, len(rest))
			require.NoError(t, full.Append(rest[:n]...))
			rest = rest[n:]
		}
		require.EqualValues(t, count, full.Count())
		t.Logf("%s: %.2f bytes a leaf", name, float64(full.bytes())/count)
		assert.LessOrEqual(t, full.bytes(), 80*count, name)
	}
}

func TestSmallTreesAreSmall(t *testing.T) {
	var full FullTree
	assert.Less(t, full.bytes(), 2_000, "empty")
	require.NoError(t, full.Append(testLeaves(10)...))
	assert.Less(t, full.bytes(), 4_000, "ten leaves")
}

func TestOneAtATimeAllocatesNothing(t *testing.T) {
	if raceDetector {
		t.Skip("the race detector makes pools forget, so hashing may allocate")
	}
	full := fullTree(t, testLeaves(1000))
	proof, err := full.Prove(600, 1000)
	require.NoError(t, err)
	root := proof.Root()
	var tree Tree
	for name, run := range map[string]func(){
		"Insert":        func() { _ = tree.Insert(root) },
		"Tree.Root":     func() { tree.Root() },
		"FullTree.Root": func() { _, _ = full.Root(777) },
		"Prove":         func() { _, _ = full.Prove(600, 777) },
		"Verify":        func() { _ = proof.Verify(root) },
		"RootAt":        func() { proof.RootAt() },
		"HashPair":      func() { HashPair(root, root) },
	} {
		assert.Zero(t, testing.AllocsPerRun(100, run), name)
	}
}
