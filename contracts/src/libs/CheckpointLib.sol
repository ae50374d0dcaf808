// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {Domain} from "./Domain.sol";
import {MessageId} from "./MessageId.sol";
import {SignatureLib} from "./SignatureLib.sol";

/// @title What validators sign
///
///     domain hash  = keccak256( u32(origin) ‖ bytes32(tree) ‖ "HYPERLANE" )
///     signing hash = keccak256( domain hash ‖ root ‖ u32(index) ‖ message id )
///     digest       = eip191( signing hash )
///
/// `message id` is the leaf at `index`; `root` is the root of the tree when that leaf was the
/// newest.
library CheckpointLib {
    /// @notice Returns the digest of a checkpoint. The tests compare it with the plain form above.
    /// @dev `origin_` has its underscore because `origin` is an instruction in assembly.
    /// @param origin_ Domain of the tree.
    /// @param tree Address of the contract that holds the tree, as 32 bytes.
    /// @param root Root of the tree when it had `index + 1` leaves.
    /// @param index Index of the newest leaf.
    /// @param messageId The newest leaf.
    function digest(Domain origin_, bytes32 tree, bytes32 root, uint32 index, MessageId messageId)
        internal
        pure
        returns (bytes32)
    {
        bytes32 signingHash;
        assembly ("memory-safe") {
            let scratch := mload(0x40)
            mstore(scratch, shl(224, origin_))
            mstore(add(scratch, 4), tree)
            mstore(add(scratch, 36), "HYPERLANE")
            let domainHash := keccak256(scratch, 45)
            mstore(scratch, domainHash)
            mstore(add(scratch, 32), root)
            mstore(add(scratch, 64), shl(224, index))
            mstore(add(scratch, 68), messageId)
            signingHash := keccak256(scratch, 100)
        }
        return SignatureLib.eip191(signingHash);
    }
}
