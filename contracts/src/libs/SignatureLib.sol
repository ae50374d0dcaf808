// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {ISignatureErrors} from "../interfaces/ISignatureErrors.sol";
import {CalldataLib} from "./CalldataLib.sol";

/// @title Recovers the signer of a digest
///
///     offset  size  field
///          0    32  r
///         32    32  s   in the lower half of the order
///         64     1  v   27 or 28
library SignatureLib {
    uint256 internal constant LENGTH = 65;

    uint256 internal constant R_OFFSET = 0;
    uint256 internal constant S_OFFSET = 32;
    uint256 internal constant V_OFFSET = 64;

    /// @notice Half the order of secp256k1, the highest `s` that is accepted.
    uint256 internal constant HALF_ORDER = 0x7fffffffffffffffffffffffffffffff5d576e7357a4501ddfe92f46681b20a0;

    /// @notice Returns the signer of a digest, which is never zero. Reverts if there is none.
    /// @param signature Must be 65 bytes.
    function recover(bytes32 digest, bytes calldata signature) internal view returns (address) {
        if (signature.length != LENGTH) revert ISignatureErrors.SignatureLengthInvalid(signature.length, LENGTH);
        return recoverAt(digest, signature, 0);
    }

    /// @notice Returns the signer of a digest, which is never zero. Reverts if there is none.
    /// @param data Contains the signature at `offset`. The caller has checked that it reaches to
    /// the end of the signature.
    function recoverAt(bytes32 digest, bytes calldata data, uint256 offset) internal view returns (address signer) {
        uint256 s;
        assembly ("memory-safe") {
            // The precompile reads digest, v, r and s, a word each.
            let start := add(data.offset, offset)
            let scratch := mload(0x40)
            mstore(scratch, digest)
            mstore(add(scratch, 0x20), byte(0, calldataload(add(start, 0x40))))
            calldatacopy(add(scratch, 0x40), start, 0x40)
            s := mload(add(scratch, 0x60))
            // It returns no data if there is no signer, which leaves zero. It accepts no v but 27
            // and 28.
            mstore(0x00, 0)
            pop(staticcall(gas(), 1, scratch, 0x80, 0x00, 0x20))
            signer := mload(0x00)
        }
        // SECURITY: an s in the upper half would be a second valid signature of the same signer.
        if (s > HALF_ORDER) revert ISignatureErrors.SignatureMalleable(bytes32(s));
        // SECURITY: zero means that there is no signer.
        if (signer == address(0)) _refuse(digest, data, offset);
    }

    /// @dev Reverts with the parts of a signature that has no signer.
    function _refuse(bytes32 digest, bytes calldata data, uint256 offset) private pure {
        bytes32 r = CalldataLib.word(data, offset + R_OFFSET);
        uint8 v = uint8(bytes1(CalldataLib.word(data, offset + V_OFFSET)));
        revert ISignatureErrors.SignatureInvalid(digest, r, v);
    }

    /// @notice Returns the EIP-191 digest of a hash, which wallets sign for 32 bytes.
    function eip191(bytes32 hash) internal pure returns (bytes32 digest) {
        assembly ("memory-safe") {
            let scratch := mload(0x40)
            mstore(scratch, "\x19Ethereum Signed Message:\n32")
            mstore(add(scratch, 28), hash)
            digest := keccak256(scratch, 60)
        }
    }
}
