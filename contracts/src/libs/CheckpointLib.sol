// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.33;

import {SignatureLib} from "./SignatureLib.sol";

/// @title What validators sign
///
///     domain hash  = keccak256( u32(origin) ‖ bytes32(tree) ‖ "HYPERLANE" )
///     signing hash = keccak256( domain hash ‖ root ‖ u32(index) ‖ message id )
///     digest       = eip191( signing hash )
///
/// `message id` is the leaf at `index`, `root` the root of the tree when that leaf was the newest.
library CheckpointLib {
    /// @notice The digest of a checkpoint.
    /// @param origin Domain of the tree.
    /// @param tree Address of the contract that holds the tree, as 32 bytes.
    /// @param root Root of the tree when it had `index + 1` leaves.
    /// @param index Index of the newest leaf.
    /// @param messageId The newest leaf.
    function digest(uint32 origin, bytes32 tree, bytes32 root, uint32 index, bytes32 messageId)
        internal
        pure
        returns (bytes32)
    {
        bytes32 domainHash = keccak256(abi.encodePacked(origin, tree, "HYPERLANE"));
        return SignatureLib.eip191(keccak256(abi.encodePacked(domainHash, root, index, messageId)));
    }
}
