// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {IMerkleTreeHook} from "../interfaces/IMerkleTreeHook.sol";

/// @title Incremental Merkle tree of depth 32
/// @notice A node is `keccak256(left ‖ right)`. An absent subtree of height i has the zero hash
/// Z[i], where Z[0] = 0 and Z[i + 1] = keccak256(Z[i] ‖ Z[i]). `branch[i]` is the root of the
/// newest full subtree of height i that is a left child. It is defined where bit i of the number of
/// leaves is set.
library MerkleLib {
    uint256 internal constant DEPTH = 32;
    uint256 internal constant MAX_LEAVES = 2 ** DEPTH - 1;

    /// @notice Inserts a leaf.
    /// @param branch Nodes of the tree; exactly one is written.
    /// @param count Number of leaves before the insertion, which is the index of the new leaf.
    function insert(bytes32[DEPTH] storage branch, uint256 count, bytes32 leaf) internal {
        if (count >= MAX_LEAVES) revert IMerkleTreeHook.MerkleTreeFull(count);
        unchecked {
            bytes32 node = leaf;
            uint256 level = 0;
            // Merges each full left sibling on the way up, and stores the result at the first level
            // without one. That level exists, because count + 1 is neither 0 nor 2^32.
            for (uint256 size = count + 1; size & 1 == 0; size >>= 1) {
                node = hashPair(branch[level], node);
                ++level;
            }
            branch[level] = node;
        }
    }

    /// @notice Returns the root of a tree of `count` leaves.
    function root(bytes32[DEPTH] storage branch, uint256 count) internal view returns (bytes32 node) {
        bytes32 zero = 0;
        for (uint256 level = 0; level < DEPTH; ++level) {
            node = (count >> level) & 1 == 1 ? hashPair(branch[level], node) : hashPair(node, zero);
            zero = hashPair(zero, zero);
        }
    }

    /// @notice Returns the root that a proof leads to.
    /// @param path Siblings of the leaf, level 0 first. Must be 32 words.
    /// @param index Index of the leaf. Bit i is set if the node at level i is a right child.
    function branchRoot(bytes32 leaf, bytes calldata path, uint256 index) internal pure returns (bytes32 node) {
        node = leaf;
        assembly ("memory-safe") {
            // Four levels a round. A right child, whose bit of the index is set, goes to 0x20 and
            // its sibling to 0; a left child the other way round.
            let sides := shl(5, index)
            let sibling := path.offset
            for { let end := add(sibling, 0x400) } lt(sibling, end) { sibling := add(sibling, 0x80) } {
                let place := and(sides, 0x20)
                mstore(place, node)
                mstore(xor(place, 0x20), calldataload(sibling))
                node := keccak256(0x00, 0x40)

                place := and(shr(1, sides), 0x20)
                mstore(place, node)
                mstore(xor(place, 0x20), calldataload(add(sibling, 0x20)))
                node := keccak256(0x00, 0x40)

                place := and(shr(2, sides), 0x20)
                mstore(place, node)
                mstore(xor(place, 0x20), calldataload(add(sibling, 0x40)))
                node := keccak256(0x00, 0x40)

                place := and(shr(3, sides), 0x20)
                mstore(place, node)
                mstore(xor(place, 0x20), calldataload(add(sibling, 0x60)))
                node := keccak256(0x00, 0x40)

                sides := shr(4, sides)
            }
        }
    }

    /// @notice Returns keccak256(left ‖ right).
    function hashPair(bytes32 left, bytes32 right) internal pure returns (bytes32 node) {
        assembly ("memory-safe") {
            mstore(0x00, left)
            mstore(0x20, right)
            node := keccak256(0x00, 0x40)
        }
    }
}
