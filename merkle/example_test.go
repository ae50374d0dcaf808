package merkle_test

import (
	"bytes"
	"errors"
	"fmt"
	"log"

	"github.com/hyperlane-go/sdk/merkle"
)

var (
	alpha = merkle.MustParseHash("0xaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa")
	beta  = merkle.MustParseHash("0xf8a66f8aadee751d842616fee0ed14a3ad6da1e13564920364ee0ad35a02703f")
	gamma = merkle.MustParseHash("0xbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb")
)

// The incremental tree knows its root, as the contracts do.
func ExampleTree() {
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

// The full tree proves a leaf against the root of any size it had.
func ExampleFullTree_Prove() {
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
	// merkle: no such leaf: have index 3, want less than the size 3
}

// After a reorganisation, forget the leaves that are gone and append the new ones.
func ExampleFullTree_Truncate() {
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

// A saved tree loads only if every bit of it is as it was.
func ExampleFullTree_ReadFrom() {
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

func ExampleProof_RootAt() {
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

func ExampleVerifyProofs() {
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
	var failed *merkle.ProofError
	fmt.Println(errors.As(err, &failed), failed.Position, errors.Is(err, merkle.ErrRoot))
	// Output:
	// <nil>
	// true 2 true
}

func ExampleHashPair() {
	fmt.Println(merkle.HashPair(merkle.ZeroHash(0), merkle.ZeroHash(0)) == merkle.ZeroHash(1))
	// Output: true
}
