// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.33;

import {Endpoint} from "./base/Endpoint.sol";
import {OutboxBase} from "./base/OutboxBase.sol";

/// @title Where messages leave a chain
/// @dev See `IOutbox`. For a chain that only sends, or that keeps the two halves at two addresses.
contract Outbox is OutboxBase {
    /// @param domain Domain of this chain.
    /// @param owner Who may set the hooks.
    constructor(uint32 domain, address owner) Endpoint(domain, owner) {}
}
