// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

/// @title Types of interchain security modules, as `moduleType()` returns them
library ModuleTypes {
    uint8 internal constant MERKLE_ROOT_MULTISIG = 4;
    uint8 internal constant MESSAGE_ID_MULTISIG = 5;
    uint8 internal constant NULL = 6;
}
