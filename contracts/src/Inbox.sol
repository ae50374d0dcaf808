// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.33;

import {Endpoint} from "./base/Endpoint.sol";
import {InboxBase} from "./base/InboxBase.sol";

/// @title Where messages arrive on a chain
/// @dev See `IInbox`. For a chain that only receives, or that keeps the two halves at two addresses.
contract Inbox is InboxBase {
    /// @param domain Domain of this chain.
    /// @param owner Who may set the default ISM.
    /// @param module The default ISM.
    constructor(uint32 domain, address owner, address module) Endpoint(domain, owner) InboxBase(module) {}
}
