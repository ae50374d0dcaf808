// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {IMultisigIsm} from "../src/interfaces/IMultisigIsm.sol";
import {IStaticMultisigIsmFactory} from "../src/interfaces/IStaticMultisigIsmFactory.sol";
import {StaticMerkleRootMultisigIsm} from "../src/isms/StaticMerkleRootMultisigIsm.sol";
import {StaticMerkleRootMultisigIsmFactory} from "../src/isms/StaticMerkleRootMultisigIsmFactory.sol";
import {Domain} from "../src/libs/Domain.sol";
import {MessageId} from "../src/libs/MessageId.sol";
import {Golden} from "./support/Golden.sol";
import {MultisigTest} from "./support/MultisigTest.sol";
import {Plain} from "./support/Plain.sol";

contract MerkleRootMultisigTest is MultisigTest {
    function newFactory() internal override returns (IStaticMultisigIsmFactory) {
        return new StaticMerkleRootMultisigIsmFactory();
    }

    function creationCode() internal pure override returns (bytes memory) {
        return type(StaticMerkleRootMultisigIsm).creationCode;
    }

    function moduleType() internal pure override returns (uint8) {
        return 4;
    }

    function signaturesOffset() internal pure override returns (uint256) {
        return 1096;
    }

    function goldenMetadata() internal pure override returns (bytes memory) {
        return Golden.merkleRootMetadata();
    }

    /// @dev Six leaves, the message at index 3, the checkpoint at index 5.
    function head(bytes memory text) internal pure override returns (bytes memory metadata, bytes32 digest) {
        return head(text, 6, 3, 5);
    }

    /// @dev A tree of `size` leaves with the message at `index`, attested by a checkpoint that
    /// claims `signedIndex`.
    function head(bytes memory text, uint256 size, uint32 index, uint32 signedIndex)
        internal
        pure
        returns (bytes memory metadata, bytes32 digest)
    {
        bytes32[] memory leaves = new bytes32[](size);
        for (uint256 i = 0; i < size; ++i) {
            leaves[i] = i == index ? keccak256(text) : keccak256(abi.encode("leaf", i));
        }
        bytes32 newest = leaves[size - 1]; // trap 27: the leaf at the signed index
        bytes32[32] memory path = Plain.treePath(leaves, index);
        metadata = abi.encodePacked(TREE, index, newest, abi.encodePacked(path), signedIndex);
        digest =
            Plain.checkpointDigest(Golden.ORIGIN, TREE, Plain.treeRoot(leaves), signedIndex, MessageId.wrap(newest));
    }

    function plainDigest(bytes memory metadata, bytes memory text)
        internal
        pure
        override
        returns (bool ok, bytes32 digest)
    {
        if (metadata.length < 1096 || text.length < 9) return (false, 0);
        uint32 index = uint32(bytes4(slice(metadata, 32, 36)));
        uint32 signedIndex = uint32(bytes4(slice(metadata, 1092, 1096)));
        if (index > signedIndex) return (false, 0);
        bytes32[32] memory path = abi.decode(slice(metadata, 68, 1092), (bytes32[32]));
        return (
            true,
            Plain.checkpointDigest(
                Domain.wrap(uint32(bytes4(slice(text, 5, 9)))),
                bytes32(slice(metadata, 0, 32)),
                Plain.branchRoot(keccak256(text), path, index),
                signedIndex,
                MessageId.wrap(bytes32(slice(metadata, 36, 68)))
            )
        );
    }

    /// @dev Any leaf of any tree.
    function testFuzz_anyLeaf(uint256 size, uint256 index) public {
        size = bound(size, 1, 40);
        index = bound(index, 0, size - 1);
        (bytes memory start, bytes32 digest) = head(message(), size, uint32(index), uint32(size - 1));
        mustAccept(module(1, 1), abi.encodePacked(start, signed(digest, list(0))), "proven");
    }

    /// @dev A checkpoint older than the leaf is refused even if validators signed it.
    function test_indexAboveSigned() public {
        IMultisigIsm ism = module(1, 1);
        (bytes memory start, bytes32 digest) = head(message(), 4, 3, 2);
        bytes memory want = abi.encodeWithSelector(IMultisigIsm.MultisigMerkleIndexInvalid.selector, 3, 2);
        mustRefuse(ism, abi.encodePacked(start, signed(digest, list(0))), want, "above");
        (start, digest) = head(message(), 4, 3, 3);
        mustAccept(ism, abi.encodePacked(start, signed(digest, list(0))), "equal");
    }

    /// @dev Trap 28: a proof against a later tree than the one signed leads to another root.
    function test_proofAgainstLaterTree() public {
        IMultisigIsm ism = module(1, 1);
        (, bytes32 digest) = head(message(), 6, 3, 5);
        (bytes memory later,) = head(message(), 7, 3, 5);
        (bool ok,) = address(ism)
            .staticcall(abi.encodeCall(ism.verify, (abi.encodePacked(later, signed(digest, list(0))), message())));
        assertTrue(!ok, "later tree");
    }

    function test_golden_metadata() public pure {
        bytes memory metadata = Golden.merkleRootMetadata();
        assertEq(metadata.length, 1226, "length");
        assertEq(keccak256(metadata), Golden.MERKLE_ROOT_METADATA_HASH, "metadata");
    }
}
