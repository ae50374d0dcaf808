// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.19;

import {MessageId} from "../libs/MessageId.sol";
import {IMessageErrors} from "./IMessageErrors.sol";
import {IPostDispatchHook} from "./IPostDispatchHook.sol";

/// @title An incremental Merkle tree of dispatched message ids
/// @notice The depth is 32, a node is `keccak256(left ‖ right)`, and a leaf is a message id. A
/// checkpoint at index i commits to the i + 1 leaves 0..i. Validators sign checkpoints; the domain
/// hash that they sign contains the address of this contract.
interface IMerkleTreeHook is IPostDispatchHook, IMessageErrors {
    /// @notice The state of a tree: one node a level, and the number of leaves.
    struct Tree {
        bytes32[32] branch;
        uint256 count;
    }

    /// @notice A message id was inserted as a leaf. No field is indexed: filter by address and
    /// topic 0.
    /// @param messageId The leaf.
    /// @param index Index of the leaf: the number of leaves before it.
    event InsertedIntoTree(MessageId messageId, uint32 index);

    /// @notice The tree is full: it holds 2^32 - 1 leaves.
    error MerkleTreeFull(uint256 leaves);

    /// @notice An empty tree has no latest checkpoint. (The official hook panics with 0x11 here.)
    error MerkleTreeEmpty();

    /// @notice Returns the number of leaves.
    function count() external view returns (uint32);

    /// @notice Returns the current root.
    function root() external view returns (bytes32);

    /// @notice Returns the state of the tree.
    /// @dev A level that was never written is zero. The root does not depend on it.
    function tree() external view returns (Tree memory);

    /// @notice Returns the root and the index of the newest leaf, `count() - 1`. Reverts if the
    /// tree is empty.
    function latestCheckpoint() external view returns (bytes32 latestRoot, uint32 latestIndex);
}
