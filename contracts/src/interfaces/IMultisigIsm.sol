// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.33;

import {IInterchainSecurityModule} from "./IInterchainSecurityModule.sol";
import {IMessageErrors} from "./IMessageErrors.sol";
import {ISignatureErrors} from "./ISignatureErrors.sol";

/// @title Proof by m of n validators
/// @notice The metadata ends with signatures of 65 bytes each; exactly the first `threshold` of them are read, whatever
/// follows is ignored. Each must come from a validator that stands later in the set than the signer before: signatures
/// follow the order of the set, not that of addresses. A validator that is listed twice counts twice. `verify` answers
/// true or reverts, never false.
///
/// Differences from the live modules: none in what is accepted; refusals are errors with arguments, also where those
/// revert with no data (metadata or a message that ends too early).
interface IMultisigIsm is IInterchainSecurityModule, IMessageErrors, ISignatureErrors {
    /// @notice The metadata ends before the last signature that is needed.
    error MultisigMetadataTooShort(uint256 have, uint256 want);

    /// @notice The bytes behind the fixed part of the metadata are no whole number of signatures.
    error MultisigSignaturesInvalid(uint256 length);

    /// @notice The quorum is not reached: a signer is not in what is left of the set.
    /// @param index Which signature, counted from 0; so many were good before it.
    /// @param signer Whom it recovers to.
    /// @param threshold How many good ones are needed.
    error MultisigThresholdNotReached(uint256 index, address signer, uint256 threshold);

    /// @notice The checkpoint that was signed is older than the message's leaf.
    error MultisigMerkleIndexInvalid(uint32 messageIndex, uint32 signedIndex);

    /// @notice The set and the quorum in charge of a message, in the order that signatures must follow.
    function validatorsAndThreshold(bytes calldata message)
        external
        view
        returns (address[] memory validators, uint8 threshold);

    /// @notice How many signatures some metadata holds. Unlike `verify`, refuses a remainder.
    function signatureCount(bytes calldata metadata) external pure returns (uint256);
}
