// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {StaticMultisigIsm} from "../base/StaticMultisigIsm.sol";
import {IInterchainSecurityModule} from "../interfaces/IInterchainSecurityModule.sol";
import {CheckpointLib} from "../libs/CheckpointLib.sol";
import {MerkleLib} from "../libs/MerkleLib.sol";
import {MerkleRootMetadataLib} from "../libs/MerkleRootMetadataLib.sol";
import {MessageId} from "../libs/MessageId.sol";
import {MessageLib} from "../libs/MessageLib.sol";
import {ModuleTypes} from "../libs/ModuleTypes.sol";

/// @title Proof that validators signed a checkpoint whose tree contains the message
/// @dev See `IMultisigIsm`; `MerkleRootMetadataLib` has the form of the metadata.
contract StaticMerkleRootMultisigIsm is StaticMultisigIsm {
    using MerkleRootMetadataLib for bytes;

    /// @inheritdoc IInterchainSecurityModule
    function moduleType() external pure returns (uint8) {
        return ModuleTypes.MERKLE_ROOT_MULTISIG;
    }

    function _digest(bytes calldata metadata, bytes calldata message) internal pure override returns (bytes32) {
        MessageLib.mustReach(message, MessageLib.SENDER_OFFSET); // the live modules read no further
        uint32 messageIndex = metadata.messageIndex();
        uint32 signedIndex = metadata.signedIndex();
        // SECURITY: a checkpoint proves no leaf newer than itself.
        if (messageIndex > signedIndex) revert MultisigMerkleIndexInvalid(messageIndex, signedIndex);
        bytes32 root = MerkleLib.branchRoot(MessageId.unwrap(MessageLib.id(message)), metadata.path(), messageIndex);
        return CheckpointLib.digest(
            MessageLib.origin(message), metadata.tree(), root, signedIndex, metadata.signedMessageId()
        );
    }

    function _signaturesOffset() internal pure override returns (uint256) {
        return MerkleRootMetadataLib.SIGNATURES_OFFSET;
    }
}
