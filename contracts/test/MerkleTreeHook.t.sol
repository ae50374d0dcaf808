// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {Outbox} from "../src/Outbox.sol";
import {MerkleTreeHook} from "../src/hooks/MerkleTreeHook.sol";
import {IMailboxBound} from "../src/interfaces/IMailboxBound.sol";
import {IMerkleTreeHook} from "../src/interfaces/IMerkleTreeHook.sol";
import {IPostDispatchHook} from "../src/interfaces/IPostDispatchHook.sol";
import {Domain} from "../src/libs/Domain.sol";
import {ForgeTest, Vm} from "./support/ForgeTest.sol";
import {Golden} from "./support/Golden.sol";
import {BaseHook} from "./support/Hooks.sol";
import {Plain} from "./support/Plain.sol";

/// @dev Stands for the live mailbox: remembers the latest id in storage, as that does, so anyone
/// may insert it.
contract FakeMailbox {
    uint32 public constant localDomain = 1000;
    bytes32 public latestDispatchedId;

    function setLatest(bytes calldata message) external {
        latestDispatchedId = keccak256(message);
    }
}

/// @dev Hands the message on to another hook twice.
contract TwiceHook is BaseHook {
    IPostDispatchHook private immutable _next;

    constructor(IPostDispatchHook next) {
        _next = next;
    }

    function postDispatch(bytes calldata metadata, bytes calldata message) external payable {
        _next.postDispatch(metadata, message);
        _next.postDispatch(metadata, message);
    }
}

contract MerkleTreeHookTest is ForgeTest {
    bytes32 internal constant INSERTED = 0x253a3a04cab70d47c1504809242d9350cd81627b4f1d50753e159cf8cd76ed33;

    FakeMailbox internal mailbox = new FakeMailbox();
    MerkleTreeHook internal hook = new MerkleTreeHook(address(mailbox));

    function postData(bytes memory metadata, bytes memory message) internal pure returns (bytes memory) {
        return abi.encodeCall(IPostDispatchHook.postDispatch, (metadata, message));
    }

    function testFuzz_tree(bytes32 seed, uint256 size) public {
        size = bound(size, 1, 50);
        bytes32[] memory leaves = new bytes32[](size);
        for (uint256 i = 0; i < size; ++i) {
            bytes memory message = abi.encode(seed, i);
            leaves[i] = keccak256(message);
            mailbox.setLatest(message);
            vm.recordLogs();
            hook.postDispatch("", message);
            Vm.Log[] memory logs = vm.getRecordedLogs();
            assertEq(logs.length, 1, "logs");
            assertLog(logs[0], address(hook), topics(INSERTED), abi.encode(leaves[i], uint32(i)), "InsertedIntoTree");
        }
        assertEq(hook.count(), size, "count");
        assertEq(hook.root(), Plain.treeRoot(leaves), "root");
        (bytes32 root, uint32 index) = hook.latestCheckpoint();
        assertEq(root, hook.root(), "root of the checkpoint");
        assertEq(index, size - 1, "index of the checkpoint");
        assertEq(hook.tree().count, size, "count of the tree");
        (, bytes memory tree) = address(hook).staticcall(abi.encodeCall(hook.tree, ()));
        assertEq(tree.length, 33 * 32, "33 words");
    }

    function test_empty() public {
        assertEq(hook.root(), Golden.EMPTY_ROOT, "root");
        bytes memory want = abi.encodeWithSelector(IMerkleTreeHook.MerkleTreeEmpty.selector);
        mustRevert(address(hook), abi.encodeCall(hook.latestCheckpoint, ()), want, "trap 11");
    }

    /// @dev Trap 13: anyone may insert the latest message again.
    function test_again() public {
        mailbox.setLatest("m");
        hook.postDispatch("", "m");
        vm.prank(address(0xdead));
        hook.postDispatch(hex"0001", "m");
        vm.prank(address(0xdead), address(0xdead));
        hook.postDispatch("", "m");
        assertEq(hook.count(), 3, "count");
    }

    function test_notDispatching() public {
        mailbox.setLatest("latest");
        bytes memory want = abi.encodeWithSelector(
            MerkleTreeHook.MerkleTreeHookNotDispatching.selector, keccak256("other"), keccak256("latest")
        );
        mustRevert(address(hook), postData("", "other"), want, "other");
        assertEq(hook.count(), 0, "count");
    }

    function test_value() public {
        mailbox.setLatest("m");
        bytes memory want = abi.encodeWithSelector(MerkleTreeHook.MerkleTreeHookValueRefused.selector, 1);
        vm.deal(address(this), 1);
        mustRevert(address(hook), 1, postData("", "m"), want, "value");
        vm.deal(address(mailbox), 1);
        vm.prank(address(mailbox));
        mustRevert(address(hook), 1, postData("", "m"), want, "value, from the mailbox");
    }

    function test_metadata() public {
        mailbox.setLatest("m");
        bytes memory want = abi.encodeWithSelector(MerkleTreeHook.MerkleTreeHookMetadataInvalid.selector, 0);
        mustRevert(address(hook), postData(hex"00", "m"), want, "one byte");
        mustRevert(address(hook), abi.encodeCall(hook.quoteDispatch, (hex"00", "m")), want, "one byte, quote");
        want = abi.encodeWithSelector(MerkleTreeHook.MerkleTreeHookMetadataInvalid.selector, 2);
        mustRevert(address(hook), postData(hex"0002", "m"), want, "variant 2");
        assertTrue(!hook.supportsMetadata(hex"0002"), "variant 2");
        assertTrue(hook.supportsMetadata(hex"0001ff"), "variant 1");
        assertEq(hook.quoteDispatch("", "m"), 0, "quote");
        hook.postDispatch(hex"0001ff", "m");
    }

    function test_full() public {
        mailbox.setLatest("m");
        bytes32 slot = bytes32(uint256(32)); // behind the branch
        vm.store(address(hook), slot, bytes32(uint256(2 ** 32 - 2)));
        hook.postDispatch("", "m");
        assertEq(hook.count(), 2 ** 32 - 1, "full");
        bytes memory want = abi.encodeWithSelector(IMerkleTreeHook.MerkleTreeFull.selector, 2 ** 32 - 1);
        mustRevert(address(hook), postData("", "m"), want, "one more");
    }

    /// @dev As the hook of an Outbox it sees the id in transient storage.
    function test_withOutbox() public {
        Outbox outbox = new Outbox(Domain.wrap(1), address(this));
        MerkleTreeHook tree = new MerkleTreeHook(address(outbox));
        outbox.setDefaultHook(address(tree));
        outbox.dispatch(Domain.wrap(2), bytes32(uint256(3)), "a");
        outbox.dispatch(Domain.wrap(2), bytes32(uint256(3)), "b", "", address(new TwiceHook(tree)));
        assertEq(outbox.count(), 2, "the Outbox's own tree");
        assertEq(tree.count(), 3, "trap 13: leaf index is not the nonce here");
    }

    function deploy(address mailbox_) external returns (address) {
        return address(new MerkleTreeHook(mailbox_));
    }

    function test_constructor() public {
        assertEq(hook.mailbox(), address(mailbox), "mailbox");
        assertEq(hook.localDomain(), Domain.wrap(1000), "localDomain");
        assertEq(hook.deployedBlock(), block.number, "deployedBlock");
        assertEq(hook.hookType(), 3, "hookType");
        bytes memory want = abi.encodeWithSelector(IMailboxBound.MailboxNotContract.selector, address(0xdead));
        mustRevert(address(this), abi.encodeCall(this.deploy, (address(0xdead))), want, "no code");
    }
}
