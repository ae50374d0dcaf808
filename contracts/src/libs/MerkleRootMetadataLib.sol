// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {CalldataLib} from "./CalldataLib.sol";
import {MessageId} from "./MessageId.sol";

/// @title Metadata of a Merkle-root multisig
///
///     offset  size  field
///          0    32  tree               bytes32, contract with the tree of the origin
///         32     4  message index      u32, leaf index of the delivered message
///         36    32  signed message id  the leaf at the signed index
///         68  1024  path               32 siblings of the delivered message's leaf, level 0 first
///       1092     4  signed index       u32, of the signed checkpoint
///       1096  65·k  signatures         r ‖ s ‖ v each
///
/// The path leads to the root of the tree when the leaf at the signed index was the newest.
library MerkleRootMetadataLib {
    uint256 internal constant TREE_OFFSET = 0;
    uint256 internal constant MESSAGE_INDEX_OFFSET = 32;
    uint256 internal constant SIGNED_MESSAGE_ID_OFFSET = 36;
    uint256 internal constant PATH_OFFSET = 68;
    uint256 internal constant SIGNED_INDEX_OFFSET = 1092;
    uint256 internal constant SIGNATURES_OFFSET = 1096;

    // The caller has checked that the metadata reaches at least to the signatures.

    function tree(bytes calldata metadata) internal pure returns (bytes32) {
        return CalldataLib.word(metadata, TREE_OFFSET);
    }

    function messageIndex(bytes calldata metadata) internal pure returns (uint32) {
        return CalldataLib.u32(metadata, MESSAGE_INDEX_OFFSET);
    }

    function signedMessageId(bytes calldata metadata) internal pure returns (MessageId) {
        return MessageId.wrap(CalldataLib.word(metadata, SIGNED_MESSAGE_ID_OFFSET));
    }

    function path(bytes calldata metadata) internal pure returns (bytes calldata) {
        return CalldataLib.slice(metadata, PATH_OFFSET, SIGNED_INDEX_OFFSET);
    }

    function signedIndex(bytes calldata metadata) internal pure returns (uint32) {
        return CalldataLib.u32(metadata, SIGNED_INDEX_OFFSET);
    }
}
