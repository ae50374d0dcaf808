// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.33;

import {ISignatureErrors} from "../interfaces/ISignatureErrors.sol";

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
    function recover(bytes32 digest, bytes calldata signature) internal view returns (address signer) {
        if (signature.length != LENGTH) revert ISignatureErrors.SignatureLengthInvalid(signature.length, LENGTH);
        bytes32 r = bytes32(signature[R_OFFSET:S_OFFSET]);
        bytes32 s = bytes32(signature[S_OFFSET:V_OFFSET]);
        uint8 v = uint8(signature[V_OFFSET]);
        if (uint256(s) > HALF_ORDER) revert ISignatureErrors.SignatureMalleable(s);
        signer = ecrecover(digest, v, r, s);
        if (signer == address(0)) revert ISignatureErrors.SignatureInvalid(digest, r, v);
    }

    /// @notice Wraps a hash as EIP-191 tells: what wallets sign when they are asked to sign 32 bytes.
    function eip191(bytes32 hash) internal pure returns (bytes32) {
        return keccak256(abi.encodePacked("\x19Ethereum Signed Message:\n32", hash));
    }
}
