// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {CallLib} from "../../src/libs/CallLib.sol";
import {CheckpointLib} from "../../src/libs/CheckpointLib.sol";
import {Domain} from "../../src/libs/Domain.sol";
import {HookMetadataLib} from "../../src/libs/HookMetadataLib.sol";
import {MerkleLib} from "../../src/libs/MerkleLib.sol";
import {MerkleRootMetadataLib} from "../../src/libs/MerkleRootMetadataLib.sol";
import {MessageId} from "../../src/libs/MessageId.sol";
import {MessageIdMetadataLib} from "../../src/libs/MessageIdMetadataLib.sol";
import {MessageLib} from "../../src/libs/MessageLib.sol";
import {SignatureLib} from "../../src/libs/SignatureLib.sol";

/// @title Makes the internal functions of the libraries callable, with arguments in calldata
contract Libs {
    bytes32[32] private _branch;

    /// @dev Fills free memory with ones first, so that an encoding that relies on clean memory
    /// shows.
    modifier dirtyMemory() {
        assembly ("memory-safe") {
            let free := mload(0x40)
            for { let i := 0 } lt(i, 0x800) { i := add(i, 0x20) } { mstore(add(free, i), not(0)) }
        }
        _;
    }

    function encodeMessage(
        uint32 nonce,
        Domain origin,
        address sender,
        Domain destination,
        bytes32 recipient,
        bytes calldata body
    ) external pure dirtyMemory returns (bytes memory) {
        return MessageLib.encode(nonce, origin, sender, destination, recipient, body);
    }

    function messageFields(bytes calldata message)
        external
        pure
        dirtyMemory
        returns (
            MessageId id,
            uint8 version,
            Domain origin,
            bytes32 sender,
            Domain destination,
            bytes32 recipient,
            bytes memory body
        )
    {
        return (
            MessageLib.id(message),
            MessageLib.version(message),
            MessageLib.origin(message),
            MessageLib.sender(message),
            MessageLib.destination(message),
            MessageLib.recipient(message),
            MessageLib.body(message)
        );
    }

    function encodeVerify(bytes calldata metadata, bytes calldata message)
        external
        pure
        dirtyMemory
        returns (bytes memory)
    {
        return CallLib.encodeVerify(metadata, message);
    }

    function encodeHandle(Domain origin, bytes32 sender, bytes calldata body)
        external
        pure
        dirtyMemory
        returns (bytes memory)
    {
        return CallLib.encodeHandle(origin, sender, body);
    }

    /// @dev What stands in memory behind an encoding must survive it.
    function encodeTwice(bytes calldata a, bytes calldata b)
        external
        pure
        dirtyMemory
        returns (bytes memory first, bytes memory second, bytes memory third)
    {
        first = CallLib.encodeVerify(a, b);
        second = CallLib.encodeHandle(Domain.wrap(uint32(a.length)), keccak256(a), b);
        third = CallLib.encodeVerify(b, a);
    }

    function ask(address target, bytes4 selector) external view returns (bool ok, uint256 length, bytes32 word) {
        return CallLib.ask(target, selector);
    }

    function checkpointDigest(Domain origin, bytes32 tree, bytes32 root, uint32 index, MessageId id)
        external
        pure
        dirtyMemory
        returns (bytes32)
    {
        return CheckpointLib.digest(origin, tree, root, index, id);
    }

    function eip191(bytes32 hash) external pure dirtyMemory returns (bytes32) {
        return SignatureLib.eip191(hash);
    }

    function recover(bytes32 digest, bytes calldata signature) external view dirtyMemory returns (address) {
        return SignatureLib.recover(digest, signature);
    }

    function hashPair(bytes32 left, bytes32 right) external pure returns (bytes32) {
        return MerkleLib.hashPair(left, right);
    }

    function branchRoot(bytes32 leaf, bytes calldata path, uint256 index) external pure returns (bytes32) {
        return MerkleLib.branchRoot(leaf, path, index);
    }

    function insert(uint256 count, bytes32 leaf) external {
        MerkleLib.insert(_branch, count, leaf);
    }

    function root(uint256 count) external view returns (bytes32) {
        return MerkleLib.root(_branch, count);
    }

    function hookMetadata(bytes calldata metadata, address otherwise)
        external
        pure
        returns (bool standard, uint16 variant, address refund)
    {
        return (
            HookMetadataLib.isStandard(metadata),
            HookMetadataLib.variant(metadata),
            HookMetadataLib.refund(metadata, otherwise)
        );
    }

    function messageIdMetadata(bytes calldata metadata)
        external
        pure
        returns (bytes32 tree, bytes32 root_, uint32 index)
    {
        return (
            MessageIdMetadataLib.tree(metadata),
            MessageIdMetadataLib.root(metadata),
            MessageIdMetadataLib.index(metadata)
        );
    }

    function merkleRootMetadata(bytes calldata metadata)
        external
        pure
        returns (bytes32 tree, uint32 messageIndex, MessageId signedMessageId, bytes memory path, uint32 signedIndex)
    {
        return (
            MerkleRootMetadataLib.tree(metadata),
            MerkleRootMetadataLib.messageIndex(metadata),
            MerkleRootMetadataLib.signedMessageId(metadata),
            MerkleRootMetadataLib.path(metadata),
            MerkleRootMetadataLib.signedIndex(metadata)
        );
    }
}
