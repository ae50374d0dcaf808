// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.19;

/// @dev Keccak-256 hash of all bytes of an encoded message, and its leaf in the Merkle tree. The
/// ABI type is `bytes32`.
type MessageId is bytes32;

using {equals as ==, differs as !=} for MessageId global;

function equals(MessageId a, MessageId b) pure returns (bool) {
    return MessageId.unwrap(a) == MessageId.unwrap(b);
}

function differs(MessageId a, MessageId b) pure returns (bool) {
    return MessageId.unwrap(a) != MessageId.unwrap(b);
}
