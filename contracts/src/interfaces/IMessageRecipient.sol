// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.33;

/// @title A contract that can be sent messages
/// @notice Origin, sender and body are what the ISM has proven. All else is the choice of whoever delivers: the block,
/// the value, and the gas. A handler that catches the failure of a call it makes can be made to see that call fail for
/// lack of gas, and the message counts as delivered all the same: let failures come through, or check `gasleft()` first.
interface IMessageRecipient {
    /// @notice Handles a message. Check that `msg.sender` is the mailbox, then that the sender is one you trust.
    /// @param origin Domain the message came from.
    /// @param sender Who dispatched it there.
    /// @param body What it says.
    function handle(uint32 origin, bytes32 sender, bytes calldata body) external payable;
}
