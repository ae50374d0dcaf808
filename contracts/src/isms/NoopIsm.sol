// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {IInterchainSecurityModule} from "../interfaces/IInterchainSecurityModule.sol";
import {ModuleTypes} from "../libs/ModuleTypes.sol";

/// @title Accepts every message
/// @notice Provides NO security: anyone can deliver any message. For tests, and for recipients that
/// verify messages themselves.
contract NoopIsm is IInterchainSecurityModule {
    /// @inheritdoc IInterchainSecurityModule
    function moduleType() external pure returns (uint8) {
        return ModuleTypes.NULL;
    }

    /// @inheritdoc IInterchainSecurityModule
    function verify(bytes calldata, bytes calldata) external pure returns (bool) {
        return true;
    }
}
