// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.33;

/// @title A contract that can be sent messages
interface IMessageRecipient {
    /// @notice Handles a message. Check that `msg.sender` is the mailbox, then that the sender is one you trust.
    /// @param origin Domain the message came from.
    /// @param sender Who dispatched it there.
    /// @param body What it says.
    function handle(uint32 origin, bytes32 sender, bytes calldata body) external payable;
}
