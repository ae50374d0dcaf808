// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {Create2} from "@openzeppelin/contracts/utils/Create2.sol";
import {IStaticMultisigIsmFactory} from "../interfaces/IStaticMultisigIsmFactory.sol";
import {CodeSetLib} from "../libs/CodeSetLib.sol";

/// @title Deploys an ISM with a set of validators appended to its code
/// @dev See `IStaticMultisigIsmFactory`. CREATE2 uses salt 0, because the init code contains
/// everything in which two ISMs differ.
abstract contract StaticMultisigIsmFactory is IStaticMultisigIsmFactory {
    /// @inheritdoc IStaticMultisigIsmFactory
    function deploy(address[] calldata validators, uint8 threshold) external returns (address module) {
        bytes memory code = _initCode(validators, threshold);
        module = Create2.computeAddress(0, keccak256(code));
        if (module.code.length == 0) Create2.deploy(0, 0, code);
    }

    /// @inheritdoc IStaticMultisigIsmFactory
    function getAddress(address[] calldata validators, uint8 threshold) external view returns (address) {
        return Create2.computeAddress(0, keccak256(_initCode(validators, threshold)));
    }

    function _initCode(address[] calldata validators, uint8 threshold) private pure returns (bytes memory) {
        if (validators.length > CodeSetLib.MAX_MEMBERS) {
            revert StaticMultisigTooManyValidators(validators.length, CodeSetLib.MAX_MEMBERS);
        }
        // SECURITY: a threshold of zero would accept every message.
        if (threshold == 0 || threshold > validators.length) {
            revert StaticMultisigThresholdInvalid(threshold, validators.length);
        }
        for (uint256 i = 0; i < validators.length; ++i) {
            if (validators[i] == address(0)) revert StaticMultisigValidatorZero(i);
        }
        return CodeSetLib.initCode(_runtimeCode(), validators, threshold);
    }

    /// @dev Returns the code of the ISM, to which the set is appended.
    function _runtimeCode() internal pure virtual returns (bytes memory);
}
