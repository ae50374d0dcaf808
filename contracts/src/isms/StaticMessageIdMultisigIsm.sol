// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.33;

import {StaticMultisigIsm} from "../base/StaticMultisigIsm.sol";
import {IInterchainSecurityModule} from "../interfaces/IInterchainSecurityModule.sol";
import {CheckpointLib} from "../libs/CheckpointLib.sol";
import {MessageIdMetadataLib} from "../libs/MessageIdMetadataLib.sol";
import {MessageLib} from "../libs/MessageLib.sol";
import {ModuleTypes} from "../libs/ModuleTypes.sol";

/// @title Validators signed the very checkpoint that the message is the newest leaf of
/// @notice Root and index are checked against nothing here, they only enter the digest.
contract StaticMessageIdMultisigIsm is StaticMultisigIsm {
    using MessageIdMetadataLib for bytes;

    /// @inheritdoc IInterchainSecurityModule
    function moduleType() external pure returns (uint8) {
        return ModuleTypes.MESSAGE_ID_MULTISIG;
    }

    function _digest(bytes calldata metadata, bytes calldata message) internal pure override returns (bytes32) {
        MessageLib.mustReach(message, MessageLib.SENDER_OFFSET); // as far as the live modules read
        return CheckpointLib.digest(
            MessageLib.origin(message), metadata.tree(), metadata.root(), metadata.index(), MessageLib.id(message)
        );
    }

    function _signaturesOffset() internal pure override returns (uint256) {
        return MessageIdMetadataLib.SIGNATURES_OFFSET;
    }
}
