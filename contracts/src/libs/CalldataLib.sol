// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

/// @title Reads from bytes in calldata without checking bounds
/// @dev SECURITY: a read beyond the end of the bytes returns other calldata. Check the length
/// first.
library CalldataLib {
    /// @notice Returns the 32 bytes at `offset`.
    function word(bytes calldata data, uint256 offset) internal pure returns (bytes32 value) {
        assembly ("memory-safe") {
            value := calldataload(add(data.offset, offset))
        }
    }

    /// @notice Returns the big-endian u32 at `offset`.
    function u32(bytes calldata data, uint256 offset) internal pure returns (uint32) {
        return uint32(bytes4(word(data, offset)));
    }

    /// @notice Returns the bytes in the range [start, end).
    function slice(bytes calldata data, uint256 start, uint256 end) internal pure returns (bytes calldata part) {
        assembly ("memory-safe") {
            part.offset := add(data.offset, start)
            part.length := sub(end, start)
        }
    }
}
