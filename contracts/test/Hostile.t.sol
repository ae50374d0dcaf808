// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {Mailbox} from "../src/Mailbox.sol";
import {ValidatorAnnounce} from "../src/ValidatorAnnounce.sol";
import {IInbox} from "../src/interfaces/IInbox.sol";
import {IInterchainSecurityModule} from "../src/interfaces/IInterchainSecurityModule.sol";
import {IMessageRecipient} from "../src/interfaces/IMessageRecipient.sol";
import {IOutbox} from "../src/interfaces/IOutbox.sol";
import {NoopIsm} from "../src/isms/NoopIsm.sol";
import {StaticMessageIdMultisigIsmFactory} from "../src/isms/StaticMessageIdMultisigIsmFactory.sol";
import {Domain} from "../src/libs/Domain.sol";
import {MessageId} from "../src/libs/MessageId.sol";
import {ForgeTest} from "./support/ForgeTest.sol";
import {Golden} from "./support/Golden.sol";
import {BaseHook} from "./support/Hooks.sol";
import {LeanRecipient} from "./support/LeanRecipient.sol";
import {BaseIsm, RawIsm} from "./support/Modules.sol";
import {Plain} from "./support/Plain.sol";
import {TestHook} from "./support/TestHook.sol";
import {TestRecipient} from "./support/TestRecipient.sol";

/// @dev ISM and recipient that answers everything with 200,000 bytes: that it is its own ISM, and
/// that it accepts.
contract Bomb is BaseIsm {
    function interchainSecurityModule() external view returns (address) {
        assembly ("memory-safe") {
            mstore(0x00, address())
            return(0, 200000)
        }
    }

    function verify(bytes calldata, bytes calldata) external pure returns (bool) {
        assembly ("memory-safe") {
            mstore(0x00, 1)
            return(0, 200000)
        }
    }

    function handle(Domain, bytes32, bytes calldata) external payable {
        assembly ("memory-safe") {
            return(0, 200000)
        }
    }
}

/// @dev ISM that delivers another message, with value of its own, while it verifies.
contract DeliveringIsm is BaseIsm {
    bytes public next;

    function setNext(bytes calldata message) external {
        next = message;
    }

    function verify(bytes calldata, bytes calldata) external returns (bool) {
        bytes memory message = next;
        delete next;
        if (message.length != 0) IInbox(msg.sender).process{value: 1}("", message);
        return true;
    }

    receive() external payable {}
}

/// @dev Takes back its change by dispatching again.
contract ChangeTaker {
    IOutbox private immutable _outbox;
    MessageId public inner;

    constructor(IOutbox outbox) payable {
        _outbox = outbox;
    }

    function send(uint256 value) external returns (MessageId) {
        return _outbox.dispatch{value: value}(Domain.wrap(7), bytes32(uint256(8)), "outer");
    }

    receive() external payable {
        if (msg.value > 1) inner = _outbox.dispatch{value: msg.value}(Domain.wrap(7), bytes32(uint256(8)), "inner");
    }
}

/// @dev A required hook that raises the price of another hook after it has been asked for.
contract PriceRaiser is BaseHook {
    TestHook private immutable _other;

    constructor(TestHook other) {
        _other = other;
    }

    function postDispatch(bytes calldata, bytes calldata) external payable {
        _other.setFee(1 ether);
    }
}

