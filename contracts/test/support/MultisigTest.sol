// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {StaticMultisigIsm} from "../../src/base/StaticMultisigIsm.sol";
import {IMessageErrors} from "../../src/interfaces/IMessageErrors.sol";
import {IMultisigIsm} from "../../src/interfaces/IMultisigIsm.sol";
import {ISignatureErrors} from "../../src/interfaces/ISignatureErrors.sol";
import {IStaticMultisigIsmFactory} from "../../src/interfaces/IStaticMultisigIsmFactory.sol";
import {ForgeTest} from "./ForgeTest.sol";
import {Golden} from "./Golden.sol";
import {Plain} from "./Plain.sol";

/// @dev What holds for both kinds of multisig; a child defines what is signed and how metadata
/// begins.
abstract contract MultisigTest is ForgeTest {
    bytes32 internal constant TREE = bytes32(uint256(0x2222));

    IStaticMultisigIsmFactory internal factory;

    function setUp() public {
        factory = newFactory();
    }

    function newFactory() internal virtual returns (IStaticMultisigIsmFactory);

    /// @dev Metadata of a message up to the signatures, and the digest that they are over.
    function head(bytes memory message) internal view virtual returns (bytes memory metadata, bytes32 digest);

    function goldenMetadata() internal view virtual returns (bytes memory);

    function moduleType() internal pure virtual returns (uint8);

    /// @dev The digest that some metadata claims, by the plain algorithm; ok is false where it must
    /// be refused before any signature.
    function plainDigest(bytes memory metadata, bytes memory message)
        internal
        pure
        virtual
        returns (bool ok, bytes32 digest);

    function signaturesOffset() internal pure virtual returns (uint256);

    // ------------------------------------------------------------------------------------- helpers

    function key(uint256 i) internal pure returns (uint256) {
        return uint256(keccak256(abi.encode("validator", i))) >> 1;
    }

    function set(uint256 n) internal pure returns (address[] memory validators) {
        validators = new address[](n);
        for (uint256 i = 0; i < n; ++i) {
            validators[i] = vm.addr(key(i));
        }
    }

    function module(uint256 m, uint256 n) internal returns (IMultisigIsm) {
        return IMultisigIsm(factory.deploy(set(n), uint8(m)));
    }

    function message() internal pure returns (bytes memory) {
        return Plain.message(3, 9, Golden.ORIGIN, bytes32(uint256(1)), Golden.DESTINATION, bytes32(uint256(2)), "body");
    }

    function signed(bytes32 digest, uint256[] memory keys) internal pure returns (bytes memory signatures) {
        for (uint256 i = 0; i < keys.length; ++i) {
            signatures = abi.encodePacked(signatures, signature(keys[i], digest));
        }
    }

    function list(uint256 a) internal pure returns (uint256[] memory keys) {
        keys = new uint256[](1);
        keys[0] = key(a);
    }

    function list(uint256 a, uint256 b) internal pure returns (uint256[] memory keys) {
        keys = new uint256[](2);
        (keys[0], keys[1]) = (key(a), key(b));
    }

    function list(uint256 a, uint256 b, uint256 c) internal pure returns (uint256[] memory keys) {
        keys = new uint256[](3);
        (keys[0], keys[1], keys[2]) = (key(a), key(b), key(c));
    }

    function mustAccept(IMultisigIsm ism, bytes memory metadata, string memory what) internal {
        assertTrue(ism.verify(metadata, message()), what);
    }

    function mustRefuse(IMultisigIsm ism, bytes memory metadata, bytes memory want, string memory what) internal {
        mustRevert(address(ism), abi.encodeCall(ism.verify, (metadata, message())), want, what);
    }

    function notReached(uint256 index, address signer, uint256 threshold) internal pure returns (bytes memory) {
        return abi.encodeWithSelector(IMultisigIsm.MultisigThresholdNotReached.selector, index, signer, threshold);
    }

    /// @dev The algorithm in plain words: every signature in turn must come from a validator behind
    /// the last.
    function plainVerify(bytes memory metadata, bytes memory message_, address[] memory validators, uint256 threshold)
        internal
        pure
        returns (bool)
    {
        (bool ok, bytes32 digest) = plainDigest(metadata, message_);
        if (!ok || threshold == 0) return false;
        uint256 next = 0;
        for (uint256 i = 0; i < threshold; ++i) {
            uint256 start = signaturesOffset() + 65 * i;
            if (metadata.length < start + 65) return false;
            (bytes32 r, bytes32 s, uint8 v) = (
                bytes32(slice(metadata, start, start + 32)),
                bytes32(slice(metadata, start + 32, start + 64)),
                uint8(metadata[start + 64])
            );
            address signer = Plain.recover(digest, r, s, v);
            if (signer == address(0)) return false;
            while (next < validators.length && validators[next] != signer) ++next;
            if (next++ == validators.length) return false;
        }
        return true;
    }

    // --------------------------------------------------------------------------------------- tests

    function goldenModule() internal returns (IMultisigIsm) {
        address[] memory validators = new address[](3);
        (validators[0], validators[1], validators[2]) = (Golden.A1, Golden.A2, Golden.A3);
        return IMultisigIsm(factory.deploy(validators, 2));
    }

    function test_golden() public {
        assertTrue(goldenModule().verify(goldenMetadata(), Golden.MESSAGE), "accepted by the live contract");
    }

    /// @dev Every byte of metadata and message matters.
    function test_golden_everyByte() public {
        IMultisigIsm ism = goldenModule();
        bytes memory metadata = goldenMetadata();
        bytes memory text = Golden.MESSAGE;
        for (uint256 i = 0; i < metadata.length; ++i) {
            metadata[i] ^= 0x01;
            (bool ok,) = address(ism).staticcall(abi.encodeCall(ism.verify, (metadata, text)));
            assertTrue(!ok, string.concat("metadata byte ", vm.toString(i)));
            metadata[i] ^= 0x01;
        }
        for (uint256 i = 0; i < text.length; ++i) {
            text[i] ^= 0x80;
            (bool ok,) = address(ism).staticcall(abi.encodeCall(ism.verify, (metadata, text)));
            assertTrue(!ok, string.concat("message byte ", vm.toString(i)));
            text[i] ^= 0x80;
        }
        assertTrue(ism.verify(metadata, text), "whole again");
    }

    /// @dev Traps 29 and 31: signatures follow the set, as a subsequence; only the first
    /// `threshold` are read.
    function test_order() public {
        IMultisigIsm ism = module(2, 4);
        (bytes memory start, bytes32 digest) = head(message());
        for (uint256 a = 0; a < 4; ++a) {
            for (uint256 b = 0; b < 4; ++b) {
                bytes memory metadata = abi.encodePacked(start, signed(digest, list(a, b)));
                if (a < b) mustAccept(ism, metadata, "subsequence");
                else mustRefuse(ism, metadata, notReached(1, vm.addr(key(b)), 2), "other order, or twice");
            }
        }
    }

    function test_outsider() public {
        IMultisigIsm ism = module(2, 3);
        (bytes memory start, bytes32 digest) = head(message());
        address outsider = vm.addr(key(99));
        mustRefuse(ism, abi.encodePacked(start, signed(digest, list(99, 0, 1))), notReached(0, outsider, 2), "first");
        mustRefuse(ism, abi.encodePacked(start, signed(digest, list(0, 99, 1))), notReached(1, outsider, 2), "second");
        mustAccept(ism, abi.encodePacked(start, signed(digest, list(0, 1, 99))), "third is not read");
    }

    /// @dev Trap 31: a validator that is listed twice counts twice, and only then.
    function test_duplicate() public {
        address[] memory validators = new address[](3);
        (validators[0], validators[1], validators[2]) = (vm.addr(key(0)), vm.addr(key(1)), vm.addr(key(0)));
        IMultisigIsm ism = IMultisigIsm(factory.deploy(validators, 2));
        (bytes memory start, bytes32 digest) = head(message());
        mustAccept(ism, abi.encodePacked(start, signed(digest, list(0, 0))), "twice");
        mustAccept(ism, abi.encodePacked(start, signed(digest, list(1, 0))), "the second place");
        bytes memory metadata = abi.encodePacked(start, signed(digest, list(1, 1)));
        mustRefuse(ism, metadata, notReached(1, vm.addr(key(1)), 2), "listed once");
    }

    /// @dev Trap 30: what follows the signatures that are needed is ignored.
    function testFuzz_trailing(bytes calldata junk) public {
        (bytes memory start, bytes32 digest) = head(message());
        mustAccept(module(2, 3), abi.encodePacked(start, signed(digest, list(0, 2)), junk), "junk");
    }

    /// @dev Trap 29: every metadata that ends before the last signature needed.
    function test_short() public {
        IMultisigIsm ism = module(2, 3);
        (bytes memory start, bytes32 digest) = head(message());
        bytes memory metadata = abi.encodePacked(start, signed(digest, list(0, 1)));
        uint256 step = metadata.length > 1000 ? 13 : 1;
        for (uint256 length = 0; length < metadata.length; length += step) {
            bytes memory want =
                abi.encodeWithSelector(IMultisigIsm.MultisigMetadataTooShort.selector, length, metadata.length);
            mustRefuse(ism, slice(metadata, 0, length), want, vm.toString(length));
        }
    }

    function test_signature_v() public {
        IMultisigIsm ism = module(1, 1);
        (bytes memory start, bytes32 digest) = head(message());
        (uint8 v, bytes32 r, bytes32 s) = vm.sign(key(0), digest);
        bytes memory want = abi.encodeWithSelector(ISignatureErrors.SignatureInvalid.selector, digest, r, v - 27);
        mustRefuse(ism, abi.encodePacked(start, r, s, v - 27), want, "v 0 or 1");
        mustAccept(ism, abi.encodePacked(start, r, s, v), "v 27 or 28");
    }

    function test_signature_highS() public {
        (bytes memory start, bytes32 digest) = head(message());
        (uint8 v, bytes32 r, bytes32 s) = vm.sign(key(0), digest);
        bytes32 high = bytes32(0xfffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364141 - uint256(s));
        bytes memory want = abi.encodeWithSelector(ISignatureErrors.SignatureMalleable.selector, high);
        mustRefuse(module(1, 1), abi.encodePacked(start, r, high, 55 - v), want, "high s");
    }

    /// @dev As the live modules: nothing of the message behind its origin is read, only hashed.
    function test_message_short() public {
        IMultisigIsm ism = module(1, 1);
        for (uint256 length = 0; length < 12; ++length) {
            bytes memory text = slice(message(), 0, length);
            (bytes memory start, bytes32 digest) = head(length < 9 ? message() : text);
            bytes memory metadata = abi.encodePacked(start, signed(digest, list(0)));
            if (length < 9) {
                bytes memory want = abi.encodeWithSelector(IMessageErrors.MessageTooShort.selector, length, 9);
                mustRevert(address(ism), abi.encodeCall(ism.verify, (metadata, text)), want, vm.toString(length));
            } else {
                assertTrue(ism.verify(metadata, text), vm.toString(length));
            }
        }
    }

    /// @dev Any quorum of any set, signed by those whose bit is set, with one byte changed or not:
    /// the plain verdict.
    function testFuzz_verdict(uint256 m, uint256 n, uint256 signers, bytes calldata body, uint16 place, uint8 change)
        public
    {
        n = bound(n, 1, 12);
        m = bound(m, 1, n);
        bytes memory text = Plain.message(3, 1, Golden.ORIGIN, 0, Golden.DESTINATION, 0, body);
        (bytes memory metadata, bytes32 digest) = head(text);
        for (uint256 i = 0; i < n; ++i) {
            if (signers >> i & 1 == 1) metadata = abi.encodePacked(metadata, signature(key(i), digest));
        }
        if (place & 1 == 1) metadata[(place >> 1) % metadata.length] ^= bytes1(change);
        bool want = plainVerify(metadata, text, set(n), m);
        IMultisigIsm ism = module(m, n);
        (bool ok, bytes memory answer) = address(ism).staticcall(abi.encodeCall(ism.verify, (metadata, text)));
        assertTrue(ok == want, want ? "refused" : "accepted");
        if (ok) assertEq(answer, abi.encode(true), "never false");
    }

    function testFuzz_validatorsAndThreshold(address[] calldata validators, uint8 threshold) public {
        vm.assume(validators.length > 0 && validators.length <= 255);
        for (uint256 i = 0; i < validators.length; ++i) {
            vm.assume(validators[i] != address(0));
        }
        threshold = uint8(bound(threshold, 1, validators.length));
        IMultisigIsm ism = IMultisigIsm(factory.deploy(validators, threshold));
        (address[] memory have, uint8 m) = ism.validatorsAndThreshold("");
        assertEq(abi.encode(have), abi.encode(validators), "validators");
        assertEq(m, threshold, "threshold");
    }

    function test_largestSet() public {
        address[] memory validators = new address[](255);
        for (uint256 i = 0; i < 255; ++i) {
            validators[i] = i == 254 ? vm.addr(key(0)) : address(uint160(i + 1));
        }
        IMultisigIsm ism = IMultisigIsm(factory.deploy(validators, 1));
        (address[] memory have,) = ism.validatorsAndThreshold("");
        assertEq(abi.encode(have), abi.encode(validators), "validators");
        (bytes memory start, bytes32 digest) = head(message());
        mustAccept(ism, abi.encodePacked(start, signed(digest, list(0))), "the last of 255");
        assertTrue(address(ism).code.length <= 24_576, "fits a chain's limit");
    }

    /// @dev All of the largest set must sign.
    function test_largestQuorum() public {
        IMultisigIsm ism = module(255, 255);
        (, uint8 m) = ism.validatorsAndThreshold("");
        assertEq(m, 255, "threshold");
        (bytes memory start, bytes32 digest) = head(message());
        bytes[] memory signatures = new bytes[](255);
        for (uint256 i = 0; i < 255; ++i) {
            signatures[i] = signature(key(i), digest);
        }
        bytes memory metadata = abi.encodePacked(start, joined(signatures));
        mustAccept(ism, metadata, "all");
        metadata[metadata.length - 2] ^= 0x01; // in s of the last
        (bool ok,) = address(ism).staticcall(abi.encodeCall(ism.verify, (metadata, message())));
        assertTrue(!ok, "all but one");
    }

    function joined(bytes[] memory parts) private pure returns (bytes memory all) {
        for (uint256 i = 0; i < parts.length; ++i) {
            all = abi.encodePacked(all, parts[i]);
        }
    }

    function test_moduleType() public {
        assertEq(module(1, 1).moduleType(), moduleType(), "type");
    }

    function test_signatureCount() public {
        IMultisigIsm ism = module(1, 1);
        uint256 offset = signaturesOffset();
        for (uint256 length = offset; length < offset + 200; ++length) {
            uint256 rest = length - offset;
            bytes memory data = abi.encodeCall(ism.signatureCount, (new bytes(length)));
            if (rest % 65 == 0) {
                assertEq(ism.signatureCount(new bytes(length)), rest / 65, "count");
            } else {
                bytes memory want = abi.encodeWithSelector(IMultisigIsm.MultisigSignaturesInvalid.selector, rest);
                mustRevert(address(ism), data, want, "remainder");
            }
        }
        mustRevert(
            address(ism),
            abi.encodeCall(ism.signatureCount, (new bytes(offset - 1))),
            abi.encodeWithSelector(IMultisigIsm.MultisigMetadataTooShort.selector, offset - 1, offset),
            "short"
        );
    }

    // ------------------------------------------------------------------------------------- factory

    function testFuzz_factory(uint256 n, uint8 threshold) public {
        n = bound(n, 1, 20);
        threshold = uint8(bound(threshold, 1, n));
        address want = factory.getAddress(set(n), threshold);
        assertEq(want.code.length, 0, "not yet");
        assertEq(factory.deploy(set(n), threshold), want, "new");
        assertTrue(want.code.length > 0, "deployed");
        assertEq(factory.deploy(set(n), threshold), want, "old");
        assertEq(factory.getAddress(set(n), threshold), want, "still");
    }

    /// @dev Trap 44: another order is another module; so is another threshold.
    function test_factory_orderMatters() public {
        address[] memory ab = set(2);
        address[] memory ba = new address[](2);
        (ba[0], ba[1]) = (ab[1], ab[0]);
        assertTrue(factory.deploy(ab, 1) != factory.deploy(ba, 1), "order");
        assertTrue(factory.deploy(ab, 1) != factory.deploy(ab, 2), "threshold");
        assertTrue(factory.deploy(ab, 1) != newFactory().deploy(ab, 1), "factory");
        vm.recordLogs();
        factory.deploy(ba, 2);
        assertEq(vm.getRecordedLogs().length, 0, "no event");
    }

    function test_factory_refuses() public {
        bytes4 selector = IStaticMultisigIsmFactory.StaticMultisigThresholdInvalid.selector;
        refuse(set(3), 0, abi.encodeWithSelector(selector, 0, 3), "threshold zero");
        refuse(set(3), 4, abi.encodeWithSelector(selector, 4, 3), "threshold above");
        refuse(new address[](0), 0, abi.encodeWithSelector(selector, 0, 0), "nobody");
        refuse(new address[](0), 1, abi.encodeWithSelector(selector, 1, 0), "nobody, threshold one");
        selector = IStaticMultisigIsmFactory.StaticMultisigTooManyValidators.selector;
        refuse(new address[](256), 1, abi.encodeWithSelector(selector, 256, 255), "256 validators");
        selector = IStaticMultisigIsmFactory.StaticMultisigValidatorZero.selector;
        for (uint256 i = 0; i < 3; ++i) {
            address[] memory validators = set(3);
            validators[i] = address(0);
            refuse(validators, 1, abi.encodeWithSelector(selector, i), "zero");
        }
    }

    function refuse(address[] memory validators, uint8 threshold, bytes memory want, string memory what) internal {
        mustRevert(address(factory), abi.encodeCall(factory.deploy, (validators, threshold)), want, what);
        mustRevert(address(factory), abi.encodeCall(factory.getAddress, (validators, threshold)), want, what);
    }

    /// @dev Without a factory there would be no set behind the code.
    function create(bytes calldata code) external returns (address made) {
        bytes memory copy = code;
        assembly {
            made := create(0, add(copy, 0x20), mload(copy))
            if iszero(made) {
                returndatacopy(0, 0, returndatasize())
                revert(0, returndatasize())
            }
        }
    }

    function test_onlyFromFactory() public {
        bytes memory want = abi.encodeWithSelector(StaticMultisigIsm.StaticMultisigOnlyFromFactory.selector);
        mustRevert(address(this), abi.encodeCall(this.create, (creationCode())), want, "alone");
    }

    function creationCode() internal pure virtual returns (bytes memory);
}
