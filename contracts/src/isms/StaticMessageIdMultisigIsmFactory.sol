// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {StaticMultisigIsmFactory} from "../base/StaticMultisigIsmFactory.sol";
import {StaticMessageIdMultisigIsm} from "./StaticMessageIdMultisigIsm.sol";

/// @title Deploys `StaticMessageIdMultisigIsm` for sets of validators
/// @dev See `IStaticMultisigIsmFactory`.
contract StaticMessageIdMultisigIsmFactory is StaticMultisigIsmFactory {
    function _runtimeCode() internal pure override returns (bytes memory) {
        return type(StaticMessageIdMultisigIsm).runtimeCode;
    }
}
