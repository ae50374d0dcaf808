// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {Mailbox} from "../src/Mailbox.sol";
import {Outbox} from "../src/Outbox.sol";
import {IOutbox} from "../src/interfaces/IOutbox.sol";
import {NoopIsm} from "../src/isms/NoopIsm.sol";
import {Domain} from "../src/libs/Domain.sol";
import {MessageId} from "../src/libs/MessageId.sol";
import {ForgeTest} from "./support/ForgeTest.sol";

/// @dev Calls of one test share a transaction, unless each is asked to be one of its own, as here.
contract OutboxTransactionTest is ForgeTest {
    function check(IOutbox outbox) private {
        outbox.dispatch(Domain.wrap(1), bytes32(uint256(2)), "a");
        assertEq(outbox.count(), 1, "dispatched");
        assertEq(outbox.latestDispatchedId(), MessageId.wrap(0), "forgotten");
    }

    /// forge-config: default.isolate = true
    function test_latestDispatchedId_endsWithTheTransaction() public {
        check(new Outbox(Domain.wrap(1), address(this)));
        check(new Mailbox(Domain.wrap(1), address(this), address(new NoopIsm())));
    }
}
