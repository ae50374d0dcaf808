// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.33;

import {IMessageErrors} from "./IMessageErrors.sol";
import {IPostDispatchHook} from "./IPostDispatchHook.sol";
import {MerkleLib} from "../libs/MerkleLib.sol";

/// @title An incremental Merkle tree of dispatched message ids
/// @notice Depth 32, node `keccak256(left ‖ right)`, leaves are message ids as they are. A checkpoint at index i
/// commits to the i + 1 leaves 0..i. Validators sign checkpoints; their domain hash contains the address of this
/// contract.
interface IMerkleTreeHook is IPostDispatchHook, IMessageErrors {
    /// @notice A message became a leaf. No field is indexed: filter by address and topic 0.
    /// @param messageId The leaf.
    /// @param index Its leaf index, the count before it came.
    event InsertedIntoTree(bytes32 messageId, uint32 index);

    /// @notice The tree holds all the leaves it can, 2^32 - 1.
    error MerkleTreeFull(uint256 leaves);

    /// @notice An empty tree has no latest checkpoint. (The official hook panics with 0x11 here.)
    error MerkleTreeEmpty();

    /// @notice Number of leaves.
    function count() external view returns (uint32);

    /// @notice Root of the tree as it is now.
    function root() external view returns (bytes32);

    /// @notice The whole state: one node a level, and the number of leaves.
    /// @dev Levels that have never been written are zero; they are not read when the root is computed.
    function tree() external view returns (MerkleLib.Tree memory);

    /// @notice Root of the tree and index of its newest leaf, `count() - 1`. Reverts on an empty tree.
    function latestCheckpoint() external view returns (bytes32 latestRoot, uint32 latestIndex);
}
