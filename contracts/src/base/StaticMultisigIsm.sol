// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.33;

import {IInterchainSecurityModule} from "../interfaces/IInterchainSecurityModule.sol";
import {IMultisigIsm} from "../interfaces/IMultisigIsm.sol";
import {CodeSetLib} from "../libs/CodeSetLib.sol";
import {SignatureLib} from "../libs/SignatureLib.sol";

/// @title m of n validators that stand behind the code of the contract
/// @dev Only a factory can deploy it; see `IStaticMultisigIsmFactory`.
abstract contract StaticMultisigIsm is IMultisigIsm {
    /// @notice Without a set behind its code the contract would read its own code as the set.
    error StaticMultisigOnlyFromFactory();

    constructor() {
        revert StaticMultisigOnlyFromFactory();
    }

    /// @inheritdoc IInterchainSecurityModule
    function verify(bytes calldata metadata, bytes calldata message) external view returns (bool) {
        (uint256 cursor, uint256 end, uint256 threshold) = CodeSetLib.load();
        uint256 offset = _signaturesOffset();
        uint256 want = offset + threshold * SignatureLib.LENGTH;
        if (metadata.length < want) revert MultisigMetadataTooShort(metadata.length, want);
        bytes32 digest = _digest(metadata, message);

        unchecked {
            for (; offset < want; offset += SignatureLib.LENGTH) {
                address signer = SignatureLib.recoverAt(digest, metadata, offset);
                // SECURITY: the cursor only goes forward, so no signature counts twice.
                while (true) {
                    if (cursor == end) {
                        revert MultisigThresholdNotReached(_signatureIndex(offset), signer, threshold);
                    }
                    address member = CodeSetLib.memberAt(cursor);
                    cursor += CodeSetLib.MEMBER_LENGTH;
                    if (member == signer) break;
                }
            }
        }
        return true;
    }

    /// @inheritdoc IMultisigIsm
    function validatorsAndThreshold(bytes calldata) external pure returns (address[] memory, uint8) {
        (uint256 cursor, uint256 end, uint256 threshold) = CodeSetLib.load();
        address[] memory validators = new address[]((end - cursor) / CodeSetLib.MEMBER_LENGTH);
        for (uint256 i = 0; i < validators.length; ++i) {
            validators[i] = CodeSetLib.memberAt(cursor + i * CodeSetLib.MEMBER_LENGTH);
        }
        return (validators, uint8(threshold));
    }

    /// @inheritdoc IMultisigIsm
    function signatureCount(bytes calldata metadata) external pure returns (uint256) {
        uint256 offset = _signaturesOffset();
        if (metadata.length < offset) revert MultisigMetadataTooShort(metadata.length, offset);
        uint256 length = metadata.length - offset;
        if (length % SignatureLib.LENGTH != 0) revert MultisigSignaturesInvalid(length);
        return length / SignatureLib.LENGTH;
    }

    /// @dev What the validators must have signed for the message to be proven. The metadata reaches up to the
    /// signatures at least.
    function _digest(bytes calldata metadata, bytes calldata message) internal pure virtual returns (bytes32);

    /// @dev Which signature stands at an offset.
    function _signatureIndex(uint256 offset) private pure returns (uint256) {
        return (offset - _signaturesOffset()) / SignatureLib.LENGTH;
    }

    /// @dev Where the signatures begin in the metadata.
    function _signaturesOffset() internal pure virtual returns (uint256);
}
