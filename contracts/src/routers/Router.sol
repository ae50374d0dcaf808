// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.33;

import {EnumerableSet} from "@openzeppelin/contracts/utils/structs/EnumerableSet.sol";
import {IMessageRecipient} from "../interfaces/IMessageRecipient.sol";
import {IOutbox} from "../interfaces/IOutbox.sol";
import {IRouter} from "../interfaces/IRouter.sol";
import {MailboxClient} from "./MailboxClient.sol";

/// @title Base of applications that are on many chains at once
/// @dev See `IRouter`. A child implements `_handle`, and sends with `_dispatchTo`.
abstract contract Router is IRouter, MailboxClient {
    using EnumerableSet for EnumerableSet.UintSet;

    EnumerableSet.UintSet private _domains;

    /// @inheritdoc IRouter
    mapping(uint32 domain => bytes32) public routers;

    constructor(address mailbox, address owner) MailboxClient(mailbox, owner) {}

    // -------------------------------------------------------------------------------------------------------- receive

    /// @inheritdoc IMessageRecipient
    function handle(uint32 origin, bytes32 sender, bytes calldata body) external payable onlyMailbox {
        bytes32 router = _mustHaveRouter(origin);
        // SECURITY: messages count only from the router that the owner enrolled.
        if (sender != router) revert RouterSenderInvalid(origin, sender, router);
        _handle(origin, sender, body);
    }

    /// @dev Handles a message that comes from the enrolled router of its origin.
    function _handle(uint32 origin, bytes32 sender, bytes calldata body) internal virtual;

    // ----------------------------------------------------------------------------------------------------------- send

    /// @dev Dispatches a message to the router of a domain.
    /// @param value What goes along to pay for it.
    function _dispatchTo(uint32 destination, uint256 value, bytes memory body, bytes memory metadata)
        internal
        returns (bytes32 messageId)
    {
        return IOutbox(mailbox).dispatch{value: value}(
            destination, _mustHaveRouter(destination), body, metadata, address(hook)
        );
    }

    /// @dev What `_dispatchTo` needs as value.
    function _quoteTo(uint32 destination, bytes memory body, bytes memory metadata) internal view returns (uint256) {
        return IOutbox(mailbox).quoteDispatch(destination, _mustHaveRouter(destination), body, metadata, address(hook));
    }

    function _mustHaveRouter(uint32 domain) internal view returns (bytes32 router) {
        router = routers[domain];
        if (router == 0) revert RouterNotEnrolled(domain);
    }

    // ----------------------------------------------------------------------------------------------------- enrollment

    /// @inheritdoc IRouter
    function enrollRemoteRouter(uint32 domain, bytes32 router) external onlyOwner {
        _enroll(domain, router);
    }

    /// @inheritdoc IRouter
    function enrollRemoteRouters(uint32[] calldata domains_, bytes32[] calldata routers_) external onlyOwner {
        if (domains_.length != routers_.length) revert RouterLengthMismatch(domains_.length, routers_.length);
        for (uint256 i = 0; i < domains_.length; ++i) {
            _enroll(domains_[i], routers_[i]);
        }
    }

    /// @inheritdoc IRouter
    function unenrollRemoteRouter(uint32 domain) external onlyOwner {
        _unenroll(domain);
    }

    /// @inheritdoc IRouter
    function unenrollRemoteRouters(uint32[] calldata domains_) external onlyOwner {
        for (uint256 i = 0; i < domains_.length; ++i) {
            _unenroll(domains_[i]);
        }
    }

    function _enroll(uint32 domain, bytes32 router) private {
        if (router == 0) revert RouterZero(domain);
        _domains.add(domain);
        routers[domain] = router;
        emit RemoteRouterEnrolled(domain, router);
    }

    function _unenroll(uint32 domain) private {
        bytes32 router = _mustHaveRouter(domain);
        _domains.remove(domain);
        delete routers[domain];
        emit RemoteRouterUnenrolled(domain, router);
    }

    // ---------------------------------------------------------------------------------------------------------- views

    /// @inheritdoc IRouter
    function domains() external view returns (uint32[] memory list) {
        list = new uint32[](_domains.length());
        for (uint256 i = 0; i < list.length; ++i) {
            list[i] = uint32(_domains.at(i));
        }
    }
}
