// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.33;

import {StaticMultisigIsm} from "../base/StaticMultisigIsm.sol";
import {IInterchainSecurityModule} from "../interfaces/IInterchainSecurityModule.sol";
import {CheckpointLib} from "../libs/CheckpointLib.sol";
import {MerkleLib} from "../libs/MerkleLib.sol";
import {MerkleRootMetadataLib} from "../libs/MerkleRootMetadataLib.sol";
import {MessageLib} from "../libs/MessageLib.sol";
import {ModuleTypes} from "../libs/ModuleTypes.sol";

/// @title Validators signed a checkpoint whose tree contains the message
contract StaticMerkleRootMultisigIsm is StaticMultisigIsm {
    using MerkleRootMetadataLib for bytes;

    /// @inheritdoc IInterchainSecurityModule
    function moduleType() external pure returns (uint8) {
        return ModuleTypes.MERKLE_ROOT_MULTISIG;
    }

    function _digest(bytes calldata metadata, bytes calldata message) internal pure override returns (bytes32) {
        MessageLib.mustReach(message, MessageLib.SENDER_OFFSET); // as far as the live modules read
        uint32 messageIndex = metadata.messageIndex();
        uint32 signedIndex = metadata.signedIndex();
        // SECURITY: a checkpoint says nothing of leaves newer than itself.
        if (messageIndex > signedIndex) revert MultisigMerkleIndexInvalid(messageIndex, signedIndex);
        bytes32 root = MerkleLib.branchRoot(MessageLib.id(message), metadata.path(), messageIndex);
        return CheckpointLib.digest(
            MessageLib.origin(message), metadata.tree(), root, signedIndex, metadata.signedMessageId()
        );
    }

    function _signaturesOffset() internal pure override returns (uint256) {
        return MerkleRootMetadataLib.SIGNATURES_OFFSET;
    }
}
