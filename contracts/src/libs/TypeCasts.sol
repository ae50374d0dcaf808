// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.33;

/// @title Addresses of 20 and of 32 bytes
library TypeCasts {
    /// @notice The 32-byte form of an address: padded with zeros on the left.
    function toBytes32(address account) internal pure returns (bytes32) {
        return bytes32(uint256(uint160(account)));
    }

    /// @notice Whether 32 bytes are the padded form of an address.
    function isAddress(bytes32 account) internal pure returns (bool) {
        return uint256(account) >> 160 == 0;
    }

    /// @notice The low 20 bytes; ask `isAddress` first.
    function toAddress(bytes32 account) internal pure returns (address) {
        return address(uint160(uint256(account)));
    }
}
