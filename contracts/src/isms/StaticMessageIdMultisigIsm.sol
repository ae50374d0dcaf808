// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {StaticMultisigIsm} from "../base/StaticMultisigIsm.sol";
import {IInterchainSecurityModule} from "../interfaces/IInterchainSecurityModule.sol";
import {CheckpointLib} from "../libs/CheckpointLib.sol";
import {MessageIdMetadataLib} from "../libs/MessageIdMetadataLib.sol";
import {MessageLib} from "../libs/MessageLib.sol";
import {ModuleTypes} from "../libs/ModuleTypes.sol";

/// @title Proof that validators signed the checkpoint whose newest leaf is the message
/// @dev See `IMultisigIsm`; `MessageIdMetadataLib` has the form of the metadata. Root and index are
/// part of the digest and are not checked otherwise.
contract StaticMessageIdMultisigIsm is StaticMultisigIsm {
    using MessageIdMetadataLib for bytes;

    /// @inheritdoc IInterchainSecurityModule
    function moduleType() external pure returns (uint8) {
        return ModuleTypes.MESSAGE_ID_MULTISIG;
    }

    function _digest(bytes calldata metadata, bytes calldata message) internal pure override returns (bytes32) {
        MessageLib.mustReach(message, MessageLib.SENDER_OFFSET); // the live modules read no further
        return CheckpointLib.digest(
            MessageLib.origin(message), metadata.tree(), metadata.root(), metadata.index(), MessageLib.id(message)
        );
    }

    function _signaturesOffset() internal pure override returns (uint256) {
        return MessageIdMetadataLib.SIGNATURES_OFFSET;
    }
}
