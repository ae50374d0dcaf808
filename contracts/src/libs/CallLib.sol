// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {IInterchainSecurityModule} from "../interfaces/IInterchainSecurityModule.sol";
import {IMessageRecipient} from "../interfaces/IMessageRecipient.sol";
import {Domain} from "./Domain.sol";

/// @title The three calls that a delivery makes
/// @notice The arguments are encoded in one pass from calldata. At most one word of an answer is
/// read, so a large answer costs only the contract that returns it. The tests compare each encoding
/// with `abi.encodeCall`.
library CallLib {
    /// @notice Calls a view function without arguments that returns one word. A call to an account
    /// without code succeeds, with an answer of length 0.
    /// @return ok Whether the call succeeded.
    /// @return length Length of the answer, in bytes.
    /// @return word First 32 bytes of the answer; defined only if the call succeeded and `length`
    /// is at least 32.
    function ask(address target, bytes4 selector) internal view returns (bool ok, uint256 length, bytes32 word) {
        assembly ("memory-safe") {
            mstore(0x00, selector)
            ok := staticcall(gas(), target, 0x00, 0x04, 0x00, 0x20)
            length := returndatasize()
            word := mload(0x00)
        }
    }

    /// @notice Makes a call. If the call reverts, reverts with the same data.
    /// @param value Value of the call, in wei.
    /// @return length Length of the answer, in bytes.
    /// @return word First 32 bytes of the answer; defined only if `length` is at least 32.
    function call(address target, uint256 value, bytes memory data) internal returns (uint256 length, bytes32 word) {
        assembly ("memory-safe") {
            if iszero(call(gas(), target, value, add(data, 0x20), mload(data), 0x00, 0x20)) {
                let free := mload(0x40)
                returndatacopy(free, 0, returndatasize())
                revert(free, returndatasize())
            }
            length := returndatasize()
            word := mload(0x00)
        }
    }

    /// @notice Returns `abi.encodeCall(IInterchainSecurityModule.verify, (metadata, message))`.
    function encodeVerify(bytes calldata metadata, bytes calldata message) internal pure returns (bytes memory data) {
        bytes4 selector = IInterchainSecurityModule.verify.selector;
        assembly ("memory-safe") {
            data := mload(0x40)
            mstore(add(data, 0x20), selector)
            let args := add(data, 0x24)
            mstore(args, 0x40) // offset of the metadata
            let first := add(args, 0x40)
            mstore(first, metadata.length)
            first := add(first, 0x20)
            calldatacopy(first, metadata.offset, metadata.length)
            mstore(add(first, metadata.length), 0) // padding
            let second := add(first, and(add(metadata.length, 0x1f), not(0x1f)))
            mstore(add(args, 0x20), sub(second, args)) // offset of the message
            mstore(second, message.length)
            second := add(second, 0x20)
            calldatacopy(second, message.offset, message.length)
            mstore(add(second, message.length), 0) // padding
            let end := add(second, and(add(message.length, 0x1f), not(0x1f)))
            mstore(data, sub(end, add(data, 0x20)))
            mstore(0x40, and(add(end, 0x1f), not(0x1f)))
        }
    }

    /// @notice Returns `abi.encodeCall(IMessageRecipient.handle, (origin_, sender, body))`.
    function encodeHandle(Domain origin_, bytes32 sender, bytes calldata body)
        internal
        pure
        returns (bytes memory data)
    {
        bytes4 selector = IMessageRecipient.handle.selector;
        assembly ("memory-safe") {
            data := mload(0x40)
            mstore(add(data, 0x20), selector)
            mstore(add(data, 0x24), and(origin_, 0xffffffff))
            mstore(add(data, 0x44), sender)
            mstore(add(data, 0x64), 0x60) // offset of the body
            mstore(add(data, 0x84), body.length)
            let start := add(data, 0xa4)
            calldatacopy(start, body.offset, body.length)
            mstore(add(start, body.length), 0) // padding
            let end := add(start, and(add(body.length, 0x1f), not(0x1f)))
            mstore(data, sub(end, add(data, 0x20)))
            mstore(0x40, and(add(end, 0x1f), not(0x1f)))
        }
    }
}
