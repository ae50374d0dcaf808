// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.33;

import {IInbox} from "./IInbox.sol";
import {IOutbox} from "./IOutbox.sol";

/// @title Outbox and Inbox at one address
/// @notice Has every function and event of the live network's Mailbox; the differences in behaviour are told in
/// `IOutbox` and `IInbox`.
interface IMailbox is IOutbox, IInbox {}
