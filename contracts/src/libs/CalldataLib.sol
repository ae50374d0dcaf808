// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.33;

/// @title Reads words from bytes in calldata without checking bounds
/// @dev SECURITY: behind the end of the bytes stands whatever else is in calldata. Check the length first.
library CalldataLib {
    /// @notice The 32 bytes from `offset` on.
    function word(bytes calldata data, uint256 offset) internal pure returns (bytes32 value) {
        assembly ("memory-safe") {
            value := calldataload(add(data.offset, offset))
        }
    }

    /// @notice The big-endian u32 at `offset`.
    function u32(bytes calldata data, uint256 offset) internal pure returns (uint32) {
        return uint32(bytes4(word(data, offset)));
    }

    /// @notice The bytes from `start` to before `end`.
    function slice(bytes calldata data, uint256 start, uint256 end) internal pure returns (bytes calldata part) {
        assembly ("memory-safe") {
            part.offset := add(data.offset, start)
            part.length := sub(end, start)
        }
    }
}
