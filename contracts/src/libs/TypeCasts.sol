// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

/// @title Converts between addresses of 20 and of 32 bytes
library TypeCasts {
    /// @notice Returns an address as 32 bytes, padded with zeros on the left.
    function toBytes32(address account) internal pure returns (bytes32) {
        return bytes32(uint256(uint160(account)));
    }

    /// @notice Reports whether 32 bytes are a padded address.
    function isAddress(bytes32 account) internal pure returns (bool) {
        return uint256(account) >> 160 == 0;
    }

    /// @notice Returns the low 20 bytes. Check with `isAddress` first.
    function toAddress(bytes32 account) internal pure returns (address) {
        return address(uint160(uint256(account)));
    }
}
