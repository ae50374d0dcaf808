// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

/// @dev Address in memory of a member of the set that `CodeSetLib.load` returns.
type MemberCursor is uint256;

using {equals as ==, member, next, distanceTo} for MemberCursor global;

function equals(MemberCursor a, MemberCursor b) pure returns (bool) {
    return MemberCursor.unwrap(a) == MemberCursor.unwrap(b);
}

/// @dev Returns the member at the cursor, which must be before the end.
function member(MemberCursor cursor) pure returns (address account) {
    assembly ("memory-safe") {
        account := shr(96, mload(cursor))
    }
}

/// @dev Returns the cursor of the next member.
function next(MemberCursor cursor) pure returns (MemberCursor) {
    unchecked {
        return MemberCursor.wrap(MemberCursor.unwrap(cursor) + CodeSetLib.MEMBER_LENGTH);
    }
}

/// @dev Returns the number of members from the cursor to before `end`.
function distanceTo(MemberCursor cursor, MemberCursor end) pure returns (uint256) {
    return (MemberCursor.unwrap(end) - MemberCursor.unwrap(cursor)) / CodeSetLib.MEMBER_LENGTH;
}

/// @title A set of addresses and a threshold, appended to the code of a contract
///
///     from the end of the code   size  field
///               -2 - 20·n        20·n  members, in order
///               -2                  1  n
///               -1                  1  threshold
library CodeSetLib {
    uint256 internal constant MEMBER_LENGTH = 20;
    uint256 internal constant MAX_MEMBERS = type(uint8).max;

    /// @notice Returns the init code that deploys `runtime` with a set appended.
    function initCode(bytes memory runtime, address[] calldata members, uint8 threshold)
        internal
        pure
        returns (bytes memory)
    {
        bytes memory packed = new bytes(members.length * MEMBER_LENGTH);
        for (uint256 i = 0; i < members.length; ++i) {
            address account = members[i];
            assembly ("memory-safe") {
                // Writes 12 zero bytes after the member. The next member overwrites them; those of
                // the last lie in free memory.
                mstore(add(add(packed, 0x20), mul(i, 20)), shl(96, account))
            }
        }
        // The first 11 bytes return everything after themselves: PUSH1 11, CODESIZE, SUB, DUP1,
        // PUSH1 11, RETURNDATASIZE, CODECOPY, RETURNDATASIZE, RETURN.
        return abi.encodePacked(hex"600b380380600b3d393df3", runtime, packed, uint8(members.length), threshold);
    }

    /// @notice Copies the set from the end of this contract's code into memory.
    /// @return first Cursor of the first member.
    /// @return end Cursor after the last member.
    /// @return threshold The threshold, from 0 to 255.
    function load() internal pure returns (MemberCursor first, MemberCursor end, uint256 threshold) {
        assembly ("memory-safe") {
            let size := codesize()
            codecopy(0x00, sub(size, 0x20), 0x20)
            let tail := mload(0x00)
            threshold := and(tail, 0xff)
            let length := mul(and(shr(8, tail), 0xff), 20)
            first := mload(0x40)
            end := add(first, length)
            codecopy(first, sub(sub(size, 2), length), length)
            mstore(0x40, and(add(end, 0x1f), not(0x1f)))
        }
    }
}
