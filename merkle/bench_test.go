package merkle

import (
	"encoding/binary"
	"testing"

	"github.com/cloudflare/circl/simd/keccakf1600"
)

// testLeaves returns n leaves that differ.
func testLeaves(n int) []Hash {
	leaves := make([]Hash, n)
	for i := range leaves {
		leaves[i][0] = 0xa5
		binary.BigEndian.PutUint64(leaves[i][24:], uint64(i))
	}
	return leaves
}

// eachPath runs a function with one hash at a time and with four, where the CPU can.
func eachPath[T interface {
	*testing.T | *testing.B
	Run(string, func(T)) bool
	Cleanup(func())
	Log(...any)
}](tb T, run func(T)) {
	path := func(four bool) func(T) {
		return func(tb T) {
			before := useLanes
			tb.Cleanup(func() { useLanes = before })
			useLanes = four
			run(tb)
		}
	}
	tb.Run("one", path(false))
	if !keccakf1600.IsEnabledX4() {
		tb.Log("no AVX2 here: the four lanes run on portable code, slower but with the same results")
	}
	tb.Run("four", path(true))
}

func BenchmarkAppend1e6(b *testing.B) {
	leaves := testLeaves(1_000_000)
	for _, tree := range []struct {
		name   string
		append func() error
	}{
		{"FullTree", func() error { return new(FullTree).Append(leaves...) }},
		{"Tree", func() error { return new(Tree).Append(leaves...) }},
	} {
		b.Run(tree.name, func(b *testing.B) {
			eachPath(b, func(b *testing.B) {
				b.ReportAllocs()
				b.SetBytes(int64(len(leaves) * len(Hash{})))
				for b.Loop() {
					if err := tree.append(); err != nil {
						b.Fatal(err)
					}
				}
			})
		})
	}
}

func BenchmarkVerify1000(b *testing.B) {
	var full FullTree
	if err := full.Append(testLeaves(100_000)...); err != nil {
		b.Fatal(err)
	}
	root, err := full.Root(full.Count())
	if err != nil {
		b.Fatal(err)
	}
	proofs := make([]Proof, 1000)
	for i := range proofs {
		if proofs[i], err = full.Prove(uint32(i*97), full.Count()); err != nil {
			b.Fatal(err)
		}
	}
	eachPath(b, func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			if err := VerifyProofs(root, proofs); err != nil {
				b.Fatal(err)
			}
		}
	})
}

func BenchmarkInsert(b *testing.B) {
	leaves := testLeaves(1024)
	var tree Tree
	b.ReportAllocs()
	for i := 0; b.Loop(); i++ {
		if err := tree.Insert(leaves[i%len(leaves)]); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkTreeRoot(b *testing.B) {
	var tree Tree
	if err := tree.Append(testLeaves(1023)...); err != nil {
		b.Fatal(err)
	}
	b.ReportAllocs()
	for b.Loop() {
		tree.Root()
	}
}

func BenchmarkFullTree(b *testing.B) {
	var full FullTree
	if err := full.Append(testLeaves(1_000_000)...); err != nil {
		b.Fatal(err)
	}
	count := full.Count()
	b.Logf("%d leaves: %.2f MB, %.1f bytes a leaf", count, float64(full.bytes())/1e6, float64(full.bytes())/float64(count))
	b.Run("Append/1", func(b *testing.B) {
		var full FullTree
		leaf := testLeaves(1)[0]
		b.ReportAllocs()
		for b.Loop() {
			if err := full.Append(leaf); err != nil {
				b.Fatal(err)
			}
		}
	})
	b.Run("Root", func(b *testing.B) {
		b.ReportAllocs()
		for i := uint32(0); b.Loop(); i++ {
			if _, err := full.Root(i * 7919 % count); err != nil {
				b.Fatal(err)
			}
		}
	})
	b.Run("Prove", func(b *testing.B) {
		b.ReportAllocs()
		for i := uint32(0); b.Loop(); i++ {
			if _, err := full.Prove(i*7919%count, count); err != nil {
				b.Fatal(err)
			}
		}
	})
	b.Run("Verify", func(b *testing.B) {
		proof, err := full.Prove(777_777, count)
		if err != nil {
			b.Fatal(err)
		}
		root := proof.Root()
		b.ReportAllocs()
		for b.Loop() {
			if err := proof.Verify(root); err != nil {
				b.Fatal(err)
			}
		}
	})
}
