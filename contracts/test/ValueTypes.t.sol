// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {Delivery, deliveryBy} from "../src/libs/Delivery.sol";
import {OutboxHead} from "../src/libs/OutboxHead.sol";
import {ForgeTest} from "./support/ForgeTest.sol";

/// @dev The packed value types agree with the compiler's own packing, and a change of one field keeps
/// the others.
contract ValueTypesTest is ForgeTest {
    struct Head {
        uint32 nonce;
        bool hasDefaultHook;
        address requiredHook;
    }

    Head private _head;

    function packed(uint32 nonce, bool hasDefaultHook, address requiredHook) private returns (OutboxHead) {
        _head = Head(nonce, hasDefaultHook, requiredHook);
        uint256 word_;
        assembly {
            word_ := sload(_head.slot)
        }
        return OutboxHead.wrap(word_);
    }

    function assertHead(OutboxHead head, uint32 nonce, bool hasDefaultHook, address requiredHook) private {
        assertEq(head.nonce(), nonce, "nonce");
        assertTrue(head.hasDefaultHook() == hasDefaultHook, "has default hook");
        assertEq(head.requiredHook(), requiredHook, "required hook");
        OutboxHead want = packed(nonce, hasDefaultHook, requiredHook);
        assertEq(OutboxHead.unwrap(head), OutboxHead.unwrap(want), "as packed by the compiler");
    }

    function testFuzz_outboxHead(uint32 nonce, bool isSet, address hook, bool otherIsSet, address otherHook) public {
        OutboxHead head = packed(nonce, isSet, hook);
        assertHead(head, nonce, isSet, hook);
        assertHead(head.withDefaultHook(otherIsSet), nonce, otherIsSet, hook);
        assertHead(head.withRequiredHook(otherHook), nonce, isSet, otherHook);
        if (nonce < type(uint32).max) assertHead(head.withNextNonce(), nonce + 1, isSet, hook);
    }

    function testFuzz_delivery(address account, uint48 number) public {
        vm.assume(account != address(0) || number != 0);
        vm.roll(number);
        Delivery delivery = deliveryBy(account);
        assertTrue(delivery.exists(), "exists");
        assertEq(delivery.processor(), account, "processor");
        assertEq(delivery.blockNumber(), number, "block");
        Delivery none;
        assertTrue(!none.exists(), "nothing delivered");
        assertEq(none.processor(), address(0), "no processor");
        assertEq(none.blockNumber(), 0, "no block");
    }
}
