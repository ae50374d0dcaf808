// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.33;

import {IMailboxClient} from "./IMailboxClient.sol";
import {IMessageRecipient} from "./IMessageRecipient.sol";

/// @title One application on many chains: each domain has one router, and routers trust only each other
/// @notice `handle` checks, in this order: the caller is the mailbox, the origin has a router, the sender is that
/// router.
///
/// Differences from the live routers: enrollment is logged; the zero router cannot be enrolled (it would accept
/// messages from sender zero); refusals are errors with arguments.
interface IRouter is IMailboxClient, IMessageRecipient {
    /// @notice A domain got a router, or another one.
    event RemoteRouterEnrolled(uint32 indexed domain, bytes32 indexed router);

    /// @notice A domain lost its router.
    event RemoteRouterUnenrolled(uint32 indexed domain, bytes32 indexed router);

    /// @notice No router is enrolled for the domain.
    error RouterNotEnrolled(uint32 domain);

    /// @notice The message does not come from the router of its origin.
    error RouterSenderInvalid(uint32 domain, bytes32 have, bytes32 want);

    /// @notice A router cannot be zero. To remove one, unenroll its domain.
    error RouterZero(uint32 domain);

    /// @notice There must be one router for each domain.
    error RouterLengthMismatch(uint256 domains, uint256 routers);

    /// @notice The domains that have a router, in no order that can be relied on.
    function domains() external view returns (uint32[] memory);

    /// @notice The router of a domain; zero when it has none.
    function routers(uint32 domain) external view returns (bytes32);

    /// @notice Enrolls the router of a domain, or replaces it. Owner only.
    function enrollRemoteRouter(uint32 domain, bytes32 router) external;

    /// @notice Enrolls many. Owner only.
    function enrollRemoteRouters(uint32[] calldata domains, bytes32[] calldata routers) external;

    /// @notice Removes the router of a domain. Owner only.
    function unenrollRemoteRouter(uint32 domain) external;

    /// @notice Removes many. Owner only.
    function unenrollRemoteRouters(uint32[] calldata domains) external;
}
