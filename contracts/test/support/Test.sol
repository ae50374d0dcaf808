// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.33;

/// @title The cheat codes of forge that the tests use
interface Vm {
    struct Log {
        bytes32[] topics;
        bytes data;
        address emitter;
    }

    function addr(uint256 key) external pure returns (address);
    function assume(bool condition) external pure;
    function deal(address account, uint256 balance) external;
    function etch(address account, bytes calldata code) external;
    function expectEmit(address emitter) external;
    function expectRevert(bytes calldata data) external;
    function getRecordedLogs() external returns (Log[] memory);
    function load(address account, bytes32 slot) external view returns (bytes32);
    function prank(address sender) external;
    function recordLogs() external;
    function roll(uint256 number) external;
    function sign(uint256 key, bytes32 digest) external pure returns (uint8 v, bytes32 r, bytes32 s);
    function startPrank(address sender) external;
    function stopPrank() external;
    function store(address account, bytes32 slot, bytes32 value) external;
    function toString(uint256 value) external pure returns (string memory);
}

/// @title Base of the forge tests: the cheat codes, and checks that say what they compared
abstract contract Test {
    Vm internal constant vm = Vm(address(uint160(uint256(keccak256("hevm cheat code")))));

    error Unequal(string what, bytes have, bytes want);

    function assertEq(bytes memory have, bytes memory want, string memory what) internal pure {
        if (keccak256(have) != keccak256(want)) revert Unequal(what, have, want);
    }

    function assertEq(bytes32 have, bytes32 want, string memory what) internal pure {
        if (have != want) revert Unequal(what, abi.encode(have), abi.encode(want));
    }

    function assertEq(uint256 have, uint256 want, string memory what) internal pure {
        if (have != want) revert Unequal(what, abi.encode(have), abi.encode(want));
    }

    function assertEq(address have, address want, string memory what) internal pure {
        if (have != want) revert Unequal(what, abi.encode(have), abi.encode(want));
    }

    function assertEq(string memory have, string memory want, string memory what) internal pure {
        assertEq(bytes(have), bytes(want), what);
    }

    function assertTrue(bool fact, string memory what) internal pure {
        if (!fact) revert Unequal(what, hex"00", hex"01");
    }

    /// @dev A number from `low` to `high`, both included, made from a random one.
    function bound(uint256 random, uint256 low, uint256 high) internal pure returns (uint256) {
        return low + random % (high - low + 1);
    }

    /// @dev `text[start:end]` of bytes in memory.
    function slice(bytes memory text, uint256 start, uint256 end) internal pure returns (bytes memory part) {
        part = new bytes(end - start);
        for (uint256 i = start; i < end; ++i) {
            part[i - start] = text[i];
        }
    }

    /// @dev A signature as it stands in metadata: r ‖ s ‖ v.
    function signature(uint256 key, bytes32 digest) internal pure returns (bytes memory) {
        (uint8 v, bytes32 r, bytes32 s) = vm.sign(key, digest);
        return abi.encodePacked(r, s, v);
    }
}
