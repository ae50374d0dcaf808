// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.33;

/// @title Deploys one multisig ISM for each set of validators and threshold
/// @notice The address of an ISM follows from the factory, the validators in the order given, and the threshold; it can
/// be known before the ISM exists. The set stands behind the code of the ISM, so `verify` needs neither storage nor a
/// delegate call.
///
/// Differences from the live factories: the zero address is refused as a validator, `getAddress` refuses the same sets
/// as `deploy`, there is no `implementation`, and addresses differ from those of the live factories (whose clones have
/// other code).
interface IStaticMultisigIsmFactory {
    /// @notice The threshold must lie between 1 and the number of validators.
    error StaticMultisigThresholdInvalid(uint8 threshold, uint256 validators);

    /// @notice A set has at most 255 validators.
    error StaticMultisigTooManyValidators(uint256 have, uint256 max);

    /// @notice The zero address cannot sign.
    /// @param index Where it stands in the set.
    error StaticMultisigValidatorZero(uint256 index);

    /// @notice Deploys the ISM of a set, unless it exists already. Emits nothing.
    /// @param validators In the order that signatures will follow; neither sorted nor freed of duplicates.
    /// @return module Address of the ISM, new or old.
    function deploy(address[] calldata validators, uint8 threshold) external returns (address module);

    /// @notice The address that the ISM of a set has or will have.
    function getAddress(address[] calldata validators, uint8 threshold) external view returns (address module);
}
