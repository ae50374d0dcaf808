// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {MailboxBound} from "../base/MailboxBound.sol";
import {IMerkleTreeHook} from "../interfaces/IMerkleTreeHook.sol";
import {IOutbox} from "../interfaces/IOutbox.sol";
import {IPostDispatchHook} from "../interfaces/IPostDispatchHook.sol";
import {HookMetadataLib} from "../libs/HookMetadataLib.sol";
import {HookTypes} from "../libs/HookTypes.sol";
import {MerkleLib} from "../libs/MerkleLib.sol";
import {MessageId} from "../libs/MessageId.sol";
import {MessageLib} from "../libs/MessageLib.sol";

/// @title A Merkle tree for a mailbox without one
/// @notice For the live network's Mailbox; an `Outbox` contains its own tree. The leaf index need
/// not equal the nonce. Anyone can insert the last dispatched message again while it is the last,
/// so an id can have several leaf indices.
/// @dev Differences from the live hook: there is no owner, hook or ISM, since none of them has any
/// effect there; refusals are errors with arguments.
contract MerkleTreeHook is IMerkleTreeHook, MailboxBound {
    using HookMetadataLib for bytes;
    using MerkleLib for bytes32[32];
    using MessageLib for bytes;

    /// @notice The tree charges no fee, so it accepts no value.
    /// @param value The value, in wei.
    error MerkleTreeHookValueRefused(uint256 value);

    /// @notice The message is not the last one that the mailbox dispatched.
    error MerkleTreeHookNotDispatching(MessageId messageId, MessageId latest);

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
        MessageId messageId = message.id();
        // SECURITY: only messages that the mailbox dispatched become leaves.
        MessageId latest = IOutbox(mailbox).latestDispatchedId();
        if (messageId != latest) revert MerkleTreeHookNotDispatching(messageId, latest);

        uint32 index = count;
        _branch.insert(index, MessageId.unwrap(messageId));
        unchecked {
            count = index + 1; // cannot overflow: insert reverts at the largest index
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
    function tree() external view returns (Tree memory) {
        return Tree(_branch, count);
    }

    /// @inheritdoc IMerkleTreeHook
    function latestCheckpoint() external view returns (bytes32, uint32) {
        if (count == 0) revert MerkleTreeEmpty();
        return (_branch.root(count), count - 1);
    }

    /// @dev Reverts unless the metadata is empty or of the standard variant.
    function _checkMetadata(bytes calldata metadata) private pure {
        if (!metadata.isStandard()) revert MerkleTreeHookMetadataInvalid(metadata.variant());
    }
}
