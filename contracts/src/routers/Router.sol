// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {EnumerableSet} from "@openzeppelin/contracts/utils/structs/EnumerableSet.sol";
import {IMessageRecipient} from "../interfaces/IMessageRecipient.sol";
import {IOutbox} from "../interfaces/IOutbox.sol";
import {IRouter} from "../interfaces/IRouter.sol";
import {Domain} from "../libs/Domain.sol";
import {MessageId} from "../libs/MessageId.sol";
import {MailboxClient} from "./MailboxClient.sol";

/// @title Base of applications on many chains
/// @dev See `IRouter`. An application implements `_handle`, and sends with `_dispatchTo`.
abstract contract Router is IRouter, MailboxClient {
    using EnumerableSet for EnumerableSet.UintSet;

    EnumerableSet.UintSet private _domains;

    /// @inheritdoc IRouter
    mapping(Domain domain => bytes32) public routers;

    constructor(address mailbox, address owner) MailboxClient(mailbox, owner) {}

    // ------------------------------------------------------------------------------------- receive

    /// @inheritdoc IMessageRecipient
    function handle(Domain origin, bytes32 sender, bytes calldata body) external payable onlyMailbox {
        bytes32 router = _mustHaveRouter(origin);
        // SECURITY: accepts messages only from the router that the owner enrolled.
        if (sender != router) revert RouterSenderInvalid(origin, sender, router);
        _handle(origin, sender, body);
    }

    /// @dev Handles a message from the enrolled router of its origin.
    function _handle(Domain origin, bytes32 sender, bytes calldata body) internal virtual;

    // ---------------------------------------------------------------------------------------- send

    /// @dev Dispatches a message to the router of a domain.
    /// @param value Passed to the mailbox to pay the hooks, in wei.
    function _dispatchTo(Domain destination, uint256 value, bytes memory body, bytes memory metadata)
        internal
        returns (MessageId messageId)
    {
        return IOutbox(mailbox).dispatch{value: value}(
            destination, _mustHaveRouter(destination), body, metadata, address(hook)
        );
    }

    /// @dev Returns the value that `_dispatchTo` needs, in wei.
    function _quoteTo(Domain destination, bytes memory body, bytes memory metadata) internal view returns (uint256) {
        return IOutbox(mailbox).quoteDispatch(destination, _mustHaveRouter(destination), body, metadata, address(hook));
    }

    /// @dev Returns the router of a domain. Reverts if none is enrolled.
    function _mustHaveRouter(Domain domain) internal view returns (bytes32 router) {
        router = routers[domain];
        if (router == 0) revert RouterNotEnrolled(domain);
    }

    // ---------------------------------------------------------------------------------- enrollment

    /// @inheritdoc IRouter
    function enrollRemoteRouter(Domain domain, bytes32 router) external onlyOwner {
        _enroll(domain, router);
    }

    /// @inheritdoc IRouter
    function enrollRemoteRouters(Domain[] calldata domains_, bytes32[] calldata routers_) external onlyOwner {
        if (domains_.length != routers_.length) revert RouterLengthMismatch(domains_.length, routers_.length);
        for (uint256 i = 0; i < domains_.length; ++i) {
            _enroll(domains_[i], routers_[i]);
        }
    }

    /// @inheritdoc IRouter
    function unenrollRemoteRouter(Domain domain) external onlyOwner {
        _unenroll(domain);
    }

    /// @inheritdoc IRouter
    function unenrollRemoteRouters(Domain[] calldata domains_) external onlyOwner {
        for (uint256 i = 0; i < domains_.length; ++i) {
            _unenroll(domains_[i]);
        }
    }

    function _enroll(Domain domain, bytes32 router) private {
        if (router == 0) revert RouterZero(domain);
        _domains.add(Domain.unwrap(domain));
        routers[domain] = router;
        emit RemoteRouterEnrolled(domain, router);
    }

    function _unenroll(Domain domain) private {
        bytes32 router = _mustHaveRouter(domain);
        _domains.remove(Domain.unwrap(domain));
        delete routers[domain];
        emit RemoteRouterUnenrolled(domain, router);
    }

    // --------------------------------------------------------------------------------------- views

    /// @inheritdoc IRouter
    function domains() external view returns (Domain[] memory list) {
        list = new Domain[](_domains.length());
        for (uint256 i = 0; i < list.length; ++i) {
            list[i] = Domain.wrap(uint32(_domains.at(i)));
        }
    }
}
