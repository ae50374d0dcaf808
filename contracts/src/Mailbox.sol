// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.33;

import {Endpoint} from "./base/Endpoint.sol";
import {InboxBase} from "./base/InboxBase.sol";
import {OutboxBase} from "./base/OutboxBase.sol";
import {IMailbox} from "./interfaces/IMailbox.sol";

/// @title Outbox and Inbox at one address, in place of the live network's Mailbox
/// @dev See `IMailbox`. Starts without hooks.
contract Mailbox is IMailbox, OutboxBase, InboxBase {
    /// @param domain Domain of this chain.
    /// @param owner Who may set the hooks and the default ISM.
    /// @param module The default ISM.
    constructor(uint32 domain, address owner, address module) Endpoint(domain, owner) InboxBase(module) {}
}
