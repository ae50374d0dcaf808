// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {IInterchainSecurityModule} from "../src/interfaces/IInterchainSecurityModule.sol";
import {IMerkleTreeHook} from "../src/interfaces/IMerkleTreeHook.sol";
import {IMessageRecipient} from "../src/interfaces/IMessageRecipient.sol";
import {ISignatureErrors} from "../src/interfaces/ISignatureErrors.sol";
import {Domain} from "../src/libs/Domain.sol";
import {HookMetadataLib} from "../src/libs/HookMetadataLib.sol";
import {MessageId} from "../src/libs/MessageId.sol";
import {ForgeTest} from "./support/ForgeTest.sol";
import {Golden} from "./support/Golden.sol";
import {Libs} from "./support/Libs.sol";
import {Plain} from "./support/Plain.sol";

/// @dev The libraries against their plain twins, on random input and on golden values.
contract LibsTest is ForgeTest {
    uint256 internal constant ORDER = 0xfffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364141;

    Libs internal libs = new Libs();

    // ------------------------------------------------------------------------------------- message

    function test_message_golden() public view {
        bytes memory body = hex"1234";
        bytes memory message = libs.encodeMessage(
            0,
            Golden.ORIGIN,
            0x1111111111111111111111111111111111111111,
            Domain.wrap(2000),
            word(0x2222222222222222222222222222222222222222),
            body
        );
        assertEq(message, Golden.MESSAGE, "message");
        (MessageId id, uint8 version,,,,, bytes memory got) = libs.messageFields(message);
        assertEq(id, Golden.MESSAGE_ID, "id");
        assertEq(version, 3, "version");
        assertEq(got, body, "body");
    }

    function testFuzz_message(
        uint32 nonce,
        Domain origin,
        address sender,
        Domain destination,
        bytes32 recipient,
        bytes calldata body
    ) public view {
        bytes memory message = libs.encodeMessage(nonce, origin, sender, destination, recipient, body);
        assertEq(message, Plain.message(3, nonce, origin, word(sender), destination, recipient, body), "message");
    }

    function testFuzz_message_fields(
        uint8 version,
        uint32 nonce,
        Domain origin,
        bytes32 sender,
        Domain destination,
        bytes32 recipient,
        bytes calldata body
    ) public view {
        bytes memory message = Plain.message(version, nonce, origin, sender, destination, recipient, body);
        bytes memory want = abi.encode(keccak256(message), version, origin, sender, destination, recipient, body);
        (bool ok, bytes memory have) = address(libs).staticcall(abi.encodeCall(Libs.messageFields, (message)));
        assertTrue(ok, "fields");
        assertEq(have, want, "fields");
    }

    // --------------------------------------------------------------------------------------- calls

    function testFuzz_encodeVerify(bytes calldata metadata, bytes calldata message) public view {
        assertEq(
            libs.encodeVerify(metadata, message),
            abi.encodeCall(IInterchainSecurityModule.verify, (metadata, message)),
            "verify"
        );
    }

    function testFuzz_encodeHandle(Domain origin, bytes32 sender, bytes calldata body) public view {
        assertEq(
            libs.encodeHandle(origin, sender, body),
            abi.encodeCall(IMessageRecipient.handle, (origin, sender, body)),
            "handle"
        );
    }

    function test_encode_everyLength() public view {
        for (uint256 length = 0; length <= 70; ++length) {
            bytes memory a = new bytes(length);
            bytes memory b = new bytes(70 - length);
            for (uint256 i = 0; i < length; ++i) {
                a[i] = 0xaa;
            }
            for (uint256 i = 0; i < b.length; ++i) {
                b[i] = 0xbb;
            }
            (bytes memory first, bytes memory second, bytes memory third) = libs.encodeTwice(a, b);
            assertEq(first, abi.encodeCall(IInterchainSecurityModule.verify, (a, b)), "first");
            assertEq(
                second,
                abi.encodeCall(IMessageRecipient.handle, (Domain.wrap(uint32(length)), keccak256(a), b)),
                "second"
            );
            assertEq(third, abi.encodeCall(IInterchainSecurityModule.verify, (b, a)), "third");
        }
    }

    // --------------------------------------------------------------------- checkpoints, signatures

    function test_checkpoint_golden() public view {
        bytes32 tree = word(Golden.TREE);
        assertEq(
            Plain.domainHash(Golden.ORIGIN, tree),
            0x197f95a0a30ac3038701ed16eecf5e9a463373cfa7d3833bed9cf844c24650b9,
            "domain hash"
        );
        bytes32 digest = libs.checkpointDigest(
            Golden.ORIGIN,
            tree,
            0x0202020202020202020202020202020202020202020202020202020202020202,
            1,
            MessageId.wrap(0x3333333333333333333333333333333333333333333333333333333333333333)
        );
        assertEq(digest, Golden.CHECKPOINT_DIGEST, "digest");
        assertEq(libs.recover(digest, Golden.CHECKPOINT_SIGNATURE), Golden.A1, "signer");
        assertEq(
            libs.checkpointDigest(Golden.ORIGIN, tree, Golden.ROOT_2, 1, Golden.MESSAGE_ID),
            Plain.eip191(Golden.SIGNING_HASH_1),
            "index 1"
        );
        assertEq(
            libs.checkpointDigest(Golden.ORIGIN, tree, Golden.ROOT_3, 2, MessageId.wrap(Golden.LEAF_2)),
            Plain.eip191(Golden.SIGNING_HASH_2),
            "index 2"
        );
    }

    function testFuzz_checkpointDigest(Domain origin, bytes32 tree, bytes32 root, uint32 index, MessageId id)
        public
        view
    {
        assertEq(
            libs.checkpointDigest(origin, tree, root, index, id),
            Plain.checkpointDigest(origin, tree, root, index, id),
            "digest"
        );
    }

    function testFuzz_eip191(bytes32 hash) public view {
        assertEq(libs.eip191(hash), Plain.eip191(hash), "eip191");
    }

    function testFuzz_recover(uint256 key, bytes32 digest) public view {
        key = bound(key, 1, ORDER - 1);
        assertEq(libs.recover(digest, signature(key, digest)), vm.addr(key), "signer");
    }

    /// @dev Random r, s and v: the same signer as the plain twin, or refused where it finds none.
    function testFuzz_recover_anything(bytes32 digest, bytes32 r, bytes32 s, uint8 v) public {
        if (v % 4 != 0) v = 27 + v % 2;
        if (uint256(s) % 4 != 0) s = bytes32(uint256(s) % Plain.HALF_ORDER);
        address want = Plain.recover(digest, r, s, v);
        bytes memory data = abi.encodeCall(Libs.recover, (digest, abi.encodePacked(r, s, v)));
        if (want != address(0)) {
            (, bytes memory have) = address(libs).staticcall(data);
            assertEq(have, abi.encode(want), "signer");
        } else if (uint256(s) > Plain.HALF_ORDER) {
            mustRevert(
                address(libs), data, abi.encodeWithSelector(ISignatureErrors.SignatureMalleable.selector, s), "s"
            );
        } else {
            bytes memory reason = abi.encodeWithSelector(ISignatureErrors.SignatureInvalid.selector, digest, r, v);
            mustRevert(address(libs), data, reason, "v or r");
        }
    }

    /// @dev The malleable twin of a good signature recovers to the same signer, and is refused.
    function testFuzz_recover_highS(uint256 key, bytes32 digest) public {
        (uint8 v, bytes32 r, bytes32 s) = vm.sign(bound(key, 1, ORDER - 1), digest);
        bytes32 high = bytes32(ORDER - uint256(s));
        bytes memory data = abi.encodeCall(Libs.recover, (digest, abi.encodePacked(r, high, uint8(55 - v))));
        mustRevert(address(libs), data, abi.encodeWithSelector(ISignatureErrors.SignatureMalleable.selector, high), "s");
    }

    /// @dev s at the border: half the order is the highest that is not refused for its size.
    function test_recover_halfOrder() public {
        bytes32 digest = bytes32(uint256(1));
        bytes32 r = Golden.LEAF_0;
        bytes memory at = abi.encodePacked(r, Plain.HALF_ORDER, uint8(27));
        (bool ok, bytes memory have) = address(libs).staticcall(abi.encodeCall(Libs.recover, (digest, at)));
        bytes memory want = abi.encode(ecrecover(digest, 27, r, bytes32(Plain.HALF_ORDER)));
        assertEq(
            have, ok ? want : abi.encodeWithSelector(ISignatureErrors.SignatureInvalid.selector, digest, r, 27), "at"
        );

        bytes32 above = bytes32(Plain.HALF_ORDER + 1);
        mustRevert(
            address(libs),
            abi.encodeCall(Libs.recover, (digest, abi.encodePacked(r, above, uint8(27)))),
            abi.encodeWithSelector(ISignatureErrors.SignatureMalleable.selector, above),
            "above"
        );
    }

    /// @dev v 0 and 1 are refused, like everything but 27 and 28 (trap 19).
    function test_recover_v() public {
        bytes32 digest = keccak256("v");
        (uint8 good, bytes32 r, bytes32 s) = vm.sign(Golden.K1, digest);
        for (uint256 v = 0; v < 256; ++v) {
            if (v == 27 || v == 28) continue;
            bytes memory reason = abi.encodeWithSelector(ISignatureErrors.SignatureInvalid.selector, digest, r, v);
            bytes memory data = abi.encodeCall(Libs.recover, (digest, abi.encodePacked(r, s, uint8(v))));
            mustRevert(address(libs), data, reason, vm.toString(v));
        }
        assertEq(libs.recover(digest, abi.encodePacked(r, s, good)), Golden.A1, "good");
    }

    function test_recover_length() public {
        bytes memory good = signature(Golden.K1, bytes32(0));
        for (uint256 length = 0; length < 70; ++length) {
            if (length == 65) continue;
            bytes memory cut = slice(abi.encodePacked(good, bytes5(0)), 0, length);
            mustRevert(
                address(libs),
                abi.encodeCall(Libs.recover, (bytes32(0), cut)),
                abi.encodeWithSelector(ISignatureErrors.SignatureLengthInvalid.selector, length, 65),
                vm.toString(length)
            );
        }
    }

    // ---------------------------------------------------------------------------------------- tree

    function test_zeroHashes_golden() public view {
        bytes32[9] memory want = Golden.zeroHashes();
        bytes32 zero = 0;
        for (uint256 level = 0; level < 32; ++level) {
            if (level < want.length) assertEq(zero, want[level], "zero hash");
            if (level == 16) assertEq(zero, 0x2733e50f526ec2fa19a22b31e8ed50f23cd1fdf94c9154ed3a7609a2f1ff981f, "Z16");
            if (level == 31) assertEq(zero, 0x8448818bb4ae4562849e949e17ac16e0be16688e156b5cf15e098c627c0056a9, "Z31");
            zero = libs.hashPair(zero, zero);
        }
        assertEq(zero, Golden.EMPTY_ROOT, "Z32"); // trap 12: not in a table of 32
        assertEq(libs.root(0), Golden.EMPTY_ROOT, "empty tree");
    }

    function testFuzz_hashPair(bytes32 left, bytes32 right) public view {
        assertEq(libs.hashPair(left, right), Plain.hashPair(left, right), "pair");
    }

    function test_roots_golden() public {
        libs.insert(0, Golden.LEAF_0);
        assertEq(libs.root(1), Golden.ROOT_1, "one leaf");
        libs.insert(1, word(Golden.MESSAGE_ID));
        assertEq(libs.root(2), Golden.ROOT_2, "two leaves");
        libs.insert(2, Golden.LEAF_2);
        assertEq(libs.root(3), Golden.ROOT_3, "three leaves");
    }

    /// @dev Every size up to 70 against the tree that hashes everything.
    function test_root_obvious() public {
        bytes32[] memory leaves = new bytes32[](0);
        for (uint256 size = 1; size <= 70; ++size) {
            bytes32[] memory more = new bytes32[](size);
            for (uint256 i = 0; i + 1 < size; ++i) {
                more[i] = leaves[i];
            }
            more[size - 1] = keccak256(abi.encode(size));
            leaves = more;
            libs.insert(size - 1, leaves[size - 1]);
            assertEq(libs.root(size), Plain.treeRoot(leaves), vm.toString(size));
        }
    }

    function testFuzz_branchRoot(bytes32 leaf, bytes32[32] calldata path, uint256 index) public view {
        bytes32 want = Plain.branchRoot(leaf, path, index);
        assertEq(libs.branchRoot(leaf, abi.encodePacked(path), index), want, "branch root");
    }

    /// @dev Only 32 bits of an index count.
    function testFuzz_branchRoot_modulo(bytes32 leaf, bytes32[32] calldata path, uint32 index, uint224 above)
        public
        view
    {
        bytes memory packed = abi.encodePacked(path);
        uint256 wide = (uint256(above) << 32) | index;
        assertEq(libs.branchRoot(leaf, packed, wide), libs.branchRoot(leaf, packed, index), "modulo 2^32");
    }

    /// @dev A path of the obvious tree leads to the root of the incremental one.
    function testFuzz_branchRoot_proves(uint256 seed, uint256 size, uint256 index) public {
        size = bound(size, 1, 40);
        index = bound(index, 0, size - 1);
        bytes32[] memory leaves = new bytes32[](size);
        for (uint256 i = 0; i < size; ++i) {
            leaves[i] = keccak256(abi.encode(seed, i));
            libs.insert(i, leaves[i]);
        }
        bytes memory path = abi.encodePacked(Plain.treePath(leaves, index));
        assertEq(libs.branchRoot(leaves[index], path, index), libs.root(size), "proof");
    }

    function test_insert_full() public {
        libs.insert(2 ** 32 - 2, Golden.LEAF_0);
        mustRevert(
            address(libs),
            abi.encodeCall(Libs.insert, (2 ** 32 - 1, Golden.LEAF_0)),
            abi.encodeWithSelector(IMerkleTreeHook.MerkleTreeFull.selector, 2 ** 32 - 1),
            "full"
        );
    }

    // ------------------------------------------------------------------------------------ metadata

    function testFuzz_messageIdMetadata(bytes32 tree, bytes32 root, uint32 index, bytes calldata rest) public view {
        (bytes32 a, bytes32 b, uint32 c) = libs.messageIdMetadata(abi.encodePacked(tree, root, index, rest));
        assertEq(abi.encode(a, b, c), abi.encode(tree, root, index), "fields");
    }

    function testFuzz_merkleRootMetadata(
        bytes32 tree,
        uint32 messageIndex,
        MessageId id,
        bytes32[32] calldata path,
        uint32 signedIndex,
        bytes calldata rest
    ) public view {
        bytes memory packed = abi.encodePacked(path);
        bytes memory metadata = abi.encodePacked(tree, messageIndex, id, packed, signedIndex, rest);
        (bytes32 a, uint32 b, MessageId c, bytes memory d, uint32 e) = libs.merkleRootMetadata(metadata);
        assertEq(abi.encode(a, b, c, d, e), abi.encode(tree, messageIndex, id, packed, signedIndex), "fields");
    }

    /// @dev Every length: the variant needs two bytes, the refund address all of its own.
    function test_hookMetadata_everyLength() public view {
        address refund = address(0xbeef);
        bytes memory full = abi.encodePacked(HookMetadataLib.encode(7, 200_000, refund), address(0xfee), hex"0102");
        for (uint256 length = 0; length <= full.length; ++length) {
            (bool standard, uint16 variant, address to) = libs.hookMetadata(slice(full, 0, length), address(this));
            assertTrue(standard == (length != 1), "standard");
            assertEq(variant, length < 2 ? 0 : 1, "variant");
            assertEq(to, length < 86 ? address(this) : refund, "refund"); // trap 37: 20 raw bytes at 66
        }
    }

    function test_hookMetadata_golden() public pure {
        assertEq(
            HookMetadataLib.encode(0, 200_000, 0x4242424242424242424242424242424242424242),
            abi.encodePacked(hex"0001", uint256(0), uint256(0x030d40), hex"4242424242424242424242424242424242424242"),
            "86 bytes"
        );
    }

    function testFuzz_hookMetadata(uint16 variant, bytes32[2] calldata words, address refund, bytes calldata rest)
        public
        view
    {
        bytes memory metadata = abi.encodePacked(variant, words[0], words[1], refund, rest);
        (bool standard, uint16 have, address to) = libs.hookMetadata(metadata, address(this));
        assertTrue(standard == (variant == 1), "standard");
        assertEq(have, variant, "variant");
        assertEq(to, variant == 1 && refund != address(0) ? refund : address(this), "refund");
    }
}
