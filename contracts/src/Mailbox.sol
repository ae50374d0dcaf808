// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {Endpoint} from "./base/Endpoint.sol";
import {InboxBase} from "./base/InboxBase.sol";
import {OutboxBase} from "./base/OutboxBase.sol";
import {IMailbox} from "./interfaces/IMailbox.sol";
import {Domain} from "./libs/Domain.sol";

/// @title Outbox and Inbox at one address, in place of the live network's Mailbox
/// @dev See `IMailbox`. After deployment no hook is set.
contract Mailbox is IMailbox, OutboxBase, InboxBase {
    /// @param domain Domain of this chain.
    /// @param owner Account that may set the hooks and the default ISM.
    /// @param module The default ISM.
    constructor(Domain domain, address owner, address module) Endpoint(domain, owner) InboxBase(module) {}
}
