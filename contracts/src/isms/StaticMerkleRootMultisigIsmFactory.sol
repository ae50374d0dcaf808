// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {StaticMultisigIsmFactory} from "../base/StaticMultisigIsmFactory.sol";
import {StaticMerkleRootMultisigIsm} from "./StaticMerkleRootMultisigIsm.sol";

/// @title Deploys `StaticMerkleRootMultisigIsm` for sets of validators
/// @dev See `IStaticMultisigIsmFactory`.
contract StaticMerkleRootMultisigIsmFactory is StaticMultisigIsmFactory {
    function _runtimeCode() internal pure override returns (bytes memory) {
        return type(StaticMerkleRootMultisigIsm).runtimeCode;
    }
}
