// Package merkle is the Merkle tree into which a chain puts its messages: 32 levels, leaves from
// left to right, Keccak-256 (protocol specification, section 4). It knows hashes, and nothing of
// messages.
//
//	node(left, right) = keccak256(left ‖ right)
//	zero[0] = 32 zero bytes, zero[i+1] = node(zero[i], zero[i])
//
// A leaf is put in as it is, without hashing it first, and a place without leaf counts as zero[0]:
// the root of the empty tree is zero[32] ([EmptyRoot]). The index of a leaf is the number of leaves
// before it. A tree holds at most 2^32 - 1 leaves ([MaxLeaves]).
//
// Three numbers are easily taken for one another. A tree of n leaves has the size n; its newest leaf
// has the index n - 1, by which checkpoints name that size; and neither is the nonce of a message,
// as a message may be in the tree at no index, at one, or at several.
//
// [Tree] is what the contracts keep: it takes leaves and knows its root. [FullTree] keeps all leaves
// and proves any of them against the root of any size that the tree had. [Proof] leads from a leaf
// to a root. Appending many leaves ([FullTree.Append], [Tree.Append]) and verifying many proofs
// ([VerifyProofs]) hash four pairs at a time where the CPU has AVX2, with the same results.
//
// # Saved trees
//
// [FullTree.WriteTo] writes, and [FullTree.ReadFrom] reads:
//
//	offset  size  field
//	     0     8  magic     the letters HLLEAVES
//	     8     4  version   1
//	    12     4  count     number of leaves
//	    16  32*n  leaves    in order
//	16+32n    32  checksum  keccak256(bytes 0 to 16 ‖ root of the n leaves)
//
// Integers are big-endian. Nothing may follow the checksum.
package merkle
