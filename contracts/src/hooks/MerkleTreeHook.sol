// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.33;

import {MailboxBound} from "../base/MailboxBound.sol";
import {IMerkleTreeHook} from "../interfaces/IMerkleTreeHook.sol";
import {IOutbox} from "../interfaces/IOutbox.sol";
import {IPostDispatchHook} from "../interfaces/IPostDispatchHook.sol";
import {HookMetadataLib} from "../libs/HookMetadataLib.sol";
import {HookTypes} from "../libs/HookTypes.sol";
import {MerkleLib} from "../libs/MerkleLib.sol";

/// @title A Merkle tree for a mailbox that has none inside
/// @notice For use with the live network's Mailbox; our own Outbox is its own tree. The leaf index need not equal the
/// nonce, and anyone may insert the message dispatched last once more, while it is the last: an id can stand at several
/// leaf indices.
/// @dev Unlike the live hook it has no owner, no hook and no ISM of its own, since none of them has any effect, and
/// refuses with errors that have arguments.
contract MerkleTreeHook is IMerkleTreeHook, MailboxBound {
    using HookMetadataLib for bytes;
    using MerkleLib for bytes32[32];

    /// @notice The tree takes no value.
    error MerkleTreeHookValueRefused(uint256 value);

    /// @notice The message is not the one that the mailbox dispatched last.
    error MerkleTreeHookNotDispatching(bytes32 messageId, bytes32 latest);

    /// @notice The metadata is neither empty nor of the standard variant.
    error MerkleTreeHookMetadataInvalid(uint16 variant);

    bytes32[32] private _branch;

    /// @inheritdoc IMerkleTreeHook
    uint32 public count;

    /// @param mailbox The mailbox whose messages become leaves.
    constructor(address mailbox) MailboxBound(mailbox) {}

    /// @inheritdoc IPostDispatchHook
    function postDispatch(bytes calldata metadata, bytes calldata message) external payable {
        _checkMetadata(metadata);
        if (msg.value != 0) revert MerkleTreeHookValueRefused(msg.value);
        bytes32 messageId = keccak256(message);
        // SECURITY: only what the mailbox really dispatches becomes a leaf.
        bytes32 latest = IOutbox(mailbox).latestDispatchedId();
        if (messageId != latest) revert MerkleTreeHookNotDispatching(messageId, latest);

        uint32 index = count;
        _branch.insert(index, messageId);
        unchecked {
            count = index + 1; // insert refuses the last index there is
        }
        emit InsertedIntoTree(messageId, index);
    }

    /// @inheritdoc IPostDispatchHook
    function quoteDispatch(bytes calldata metadata, bytes calldata) external pure returns (uint256) {
        _checkMetadata(metadata);
        return 0;
    }

    /// @inheritdoc IPostDispatchHook
    function supportsMetadata(bytes calldata metadata) external pure returns (bool) {
        return metadata.isStandard();
    }

    /// @inheritdoc IPostDispatchHook
    function hookType() external pure returns (uint8) {
        return HookTypes.MERKLE_TREE;
    }

    /// @inheritdoc IMerkleTreeHook
    function root() external view returns (bytes32) {
        return _branch.root(count);
    }

    /// @inheritdoc IMerkleTreeHook
    function tree() external view returns (MerkleLib.Tree memory) {
        return MerkleLib.Tree(_branch, count);
    }

    /// @inheritdoc IMerkleTreeHook
    function latestCheckpoint() external view returns (bytes32, uint32) {
        if (count == 0) revert MerkleTreeEmpty();
        return (_branch.root(count), count - 1);
    }

    function _checkMetadata(bytes calldata metadata) private pure {
        if (!metadata.isStandard()) revert MerkleTreeHookMetadataInvalid(metadata.variant());
    }
}
