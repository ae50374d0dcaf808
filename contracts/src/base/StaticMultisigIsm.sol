// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {IInterchainSecurityModule} from "../interfaces/IInterchainSecurityModule.sol";
import {IMultisigIsm} from "../interfaces/IMultisigIsm.sol";
import {CodeSetLib, MemberCursor} from "../libs/CodeSetLib.sol";
import {SignatureLib} from "../libs/SignatureLib.sol";

/// @title Proof by m of n validators, a set that is appended to the code of the contract
/// @dev See `IMultisigIsm`. Only a factory can deploy it; see `IStaticMultisigIsmFactory`.
abstract contract StaticMultisigIsm is IMultisigIsm {
    /// @notice The factory deploys the contract with a set appended to its code. Without the set
    /// the contract would read its own code as one.
    error StaticMultisigOnlyFromFactory();

    constructor() {
        revert StaticMultisigOnlyFromFactory();
    }

    /// @inheritdoc IInterchainSecurityModule
    function verify(bytes calldata metadata, bytes calldata message) external view returns (bool) {
        (MemberCursor cursor, MemberCursor end, uint256 threshold) = CodeSetLib.load();
        uint256 offset = _signaturesOffset();
        uint256 want = offset + threshold * SignatureLib.LENGTH;
        if (metadata.length < want) revert MultisigMetadataTooShort(metadata.length, want);
        bytes32 digest = _digest(metadata, message);

        unchecked {
            for (; offset < want; offset += SignatureLib.LENGTH) {
                address signer = SignatureLib.recoverAt(digest, metadata, offset);
                // SECURITY: the cursor only moves forward, so no member counts twice.
                while (true) {
                    if (cursor == end) {
                        revert MultisigThresholdNotReached(_signatureIndex(offset), signer, threshold);
                    }
                    address member = cursor.member();
                    cursor = cursor.next();
                    if (member == signer) break;
                }
            }
        }
        return true;
    }

    /// @inheritdoc IMultisigIsm
    function validatorsAndThreshold(bytes calldata) external pure returns (address[] memory, uint8) {
        (MemberCursor cursor, MemberCursor end, uint256 threshold) = CodeSetLib.load();
        address[] memory validators = new address[](cursor.distanceTo(end));
        for (uint256 i = 0; i < validators.length; ++i) {
            validators[i] = cursor.member();
            cursor = cursor.next();
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

    /// @dev Returns the digest that the validators must sign to prove the message.
    /// @param metadata Reaches at least to the signatures; the caller has checked it.
    function _digest(bytes calldata metadata, bytes calldata message) internal pure virtual returns (bytes32);

    /// @dev Returns the index of the signature at an offset.
    function _signatureIndex(uint256 offset) private pure returns (uint256) {
        return (offset - _signaturesOffset()) / SignatureLib.LENGTH;
    }

    /// @dev Returns the offset of the first signature in the metadata, in bytes.
    function _signaturesOffset() internal pure virtual returns (uint256);
}
