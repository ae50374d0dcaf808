package merkle

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// goldenZeros are zero hashes as the deployed contracts have them. Trap 12: level 32, the root of
// the empty tree, is one of them.
var goldenZeros = map[int]string{
	0:  "0x0000000000000000000000000000000000000000000000000000000000000000",
	1:  "0xad3228b676f7d3cd4284a5443f17f1962b36e491b30a40b2405849e597ba5fb5",
	2:  "0xb4c11951957c6f8f642c4af61cd6b24640fec6dc7fc607ee8206a99e92410d30",
	3:  "0x21ddb9a356815c3fac1026b6dec5df3124afbadb485c9ba5a3e3398a04b7ba85",
	4:  "0xe58769b32a1beaf1ea27375a44095a0d1fb664ce2dd358e7fcbfb78c26a19344",
	5:  "0x0eb01ebfc9ed27500cd4dfc979272d1f0913cc9f66540d7e8005811109e1cf2d",
	6:  "0x887c22bd8750d34016ac3c66b5ff102dacdd73f6b014e710b51e8022af9a1968",
	7:  "0xffd70157e48063fc33c97a050f7f640233bf646cc98d9524c6b92bcf3ab56f83",
	8:  "0x9867cc5f7f196b93bae1e27e6320742445d290f2263827498b54fec539f756af",
	16: "0x2733e50f526ec2fa19a22b31e8ed50f23cd1fdf94c9154ed3a7609a2f1ff981f",
	31: "0x8448818bb4ae4562849e949e17ac16e0be16688e156b5cf15e098c627c0056a9",
	32: "0x27ae5ba08d7291c96c8cbddcc148bf48a6d68c7974b94356f53754ef6171d757",
}

func TestZeroHashesAreThoseOfTheContracts(t *testing.T) {
	for level, want := range goldenZeros {
		assert.Equal(t, want, ZeroHash(level).String(), "level %d", level)
	}
	assert.Equal(t, ZeroHash(Depth), EmptyRoot())
	assert.Panics(t, func() { ZeroHash(Depth + 1) })
}

// goldenLeaves and goldenRoots are a tree whose proof the official contracts accepted.
var (
	goldenLeaves = []Hash{
		MustParseHash("0xaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"),
		MustParseHash("0xf8a66f8aadee751d842616fee0ed14a3ad6da1e13564920364ee0ad35a02703f"),
		MustParseHash("0xbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb"),
	}
	goldenRoots = []Hash{
		MustParseHash("0x27ae5ba08d7291c96c8cbddcc148bf48a6d68c7974b94356f53754ef6171d757"),
		MustParseHash("0x6ab48e5b8118fab60421af7bacabdb2db746af171161bc888e858f08a704aa36"),
		MustParseHash("0x1c1a983e60d234ffcee9e86bcdfc66fc1cec8f22e52c50db42698a0b314009ac"),
		MustParseHash("0x2dac82a6d6913904052c477900abc4624dfb15b78d852ba0a39b4fa8e3786155"),
	}
)

func TestRootsAreThoseOfTheContracts(t *testing.T) {
	var tree Tree
	var full FullTree
	for i, leaf := range goldenLeaves {
		assert.Equal(t, goldenRoots[i], tree.Root())
		require.NoError(t, tree.Insert(leaf))
		require.NoError(t, full.Append(leaf))
	}
	assert.Equal(t, goldenRoots[3], tree.Root())
	for size, want := range goldenRoots {
		root, err := full.Root(uint32(size))
		require.NoError(t, err)
		assert.Equal(t, want, root, "size %d", size)
	}
}

// Trap 28: a proof is against the tree as of the signed index, and what is newer counts as empty.
func TestProofIsThatOfTheContracts(t *testing.T) {
	var full FullTree
	require.NoError(t, full.Append(goldenLeaves...))

	proof, err := full.Prove(1, 3)
	require.NoError(t, err)
	want := Proof{Leaf: goldenLeaves[1], Index: 1}
	for i := range want.Path {
		want.Path[i] = ZeroHash(i)
	}
	want.Path[0] = goldenLeaves[0]
	want.Path[1] = MustParseHash("0x2a5734ab68c74c02a0a0e518b689b253b5c60c5dad6091937abd3f08ac68006e")
	assert.Equal(t, want, proof)
	require.NoError(t, proof.Verify(goldenRoots[3]))
	assert.Equal(t, goldenRoots[2], proof.RootAt(), "the root when leaf 1 was the newest")

	earlier, err := full.Prove(1, 2)
	require.NoError(t, err)
	require.NoError(t, earlier.Verify(goldenRoots[2]))
	assert.ErrorIs(t, earlier.Verify(goldenRoots[3]), ErrRoot)
	assert.ErrorIs(t, proof.Verify(goldenRoots[2]), ErrRoot)
}
