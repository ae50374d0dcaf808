// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

/// @title Types of hooks, as `hookType()` returns them
library HookTypes {
    uint8 internal constant MERKLE_TREE = 3;
}
