// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.33;

import {IInbox} from "../interfaces/IInbox.sol";
import {IInterchainSecurityModule} from "../interfaces/IInterchainSecurityModule.sol";
import {ISpecifiesInterchainSecurityModule} from "../interfaces/ISpecifiesInterchainSecurityModule.sol";
import {CallLib} from "../libs/CallLib.sol";
import {MessageLib} from "../libs/MessageLib.sol";
import {TypeCasts} from "../libs/TypeCasts.sol";
import {Endpoint} from "./Endpoint.sol";

/// @title The receiving half of a mailbox
/// @dev See `IInbox` for what it does.
abstract contract InboxBase is IInbox, Endpoint {
    using MessageLib for bytes;
    using TypeCasts for bytes32;

    /// @dev One slot, written whole. Zero for a message that has not been delivered.
    struct Delivery {
        // Low 160 bits: who delivered the message; the bits above: in which block.
        uint256 record;
    }

    mapping(bytes32 messageId => Delivery) private _deliveries;
    IInterchainSecurityModule private _defaultIsm;

    constructor(address module) {
        _setDefaultIsm(module);
    }

    // -------------------------------------------------------------------------------------------------------- process

    /// @inheritdoc IInbox
    function process(bytes calldata metadata, bytes calldata message) external payable {
        _check(message);
        bytes32 messageId = message.id();
        Delivery storage delivery = _deliveries[messageId];
        if (delivery.record != 0) revert InboxAlreadyDelivered(messageId);
        if (!message.recipient().isAddress()) revert InboxRecipientInvalid(message.recipient());
        address recipient = message.recipient().toAddress();

        // SECURITY: recorded before any call goes out, so no message can be handled twice.
        delivery.record = (block.number << 160) | uint160(msg.sender);
        emit Process(message.origin(), message.sender(), recipient);
        emit ProcessId(messageId);

        // SECURITY: nothing is handled that the recipient's own module has not accepted.
        address module = address(recipientIsm(recipient));
        (uint256 length, bytes32 verdict) = CallLib.call(module, 0, CallLib.encodeVerify(metadata, message));
        if (length < 32) revert InboxIsmSilent(module);
        if (verdict != bytes32(uint256(1))) revert InboxIsmRefused(module, messageId);

        if (recipient.code.length == 0) revert InboxRecipientNotContract(recipient);
        CallLib.call(recipient, msg.value, CallLib.encodeHandle(message.origin(), message.sender(), message.body()));
    }

    /// @dev That the message is one for this chain. The version comes before the length, as in the live Mailbox.
    function _check(bytes calldata message) private view {
        if (message.length == 0) revert MessageTooShort(0, MessageLib.HEADER_LENGTH);
        if (message.version() != VERSION) revert InboxVersionInvalid(message.version(), VERSION);
        message.mustReach(MessageLib.HEADER_LENGTH);
        uint32 destination = message.destination();
        if (destination != localDomain) revert InboxDestinationInvalid(destination, localDomain);
    }

    /// @inheritdoc IInbox
    function recipientIsm(address recipient) public view returns (IInterchainSecurityModule) {
        (bool ok, uint256 length, bytes32 word) =
            CallLib.ask(recipient, ISpecifiesInterchainSecurityModule.interchainSecurityModule.selector);
        if (!ok || length == 0) return _defaultIsm;
        if (length < 32 || !word.isAddress()) revert InboxIsmAnswerInvalid(recipient, length, word);
        return word == 0 ? _defaultIsm : IInterchainSecurityModule(word.toAddress());
    }

    // ------------------------------------------------------------------------------------------------------- settings

    /// @inheritdoc IInbox
    function setDefaultIsm(address module) external onlyOwner {
        _setDefaultIsm(module);
    }

    function _setDefaultIsm(address module) private {
        if (module.code.length == 0) revert InboxDefaultIsmNotContract(module);
        _defaultIsm = IInterchainSecurityModule(module);
        emit DefaultIsmSet(module);
    }

    // ---------------------------------------------------------------------------------------------------------- views

    /// @inheritdoc IInbox
    function delivered(bytes32 messageId) public view returns (bool) {
        return _deliveries[messageId].record != 0;
    }

    /// @inheritdoc IInbox
    function processor(bytes32 messageId) external view returns (address) {
        return address(uint160(_deliveries[messageId].record));
    }

    /// @inheritdoc IInbox
    function processedAt(bytes32 messageId) external view returns (uint48) {
        return uint48(_deliveries[messageId].record >> 160);
    }

    /// @inheritdoc IInbox
    function defaultIsm() external view returns (IInterchainSecurityModule) {
        return _defaultIsm;
    }
}
