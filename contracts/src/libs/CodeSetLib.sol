// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.33;

/// @title A set of addresses and a threshold, carried behind a contract's own code
///
///     from the end of the code   size  field
///               -2 - 20·n        20·n  members, in order
///               -2                  1  n
///               -1                  1  threshold
library CodeSetLib {
    uint256 internal constant MEMBER_LENGTH = 20;
    uint256 internal constant MAX_MEMBERS = type(uint8).max;

    /// @notice Code that deploys `runtime` with a set behind it.
    function initCode(bytes memory runtime, address[] calldata members, uint8 threshold)
        internal
        pure
        returns (bytes memory)
    {
        bytes memory packed = new bytes(members.length * MEMBER_LENGTH);
        for (uint256 i = 0; i < members.length; ++i) {
            address member = members[i];
            assembly ("memory-safe") {
                // Ends with 12 zero bytes, which the next member overwrites; those of the last fall into free memory.
                mstore(add(add(packed, 0x20), mul(i, 20)), shl(96, member))
            }
        }
        // The init code returns all that follows its own 11 bytes:
        // PUSH1 11, CODESIZE, SUB, DUP1, PUSH1 11, RETURNDATASIZE, CODECOPY, RETURNDATASIZE, RETURN
        return abi.encodePacked(hex"600b380380600b3d393df3", runtime, packed, uint8(members.length), threshold);
    }

    /// @notice Copies the set behind the code of this contract into memory.
    /// @return cursor Where the first member is in memory; each next one is `MEMBER_LENGTH` further on.
    /// @return end Behind the last member.
    function load() internal pure returns (uint256 cursor, uint256 end, uint256 threshold) {
        assembly ("memory-safe") {
            let size := codesize()
            codecopy(0x00, sub(size, 0x20), 0x20)
            let tail := mload(0x00)
            threshold := and(tail, 0xff)
            let length := mul(and(shr(8, tail), 0xff), 20)
            cursor := mload(0x40)
            end := add(cursor, length)
            codecopy(cursor, sub(sub(size, 2), length), length)
            mstore(0x40, and(add(end, 0x1f), not(0x1f)))
        }
    }

    /// @notice The member at a place in memory.
    function memberAt(uint256 cursor) internal pure returns (address member) {
        assembly ("memory-safe") {
            member := shr(96, mload(cursor))
        }
    }
}