/// @dev What hooks, modules, recipients, relayers and callers with bad intentions try.
contract HostileTest is ForgeTest {
    Domain internal constant LOCAL = Domain.wrap(2000);
    bytes32 internal constant SENDER = bytes32(uint256(0x1111));

    Mailbox internal mailbox = new Mailbox(LOCAL, address(this), address(new NoopIsm()));
    TestRecipient internal recipient = new TestRecipient();

    function encode(uint32 nonce, address to) internal pure returns (bytes memory) {
        return Plain.message(3, nonce, Domain.wrap(1000), SENDER, LOCAL, word(to), "body");
    }

    // ----------------------------------------------------------------------------------------- gas

    /// @dev Whatever gas a relayer gives, a message counts as delivered only when it has been
    /// handled, and a module that refuses is never passed over for the default one.
    function test_gas_starved() public {
        RawIsm refusing = new RawIsm();
        refusing.set(abi.encode(false), false);
        LeanRecipient strict = new LeanRecipient(address(refusing));
        bytes memory refused = abi.encodeCall(IInbox.process, ("", encode(0, address(strict))));
        uint32 handled = 0;
        uint32 starved = 0;
        for (uint256 gas_ = 20_000; gas_ < 420_000; gas_ += 1009) {
            (bool ok,) = address(mailbox).call{gas: gas_}(refused);
            assertTrue(!ok, "the default module stood in");

            bytes memory message = encode(handled, address(recipient));
            (ok,) = address(mailbox).call{gas: gas_}(abi.encodeCall(IInbox.process, ("", message)));
            if (ok) ++handled;
            else ++starved;
            assertTrue(mailbox.delivered(idOf(message)) == ok, "delivered");
            assertEq(recipient.handled(), handled, "handled");
        }
        assertTrue(handled > 10 && starved > 10, "both happened");
        assertTrue(!mailbox.delivered(idOf(encode(0, address(strict)))), "never delivered");
    }

    /// @dev A large answer is paid for by the one who gives it; no copy is made.
    function test_gas_largeAnswers() public {
        Bomb bomb = new Bomb();
        uint256 before = gasleft();
        mailbox.process("", encode(0, address(bomb)));
        uint256 used = before - gasleft();
        uint256 memory_ = 6250 * 3 + uint256(6250) * 6250 / 512; // of one answer
        assertTrue(used > 3 * memory_, "three answers");
        assertTrue(used < 3 * memory_ + 60_000, "not one more");
    }

    // --------------------------------------------------------------------------------- re-entrance

    /// @dev While a message with value is on its way, the value cannot be spent on another.
    function test_value_moduleDeliversAnother() public {
        DeliveringIsm module = new DeliveringIsm();
        vm.deal(address(module), 1);
        mailbox.setDefaultIsm(address(module));
        TestRecipient other = new TestRecipient();
        module.setNext(encode(1, address(other)));
        vm.deal(address(this), 5);
        mailbox.process{value: 5}("", encode(0, address(recipient)));
        assertEq(recipient.lastValue(), 5, "outer");
        assertEq(other.lastValue(), 1, "inner");
        assertEq(address(mailbox).balance, 0, "nothing kept");

        module.setNext(encode(2, address(other))); // without means of its own
        mustRevert(address(mailbox), abi.encodeCall(IInbox.process, ("", encode(3, address(recipient)))), "", "inner");
        vm.deal(address(this), 5);
        mustRevert(
            address(mailbox),
            5,
            abi.encodeCall(IInbox.process, ("", encode(3, address(recipient)))),
            "",
            "outer's value"
        );
    }

    function test_value_changeIsDispatchedAgain() public {
        ChangeTaker taker = new ChangeTaker(mailbox);
        vm.deal(address(taker), 10);
        TestHook hook = new TestHook();
        hook.setFee(3);
        mailbox.setDefaultHook(address(hook));
        bytes32[] memory leaves = new bytes32[](2);
        leaves[0] = word(taker.send(7)); // 3 for the hook, 4 back; 3 for the hook, 1 back
        leaves[1] = word(taker.inner());
        assertEq(mailbox.root(), Plain.treeRoot(leaves), "root");
        assertEq(address(hook).balance, 6, "hook");
        assertEq(address(taker).balance, 4, "change");
        assertEq(address(mailbox).balance, 0, "nothing kept");
    }

    /// @dev Every hook gets the quote that it gave before any hook was called.
    function test_value_raisedPrice() public {
        TestHook hook = new TestHook();
        hook.setFee(2);
        mailbox.setRequiredHook(address(new PriceRaiser(hook)));
        vm.deal(address(this), 2);
        mailbox.dispatch{value: 2}(Domain.wrap(1), 0, "", "", address(hook));
        assertEq(hook.lastValue(), 2, "the price that was asked");
        bytes memory want = abi.encodeWithSelector(IOutbox.OutboxValueTooLow.selector, 0, 1 ether);
        bytes memory data =
            abi.encodeWithSignature("dispatch(uint32,bytes32,bytes,bytes,address)", 1, 0, "", "", address(hook));
        mustRevert(address(mailbox), data, want, "the price that is asked now");
    }

    /// @dev Ether that was forced upon the contract pays for no dispatch.
    function test_value_forced() public {
        TestHook hook = new TestHook();
        hook.setFee(3);
        mailbox.setDefaultHook(address(hook));
        vm.deal(address(mailbox), 100);
        bytes memory data = abi.encodeWithSignature("dispatch(uint32,bytes32,bytes)", 1, 0, "");
        for (uint256 value = 0; value < 3; ++value) {
            vm.deal(address(this), value);
            bytes memory want = abi.encodeWithSelector(IOutbox.OutboxValueTooLow.selector, value, 3);
            mustRevert(address(mailbox), value, data, want, "too low by one to three");
        }
        vm.deal(address(this), 3);
        mailbox.dispatch{value: 3}(Domain.wrap(1), 0, "");
        assertEq(address(mailbox).balance, 100, "untouched");
    }

    /// @dev Two quotes that are too large together are not a small one.
    function test_value_overflow() public {
        TestHook required = new TestHook();
        TestHook hook = new TestHook();
        required.setFee(type(uint256).max);
        hook.setFee(2);
        mailbox.setRequiredHook(address(required));
        mailbox.setDefaultHook(address(hook));
        bytes memory want = abi.encodeWithSignature("Panic(uint256)", 0x11);
        vm.deal(address(this), 1);
        mustRevert(
            address(mailbox), 1, abi.encodeWithSignature("dispatch(uint32,bytes32,bytes)", 1, 0, ""), want, "dispatch"
        );
        mustRevert(
            address(mailbox), abi.encodeWithSignature("quoteDispatch(uint32,bytes32,bytes)", 1, 0, ""), want, "quote"
        );
    }

    // ---------------------------------------------------------------------------------- recipients

    /// @dev Accounts that answer without being contracts of anyone: precompiles, and the mailbox
    /// itself.
    function test_recipient_odd() public {
        bytes4 selector = IInbox.InboxIsmAnswerInvalid.selector;
        for (uint160 i = 2; i <= 4; ++i) {
            // sha256 and ripemd160 answer a word, the identity four bytes. No word of theirs names
            // a module.
            (bool ok, bytes memory answer) =
                address(mailbox).call(abi.encodeCall(IInbox.process, ("", encode(0, address(i)))));
            assertTrue(!ok, "precompile");
            if (i != 3) assertEq(bytes32(bytes4(answer)), bytes32(selector), "answer");
        }
        bytes memory self = abi.encodeCall(IInbox.process, ("", encode(0, address(mailbox))));
        mustRevert(address(mailbox), self, "", "the mailbox handles nothing");
    }

    /// @dev A delivery is on record before the recipient is asked anything, so its answers cannot
    /// deliver it twice.
    function test_recipient_asksDuringItsQuestion() public {
        AskingRecipient asking = new AskingRecipient(mailbox);
        bytes memory message = encode(0, address(asking));
        asking.expect(idOf(message));
        mailbox.process("", message);
        assertEq(asking.handled(), 1, "handled by the default module, since it is on record when asked");
    }

    // -------------------------------------------------------------------------------- odd calldata

    /// @dev Lengths and offsets that lead past the end of calldata.
    function test_calldata_pastTheEnd() public {
        bytes memory message = encode(0, address(recipient));
        bytes memory data = abi.encodeCall(IInbox.process, ("", message));
        address[] memory set = new address[](1);
        set[0] = Golden.A1;
        address module = new StaticMessageIdMultisigIsmFactory().deploy(set, 1);
        bytes memory verify = abi.encodeCall(IInterchainSecurityModule.verify, (new bytes(133), message));
        // Both offsets, then both lengths: behind empty metadata, and behind 133 bytes of it.
        uint256[4] memory ofProcess = [uint256(0x00), 0x20, 0x40, 0x60];
        uint256[4] memory ofVerify = [uint256(0x00), 0x20, 0x40, 0x100];
        for (uint256 i = 0; i < 4; ++i) {
            for (uint256 j = 0; j < 3; ++j) {
                uint256 bad = [type(uint256).max, uint256(1) << 64, 100_000][j];
                mustRevert(address(mailbox), patched(data, ofProcess[i], bad), "", "process");
                mustRevert(module, patched(verify, ofVerify[i], bad), "", "verify");
            }
        }
        assertEq(recipient.handled(), 0, "handled");
        mailbox.process("", message);
    }

    /// @dev `data` with the word at `place` of its arguments replaced.
    function patched(bytes memory data, uint256 place, uint256 value) private pure returns (bytes memory) {
        return abi.encodePacked(slice(data, 0, 4 + place), value, slice(data, 4 + place + 32, data.length));
    }

    // ------------------------------------------------------------------------------- announcements

    /// @dev Locations that differ in their last byte only, and one that is very long.
    function test_announce_oddLocations() public {
        ValidatorAnnounce announcements = new ValidatorAnnounce(address(mailbox));
        string[4] memory places = ["a", "a\x00", "\x00", string(new bytes(20_000))];
        address[] memory asked = new address[](1);
        asked[0] = Golden.A1;
        for (uint256 i = 0; i < 4; ++i) {
            bytes memory sig = signature(Golden.K1, announcements.getAnnouncementDigest(places[i]));
            announcements.announce(Golden.A1, places[i], sig);
        }
        string[] memory have = announcements.getAnnouncedStorageLocations(asked)[0];
        for (uint256 i = 0; i < 4; ++i) {
            assertEq(have[i], places[i], "location");
        }
    }
}

/// @dev Answers with a module that refuses, unless the Inbox has the message on record when it
/// asks.
contract AskingRecipient is IMessageRecipient {
    IInbox private immutable _inbox;
    MessageId private _id;
    uint256 public handled;

    constructor(IInbox inbox) {
        _inbox = inbox;
    }

    function expect(MessageId id) external {
        _id = id;
    }

    function interchainSecurityModule() external view returns (address) {
        return _inbox.delivered(_id) ? address(0) : address(0xdead);
    }

    function handle(Domain, bytes32, bytes calldata) external payable {
        ++handled;
    }
}
