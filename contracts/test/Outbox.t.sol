// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {Ownable} from "@openzeppelin/contracts/access/Ownable.sol";
import {Outbox} from "../src/Outbox.sol";
import {IMerkleTreeHook} from "../src/interfaces/IMerkleTreeHook.sol";
import {IOutbox} from "../src/interfaces/IOutbox.sol";
import {IPostDispatchHook} from "../src/interfaces/IPostDispatchHook.sol";
import {Domain} from "../src/libs/Domain.sol";
import {HookMetadataLib} from "../src/libs/HookMetadataLib.sol";
import {MessageId} from "../src/libs/MessageId.sol";
import {ForgeTest, Vm} from "./support/ForgeTest.sol";
import {Golden} from "./support/Golden.sol";
import {InsertingHook, LatestIdHook, MessageFeeHook, ReenteringHook} from "./support/Hooks.sol";
import {Plain} from "./support/Plain.sol";
import {TestHook} from "./support/TestHook.sol";

contract OutboxTest is ForgeTest {
    Domain internal constant LOCAL = Domain.wrap(1000);
    Domain internal constant REMOTE = Domain.wrap(2000);
    bytes32 internal constant RECIPIENT = bytes32(uint256(0x2222));
    bytes32 internal constant HEAD_SLOT = bytes32(uint256(2)); // behind owner and pending owner

    bytes32 internal constant DISPATCH = 0x769f711d20c679153d382254f59892613b58a97cc876b249134ac25c80f9c814;
    bytes32 internal constant DISPATCH_ID = 0x788dbc1b7152732178210e7f4d9d010ef016f9eafbe66786bd7169f56e0c353a;
    bytes32 internal constant INSERTED = 0x253a3a04cab70d47c1504809242d9350cd81627b4f1d50753e159cf8cd76ed33;
    bytes32 internal constant DEFAULT_HOOK_SET = 0x65a63e5066ee2fcdf9d32a7f1bf7ce71c76066f19d0609dddccd334ab87237d7;
    bytes32 internal constant REQUIRED_HOOK_SET = 0x329ec8e2438a73828ecf31a6568d7a91d7b1d79e342b0692914fd053d1a002b1;

    address internal owner = address(0x0e0e);
    address internal sender = address(0x5e5e);
    IOutbox internal outbox;
    TestHook internal required = new TestHook();
    TestHook internal standard = new TestHook();
    TestHook internal custom = new TestHook();

    function setUp() public virtual {
        outbox = deploy(LOCAL);
        vm.deal(sender, 1 ether);
    }

    function deploy(Domain domain) internal virtual returns (IOutbox) {
        return new Outbox(domain, owner);
    }

    function setHooks(address required_, address default_) internal {
        vm.startPrank(owner);
        outbox.setRequiredHook(required_);
        outbox.setDefaultHook(default_);
        vm.stopPrank();
    }

    function encode(uint32 nonce, bytes memory body) internal view returns (bytes memory) {
        return Plain.message(3, nonce, LOCAL, word(sender), REMOTE, RECIPIENT, body);
    }

    // ------------------------------------------------------------------------------------ messages

    function test_golden() public {
        vm.recordLogs();
        vm.prank(0x1111111111111111111111111111111111111111);
        MessageId id = outbox.dispatch(Domain.wrap(2000), word(0x2222222222222222222222222222222222222222), hex"1234");
        assertEq(id, Golden.MESSAGE_ID, "id");
        assertEq(vm.getRecordedLogs()[0].data, abi.encode(Golden.MESSAGE), "message");
    }

    /// @dev Trap 4: nothing is checked about destination, recipient or body.
    function testFuzz_dispatch(address from, Domain destination, bytes32 recipient, bytes calldata body) public {
        bytes memory message = Plain.message(3, 0, LOCAL, word(from), destination, recipient, body);
        vm.recordLogs();
        vm.prank(from);
        MessageId id = outbox.dispatch(destination, recipient, body);
        assertEq(id, idOf(message), "id");
        Vm.Log[] memory logs = vm.getRecordedLogs();
        assertEq(logs.length, 3, "logs");
        // Trap 3: sender is an indexed address, recipient an indexed bytes32 that may have all its
        // bytes.
        bytes32[] memory want = topics(DISPATCH, word(from), word(destination), recipient);
        assertLog(logs[0], address(outbox), want, abi.encode(message), "Dispatch");
        assertLog(logs[1], address(outbox), topics(DISPATCH_ID, word(id)), "", "DispatchId");
        // Trap 14: no field is indexed.
        assertLog(logs[2], address(outbox), topics(INSERTED), abi.encode(id, uint32(0)), "InsertedIntoTree");
    }

    function test_dispatch_largeBody() public {
        bytes memory body = new bytes(100_000);
        body[99_999] = 0x01;
        vm.prank(sender);
        assertEq(outbox.dispatch(REMOTE, RECIPIENT, body), idOf(encode(0, body)), "id");
    }

    function test_dispatch_toItself() public {
        vm.prank(sender);
        MessageId id = outbox.dispatch(LOCAL, 0, "");
        assertEq(id, idOf(Plain.message(3, 0, LOCAL, word(sender), LOCAL, 0, "")), "id");
    }

    /// @dev The three forms differ only in what they leave to the defaults.
    function test_dispatch_overloads() public {
        setHooks(address(required), address(standard));
        vm.startPrank(sender);
        outbox.dispatch(REMOTE, RECIPIENT, "a");
        assertEq(standard.lastMetadata(), "", "no metadata");
        outbox.dispatch(REMOTE, RECIPIENT, "b", hex"0001");
        assertEq(standard.lastMetadata(), hex"0001", "metadata");
        outbox.dispatch(REMOTE, RECIPIENT, "c", hex"0001aa", address(0));
        assertEq(standard.lastMetadata(), hex"0001aa", "hook zero is the default hook");
        outbox.dispatch(REMOTE, RECIPIENT, "d", hex"0001bb", address(custom));
        vm.stopPrank();
        assertEq(required.posted(), 4, "required");
        assertEq(standard.posted(), 3, "default");
        assertEq(custom.posted(), 1, "custom");
        assertEq(custom.lastMessage(), encode(3, "d"), "message");
        // Trap 8: the same metadata for both.
        assertEq(custom.lastMetadata(), hex"0001bb", "metadata of the custom hook");
        assertEq(required.lastMetadata(), hex"0001bb", "metadata of the required hook");
    }

    function test_logs_withHooks() public {
        setHooks(address(required), address(standard));
        required.setFee(3);
        standard.setFee(4);
        vm.recordLogs();
        vm.prank(sender);
        MessageId id = outbox.dispatch{value: 7}(REMOTE, RECIPIENT, "body", hex"0001");
        Vm.Log[] memory logs = vm.getRecordedLogs();
        assertEq(logs.length, 5, "logs");
        assertEq(logs[0].topics[0], DISPATCH, "first");
        assertEq(logs[1].topics[0], DISPATCH_ID, "second");
        assertEq(logs[2].topics[0], INSERTED, "third");
        bytes memory message = encode(0, "body");
        assertEq(idOf(message), id, "id");
        bytes32[] memory posted = topics(TestHook.Posted.selector);
        assertLog(logs[3], address(required), posted, abi.encode(3, hex"0001", message), "required");
        assertLog(logs[4], address(standard), posted, abi.encode(4, hex"0001", message), "default");
    }

    function test_latestDispatchedId() public {
        assertEq(outbox.latestDispatchedId(), MessageId.wrap(0), "before");
        LatestIdHook hook = new LatestIdHook();
        setHooks(address(0), address(hook));
        vm.prank(sender);
        MessageId id = outbox.dispatch(REMOTE, RECIPIENT, "a");
        assertEq(hook.latest(), id, "seen by the hook");
        vm.prank(sender);
        id = outbox.dispatch(REMOTE, RECIPIENT, "b");
        assertEq(hook.latest(), id, "seen again");
    }

    /// @dev Without hooks and without value no call leaves the Outbox.
    function test_dispatch_callsNobody() public {
        vm.startStateDiffRecording();
        outbox.dispatch(REMOTE, RECIPIENT, "a", "metadata", address(outbox));
        assertEq(callsRecorded(), 1, "the call of dispatch itself");
        setHooks(address(required), address(standard));
        vm.startStateDiffRecording();
        outbox.dispatch(REMOTE, RECIPIENT, "a");
        assertTrue(callsRecorded() > 4, "quotes and calls of two hooks");
    }

    /// @dev How many account accesses were recorded; their form does not matter here.
    function callsRecorded() private returns (uint256 count) {
        (bool ok, bytes memory answer) = address(vm).call(abi.encodeWithSignature("stopAndReturnStateDiff()"));
        assertTrue(ok, "recording");
        (, count) = abi.decode(answer, (uint256, uint256));
    }

    // ---------------------------------------------------------------------------------------- tree

    function testFuzz_tree(bytes32 seed, uint256 size) public {
        size = bound(size, 1, 50);
        bytes32[] memory leaves = new bytes32[](size);
        for (uint256 i = 0; i < size; ++i) {
            assertEq(outbox.nonce(), i, "nonce before");
            vm.recordLogs();
            vm.prank(sender);
            leaves[i] = word(outbox.dispatch(REMOTE, RECIPIENT, abi.encode(seed, i)));
            assertEq(leaves[i], keccak256(encode(uint32(i), abi.encode(seed, i))), "nonce of the message");
            // The leaf index is the nonce.
            assertEq(vm.getRecordedLogs()[2].data, abi.encode(leaves[i], uint32(i)), "leaf index");
        }
        assertEq(outbox.count(), size, "count");
        assertEq(outbox.nonce(), size, "nonce equals count");
        assertEq(outbox.root(), Plain.treeRoot(leaves), "root");
        // Trap 11: the index of a checkpoint is that of the newest leaf.
        (bytes32 root, uint32 index) = outbox.latestCheckpoint();
        assertEq(root, outbox.root(), "root of the checkpoint");
        assertEq(index, size - 1, "index of the checkpoint");
    }

    function test_tree_empty() public {
        assertEq(outbox.root(), Golden.EMPTY_ROOT, "root");
        assertEq(outbox.count(), 0, "count");
        bytes memory want = abi.encodeWithSelector(IMerkleTreeHook.MerkleTreeEmpty.selector);
        mustRevert(address(outbox), abi.encodeCall(IMerkleTreeHook.latestCheckpoint, ()), want, "trap 11");
    }

    /// @dev 33 words, no offset; levels that have not been written are zero (trap 12).
    function test_tree_abi() public {
        vm.startPrank(sender);
        bytes32 a = word(outbox.dispatch(REMOTE, RECIPIENT, "a"));
        bytes32 b = word(outbox.dispatch(REMOTE, RECIPIENT, "b"));
        bytes32 c = word(outbox.dispatch(REMOTE, RECIPIENT, "c"));
        vm.stopPrank();
        IMerkleTreeHook.Tree memory want;
        want.branch[0] = c;
        want.branch[1] = Plain.hashPair(a, b);
        want.count = 3;
        (, bytes memory have) = address(outbox).staticcall(abi.encodeCall(IMerkleTreeHook.tree, ()));
        assertEq(have.length, 33 * 32, "length");
        assertEq(have, abi.encode(want), "tree");
    }

    function test_tree_full() public {
        vm.store(address(outbox), HEAD_SLOT, bytes32(uint256(2 ** 32 - 2)));
        assertEq(outbox.nonce(), 2 ** 32 - 2, "the slot is the nonce's");
        vm.prank(sender);
        assertEq(outbox.dispatch(REMOTE, RECIPIENT, "last"), idOf(encode(2 ** 32 - 2, "last")), "the last leaf");
        assertEq(outbox.count(), 2 ** 32 - 1, "full");
        bytes memory want = abi.encodeWithSelector(IMerkleTreeHook.MerkleTreeFull.selector, 2 ** 32 - 1);
        bytes memory data = abi.encodeWithSignature("dispatch(uint32,bytes32,bytes)", REMOTE, RECIPIENT, "one more");
        mustRevert(address(outbox), data, want, "full");
        assertEq(outbox.nonce(), 2 ** 32 - 1, "nonce stays");
    }

    function test_hookFace() public {
        assertEq(outbox.hookType(), 3, "hookType");
        assertEq(outbox.quoteDispatch("any", "thing"), 0, "quote");
        assertTrue(outbox.supportsMetadata(""), "empty");
        assertTrue(outbox.supportsMetadata(hex"0001"), "variant 1");
        assertTrue(!outbox.supportsMetadata(hex"00"), "one byte");
        assertTrue(!outbox.supportsMetadata(hex"0002"), "variant 2");
    }

    function test_postDispatch_refused() public {
        bytes memory data = abi.encodeCall(IPostDispatchHook.postDispatch, ("", encode(0, "")));
        for (uint256 i = 0; i < 3; ++i) {
            address caller = [sender, owner, address(outbox)][i];
            bytes memory want = abi.encodeWithSelector(IOutbox.OutboxPostDispatchRefused.selector, caller);
            vm.prank(caller);
            mustRevert(address(outbox), data, want, "refused");
        }
        assertEq(outbox.count(), 0, "count");
    }

    /// @dev Trap 13 cannot happen here: an id has one leaf.
    function test_postDispatch_refusedWhileDispatching() public {
        InsertingHook hook = new InsertingHook();
        bytes memory data = abi.encodeWithSignature(
            "dispatch(uint32,bytes32,bytes,bytes,address)", REMOTE, RECIPIENT, "", "", address(hook)
        );
        bytes memory want = abi.encodeWithSelector(IOutbox.OutboxPostDispatchRefused.selector, address(hook));
        mustRevert(address(outbox), data, want, "inserted twice");
    }

    // --------------------------------------------------------------------------------------- hooks

    function test_hooks_unset() public view {
        assertEq(outbox.defaultHook(), address(outbox), "default: the Outbox itself");
        assertEq(outbox.requiredHook(), address(0), "required: none");
    }

    /// @dev The Outbox's own address as hook means the tree only; the required hook sees the
    /// message anyway.
    function test_hook_own() public {
        setHooks(address(required), address(standard));
        vm.prank(sender);
        outbox.dispatch(REMOTE, RECIPIENT, "a", "", address(outbox));
        assertEq(standard.posted(), 0, "default");
        assertEq(required.posted(), 1, "required");
        assertEq(outbox.count(), 1, "one leaf");
    }

    function test_hook_withoutCode() public {
        address nobody = address(0xdead);
        bytes memory want = abi.encodeWithSelector(IOutbox.OutboxHookNotContract.selector, nobody);
        bytes memory data =
            abi.encodeWithSignature("dispatch(uint32,bytes32,bytes,bytes,address)", REMOTE, RECIPIENT, "", "", nobody);
        mustRevert(address(outbox), data, want, "dispatch");
        data = abi.encodeWithSignature(
            "quoteDispatch(uint32,bytes32,bytes,bytes,address)", REMOTE, RECIPIENT, "", "", nobody
        );
        mustRevert(address(outbox), data, want, "quote");
    }

    function test_hook_refuses() public {
        setHooks(address(required), address(standard));
        bytes memory data = abi.encodeWithSignature("dispatch(uint32,bytes32,bytes)", REMOTE, RECIPIENT, "");
        bytes memory want = abi.encodeWithSelector(TestHook.TestHookRefused.selector, keccak256(encode(0, "")));
        required.setRefuses(true);
        vm.prank(sender);
        mustRevert(address(outbox), data, want, "required");
        required.setRefuses(false);
        standard.setRefuses(true);
        vm.prank(sender);
        mustRevert(address(outbox), data, want, "default");
        assertEq(outbox.count(), 0, "nothing happened");
        assertEq(required.posted(), 0, "nor at the other hook");
    }

    function test_hook_reenters() public {
        ReenteringHook hook = new ReenteringHook();
        vm.deal(address(hook), 5);
        setHooks(address(0), address(hook));
        vm.prank(sender);
        MessageId id = outbox.dispatch(REMOTE, RECIPIENT, "outer");
        bytes32[] memory leaves = new bytes32[](2);
        (leaves[0], leaves[1]) = (word(id), word(hook.inner()));
        bytes memory inner =
            Plain.message(3, 1, LOCAL, word(address(hook)), Domain.wrap(7), bytes32(uint256(8)), "inner");
        assertEq(leaves[1], keccak256(inner), "inner id");
        assertEq(outbox.root(), Plain.treeRoot(leaves), "root");
        assertEq(hook.returned(), 5, "inner value came back");
        assertEq(address(outbox).balance, 0, "nothing kept");
    }

    // --------------------------------------------------------------------------------------- value

    /// @dev Each hook gets its own quote, the rest comes back, for every choice of hooks.
    function testFuzz_value(uint64[3] calldata fees, uint64 excess, uint8 choice, bool named) public {
        required.setFee(fees[0]);
        standard.setFee(fees[1]);
        custom.setFee(fees[2]);
        setHooks(choice & 1 == 0 ? address(0) : address(required), choice & 2 == 0 ? address(0) : address(standard));
        address hook = [address(0), address(custom), address(outbox)][(choice >> 2) % 3];
        address refund = address(0xfeed);
        bytes memory metadata = named ? HookMetadataLib.encode(0, 0, refund) : bytes("");

        uint256 first = choice & 1 == 0 ? 0 : fees[0];
        uint256 second = hook == address(custom) ? fees[2] : hook == address(0) && choice & 2 != 0 ? fees[1] : 0;
        uint256 quote = outbox.quoteDispatch(REMOTE, RECIPIENT, "b", metadata, hook);
        assertEq(quote, first + second, "quote");

        uint256 value = quote + excess;
        vm.deal(sender, value);
        vm.prank(sender);
        outbox.dispatch{value: value}(REMOTE, RECIPIENT, "b", metadata, hook);
        assertEq(address(required).balance, first, "required");
        assertEq(address(standard).balance + address(custom).balance, second, "second");
        assertEq(address(hook == address(custom) ? custom : standard).balance, second, "second, the right one");
        assertEq((named ? refund : sender).balance, excess, "refund");
        assertEq(address(outbox).balance, 0, "nothing kept");
    }

    function testFuzz_value_tooLow(uint64 a, uint64 b, uint256 value) public {
        required.setFee(a);
        standard.setFee(b);
        setHooks(address(required), address(standard));
        uint256 quote = uint256(a) + b;
        vm.assume(quote > 0);
        value = bound(value, 0, quote - 1);
        vm.deal(sender, value);
        vm.prank(sender);
        mustRevert(
            address(outbox),
            value,
            abi.encodeWithSignature("dispatch(uint32,bytes32,bytes)", REMOTE, RECIPIENT, ""),
            abi.encodeWithSelector(IOutbox.OutboxValueTooLow.selector, value, quote),
            "too low"
        );
        assertEq(sender.balance, value, "value stays");
    }

    /// @dev Traps 37 and 39: 20 raw bytes at 66; absent, zero or not standard means the sender.
    function test_refund_address() public {
        address refund = address(0xfeed);
        bytes memory full = HookMetadataLib.encode(0, 0, refund);
        bytes memory other = abi.encodePacked(hex"0002", slice(full, 2, 86));
        vm.startPrank(sender);
        outbox.dispatch{value: 1}(REMOTE, RECIPIENT, "", full);
        assertEq(refund.balance, 1, "named");
        outbox.dispatch{value: 1}(REMOTE, RECIPIENT, "", abi.encodePacked(full, address(0xfee), "custom"));
        outbox.dispatch{value: 1}(REMOTE, RECIPIENT, "", abi.encodePacked(full, new bytes(1000)));
        assertEq(refund.balance, 3, "named, longer");
        uint256 before = sender.balance;
        outbox.dispatch{value: 1}(REMOTE, RECIPIENT, "", slice(full, 0, 85));
        outbox.dispatch{value: 1}(REMOTE, RECIPIENT, "", HookMetadataLib.encode(0, 0, address(0)));
        outbox.dispatch{value: 1}(REMOTE, RECIPIENT, "", other);
        outbox.dispatch{value: 1}(REMOTE, RECIPIENT, "", "");
        vm.stopPrank();
        assertEq(sender.balance, before, "sender");
        assertEq(refund.balance, 3, "not named");
    }

    function test_refund_fails() public {
        // The hooks take no plain transfers.
        bytes memory metadata = HookMetadataLib.encode(0, 0, address(custom));
        bytes memory data =
            abi.encodeWithSignature("dispatch(uint32,bytes32,bytes,bytes)", REMOTE, RECIPIENT, "", metadata);
        bytes memory want = abi.encodeWithSelector(IOutbox.OutboxRefundFailed.selector, address(custom), 9);
        vm.prank(sender);
        mustRevert(address(outbox), 9, data, want, "refund");
        vm.prank(sender);
        (bool ok,) = address(outbox).call(data);
        assertTrue(ok, "without excess");
    }

    /// @dev Trap 9: quotes depend on sender and nonce.
    function testFuzz_quote_senderAndNonce(address from, uint256 before) public {
        setHooks(address(new MessageFeeHook()), address(0));
        before = bound(before, 0, 3);
        for (uint256 i = 0; i < before; ++i) {
            vm.deal(sender, 1 ether);
            vm.prank(sender);
            outbox.dispatch{value: 1 ether}(REMOTE, RECIPIENT, "");
        }
        vm.prank(from);
        uint256 quote = outbox.quoteDispatch(REMOTE, RECIPIENT, "");
        assertEq(quote, 1 + before * 2 ** 16 + uint16(uint160(from)), "quote");
        vm.deal(from, quote);
        vm.prank(from);
        outbox.dispatch{value: quote}(REMOTE, RECIPIENT, "");
    }

    function test_quote_overloads() public {
        required.setFee(1);
        standard.setFee(20);
        custom.setFee(300);
        assertEq(outbox.quoteDispatch(REMOTE, RECIPIENT, ""), 0, "no hooks");
        setHooks(address(required), address(standard));
        assertEq(outbox.quoteDispatch(REMOTE, RECIPIENT, ""), 21, "default");
        assertEq(outbox.quoteDispatch(REMOTE, RECIPIENT, "", ""), 21, "metadata");
        assertEq(outbox.quoteDispatch(REMOTE, RECIPIENT, "", "", address(0)), 21, "hook zero");
        assertEq(outbox.quoteDispatch(REMOTE, RECIPIENT, "", "", address(custom)), 301, "custom");
        assertEq(outbox.quoteDispatch(REMOTE, RECIPIENT, "", "", address(outbox)), 1, "tree only");
    }

    // ------------------------------------------------------------------------------------ settings

    function test_setHooks() public {
        vm.recordLogs();
        vm.startPrank(owner);
        outbox.setDefaultHook(address(standard));
        outbox.setRequiredHook(address(required));
        assertEq(outbox.defaultHook(), address(standard), "default");
        assertEq(outbox.requiredHook(), address(required), "required");
        outbox.setDefaultHook(address(0));
        outbox.setRequiredHook(address(0));
        vm.stopPrank();
        test_hooks_unset();
        Vm.Log[] memory logs = vm.getRecordedLogs();
        assertEq(logs.length, 4, "logs");
        assertLog(logs[0], address(outbox), topics(DEFAULT_HOOK_SET, word(address(standard))), "", "default");
        assertLog(logs[1], address(outbox), topics(REQUIRED_HOOK_SET, word(address(required))), "", "required");
        assertLog(logs[2], address(outbox), topics(DEFAULT_HOOK_SET, 0), "", "no default");
        assertLog(logs[3], address(outbox), topics(REQUIRED_HOOK_SET, 0), "", "no required");
    }

    /// @dev The Outbox itself as hook is no hook, not a call to itself that would block every
    /// dispatch.
    function test_setHooks_own() public {
        vm.recordLogs();
        setHooks(address(outbox), address(outbox));
        test_hooks_unset();
        Vm.Log[] memory logs = vm.getRecordedLogs();
        assertLog(logs[0], address(outbox), topics(REQUIRED_HOOK_SET, 0), "", "no required");
        assertLog(logs[1], address(outbox), topics(DEFAULT_HOOK_SET, 0), "", "no default");
        vm.prank(sender);
        outbox.dispatch(REMOTE, RECIPIENT, "");
        assertEq(outbox.count(), 1, "count");
    }

    function test_setHooks_withoutCode() public {
        bytes memory want = abi.encodeWithSelector(IOutbox.OutboxHookNotContract.selector, sender);
        vm.startPrank(owner);
        mustRevert(address(outbox), abi.encodeCall(IOutbox.setDefaultHook, (sender)), want, "default");
        mustRevert(address(outbox), abi.encodeCall(IOutbox.setRequiredHook, (sender)), want, "required");
        vm.stopPrank();
    }

    function test_setHooks_ownerOnly() public {
        bytes memory want = abi.encodeWithSelector(Ownable.OwnableUnauthorizedAccount.selector, sender);
        vm.startPrank(sender);
        mustRevert(address(outbox), abi.encodeCall(IOutbox.setDefaultHook, (address(0))), want, "default");
        mustRevert(address(outbox), abi.encodeCall(IOutbox.setRequiredHook, (address(0))), want, "required");
        vm.stopPrank();
    }

    function test_setHooks_keepNonce() public {
        vm.prank(sender);
        outbox.dispatch(REMOTE, RECIPIENT, "");
        setHooks(address(required), address(standard));
        assertEq(outbox.nonce(), 1, "nonce shares a slot with the hooks");
    }

    function test_ownership() public {
        Outbox owned = Outbox(address(outbox));
        vm.prank(owner);
        owned.transferOwnership(sender);
        assertEq(owned.owner(), owner, "first step");
        vm.prank(sender);
        owned.acceptOwnership();
        assertEq(owned.owner(), sender, "second step");
        vm.prank(sender);
        owned.renounceOwnership();
        assertEq(owned.owner(), address(0), "renounced");
    }

    function test_constants() public view {
        assertEq(outbox.VERSION(), 3, "VERSION");
        assertEq(outbox.localDomain(), LOCAL, "localDomain");
        assertEq(outbox.deployedBlock(), block.number, "deployedBlock");
        assertEq(outbox.PACKAGE_VERSION(), "12.1.0", "PACKAGE_VERSION");
    }
}
