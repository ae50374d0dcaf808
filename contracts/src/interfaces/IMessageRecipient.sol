// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.19;

import {Domain} from "../libs/Domain.sol";

/// @title A contract that can receive messages
/// @notice The ISM proves origin, sender and body. The caller of `process` chooses everything else:
/// the block, the value and the gas. If a handler catches the failure of a call that it makes, the
/// caller can make that call run out of gas, and the message still counts as delivered. Let
/// failures through, or check `gasleft()` first.
interface IMessageRecipient {
    /// @notice Handles a message. Check that `msg.sender` is the mailbox, then that you trust the
    /// sender.
    /// @param origin Domain that the message comes from.
    /// @param sender Account that dispatched it there.
    /// @param body Content of the message.
    function handle(Domain origin, bytes32 sender, bytes calldata body) external payable;
}
