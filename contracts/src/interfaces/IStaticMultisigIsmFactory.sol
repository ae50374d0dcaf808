// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.19;

/// @title Deploys one multisig ISM for each set of validators and threshold
/// @notice The address of an ISM depends on the factory, the validators in the given order, and the
/// threshold. It is known before the ISM exists. The set is part of the ISM's code, so `verify`
/// needs neither storage nor a delegate call.
///
/// Differences from the live factories: the zero address is refused as a validator; `getAddress`
/// refuses the same sets as `deploy`; there is no `implementation`; addresses differ, because the
/// live factories deploy clones, which have other code.
interface IStaticMultisigIsmFactory {
    /// @notice The threshold is not between 1 and the number of validators.
    /// @param threshold The threshold given.
    /// @param validators Number of validators given.
    error StaticMultisigThresholdInvalid(uint8 threshold, uint256 validators);

    /// @notice The set has more than 255 validators.
    error StaticMultisigTooManyValidators(uint256 have, uint256 max);

    /// @notice The zero address cannot sign.
    /// @param index Position of the zero address in the set, from 0.
    error StaticMultisigValidatorZero(uint256 index);

    /// @notice Deploys the ISM of a set, unless it exists. Emits no event.
    /// @param validators The set, in the order that signatures will follow. It is neither sorted
    /// nor deduplicated.
    /// @param threshold Number of signatures that the ISM requires.
    /// @return module Address of the ISM, new or existing.
    function deploy(address[] calldata validators, uint8 threshold) external returns (address module);

    /// @notice Returns the address that the ISM of a set has or will have.
    function getAddress(address[] calldata validators, uint8 threshold) external view returns (address module);
}
