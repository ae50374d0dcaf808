// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.19;

/// @title Errors of contracts that recover the signer of a digest
/// @notice A signature is `r(32) ‖ s(32) ‖ v(1)`, with `s` in the lower half order and `v` 27 or
/// 28.
interface ISignatureErrors {
    /// @notice The signature does not have exactly 65 bytes.
    error SignatureLengthInvalid(uint256 have, uint256 want);

    /// @notice `s` is in the upper half order: the signature is the malleable twin of a valid one.
    error SignatureMalleable(bytes32 s);

    /// @notice The signature has no signer: `v` is not 27 or 28, or `r` or `s` is out of range.
    error SignatureInvalid(bytes32 digest, bytes32 r, uint8 v);
}
