// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {Outbox} from "../src/Outbox.sol";
import {ValidatorAnnounce} from "../src/ValidatorAnnounce.sol";
import {IMailboxBound} from "../src/interfaces/IMailboxBound.sol";
import {ISignatureErrors} from "../src/interfaces/ISignatureErrors.sol";
import {IValidatorAnnounce} from "../src/interfaces/IValidatorAnnounce.sol";
import {Domain} from "../src/libs/Domain.sol";
import {ForgeTest, Vm} from "./support/ForgeTest.sol";
import {Golden} from "./support/Golden.sol";
import {Plain} from "./support/Plain.sol";

contract ValidatorAnnounceTest is ForgeTest {
    bytes32 internal constant ANNOUNCEMENT = 0x78066d8adb677a1353d1fc8be28cf03e2a8de7157bbab979953587d78076c11e;

    address internal mailbox = 0x2222222222222222222222222222222222222222;
    IValidatorAnnounce internal announcements;

    function setUp() public {
        // The golden values are those of a mailbox at this address, on domain 1000.
        vm.etch(mailbox, address(new Outbox(Domain.wrap(1000), address(this))).code);
        announcements = new ValidatorAnnounce(mailbox);
    }

    function announce(uint256 key, string memory location) internal {
        bytes32 digest = announcements.getAnnouncementDigest(location);
        assertTrue(announcements.announce(vm.addr(key), location, signature(key, digest)), "answer");
    }

    function locations(address validator) internal view returns (string[] memory) {
        address[] memory validators = new address[](1);
        validators[0] = validator;
        return announcements.getAnnouncedStorageLocations(validators)[0];
    }

    function mustRefuse(address validator, string memory location, bytes memory sig, bytes memory want) internal {
        mustRevert(
            address(announcements), abi.encodeCall(announcements.announce, (validator, location, sig)), want, "refused"
        );
        assertEq(locations(validator).length, 0, "nothing stored");
        assertEq(announcements.getAnnouncedValidators().length, 0, "nobody stored");
    }

    function test_golden() public {
        assertEq(announcements.getAnnouncementDigest(Golden.LOCATION), Golden.ANNOUNCEMENT_DIGEST, "digest");
        vm.recordLogs();
        assertTrue(announcements.announce(Golden.A1, Golden.LOCATION, Golden.ANNOUNCEMENT_SIGNATURE), "answer");
        Vm.Log[] memory logs = vm.getRecordedLogs();
        assertEq(logs.length, 1, "logs");
        bytes32[] memory want = topics(ANNOUNCEMENT, word(Golden.A1));
        assertLog(logs[0], address(announcements), want, abi.encode(Golden.LOCATION), "ValidatorAnnouncement");
        assertEq(locations(Golden.A1)[0], Golden.LOCATION, "location");
        assertEq(announcements.getAnnouncedValidators()[0], Golden.A1, "validator");
    }

    /// @dev Trap 15: the address is the mailbox's.
    function testFuzz_digest(string calldata location) public view {
        bytes32 want = Plain.announcementDigest(Domain.wrap(1000), word(mailbox), location);
        assertEq(announcements.getAnnouncementDigest(location), want, "digest");
    }

    function testFuzz_announce(uint256 key, string calldata first, string calldata second) public {
        key = bound(key, 1, type(uint128).max);
        vm.assume(keccak256(bytes(first)) != keccak256(bytes(second)));
        announce(key, first);
        announce(key, second);
        string[] memory have = locations(vm.addr(key));
        assertEq(have.length, 2, "locations");
        assertEq(have[0], first, "oldest first");
        assertEq(have[1], second, "newest last");
        assertEq(announcements.getAnnouncedValidators().length, 1, "one validator");
    }

    function test_many() public {
        announce(Golden.K2, "a");
        announce(Golden.K1, "a");
        announce(Golden.K2, "");
        announce(Golden.K1, "a location that is longer than thirty-one bytes, as they often are");
        announce(Golden.K2, "b");
        address[] memory have = announcements.getAnnouncedValidators();
        assertEq(have.length, 2, "validators");
        assertEq(have[0], Golden.A2, "first come first");
        assertEq(have[1], Golden.A1, "second");

        address[] memory asked = new address[](4);
        (asked[0], asked[1], asked[2], asked[3]) = (Golden.A1, Golden.A3, Golden.A2, Golden.A1);
        string[][] memory all = announcements.getAnnouncedStorageLocations(asked);
        assertEq(all.length, 4, "as many as asked");
        assertEq(all[0].length, 2, "first");
        assertEq(all[1].length, 0, "unknown");
        assertEq(all[2].length, 3, "third");
        assertEq(all[2][1], "", "the empty location");
        assertEq(abi.encode(all[3]), abi.encode(all[0]), "asked twice");
        assertEq(announcements.getAnnouncedStorageLocations(new address[](0)).length, 0, "nobody asked");
    }

    function test_anyoneMayBringIt() public {
        bytes32 digest = announcements.getAnnouncementDigest("x");
        vm.prank(address(0xdead));
        announcements.announce(Golden.A1, "x", signature(Golden.K1, digest));
        assertEq(locations(Golden.A1).length, 1, "stored");
    }

    function test_replay() public {
        string[3] memory places = ["x", "a location that is longer than thirty-one bytes", ""];
        for (uint256 i = 0; i < 3; ++i) {
            announce(Golden.K1, places[i]);
        }
        for (uint256 i = 0; i < 3; ++i) {
            bytes memory sig = signature(Golden.K1, announcements.getAnnouncementDigest(places[i]));
            mustRevert(
                address(announcements),
                abi.encodeCall(announcements.announce, (Golden.A1, places[i], sig)),
                abi.encodeWithSelector(IValidatorAnnounce.AnnouncementReplayed.selector, Golden.A1, places[i]),
                "replay"
            );
        }
        announce(Golden.K2, "x"); // another validator may share the place
    }

    function test_signer() public {
        bytes32 digest = announcements.getAnnouncementDigest("x");
        bytes4 selector = IValidatorAnnounce.AnnouncementSignerInvalid.selector;
        bytes memory want = abi.encodeWithSelector(selector, Golden.A2, Golden.A1);
        mustRefuse(Golden.A1, "x", signature(Golden.K2, digest), want);

        bytes memory sig = signature(Golden.K1, digest);
        (bool ok, bytes memory answer) =
            address(announcements).call(abi.encodeCall(announcements.announce, (Golden.A1, "y", sig)));
        assertTrue(!ok && bytes4(answer) == selector, "another location");

        vm.etch(address(0x3333), mailbox.code);
        IValidatorAnnounce other = new ValidatorAnnounce(address(0x3333));
        (ok, answer) = address(other).call(abi.encodeCall(other.announce, (Golden.A1, "x", sig)));
        assertTrue(!ok && bytes4(answer) == selector, "another mailbox");
    }

    function test_signature() public {
        bytes32 digest = announcements.getAnnouncementDigest("x");
        (uint8 v, bytes32 r, bytes32 s) = vm.sign(Golden.K1, digest);
        bytes4 length = ISignatureErrors.SignatureLengthInvalid.selector;
        mustRefuse(Golden.A1, "x", "", abi.encodeWithSelector(length, 0, 65));
        mustRefuse(Golden.A1, "x", abi.encodePacked(r, s), abi.encodeWithSelector(length, 64, 65));
        mustRefuse(Golden.A1, "x", abi.encodePacked(r, s, v, v), abi.encodeWithSelector(length, 66, 65));
        bytes memory want = abi.encodeWithSelector(ISignatureErrors.SignatureInvalid.selector, digest, r, v - 27);
        mustRefuse(Golden.A1, "x", abi.encodePacked(r, s, v - 27), want);
        bytes32 high = bytes32(0xfffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364141 - uint256(s));
        want = abi.encodeWithSelector(ISignatureErrors.SignatureMalleable.selector, high);
        mustRefuse(Golden.A1, "x", abi.encodePacked(r, high, 55 - v), want);
    }

    /// @dev The zero address has no key, so nothing can be announced for it.
    function test_zeroValidator() public {
        bytes32 digest = announcements.getAnnouncementDigest("x");
        bytes memory want = abi.encodeWithSelector(ISignatureErrors.SignatureInvalid.selector, digest, bytes32(0), 27);
        mustRefuse(address(0), "x", abi.encodePacked(bytes32(0), bytes32(0), uint8(27)), want);
    }

    function deploy(address mailbox_) external returns (address) {
        return address(new ValidatorAnnounce(mailbox_));
    }

    function test_constructor() public {
        assertEq(announcements.mailbox(), mailbox, "mailbox");
        assertEq(announcements.localDomain(), Domain.wrap(1000), "localDomain");
        assertEq(announcements.deployedBlock(), block.number, "deployedBlock");
        bytes memory want = abi.encodeWithSelector(IMailboxBound.MailboxNotContract.selector, address(0xdead));
        mustRevert(address(this), abi.encodeCall(this.deploy, (address(0xdead))), want, "no code");
    }
}
