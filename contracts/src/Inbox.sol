// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {Endpoint} from "./base/Endpoint.sol";
import {InboxBase} from "./base/InboxBase.sol";
import {Domain} from "./libs/Domain.sol";

/// @title Where messages arrive on a chain
/// @dev See `IInbox`. For a chain that only receives, or that has Outbox and Inbox at two
/// addresses.
contract Inbox is InboxBase {
    /// @param domain Domain of this chain.
    /// @param owner Account that may set the default ISM.
    /// @param module The default ISM.
    constructor(Domain domain, address owner, address module) Endpoint(domain, owner) InboxBase(module) {}
}
