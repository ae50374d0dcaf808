// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {Mailbox} from "../src/Mailbox.sol";
import {IInbox} from "../src/interfaces/IInbox.sol";
import {IOutbox} from "../src/interfaces/IOutbox.sol";
import {NoopIsm} from "../src/isms/NoopIsm.sol";
import {Domain} from "../src/libs/Domain.sol";
import {MessageId} from "../src/libs/MessageId.sol";
import {InboxTest} from "./Inbox.t.sol";
import {OutboxTest} from "./Outbox.t.sol";
import {ForgeTest} from "./support/ForgeTest.sol";
import {Plain} from "./support/Plain.sol";
import {TestRecipient} from "./support/TestRecipient.sol";

/// @dev All tests of the Outbox hold for the Mailbox.
contract MailboxAsOutboxTest is OutboxTest {
    function deploy(Domain domain) internal override returns (IOutbox) {
        return new Mailbox(domain, owner, address(new NoopIsm()));
    }
}

/// @dev All tests of the Inbox hold for the Mailbox.
contract MailboxAsInboxTest is InboxTest {
    function deploy(address module) internal override returns (IInbox) {
        return new Mailbox(LOCAL, owner, module);
    }
}

contract MailboxTest is ForgeTest {
    /// @dev The selectors of the live contract, each with what it is called with.
    function test_liveSelectors() public {
        Mailbox mailbox = new Mailbox(Domain.wrap(1), address(this), address(new NoopIsm()));
        bytes4[24] memory views = [
            bytes4(0x9c42bd18),
            0xf7ccd321,
            0x81d2ea95,
            0xe495f1d4,
            0x5d1fe5a9,
            0x07a2fda1,
            0xe70f48ac,
            0x6e5f516e,
            0x3d1250b7,
            0xd6d08a09,
            0x134fbb4f,
            0xaffed0e0,
            0x8d3638f4,
            0x82ea7bfe,
            0xffa1ad74,
            0x93c44847,
            0x8da5cb5b,
            0x06661abd,
            0xebf0c717,
            0xfd54b228,
            0xe445e7dd,
            0xaaccd230,
            0xe5320bb9,
            0xfa31de01
        ];
        bytes memory arguments = abi.encode(0, 0, 0xa0, 0xa0, 0, 0);
        for (uint256 i = 0; i < views.length; ++i) {
            // Two dynamic arguments at once need other offsets than one.
            bytes memory data = i == 21 ? abi.encode(0x40, 0x40, 0) : i == 22 ? abi.encode(0x20, 0) : arguments;
            (bool ok, bytes memory answer) = address(mailbox).call(abi.encodePacked(views[i], data));
            assertTrue(ok && answer.length >= 32, vm.toString(uint32(views[i])));
        }
        assertEq(bytes32(mailbox.process.selector), bytes32(bytes4(0x7c39d130)), "process");
        assertEq(bytes32(mailbox.setDefaultIsm.selector), bytes32(bytes4(0xf794687a)), "setDefaultIsm");
        assertEq(bytes32(mailbox.setDefaultHook.selector), bytes32(bytes4(0x99b04809)), "setDefaultHook");
        assertEq(bytes32(mailbox.setRequiredHook.selector), bytes32(bytes4(0x1426b7f4)), "setRequiredHook");
        assertEq(bytes32(mailbox.transferOwnership.selector), bytes32(bytes4(0xf2fde38b)), "transferOwnership");
        assertEq(bytes32(mailbox.renounceOwnership.selector), bytes32(bytes4(0x715018a6)), "renounceOwnership");
        assertEq(bytes32(mailbox.latestCheckpoint.selector), bytes32(bytes4(0x907c0f92)), "latestCheckpoint");
        assertEq(bytes32(mailbox.postDispatch.selector), bytes32(bytes4(0x086011b9)), "postDispatch");
    }

    /// @dev A message from a chain to itself: dispatched and delivered by one contract.
    function test_loopback() public {
        Mailbox mailbox = new Mailbox(Domain.wrap(5), address(this), address(new NoopIsm()));
        TestRecipient recipient = new TestRecipient();
        MessageId id = mailbox.dispatch(Domain.wrap(5), word(address(recipient)), "hello");
        bytes memory message =
            Plain.message(3, 0, Domain.wrap(5), word(address(this)), Domain.wrap(5), word(address(recipient)), "hello");
        assertEq(id, idOf(message), "id");
        mailbox.process("", message);
        assertEq(recipient.lastBody(), "hello", "body");
        assertEq(mailbox.count(), 1, "the tree is the Outbox's");
    }

    function test_size() public {
        uint256 size = address(new Mailbox(Domain.wrap(1), address(this), address(new NoopIsm()))).code.length;
        assertTrue(size <= 24_576, "fits a chain's limit");
    }
}
