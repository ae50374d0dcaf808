// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.33;

/// @title Kinds of hooks, as `hookType()` answers them
library HookTypes {
    uint8 internal constant MERKLE_TREE = 3;
}
