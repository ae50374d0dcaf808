// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.33;

import {IInterchainSecurityModule} from "../interfaces/IInterchainSecurityModule.sol";
import {ModuleTypes} from "../libs/ModuleTypes.sol";

/// @title Accepts every message
/// @notice Offers NO security: anyone can have anything delivered. For tests, and for recipients that check messages
/// themselves.
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
