// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {Domain} from "../../src/libs/Domain.sol";
import {MessageId} from "../../src/libs/MessageId.sol";

/// @title The same things in plain Solidity: what the assembly of the libraries must agree with
library Plain {
    uint256 internal constant HALF_ORDER = 0x7fffffffffffffffffffffffffffffff5d576e7357a4501ddfe92f46681b20a0;

    function message(
        uint8 version,
        uint32 nonce,
        Domain origin,
        bytes32 sender,
        Domain destination,
        bytes32 recipient,
        bytes memory body
    ) internal pure returns (bytes memory) {
        return abi.encodePacked(version, nonce, origin, sender, destination, recipient, body);
    }

    function eip191(bytes32 hash) internal pure returns (bytes32) {
        return keccak256(abi.encodePacked("\x19Ethereum Signed Message:\n32", hash));
    }

    function domainHash(Domain origin, bytes32 tree) internal pure returns (bytes32) {
        return keccak256(abi.encodePacked(origin, tree, "HYPERLANE"));
    }

    function signingHash(Domain origin, bytes32 tree, bytes32 root, uint32 index, MessageId id)
        internal
        pure
        returns (bytes32)
    {
        return keccak256(abi.encodePacked(domainHash(origin, tree), root, index, id));
    }

    function checkpointDigest(Domain origin, bytes32 tree, bytes32 root, uint32 index, MessageId id)
        internal
        pure
        returns (bytes32)
    {
        return eip191(signingHash(origin, tree, root, index, id));
    }

    function announcementDigest(Domain domain, bytes32 mailbox, string memory location)
        internal
        pure
        returns (bytes32)
    {
        bytes32 hash = keccak256(abi.encodePacked(domain, mailbox, "HYPERLANE_ANNOUNCEMENT"));
        return eip191(keccak256(abi.encodePacked(hash, location)));
    }

    /// @notice The signer, or zero where a signature must be refused.
    function recover(bytes32 digest, bytes32 r, bytes32 s, uint8 v) internal pure returns (address) {
        if (uint256(s) > HALF_ORDER || (v != 27 && v != 28)) return address(0);
        return ecrecover(digest, v, r, s);
    }

    function hashPair(bytes32 left, bytes32 right) internal pure returns (bytes32) {
        return keccak256(abi.encodePacked(left, right));
    }

    function branchRoot(bytes32 leaf, bytes32[32] memory path, uint256 index) internal pure returns (bytes32 node) {
        node = leaf;
        for (uint256 level = 0; level < 32; ++level) {
            bool right = (index / 2 ** level) % 2 == 1;
            node = right ? hashPair(path[level], node) : hashPair(node, path[level]);
        }
    }

    /// @notice Root of the tree of depth 32 over some leaves, by hashing all of it level by level.
    function treeRoot(bytes32[] memory leaves) internal pure returns (bytes32) {
        bytes32[] memory nodes = leaves;
        bytes32 zero = 0;
        for (uint256 level = 0; level < 32; ++level) {
            nodes = parents(nodes, zero);
            zero = hashPair(zero, zero);
        }
        return nodes.length == 0 ? zero : nodes[0];
    }

    /// @notice The siblings of a leaf in such a tree.
    function treePath(bytes32[] memory leaves, uint256 index) internal pure returns (bytes32[32] memory siblings) {
        bytes32[] memory nodes = leaves;
        bytes32 zero = 0;
        for (uint256 level = 0; level < 32; ++level) {
            uint256 sibling = (index >> level) ^ 1;
            siblings[level] = sibling < nodes.length ? nodes[sibling] : zero;
            nodes = parents(nodes, zero);
            zero = hashPair(zero, zero);
        }
    }

    function parents(bytes32[] memory nodes, bytes32 zero) internal pure returns (bytes32[] memory up) {
        up = new bytes32[]((nodes.length + 1) / 2);
        for (uint256 i = 0; i < up.length; ++i) {
            up[i] = hashPair(nodes[2 * i], 2 * i + 1 < nodes.length ? nodes[2 * i + 1] : zero);
        }
    }
}
