// Package merkle is the Merkle tree of a chain's messages: 32 levels, leaves from left to right,
// Keccak-256 ([Protocol 4]). It knows hashes, and nothing of messages.
//
//	node(left, right) = keccak256(left ‖ right)
//	zero[0] = 32 zero bytes, zero[i+1] = node(zero[i], zero[i])
//
// A leaf enters the tree as it is, without being hashed first. A place without a leaf counts as
// zero[0], so the root of the empty tree is zero[32] ([EmptyRoot]). The index of a leaf is the
// number of leaves before it. A tree holds at most 2^32 - 1 leaves ([MaxLeaves]).
//
// Three numbers differ and are easily confused: the size of a tree is its number of leaves n; the
// index of its newest leaf is n - 1, and checkpoints name a size by that index; the nonce of a
// message is neither, because a message can be in the tree at no index, at one, or at several.
//
// # Which type
//
//   - [Tree] is what the contracts keep: it takes leaves and returns its root, in constant size.
//   - [FullTree] keeps all leaves and proves any of them against the root of any size it had.
//   - [Proof] leads from a leaf to a root, and verifies without a tree.
//
// [FullTree.Append], [Tree.Append] and [VerifyProofs] hash four pairs at a time where the CPU has
// AVX2, with the same results.
//
// # Saved trees
//
// [FullTree.WriteTo] writes, and [FullTree.ReadFrom] reads:
//
//	offset  size  field
//	     0     8  magic     the letters HLLEAVES
//	     8     4  version   1
//	    12     4  count     number of leaves n
//	    16  32*n  leaves    in order
//	16+32n    32  checksum  keccak256(bytes 0 to 16 ‖ root of the n leaves)
//
// Integers are big-endian. Nothing may follow the checksum.
//
// [Protocol 4]: https://github.com/hyperlane-go/sdk/blob/main/docs/protocol/tree.md#4-merkle-tree
package merkle
