// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.33;

import {ISignatureErrors} from "../interfaces/ISignatureErrors.sol";
import {CalldataLib} from "./CalldataLib.sol";

/// @title Who signed a digest
///
///     offset  size  field
///          0    32  r
///         32    32  s   in the lower half order
///         64     1  v   27 or 28
library SignatureLib {
    uint256 internal constant LENGTH = 65;

    uint256 internal constant R_OFFSET = 0;
    uint256 internal constant S_OFFSET = 32;
    uint256 internal constant V_OFFSET = 64;

    /// @notice Half the order of secp256k1, the highest `s` that is accepted.
    uint256 internal constant HALF_ORDER = 0x7fffffffffffffffffffffffffffffff5d576e7357a4501ddfe92f46681b20a0;

    /// @notice The signer of a digest. Never zero.
    /// @param signature Exactly 65 bytes.
    function recover(bytes32 digest, bytes calldata signature) internal view returns (address) {
        if (signature.length != LENGTH) revert ISignatureErrors.SignatureLengthInvalid(signature.length, LENGTH);
        return recoverAt(digest, signature, 0);
    }

    /// @notice The signer of a digest. Never zero.
    /// @param data Holds the signature at `offset`; must be known to reach as far as its end.
    function recoverAt(bytes32 digest, bytes calldata data, uint256 offset) internal view returns (address signer) {
        uint256 s;
        assembly ("memory-safe") {
            // What the precompile reads: digest, v, r, s, a word each.
            let start := add(data.offset, offset)
            let scratch := mload(0x40)
            mstore(scratch, digest)
            mstore(add(scratch, 0x20), byte(0, calldataload(add(start, 0x40))))
            calldatacopy(add(scratch, 0x40), start, 0x40)
            s := mload(add(scratch, 0x60))
            // It answers nothing when there is no signer, which leaves the zero. It refuses every v but 27 and 28.
            mstore(0x00, 0)
            pop(staticcall(gas(), 1, scratch, 0x80, 0x00, 0x20))
            signer := mload(0x00)
        }
        // SECURITY: the other half of the order would give every signature a second form.
        if (s > HALF_ORDER) revert ISignatureErrors.SignatureMalleable(bytes32(s));
        // SECURITY: zero is not a signer.
        if (signer == address(0)) _refuse(digest, data, offset);
    }

    function _refuse(bytes32 digest, bytes calldata data, uint256 offset) private pure {
        bytes32 r = CalldataLib.word(data, offset + R_OFFSET);
        uint8 v = uint8(bytes1(CalldataLib.word(data, offset + V_OFFSET)));
        revert ISignatureErrors.SignatureInvalid(digest, r, v);
    }

    /// @notice Wraps a hash as EIP-191 tells: what wallets sign when they are asked to sign 32 bytes.
    function eip191(bytes32 hash) internal pure returns (bytes32 digest) {
        assembly ("memory-safe") {
            let scratch := mload(0x40)
            mstore(scratch, "\x19Ethereum Signed Message:\n32")
            mstore(add(scratch, 28), hash)
            digest := keccak256(scratch, 60)
        }
    }
}
