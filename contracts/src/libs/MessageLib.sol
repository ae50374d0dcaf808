// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {IMessageErrors} from "../interfaces/IMessageErrors.sol";
import {CalldataLib} from "./CalldataLib.sol";
import {Domain} from "./Domain.sol";
import {MessageId} from "./MessageId.sol";
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

    /// @notice Encodes a message whose sender is an account of this chain.
    /// @dev Parameters have an underscore where a function of this library has the name.
    function encode(
        uint32 nonce_,
        Domain origin_,
        address sender_,
        Domain destination_,
        bytes32 recipient_,
        bytes calldata body_
    ) internal pure returns (bytes memory) {
        return abi.encodePacked(VERSION, nonce_, origin_, TypeCasts.toBytes32(sender_), destination_, recipient_, body_);
    }

    /// @notice Returns the id of a message.
    function id(bytes calldata message) internal pure returns (MessageId messageId) {
        assembly ("memory-safe") {
            let scratch := mload(0x40)
            calldatacopy(scratch, message.offset, message.length)
            messageId := keccak256(scratch, message.length)
        }
    }

    /// @notice Reverts if a message is shorter than `want` bytes.
    function mustReach(bytes calldata message, uint256 want) internal pure {
        if (message.length < want) revert IMessageErrors.MessageTooShort(message.length, want);
    }

    // The fields. Check with `mustReach` first that the message reaches to the end of the field.

    function version(bytes calldata message) internal pure returns (uint8) {
        return uint8(bytes1(CalldataLib.word(message, VERSION_OFFSET)));
    }

    function origin(bytes calldata message) internal pure returns (Domain) {
        return Domain.wrap(CalldataLib.u32(message, ORIGIN_OFFSET));
    }

    function sender(bytes calldata message) internal pure returns (bytes32) {
        return CalldataLib.word(message, SENDER_OFFSET);
    }

    function destination(bytes calldata message) internal pure returns (Domain) {
        return Domain.wrap(CalldataLib.u32(message, DESTINATION_OFFSET));
    }

    function recipient(bytes calldata message) internal pure returns (bytes32) {
        return CalldataLib.word(message, RECIPIENT_OFFSET);
    }

    function body(bytes calldata message) internal pure returns (bytes calldata) {
        return CalldataLib.slice(message, BODY_OFFSET, message.length);
    }
}
