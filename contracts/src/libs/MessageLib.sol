// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.33;

import {IMessageErrors} from "../interfaces/IMessageErrors.sol";
import {TypeCasts} from "./TypeCasts.sol";

/// @title The message, version 3
///
///     offset  size  field
///          0     1  version      u8, always 3
///          1     4  nonce        u32, counts the messages of an outbox from 0
///          5     4  origin       u32, domain
///          9    32  sender       bytes32
///         41     4  destination  u32, domain
///         45    32  recipient    bytes32
///         77     n  body         the rest, no length prefix
///
/// Integers are big-endian. The id of a message is the Keccak-256 hash of all its bytes.
library MessageLib {
    uint8 internal constant VERSION = 3;

    uint256 internal constant VERSION_OFFSET = 0;
    uint256 internal constant NONCE_OFFSET = 1;
    uint256 internal constant ORIGIN_OFFSET = 5;
    uint256 internal constant SENDER_OFFSET = 9;
    uint256 internal constant DESTINATION_OFFSET = 41;
    uint256 internal constant RECIPIENT_OFFSET = 45;
    uint256 internal constant BODY_OFFSET = 77;
    uint256 internal constant HEADER_LENGTH = BODY_OFFSET;

    /// @notice Encodes a message that leaves this chain now.
    function encode(
        uint32 nonce_,
        uint32 origin_,
        address sender_,
        uint32 destination_,
        bytes32 recipient_,
        bytes calldata body_
    ) internal pure returns (bytes memory) {
        return abi.encodePacked(VERSION, nonce_, origin_, TypeCasts.toBytes32(sender_), destination_, recipient_, body_);
    }

    /// @notice The hash of all bytes of a message in calldata.
    function id(bytes calldata message) internal pure returns (bytes32) {
        return keccak256(message);
    }

    /// @notice The origin's domain. Reads no further than the field, as the live modules do.
    function origin(bytes calldata message) internal pure returns (uint32) {
        if (message.length < SENDER_OFFSET) revert IMessageErrors.MessageTooShort(message.length, SENDER_OFFSET);
        return uint32(bytes4(message[ORIGIN_OFFSET:SENDER_OFFSET]));
    }

    /// @notice The sender; for messages that are known to have a header.
    function sender(bytes calldata message) internal pure returns (bytes32) {
        return bytes32(message[SENDER_OFFSET:DESTINATION_OFFSET]);
    }

    /// @notice The destination's domain; for messages that are known to have a header.
    function destination(bytes calldata message) internal pure returns (uint32) {
        return uint32(bytes4(message[DESTINATION_OFFSET:RECIPIENT_OFFSET]));
    }

    /// @notice The recipient; for messages that are known to have a header.
    function recipient(bytes calldata message) internal pure returns (bytes32) {
        return bytes32(message[RECIPIENT_OFFSET:BODY_OFFSET]);
    }

    /// @notice The body; for messages that are known to have a header.
    function body(bytes calldata message) internal pure returns (bytes calldata) {
        return message[BODY_OFFSET:];
    }
}
