// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.19;

import {IInbox} from "./IInbox.sol";
import {IOutbox} from "./IOutbox.sol";

/// @title Outbox and Inbox at one address
/// @notice Has every function and event of the live network's Mailbox. `IOutbox` and `IInbox` list
/// the differences in behaviour.
interface IMailbox is IOutbox, IInbox {}
