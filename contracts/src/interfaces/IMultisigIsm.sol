// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.19;

import {IInterchainSecurityModule} from "./IInterchainSecurityModule.sol";
import {IMessageErrors} from "./IMessageErrors.sol";
import {ISignatureErrors} from "./ISignatureErrors.sol";

/// @title Proof by m of n validators
/// @notice The metadata ends with signatures of 65 bytes each. `verify` reads the first `threshold`
/// of them and ignores what follows. Each signer must stand later in the set than the signer
/// before: signatures are in the order of the set, not in that of addresses. A validator that is
/// listed twice counts twice. `verify` returns true or reverts; it never returns false.
///
/// Differences from the live modules: none in what is accepted. Refusals are errors with arguments,
/// also where the live modules revert with no data (metadata or a message that ends too early).
interface IMultisigIsm is IInterchainSecurityModule, IMessageErrors, ISignatureErrors {
    /// @notice The metadata ends before the last signature that is required.
    /// @param have Length of the metadata, in bytes.
    /// @param want Least length that holds the signatures, in bytes.
    error MultisigMetadataTooShort(uint256 have, uint256 want);

    /// @notice The part of the metadata after its fixed fields is not a whole number of signatures.
    /// @param length Length of that part, in bytes.
    error MultisigSignaturesInvalid(uint256 length);

    /// @notice The quorum is not reached: a signer is not among the validators that remain in the
    /// set.
    /// @param index Index of the signature, from 0. All signatures before it are valid.
    /// @param signer Address that the signature recovers to.
    /// @param threshold Number of valid signatures that are required.
    error MultisigThresholdNotReached(uint256 index, address signer, uint256 threshold);

    /// @notice The signed checkpoint is older than the leaf of the message.
    error MultisigMerkleIndexInvalid(uint32 messageIndex, uint32 signedIndex);

    /// @notice Returns the validators for a message, in the order that signatures must follow, and
    /// the number of signatures that is required.
    function validatorsAndThreshold(bytes calldata message)
        external
        view
        returns (address[] memory validators, uint8 threshold);

    /// @notice Returns the number of signatures in some metadata. Unlike `verify`, reverts on a
    /// remainder.
    function signatureCount(bytes calldata metadata) external pure returns (uint256);
}
