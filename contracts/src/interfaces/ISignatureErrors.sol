// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.33;

/// @title Errors of everything that recovers the signer of a digest
/// @notice A signature is `r(32) ‖ s(32) ‖ v(1)` with `s` in the lower half order and `v` 27 or 28.
interface ISignatureErrors {
    /// @notice A signature has 65 bytes, neither fewer nor more.
    error SignatureLengthInvalid(uint256 have, uint256 want);

    /// @notice `s` lies in the upper half order: the signature is the malleable twin of a proper one.
    error SignatureMalleable(bytes32 s);

    /// @notice No key made this signature: `v` is not 27 or 28, or `r` or `s` is out of range.
    error SignatureInvalid(bytes32 digest, bytes32 r, uint8 v);
}
