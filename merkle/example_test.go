package merkle_test

import (
	"bytes"
	"errors"
	"fmt"
	"log"

	"github.com/hyperlane-go/sdk/merkle"
)

// Keep the tree of a contract: it has constant size and returns its root.
func ExampleTree() {
	alpha := merkle.MustParseHash("0xaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa")
	beta := merkle.MustParseHash("0xf8a66f8aadee751d842616fee0ed14a3ad6da1e13564920364ee0ad35a02703f")
	gamma := merkle.MustParseHash("0xbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb")
	var tree merkle.Tree
	fmt.Println(tree.Count(), tree.Root())
	if err := tree.Insert(alpha); err != nil {
		log.Fatal(err)
	}
	if err := tree.Append(beta, gamma); err != nil {
		log.Fatal(err)
	}
	fmt.Println(tree.Count(), tree.Root())
	// Output:
	// 0 0x27ae5ba08d7291c96c8cbddcc148bf48a6d68c7974b94356f53754ef6171d757
	// 3 0x2dac82a6d6913904052c477900abc4624dfb15b78d852ba0a39b4fa8e3786155
}

// Prove a leaf against the root of any size that the tree had.
func ExampleFullTree_Prove() {
	alpha := merkle.MustParseHash("0xaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa")
	beta := merkle.MustParseHash("0xf8a66f8aadee751d842616fee0ed14a3ad6da1e13564920364ee0ad35a02703f")
	gamma := merkle.MustParseHash("0xbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb")
	var tree merkle.FullTree
	if err := tree.Append(alpha, beta, gamma); err != nil {
		log.Fatal(err)
	}
	for size := uint32(2); size <= tree.Count(); size++ {
		root, err := tree.Root(size)
		if err != nil {
			log.Fatal(err)
		}
		proof, err := tree.Prove(1, size)
		if err != nil {
			log.Fatal(err)
		}
		fmt.Println(size, root, proof.Verify(root))
	}
	_, err := tree.Prove(3, 3)
	fmt.Println(err)
	// Output:
	// 2 0x1c1a983e60d234ffcee9e86bcdfc66fc1cec8f22e52c50db42698a0b314009ac <nil>
	// 3 0x2dac82a6d6913904052c477900abc4624dfb15b78d852ba0a39b4fa8e3786155 <nil>
	// merkle: out of range: have index 3, want less than the size 3
}

// After a reorganization, remove the leaves that are gone and append the new ones.
func ExampleFullTree_Truncate() {
	alpha := merkle.MustParseHash("0xaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa")
	beta := merkle.MustParseHash("0xf8a66f8aadee751d842616fee0ed14a3ad6da1e13564920364ee0ad35a02703f")
	gamma := merkle.MustParseHash("0xbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb")
	var tree merkle.FullTree
	if err := tree.Append(alpha, gamma); err != nil {
		log.Fatal(err)
	}
	if err := tree.Truncate(1); err != nil {
		log.Fatal(err)
	}
	if err := tree.Append(beta); err != nil {
		log.Fatal(err)
	}
	root, err := tree.Root(2)
	fmt.Println(root, err)
	// Output: 0x1c1a983e60d234ffcee9e86bcdfc66fc1cec8f22e52c50db42698a0b314009ac <nil>
}

// Save a tree and load it. A saved tree with one bit changed does not load.
func ExampleFullTree_ReadFrom() {
	alpha := merkle.MustParseHash("0xaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa")
	beta := merkle.MustParseHash("0xf8a66f8aadee751d842616fee0ed14a3ad6da1e13564920364ee0ad35a02703f")
	gamma := merkle.MustParseHash("0xbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb")
	var tree merkle.FullTree
	if err := tree.Append(alpha, beta, gamma); err != nil {
		log.Fatal(err)
	}
	var file bytes.Buffer
	if _, err := tree.WriteTo(&file); err != nil {
		log.Fatal(err)
	}
	data := file.Bytes()

	var loaded merkle.FullTree
	n, err := loaded.ReadFrom(bytes.NewReader(data))
	fmt.Println(n, err, loaded.Count())

	data[20] ^= 1
	_, err = loaded.ReadFrom(bytes.NewReader(data))
	fmt.Println(errors.Is(err, merkle.ErrFormat), loaded.Count())
	// Output:
	// 144 <nil> 3
	// true 3
}

