// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {Ownable} from "@openzeppelin/contracts/access/Ownable.sol";
import {Mailbox} from "../src/Mailbox.sol";
import {IHelloWorld} from "../src/interfaces/IHelloWorld.sol";
import {IMailboxBound} from "../src/interfaces/IMailboxBound.sol";
import {IMailboxClient} from "../src/interfaces/IMailboxClient.sol";
import {IMessageRecipient} from "../src/interfaces/IMessageRecipient.sol";
import {IRouter} from "../src/interfaces/IRouter.sol";
import {NoopIsm} from "../src/isms/NoopIsm.sol";
import {Domain} from "../src/libs/Domain.sol";
import {MessageId} from "../src/libs/MessageId.sol";
import {HelloWorld} from "../src/routers/HelloWorld.sol";
import {ForgeTest, Vm} from "./support/ForgeTest.sol";
import {Plain} from "./support/Plain.sol";
import {TestHook} from "./support/TestHook.sol";

/// @dev Sends greetings but takes no change.
contract ProudCaller {
    function send(HelloWorld hello, Domain destination) external payable {
        hello.sendHelloWorld{value: msg.value}(destination, "hi");
    }
}

/// @dev The bases too, since this is the smallest contract that has them.
contract HelloWorldTest is ForgeTest {
    Domain internal constant A = Domain.wrap(1000);
    Domain internal constant B = Domain.wrap(2000);
    bytes32 internal constant HOOK_SET = 0x4eab7b127c764308788622363ad3e9532de3dfba7845bd4f84c125a22544255a;
    bytes32 internal constant ISM_SET = 0xc47cbcc588c67679e52261c45cc315e56562f8d0ccaba16facb9093ff9498799;

    address internal owner = address(0x0e0e);
    address internal user = address(0x05e5);
    NoopIsm internal noop = new NoopIsm();
    TestHook internal hook = new TestHook();
    Mailbox internal mailboxA = new Mailbox(A, owner, address(noop));
    Mailbox internal mailboxB = new Mailbox(B, owner, address(noop));
    HelloWorld internal helloA = new HelloWorld(address(mailboxA), owner);
    HelloWorld internal helloB = new HelloWorld(address(mailboxB), owner);

    function setUp() public {
        vm.startPrank(owner);
        helloA.enrollRemoteRouter(B, word(address(helloB)));
        helloB.enrollRemoteRouter(A, word(address(helloA)));
        vm.stopPrank();
        vm.deal(user, 1 ether);
    }

    function handleData(Domain origin, bytes32 sender) internal pure returns (bytes memory) {
        return abi.encodeCall(IMessageRecipient.handle, (origin, sender, "hi"));
    }

    // ----------------------------------------------------------------------------------- greetings

    function testFuzz_greeting(string calldata greeting) public {
        vm.recordLogs();
        vm.prank(user);
        MessageId id = helloA.sendHelloWorld(B, greeting);
        Vm.Log[] memory logs = vm.getRecordedLogs();
        bytes32[] memory want = topics(IHelloWorld.SentHelloWorld.selector, word(A), word(B));
        assertLog(logs[0], address(helloA), want, abi.encode(greeting), "SentHelloWorld");
        assertEq(helloA.sent(B), 1, "sent");

        bytes memory message = Plain.message(3, 0, A, word(address(helloA)), B, word(address(helloB)), bytes(greeting));
        assertEq(id, idOf(message), "id");
        vm.recordLogs();
        mailboxB.process("", message);
        logs = vm.getRecordedLogs();
        want = topics(IHelloWorld.ReceivedHelloWorld.selector, word(A), word(B));
        assertLog(logs[2], address(helloB), want, abi.encode(word(address(helloA)), greeting), "ReceivedHelloWorld");
        assertEq(helloB.received(A), 1, "received");
        assertEq(helloB.received(B) + helloA.received(B) + helloB.sent(A), 0, "nothing else");
    }

    function testFuzz_value(uint64 fee, uint64 excess) public {
        hook.setFee(fee);
        vm.prank(owner);
        helloA.setHook(address(hook));
        assertEq(helloA.quote(B, "hi"), fee, "quote");
        vm.deal(user, uint256(fee) + excess);
        vm.prank(user);
        helloA.sendHelloWorld{value: uint256(fee) + excess}(B, "hi");
        assertEq(address(hook).balance, fee, "fee");
        assertEq(user.balance, excess, "refund");
        assertEq(address(helloA).balance + address(mailboxA).balance, 0, "nothing kept");
        assertEq(
            hook.lastMetadata(), abi.encodePacked(uint16(1), uint256(0), helloA.HANDLE_GAS(), user), "hook metadata"
        );
    }

    function test_value_tooLow() public {
        hook.setFee(10);
        vm.prank(owner);
        helloA.setHook(address(hook));
        bytes memory want = abi.encodeWithSelector(IHelloWorld.HelloWorldValueTooLow.selector, 9, 10);
        vm.prank(user);
        mustRevert(address(helloA), 9, abi.encodeCall(helloA.sendHelloWorld, (B, "hi")), want, "too low");
    }

    /// @dev Ether that was forced upon the router is not returned to anyone.
    function test_refund_forced() public {
        vm.deal(address(helloA), 100);
        vm.prank(user);
        helloA.sendHelloWorld{value: 5}(B, "hi");
        assertEq(user.balance, 1 ether, "change");
        assertEq(address(helloA).balance, 100, "untouched");
    }

    function test_refund_fails() public {
        ProudCaller caller = new ProudCaller();
        bytes memory want = abi.encodeWithSelector(IHelloWorld.HelloWorldRefundFailed.selector, address(caller), 5);
        vm.prank(user);
        mustRevert(address(caller), 5, abi.encodeCall(caller.send, (helloA, B)), want, "refund");
        caller.send(helloA, B);
        assertEq(helloA.sent(B), 1, "without excess");
    }

    function test_handle_value() public {
        bytes memory want = abi.encodeWithSelector(IHelloWorld.HelloWorldValueRefused.selector, 1);
        vm.deal(address(mailboxB), 1);
        vm.prank(address(mailboxB));
        mustRevert(address(helloB), 1, handleData(A, word(address(helloA))), want, "value");
    }

    // -------------------------------------------------------------------------------------- router

    /// @dev The checks of `handle` in their order.
    function test_handle_checks() public {
        bytes memory want = abi.encodeWithSelector(IMailboxClient.MailboxClientNotMailbox.selector, user);
        vm.prank(user);
        mustRevert(address(helloB), handleData(B, 0), want, "caller");

        // Nor does it help to be the sender of the whole transaction.
        vm.prank(user, user);
        mustRevert(address(helloB), handleData(A, word(address(helloA))), want, "origin of the transaction");

        vm.startPrank(address(mailboxB));
        want = abi.encodeWithSelector(IRouter.RouterNotEnrolled.selector, B);
        mustRevert(address(helloB), handleData(B, 0), want, "domain");
        bytes32 router = word(address(helloA));
        want = abi.encodeWithSelector(IRouter.RouterSenderInvalid.selector, A, word(user), router);
        mustRevert(address(helloB), handleData(A, word(user)), want, "sender");
        bytes32 dirty = bytes32(uint256(router) | 1 << 160);
        want = abi.encodeWithSelector(IRouter.RouterSenderInvalid.selector, A, dirty, router);
        mustRevert(address(helloB), handleData(A, dirty), want, "dirty sender");
        helloB.handle(A, router, "hi");
        vm.stopPrank();
    }

    /// @dev Trap 46: there is no router zero, so no message from sender zero is accepted.
    function test_enroll_zero() public {
        vm.startPrank(owner);
        bytes memory want = abi.encodeWithSelector(IRouter.RouterZero.selector, 7);
        mustRevert(address(helloA), abi.encodeCall(IRouter.enrollRemoteRouter, (Domain.wrap(7), 0)), want, "one");
        Domain[] memory domains = new Domain[](1);
        domains[0] = Domain.wrap(7);
        bytes memory data = abi.encodeCall(IRouter.enrollRemoteRouters, (domains, new bytes32[](1)));
        mustRevert(address(helloA), data, want, "many");
        vm.stopPrank();
        want = abi.encodeWithSelector(IRouter.RouterNotEnrolled.selector, 7);
        vm.prank(address(mailboxA));
        mustRevert(address(helloA), handleData(Domain.wrap(7), 0), want, "sender zero");
    }

    function test_unknownDestination() public {
        bytes memory want = abi.encodeWithSelector(IRouter.RouterNotEnrolled.selector, 7);
        mustRevert(address(helloA), abi.encodeCall(helloA.sendHelloWorld, (Domain.wrap(7), "hi")), want, "send");
        mustRevert(address(helloA), abi.encodeCall(helloA.quote, (Domain.wrap(7), "hi")), want, "quote");
    }

    function testFuzz_enroll(uint32[12] calldata some, uint256 size, bytes32 seed) public {
        Domain[] memory domains = new Domain[](bound(size, 0, 12));
        bytes32[] memory routers = new bytes32[](domains.length);
        for (uint256 i = 0; i < domains.length; ++i) {
            uint32 number = seed & bytes32(uint256(1)) == 0 ? some[i] : some[i] % 8; // a few domains, so that they repeat
            domains[i] = Domain.wrap(number);
            routers[i] = keccak256(abi.encode(seed, i));
        }
        vm.recordLogs();
        vm.prank(owner);
        helloA.enrollRemoteRouters(domains, routers);
        Vm.Log[] memory logs = vm.getRecordedLogs();
        assertEq(logs.length, domains.length, "an event each");
        for (uint256 i = 0; i < domains.length; ++i) {
            bytes32[] memory want = topics(IRouter.RemoteRouterEnrolled.selector, word(domains[i]), routers[i]);
            assertLog(logs[i], address(helloA), want, "", "RemoteRouterEnrolled");
            uint256 last = i; // the later entry of a domain counts
            for (uint256 j = i; j < domains.length; ++j) {
                if (domains[j] == domains[i]) last = j;
            }
            assertEq(helloA.routers(domains[i]), routers[last], "router");
        }
        Domain[] memory have = helloA.domains();
        for (uint256 i = 0; i < have.length; ++i) {
            assertTrue(helloA.routers(have[i]) != 0, "listed and enrolled");
            for (uint256 j = 0; j < i; ++j) {
                assertTrue(have[i] != have[j], "listed once");
            }
        }
    }

    function test_unenroll() public {
        bytes32 router = word(address(helloB));
        vm.recordLogs();
        vm.startPrank(owner);
        helloA.unenrollRemoteRouter(B);
        Vm.Log[] memory logs = vm.getRecordedLogs();
        bytes32[] memory topicsWanted = topics(IRouter.RemoteRouterUnenrolled.selector, word(B), router);
        assertLog(logs[0], address(helloA), topicsWanted, "", "RemoteRouterUnenrolled");
        assertEq(helloA.domains().length, 0, "domains");
        assertEq(helloA.routers(B), 0, "router");
        bytes memory want = abi.encodeWithSelector(IRouter.RouterNotEnrolled.selector, B);
        mustRevert(address(helloA), abi.encodeCall(IRouter.unenrollRemoteRouter, (B)), want, "twice");

        Domain[] memory many = new Domain[](2);
        (many[0], many[1]) = (Domain.wrap(7), Domain.wrap(8));
        bytes32[] memory routers = new bytes32[](2);
        (routers[0], routers[1]) = (router, router);
        helloA.enrollRemoteRouters(many, routers);
        assertEq(abi.encode(helloA.domains()), abi.encode(many), "insertion order");
        helloA.unenrollRemoteRouters(many);
        assertEq(helloA.domains().length, 0, "many");
        vm.stopPrank();
    }

    function test_enroll_lengths() public {
        bytes memory want = abi.encodeWithSelector(IRouter.RouterLengthMismatch.selector, 2, 1);
        bytes memory data = abi.encodeCall(IRouter.enrollRemoteRouters, (new Domain[](2), new bytes32[](1)));
        vm.prank(owner);
        mustRevert(address(helloA), data, want, "too few routers");
        want = abi.encodeWithSelector(IRouter.RouterLengthMismatch.selector, 1, 2);
        data = abi.encodeCall(IRouter.enrollRemoteRouters, (new Domain[](1), new bytes32[](2)));
        vm.prank(owner);
        mustRevert(address(helloA), data, want, "too many");
    }

    function test_ownerOnly() public {
        bytes[6] memory calls = [
            abi.encodeCall(IRouter.enrollRemoteRouter, (Domain.wrap(7), word(user))),
            abi.encodeCall(IRouter.enrollRemoteRouters, (new Domain[](0), new bytes32[](0))),
            abi.encodeCall(IRouter.unenrollRemoteRouter, (B)),
            abi.encodeCall(IRouter.unenrollRemoteRouters, (new Domain[](0))),
            abi.encodeCall(IMailboxClient.setHook, (address(0))),
            abi.encodeCall(IMailboxClient.setInterchainSecurityModule, (address(0)))
        ];
        bytes memory want = abi.encodeWithSelector(Ownable.OwnableUnauthorizedAccount.selector, user);
        for (uint256 i = 0; i < calls.length; ++i) {
            vm.prank(user);
            mustRevert(address(helloA), calls[i], want, vm.toString(i));
        }
    }

    // ------------------------------------------------------------------------------ mailbox client

    /// @dev Trap 10: zero means the mailbox's default, not "none".
    function test_settings_zero() public {
        vm.prank(owner);
        mailboxA.setDefaultHook(address(hook));
        helloA.sendHelloWorld(B, "hi");
        assertEq(hook.posted(), 1, "default hook");
        assertEq(address(helloA.hook()), address(0), "hook");
        assertEq(address(helloA.interchainSecurityModule()), address(0), "module");
        assertEq(address(mailboxA.recipientIsm(address(helloA))), address(noop), "default module");
    }

    function test_settings() public {
        NoopIsm module = new NoopIsm();
        vm.recordLogs();
        vm.startPrank(owner);
        helloA.setHook(address(hook));
        helloA.setInterchainSecurityModule(address(module));
        assertEq(address(mailboxA.recipientIsm(address(helloA))), address(module), "module in charge");
        helloA.setHook(address(0));
        helloA.setInterchainSecurityModule(address(0));
        vm.stopPrank();
        Vm.Log[] memory logs = vm.getRecordedLogs();
        assertEq(logs.length, 4, "logs");
        assertLog(logs[0], address(helloA), topics(HOOK_SET), abi.encode(hook), "HookSet");
        assertLog(logs[1], address(helloA), topics(ISM_SET), abi.encode(module), "IsmSet");
        assertLog(logs[2], address(helloA), topics(HOOK_SET), abi.encode(0), "HookSet to zero");
        assertLog(logs[3], address(helloA), topics(ISM_SET), abi.encode(0), "IsmSet to zero");
    }

    function test_settings_withoutCode() public {
        bytes memory want = abi.encodeWithSelector(IMailboxClient.MailboxClientNotContract.selector, user);
        vm.startPrank(owner);
        mustRevert(address(helloA), abi.encodeCall(IMailboxClient.setHook, (user)), want, "hook");
        mustRevert(address(helloA), abi.encodeCall(IMailboxClient.setInterchainSecurityModule, (user)), want, "module");
        vm.stopPrank();
    }

    function deploy(address mailbox) external returns (address) {
        return address(new HelloWorld(mailbox, owner));
    }

    function test_constructor() public {
        assertEq(helloA.mailbox(), address(mailboxA), "mailbox");
        assertEq(helloA.localDomain(), A, "localDomain");
        assertEq(helloA.owner(), owner, "owner");
        bytes memory want = abi.encodeWithSelector(IMailboxBound.MailboxNotContract.selector, user);
        mustRevert(address(this), abi.encodeCall(this.deploy, (user)), want, "no code");
    }

    function test_ownership() public {
        vm.prank(owner);
        helloA.transferOwnership(user);
        assertEq(helloA.owner(), owner, "first step");
        vm.prank(user);
        helloA.acceptOwnership();
        assertEq(helloA.owner(), user, "second step");
    }
}
