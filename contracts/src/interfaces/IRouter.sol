// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.19;

import {Domain} from "../libs/Domain.sol";
import {IMailboxClient} from "./IMailboxClient.sol";
import {IMessageRecipient} from "./IMessageRecipient.sol";

/// @title One application on many chains: one router for each domain
/// @notice Routers accept messages from each other only. `handle` checks, in this order: the caller
/// is the mailbox, the origin has a router, the sender is that router.
///
/// Differences from the live routers: enrollment emits events; the zero router cannot be enrolled,
/// since it would accept messages from sender zero; refusals are errors with arguments.
interface IRouter is IMailboxClient, IMessageRecipient {
    /// @notice A router was enrolled for a domain, in place of the one before if there was one.
    event RemoteRouterEnrolled(Domain indexed domain, bytes32 indexed router);

    /// @notice The router of a domain was removed.
    event RemoteRouterUnenrolled(Domain indexed domain, bytes32 indexed router);

    /// @notice No router is enrolled for the domain.
    error RouterNotEnrolled(Domain domain);

    /// @notice The sender of the message is not the router of its origin.
    error RouterSenderInvalid(Domain domain, bytes32 have, bytes32 want);

    /// @notice A router cannot be zero. To remove a router, unenroll its domain.
    error RouterZero(Domain domain);

    /// @notice The two lists must have the same length.
    error RouterLengthMismatch(uint256 domains, uint256 routers);

    /// @notice Returns the domains that have a router, in no reliable order.
    function domains() external view returns (Domain[] memory);

    /// @notice Returns the router of a domain; zero if there is none.
    function routers(Domain domain) external view returns (bytes32);

    /// @notice Enrolls the router of a domain, or replaces it. Only the owner may call it.
    function enrollRemoteRouter(Domain domain, bytes32 router) external;

    /// @notice Enrolls many routers, the i-th for the i-th domain. Only the owner may call it.
    function enrollRemoteRouters(Domain[] calldata domains, bytes32[] calldata routers) external;

    /// @notice Removes the router of a domain. Only the owner may call it.
    function unenrollRemoteRouter(Domain domain) external;

    /// @notice Removes the routers of many domains. Only the owner may call it.
    function unenrollRemoteRouters(Domain[] calldata domains) external;
}