// Find the root that the tree had when a leaf was its newest.
func ExampleProof_RootAt() {
	alpha := merkle.MustParseHash("0xaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa")
	beta := merkle.MustParseHash("0xf8a66f8aadee751d842616fee0ed14a3ad6da1e13564920364ee0ad35a02703f")
	gamma := merkle.MustParseHash("0xbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb")
	var tree merkle.FullTree
	if err := tree.Append(alpha, beta, gamma); err != nil {
		log.Fatal(err)
	}
	proof, err := tree.Prove(1, 3)
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println("now: ", proof.Root())
	fmt.Println("then:", proof.RootAt())
	// Output:
	// now:  0x2dac82a6d6913904052c477900abc4624dfb15b78d852ba0a39b4fa8e3786155
	// then: 0x1c1a983e60d234ffcee9e86bcdfc66fc1cec8f22e52c50db42698a0b314009ac
}

// Verify many proofs at once, and find the first that fails.
func ExampleVerifyProofs() {
	alpha := merkle.MustParseHash("0xaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa")
	beta := merkle.MustParseHash("0xf8a66f8aadee751d842616fee0ed14a3ad6da1e13564920364ee0ad35a02703f")
	gamma := merkle.MustParseHash("0xbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb")
	var tree merkle.FullTree
	if err := tree.Append(alpha, beta, gamma); err != nil {
		log.Fatal(err)
	}
	root, err := tree.Root(3)
	if err != nil {
		log.Fatal(err)
	}
	proofs := make([]merkle.Proof, 3)
	for i := range proofs {
		if proofs[i], err = tree.Prove(uint32(i), 3); err != nil {
			log.Fatal(err)
		}
	}
	fmt.Println(merkle.VerifyProofs(root, proofs))

	proofs[2].Leaf = alpha
	err = merkle.VerifyProofs(root, proofs)
	var failed *merkle.RootError
	if errors.As(err, &failed) {
		fmt.Println("proof", failed.Position, "of leaf", failed.Index, "fails")
	}
	// Output:
	// <nil>
	// proof 2 of leaf 2 fails
}

func ExampleHashPair() {
	fmt.Println(merkle.HashPair(merkle.ZeroHash(0), merkle.ZeroHash(0)) == merkle.ZeroHash(1))
	// Output: true
}

// Continue the tree of a contract: copy what its tree() returns, then insert.
func ExampleNewTree() {
	branch := [merkle.Depth]merkle.Hash{
		merkle.MustParseHash("0xaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"),
	}
	tree := merkle.NewTree(branch, 1)
	err := tree.Insert(merkle.MustParseHash("0xf8a66f8aadee751d842616fee0ed14a3ad6da1e13564920364ee0ad35a02703f"))
	fmt.Println(tree.Count(), tree.Root(), err)
	// Output: 2 0x1c1a983e60d234ffcee9e86bcdfc66fc1cec8f22e52c50db42698a0b314009ac <nil>
}

// Check a proof against a root that you trust.
func ExampleProof_Verify() {
	leaf := merkle.MustParseHash("0xf8a66f8aadee751d842616fee0ed14a3ad6da1e13564920364ee0ad35a02703f")
	proof := merkle.Proof{Leaf: leaf, Index: 1}
	for level := range proof.Path {
		proof.Path[level] = merkle.ZeroHash(level)
	}
	proof.Path[0] = merkle.MustParseHash("0xaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa")

	root := merkle.MustParseHash("0x1c1a983e60d234ffcee9e86bcdfc66fc1cec8f22e52c50db42698a0b314009ac")
	fmt.Println(proof.Verify(root))
	proof.Index = 0
	fmt.Println(errors.Is(proof.Verify(root), merkle.ErrRoot))
	// Output:
	// <nil>
	// true
}

func ExampleParseHash() {
	h, err := merkle.ParseHash("0xF8A66F8AADEE751D842616FEE0ED14A3AD6DA1E13564920364EE0AD35A02703F")
	fmt.Println(h, err)
	_, err = merkle.ParseHash("0x1234")
	fmt.Println(err)
	// Output:
	// 0xf8a66f8aadee751d842616fee0ed14a3ad6da1e13564920364ee0ad35a02703f <nil>
	// merkle: malformed text: hash "0x1234" has 4 characters after 0x, want 0x and 64 hexadecimal digits
}
