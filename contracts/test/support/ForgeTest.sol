// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {Domain} from "../../src/libs/Domain.sol";
import {MessageId} from "../../src/libs/MessageId.sol";

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
    function prank(address sender, address origin) external;
    function recordLogs() external;
    function roll(uint256 number) external;
    function sign(uint256 key, bytes32 digest) external pure returns (uint8 v, bytes32 r, bytes32 s);
    function startPrank(address sender) external;
    function startStateDiffRecording() external;
    function stopPrank() external;
    function store(address account, bytes32 slot, bytes32 value) external;
    function toString(uint256 value) external pure returns (string memory);
}

/// @title Base of the forge tests: the cheat codes, and checks that say what they compared
abstract contract ForgeTest {
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

    function assertEq(MessageId have, MessageId want, string memory what) internal pure {
        assertEq(MessageId.unwrap(have), MessageId.unwrap(want), what);
    }

    function assertEq(Domain have, Domain want, string memory what) internal pure {
        assertEq(Domain.unwrap(have), Domain.unwrap(want), what);
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

    /// @dev Makes a call that must revert, with exactly the data given.
    function mustRevert(address target, bytes memory data, bytes memory want, string memory what) internal {
        mustRevert(target, 0, data, want, what);
    }

    /// @dev As above, with value. A prank set before applies to the call.
    function mustRevert(address target, uint256 value, bytes memory data, bytes memory want, string memory what)
        internal
    {
        (bool ok, bytes memory answer) = target.call{value: value}(data);
        if (ok) revert Unequal(string.concat(what, ": did not revert"), answer, want);
        assertEq(answer, want, what);
    }

    /// @dev Compares one recorded log whole.
    function assertLog(Vm.Log memory log, address emitter, bytes32[] memory want, bytes memory data, string memory what)
        internal
        pure
    {
        assertEq(log.emitter, emitter, string.concat(what, ": emitter"));
        assertEq(abi.encode(log.topics), abi.encode(want), string.concat(what, ": topics"));
        assertEq(log.data, data, string.concat(what, ": data"));
    }

    /// @dev Topics of a log.
    function topics(bytes32 a) internal pure returns (bytes32[] memory list) {
        list = new bytes32[](1);
        list[0] = a;
    }

    function topics(bytes32 a, bytes32 b) internal pure returns (bytes32[] memory list) {
        list = new bytes32[](2);
        (list[0], list[1]) = (a, b);
    }

    function topics(bytes32 a, bytes32 b, bytes32 c) internal pure returns (bytes32[] memory list) {
        list = new bytes32[](3);
        (list[0], list[1], list[2]) = (a, b, c);
    }

    function topics(bytes32 a, bytes32 b, bytes32 c, bytes32 d) internal pure returns (bytes32[] memory list) {
        list = new bytes32[](4);
        (list[0], list[1], list[2], list[3]) = (a, b, c, d);
    }

    /// @dev An address as a topic, or as it stands in a message.
    function word(address account) internal pure returns (bytes32) {
        return bytes32(uint256(uint160(account)));
    }

    /// @dev A domain as a topic.
    function word(Domain domain) internal pure returns (bytes32) {
        return bytes32(uint256(Domain.unwrap(domain)));
    }

    /// @dev A message id as a topic or as a leaf.
    function word(MessageId id) internal pure returns (bytes32) {
        return MessageId.unwrap(id);
    }

    /// @dev The id of a message, in plain Solidity.
    function idOf(bytes memory message) internal pure returns (MessageId) {
        return MessageId.wrap(keccak256(message));
    }

    /// @dev A number as a topic.
    function word(uint256 number) internal pure returns (bytes32) {
        return bytes32(number);
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
