// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {CalldataLib} from "./CalldataLib.sol";

/// @title Metadata of a message-id multisig
///
///     offset  size  field
///          0    32  tree          bytes32, contract with the tree of the origin
///         32    32  root          of the signed checkpoint
///         64     4  index         u32, of the signed checkpoint
///         68  65·k  signatures    r ‖ s ‖ v each
library MessageIdMetadataLib {
    uint256 internal constant TREE_OFFSET = 0;
    uint256 internal constant ROOT_OFFSET = 32;
    uint256 internal constant INDEX_OFFSET = 64;
    uint256 internal constant SIGNATURES_OFFSET = 68;

    // The caller has checked that the metadata reaches at least to the signatures.

    function tree(bytes calldata metadata) internal pure returns (bytes32) {
        return CalldataLib.word(metadata, TREE_OFFSET);
    }

    function root(bytes calldata metadata) internal pure returns (bytes32) {
        return CalldataLib.word(metadata, ROOT_OFFSET);
    }

    function index(bytes calldata metadata) internal pure returns (uint32) {
        return CalldataLib.u32(metadata, INDEX_OFFSET);
    }
}
