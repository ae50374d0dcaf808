// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.33;

import {IMerkleTreeHook} from "../interfaces/IMerkleTreeHook.sol";

/// @title Incremental Merkle tree of depth 32
/// @notice Node `keccak256(left ‖ right)`; an absent subtree of height i counts as the zero hash Z[i], with Z[0] = 0
/// and Z[i + 1] = keccak256(Z[i] ‖ Z[i]). `branch[i]` is the root of the newest full subtree of height i that is a left
/// child; it is meaningful where bit i of the number of leaves is set.
library MerkleLib {
    uint256 internal constant DEPTH = 32;
    uint256 internal constant MAX_LEAVES = 2 ** DEPTH - 1;

    /// @notice The whole state of a tree, as `tree()` answers it.
    struct Tree {
        bytes32[DEPTH] branch;
        uint256 count;
    }

    /// @notice Adds a leaf.
    /// @param branch The tree's nodes; exactly one is written.
    /// @param count Number of leaves so far, which is the index of the new one.
    function insert(bytes32[DEPTH] storage branch, uint256 count, bytes32 leaf) internal {
        if (count >= MAX_LEAVES) revert IMerkleTreeHook.MerkleTreeFull(count);
        unchecked {
            uint256 level = 0;
            // Each full left sibling on the way up is merged; the first free place takes what has come of it. There is
            // one, because count + 1 is neither 0 nor 2^32.
            for (uint256 size = count + 1; size & 1 == 0; size >>= 1) {
                leaf = hashPair(branch[level], leaf);
                ++level;
            }
            branch[level] = leaf;
        }
    }

    /// @notice Root of a tree of `count` leaves.
    function root(bytes32[DEPTH] storage branch, uint256 count) internal view returns (bytes32 node) {
        bytes32 zero = 0;
        for (uint256 level = 0; level < DEPTH; ++level) {
            node = (count >> level) & 1 == 1 ? hashPair(branch[level], node) : hashPair(node, zero);
            zero = hashPair(zero, zero);
        }
    }

    /// @notice Root that a proof leads to.
    /// @param path The leaf's siblings, level 0 first. Must be 32 words.
    /// @param index The leaf's index, which tells at each level on which side it stands.
    function branchRoot(bytes32 leaf, bytes calldata path, uint256 index) internal pure returns (bytes32 node) {
        node = leaf;
        assembly ("memory-safe") {
            // Four levels a turn. The node goes to 0x20 when its bit of the index is set, for then its sibling is on
            // the left, else to 0.
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

    /// @notice keccak256(left ‖ right).
    function hashPair(bytes32 left, bytes32 right) internal pure returns (bytes32 node) {
        assembly ("memory-safe") {
            mstore(0x00, left)
            mstore(0x20, right)
            node := keccak256(0x00, 0x40)
        }
    }
}
