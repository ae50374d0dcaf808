// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {Ownable} from "@openzeppelin/contracts/access/Ownable.sol";
import {Inbox} from "../src/Inbox.sol";
import {IInbox} from "../src/interfaces/IInbox.sol";
import {IMessageErrors} from "../src/interfaces/IMessageErrors.sol";
import {NoopIsm} from "../src/isms/NoopIsm.sol";
import {StaticMessageIdMultisigIsmFactory} from "../src/isms/StaticMessageIdMultisigIsmFactory.sol";
import {Domain} from "../src/libs/Domain.sol";
import {MessageId} from "../src/libs/MessageId.sol";
import {ForgeTest, Vm} from "./support/ForgeTest.sol";
import {Golden} from "./support/Golden.sol";
import {RawIsm, ReenteringRecipient, SpyIsm} from "./support/Modules.sol";
import {Plain} from "./support/Plain.sol";
import {TestRecipient} from "./support/TestRecipient.sol";

contract InboxTest is ForgeTest {
    Domain internal constant REMOTE = Domain.wrap(1000);
    Domain internal constant LOCAL = Domain.wrap(2000);
    Domain internal constant OTHER = Domain.wrap(2001); // not LOCAL
    bytes32 internal constant SENDER = bytes32(uint256(0x1111));

    bytes32 internal constant PROCESS = 0x0d381c2a574ae8f04e213db7cfb4df8df712cdbd427d9868ffef380660ca6574;
    bytes32 internal constant PROCESS_ID = 0x1cae38cdd3d3919489272725a5ae62a4f48b2989b0dae843d3c279fee18073a9;
    bytes32 internal constant DEFAULT_ISM_SET = 0xa76ad0adbf45318f8633aa0210f711273d50fbb6fef76ed95bbae97082c75daa;

    address internal owner = address(0x0e0e);
    address internal relayer = address(0x4e1a);
    NoopIsm internal noop = new NoopIsm();
    SpyIsm internal spy = new SpyIsm();
    RawIsm internal raw = new RawIsm();
    TestRecipient internal recipient = new TestRecipient();
    IInbox internal inbox;

    function setUp() public virtual {
        inbox = deploy(address(noop));
        vm.deal(relayer, 1 ether);
        vm.roll(77);
    }

    function deploy(address module) internal virtual returns (IInbox) {
        return new Inbox(LOCAL, owner, module);
    }

    /// @dev A message to the recipient that can be processed.
    function encode(bytes memory body) internal view returns (bytes memory) {
        return Plain.message(3, 5, REMOTE, SENDER, LOCAL, word(address(recipient)), body);
    }

    function processData(bytes memory message) internal pure returns (bytes memory) {
        return abi.encodeCall(IInbox.process, ("", message));
    }

    function mustRefuse(bytes memory message, bytes memory want, string memory what) internal {
        vm.prank(relayer);
        mustRevert(address(inbox), processData(message), want, what);
        assertTrue(!inbox.delivered(idOf(message)), what);
    }

    // ------------------------------------------------------------------------------------ delivery

    /// @dev The sample that the live contracts accept, delivered whole.
    function test_golden() public {
        address[] memory set = new address[](3);
        (set[0], set[1], set[2]) = (Golden.A1, Golden.A2, Golden.A3);
        address module = new StaticMessageIdMultisigIsmFactory().deploy(set, 2);
        vm.prank(owner);
        inbox.setDefaultIsm(module);
        address to = 0x2222222222222222222222222222222222222222;
        vm.etch(to, address(recipient).code);
        vm.prank(relayer);
        inbox.process(Golden.MESSAGE_ID_METADATA, Golden.MESSAGE); // trap 1: metadata first
        assertTrue(inbox.delivered(Golden.MESSAGE_ID), "delivered");
        assertEq(TestRecipient(to).lastBody(), hex"1234", "body");
        assertEq(TestRecipient(to).lastOrigin(), Domain.wrap(1000), "origin");
        assertEq(TestRecipient(to).lastSender(), word(0x1111111111111111111111111111111111111111), "sender");
    }

    function testFuzz_process(uint32 nonce, Domain origin, bytes32 sender, bytes calldata body, uint64 value) public {
        bytes memory message = Plain.message(3, nonce, origin, sender, LOCAL, word(address(recipient)), body);
        MessageId id = idOf(message);
        vm.deal(relayer, value);
        vm.recordLogs();
        vm.prank(relayer);
        inbox.process{value: value}("", message);

        assertEq(recipient.handled(), 1, "handled");
        assertEq(recipient.lastCaller(), address(inbox), "caller");
        assertEq(recipient.lastOrigin(), origin, "origin");
        assertEq(recipient.lastSender(), sender, "sender");
        assertEq(recipient.lastBody(), body, "body");
        assertEq(recipient.lastValue(), value, "value");
        assertEq(address(inbox).balance, 0, "nothing kept");

        assertTrue(inbox.delivered(id), "delivered");
        assertEq(inbox.processor(id), relayer, "processor");
        assertEq(inbox.processedAt(id), 77, "processedAt");

        Vm.Log[] memory logs = vm.getRecordedLogs();
        assertEq(logs.length, 3, "logs");
        // Trap 3: the sender is an indexed bytes32 that may have all its bytes, the recipient an
        // indexed address.
        bytes32[] memory want = topics(PROCESS, word(origin), sender, word(address(recipient)));
        assertLog(logs[0], address(inbox), want, "", "Process");
        assertLog(logs[1], address(inbox), topics(PROCESS_ID, word(id)), "", "ProcessId");
        assertEq(logs[2].emitter, address(recipient), "then the recipient's");
    }

    function test_process_logsBeforeTheModules() public {
        recipient.setInterchainSecurityModule(address(spy));
        vm.recordLogs();
        inbox.process("", encode(""));
        Vm.Log[] memory logs = vm.getRecordedLogs();
        assertEq(logs.length, 4, "logs");
        assertEq(logs[1].topics[0], PROCESS_ID, "ProcessId");
        assertEq(logs[2].emitter, address(spy), "then the module's");
        assertEq(logs[3].emitter, address(recipient), "then the recipient's");
    }

    /// @dev Metadata and message reach the module as they are, in canonical encoding.
    function testFuzz_process_showsTheModule(bytes calldata metadata, bytes calldata body) public {
        recipient.setInterchainSecurityModule(address(spy));
        inbox.process(metadata, encode(body));
        assertEq(spy.metadata(), metadata, "metadata");
        assertEq(spy.message(), encode(body), "message");
        bytes memory want = abi.encodeCall(spy.verify, (metadata, encode(body)));
        assertEq(spy.calldataHash(), keccak256(want), "calldata");
    }

    /// @dev Calldata with its parts in another order: the module must not see another message than
    /// is delivered.
    function test_process_oddCalldata() public {
        recipient.setInterchainSecurityModule(address(spy));
        bytes memory message = encode("odd calldata");
        bytes memory tail = abi.encodePacked(message.length, message, new bytes(32 - message.length % 32));
        bytes memory data = abi.encodePacked(
            IInbox.process.selector,
            uint256(0x60 + tail.length),
            uint256(0x60),
            "junk between the parts is legal ",
            tail,
            uint256(2),
            hex"beef"
        );
        (bool ok,) = address(inbox).call(data);
        assertTrue(ok, "processed");
        assertEq(spy.calldataHash(), keccak256(abi.encodeCall(spy.verify, (hex"beef", message))), "calldata");
        assertEq(recipient.lastBody(), "odd calldata", "body");
    }

    /// @dev Trap 5: the delivery is on record while the module verifies.
    function test_process_recordsFirst() public {
        recipient.setInterchainSecurityModule(address(spy));
        vm.prank(relayer);
        inbox.process("", encode(""));
        assertTrue(spy.delivered(), "delivered");
        assertEq(spy.processor(), relayer, "processor");
        assertEq(spy.processedAt(), 77, "processedAt");
    }

    function test_process_emptyBody() public {
        assertEq(encode("").length, 77, "length");
        inbox.process("", encode(""));
        assertEq(recipient.handled(), 1, "handled");
    }

    function test_process_twice() public {
        bytes memory message = encode("x");
        inbox.process("", message);
        bytes memory want = abi.encodeWithSelector(IInbox.InboxAlreadyDelivered.selector, keccak256(message));
        mustRevert(address(inbox), processData(message), want, "twice");
        assertEq(recipient.handled(), 1, "handled");
    }

    function test_process_reentered() public {
        ReenteringRecipient again = new ReenteringRecipient(address(noop));
        bytes32 to = word(address(again));
        bytes memory first = Plain.message(3, 0, REMOTE, SENDER, LOCAL, to, "first");
        bytes memory second = Plain.message(3, 1, REMOTE, SENDER, LOCAL, to, "second");

        again.setNext(first);
        bytes memory want = abi.encodeWithSelector(IInbox.InboxAlreadyDelivered.selector, keccak256(first));
        mustRefuse(first, want, "the same again");

        again.setNext(second);
        inbox.process("", first);
        assertEq(again.handled(), 2, "another one");
        assertTrue(inbox.delivered(idOf(first)) && inbox.delivered(idOf(second)), "delivered");
    }

    // ------------------------------------------------------------------------------------ refusals

    function test_refuse_short() public {
        bytes memory message = encode("");
        for (uint256 length = 0; length < 77; ++length) {
            bytes memory want = abi.encodeWithSelector(IMessageErrors.MessageTooShort.selector, length, 77);
            mustRefuse(slice(message, 0, length), want, vm.toString(length));
        }
    }

    /// @dev The version is read before the length is looked at.
    function test_refuse_version() public {
        for (uint256 version = 0; version < 256; ++version) {
            if (version == 3) continue;
            bytes memory want = abi.encodeWithSelector(IInbox.InboxVersionInvalid.selector, version, 3);
            mustRefuse(abi.encodePacked(uint8(version)), want, "one byte");
            mustRefuse(abi.encodePacked(uint8(version), slice(encode(""), 1, 77)), want, "whole");
        }
    }

    function testFuzz_refuse_destination(Domain destination) public {
        vm.assume(destination != LOCAL);
        bytes memory message = Plain.message(3, 0, REMOTE, SENDER, destination, word(address(recipient)), "");
        mustRefuse(
            message, abi.encodeWithSelector(IInbox.InboxDestinationInvalid.selector, destination, LOCAL), "destination"
        );
    }

    function testFuzz_refuse_dirtyRecipient(bytes32 to) public {
        vm.assume(uint256(to) >> 160 != 0);
        bytes memory message = Plain.message(3, 0, REMOTE, SENDER, LOCAL, to, "");
        mustRefuse(message, abi.encodeWithSelector(IInbox.InboxRecipientInvalid.selector, to), "recipient");
    }

    /// @dev Each of the upper 96 bits alone.
    function test_refuse_dirtyRecipient_everyBit() public {
        for (uint256 bit = 160; bit < 256; ++bit) {
            bytes32 to = bytes32(uint256(word(address(recipient))) | 1 << bit);
            bytes memory message = Plain.message(3, 0, REMOTE, SENDER, LOCAL, to, "");
            mustRefuse(message, abi.encodeWithSelector(IInbox.InboxRecipientInvalid.selector, to), vm.toString(bit));
        }
    }

    /// @dev Trap 7.
    function test_refuse_recipientWithoutCode() public {
        address nobody = address(0xdead);
        bytes memory message = Plain.message(3, 0, REMOTE, SENDER, LOCAL, word(nobody), "");
        mustRefuse(message, abi.encodeWithSelector(IInbox.InboxRecipientNotContract.selector, nobody), "nobody");
    }

    /// @dev Each check comes before the next: a message wrong in two ways fails for the earlier.
    function test_refuse_order() public {
        bytes memory bad = Plain.message(2, 0, REMOTE, SENDER, OTHER, bytes32(type(uint256).max), "");
        mustRefuse(bad, abi.encodeWithSelector(IInbox.InboxVersionInvalid.selector, 2, 3), "version first");
        bad[0] = 0x03;
        mustRefuse(
            bad, abi.encodeWithSelector(IInbox.InboxDestinationInvalid.selector, OTHER, LOCAL), "then destination"
        );
        raw.set(abi.encode(false), false);
        vm.prank(owner);
        inbox.setDefaultIsm(address(raw));
        bytes memory nobody = Plain.message(3, 0, REMOTE, SENDER, LOCAL, word(address(0xdead)), "");
        bytes memory want = abi.encodeWithSelector(IInbox.InboxIsmRefused.selector, address(raw), keccak256(nobody));
        mustRefuse(nobody, want, "module before recipient");
    }

    function test_refuse_byTheModule() public {
        recipient.setInterchainSecurityModule(address(raw));
        bytes memory message = encode("x");
        bytes memory refused = abi.encodeWithSelector(IInbox.InboxIsmRefused.selector, address(raw), keccak256(message));
        bytes memory silent = abi.encodeWithSelector(IInbox.InboxIsmSilent.selector, address(raw));
        raw.set(abi.encode(false), false);
        mustRefuse(message, refused, "false");
        raw.set(abi.encode(2), false);
        mustRefuse(message, refused, "no boolean");
        raw.set("", false);
        mustRefuse(message, silent, "nothing");
        raw.set(new bytes(31), false);
        mustRefuse(message, silent, "31 bytes");
        raw.set(abi.encode(true, "and more"), false);
        inbox.process("", message);
        assertEq(recipient.handled(), 1, "true, and more");
    }

    function test_refuse_moduleWithoutCode() public {
        recipient.setInterchainSecurityModule(address(0xdead));
        mustRefuse(encode(""), abi.encodeWithSelector(IInbox.InboxIsmSilent.selector, address(0xdead)), "no code");
    }

    function testFuzz_refuse_bubbles(bytes calldata reason) public {
        recipient.setInterchainSecurityModule(address(raw));
        raw.set(reason, true);
        mustRefuse(encode("x"), reason, "module's reason");
    }

    /// @dev Long reasons come through whole.
    function test_refuse_bubbles_long() public {
        bytes memory reason = new bytes(5_000);
        reason[4_999] = 0x01;
        recipient.setInterchainSecurityModule(address(raw));
        raw.set(reason, true);
        mustRefuse(encode("x"), reason, "module's reason");
    }

    function test_refuse_byTheRecipient() public {
        bytes memory message = encode("x");
        recipient.setHandleMode(TestRecipient.HandleMode.RevertString);
        mustRefuse(message, abi.encodeWithSignature("Error(string)", "TestRecipient: refused"), "string");
        recipient.setHandleMode(TestRecipient.HandleMode.RevertCustom);
        mustRefuse(
            message, abi.encodeWithSelector(TestRecipient.TestRecipientRefused.selector, REMOTE, SENDER), "custom"
        );
        recipient.setHandleMode(TestRecipient.HandleMode.RevertEmpty);
        mustRefuse(message, "", "empty");
        recipient.setHandleMode(TestRecipient.HandleMode.Accept);
        inbox.process("", message);
        assertEq(recipient.handled(), 1, "a failed delivery can be tried again");
    }

    // ---------------------------------------------------------------------------------- the module

    /// @dev Each row of the table in `IInbox` (trap 6).
    function test_recipientIsm() public {
        recipient.setInterchainSecurityModule(address(spy));
        assertEq(address(inbox.recipientIsm(address(recipient))), address(spy), "clean address");
        recipient.setIsmMode(TestRecipient.IsmMode.Long);
        assertEq(address(inbox.recipientIsm(address(recipient))), address(spy), "more than a word");
        recipient.setIsmMode(TestRecipient.IsmMode.Revert);
        assertEq(address(inbox.recipientIsm(address(recipient))), address(noop), "reverts");
        recipient.setIsmMode(TestRecipient.IsmMode.Nothing);
        assertEq(address(inbox.recipientIsm(address(recipient))), address(noop), "nothing");
        recipient.setIsmMode(TestRecipient.IsmMode.Answer);
        recipient.setInterchainSecurityModule(address(0));
        assertEq(address(inbox.recipientIsm(address(recipient))), address(noop), "zero");
        assertEq(address(inbox.recipientIsm(address(0xdead))), address(noop), "no code");
        assertEq(address(inbox.recipientIsm(address(noop))), address(noop), "no such function");
        recipient.setInterchainSecurityModule(address(0xdead));
        assertEq(address(inbox.recipientIsm(address(recipient))), address(0xdead), "code is not looked for");
    }

    function test_recipientIsm_refused() public {
        recipient.setInterchainSecurityModule(address(spy));
        bytes memory data = abi.encodeCall(IInbox.recipientIsm, (address(recipient)));
        bytes4 selector = IInbox.InboxIsmAnswerInvalid.selector;

        recipient.setIsmMode(TestRecipient.IsmMode.Dirty);
        bytes32 dirty = bytes32(uint256(word(address(spy))) | 1 << 160);
        bytes memory want = abi.encodeWithSelector(selector, address(recipient), 32, dirty);
        mustRevert(address(inbox), data, want, "dirty");
        mustRefuse(encode(""), want, "dirty");

        recipient.setIsmMode(TestRecipient.IsmMode.Short);
        (bool ok, bytes memory answer) = address(inbox).staticcall(data);
        assertTrue(!ok && bytes4(answer) == selector, "short");
        assertEq(uint256(bytes32(slice(answer, 36, 68))), 31, "length");
        (ok, answer) = address(inbox).call(processData(encode("")));
        assertTrue(!ok && bytes4(answer) == selector, "short, process");
    }

    function test_process_byTheRecipientsModule() public {
        raw.set("raw", true);
        vm.prank(owner);
        inbox.setDefaultIsm(address(raw));
        mustRefuse(encode(""), "raw", "default");
        recipient.setInterchainSecurityModule(address(noop));
        inbox.process("", encode(""));
        assertEq(recipient.handled(), 1, "own");
    }

    // ------------------------------------------------------------------------------------ settings

    function test_setDefaultIsm() public {
        vm.recordLogs();
        vm.prank(owner);
        inbox.setDefaultIsm(address(spy));
        assertEq(address(inbox.defaultIsm()), address(spy), "module");
        assertLog(
            vm.getRecordedLogs()[0], address(inbox), topics(DEFAULT_ISM_SET, word(address(spy))), "", "DefaultIsmSet"
        );

        bytes memory data = abi.encodeCall(IInbox.setDefaultIsm, (address(0)));
        vm.prank(owner);
        mustRevert(
            address(inbox), data, abi.encodeWithSelector(IInbox.InboxDefaultIsmNotContract.selector, address(0)), "zero"
        );
        vm.prank(relayer);
        mustRevert(
            address(inbox),
            data,
            abi.encodeWithSelector(Ownable.OwnableUnauthorizedAccount.selector, relayer),
            "owner only"
        );
    }

    function deployOutside(address module) external {
        deploy(module);
    }

    function test_constructor_moduleWithoutCode() public {
        mustRevert(
            address(this),
            abi.encodeCall(this.deployOutside, (relayer)),
            abi.encodeWithSelector(IInbox.InboxDefaultIsmNotContract.selector, relayer),
            "constructor"
        );
    }

    function testFuzz_unknownMessage(MessageId id) public view {
        assertTrue(!inbox.delivered(id), "delivered");
        assertEq(inbox.processor(id), address(0), "processor");
        assertEq(inbox.processedAt(id), 0, "processedAt");
    }

    function test_noop() public view {
        assertEq(noop.moduleType(), 6, "type");
        assertTrue(noop.verify("any", "thing"), "verify");
    }
}
