// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {Endpoint} from "./base/Endpoint.sol";
import {OutboxBase} from "./base/OutboxBase.sol";
import {Domain} from "./libs/Domain.sol";

/// @title Where messages leave a chain
/// @dev See `IOutbox`. For a chain that only sends, or that has Outbox and Inbox at two addresses.
contract Outbox is OutboxBase {
    /// @param domain Domain of this chain.
    /// @param owner Account that may set the hooks.
    constructor(Domain domain, address owner) Endpoint(domain, owner) {}
}
