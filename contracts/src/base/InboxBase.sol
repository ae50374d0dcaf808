// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {IInbox} from "../interfaces/IInbox.sol";
import {IInterchainSecurityModule} from "../interfaces/IInterchainSecurityModule.sol";
import {ISpecifiesInterchainSecurityModule} from "../interfaces/ISpecifiesInterchainSecurityModule.sol";
import {CallLib} from "../libs/CallLib.sol";
import {Delivery, deliveryBy} from "../libs/Delivery.sol";
import {Domain} from "../libs/Domain.sol";
import {MessageId} from "../libs/MessageId.sol";
import {MessageLib} from "../libs/MessageLib.sol";
import {TypeCasts} from "../libs/TypeCasts.sol";
import {Endpoint} from "./Endpoint.sol";

/// @title The receiving half of a mailbox
/// @dev See `IInbox`.
abstract contract InboxBase is IInbox, Endpoint {
    using MessageLib for bytes;
    using TypeCasts for bytes32;

    /// @dev A struct of one field. Unlike a bare value it has a storage reference, with which
    /// `process` computes the slot once for its check and its write.
    struct Slot {
        Delivery delivery;
    }

    mapping(MessageId messageId => Slot) private _deliveries;
    IInterchainSecurityModule private _defaultIsm;

    constructor(address module) {
        _setDefaultIsm(module);
    }

    // ------------------------------------------------------------------------------------- process

    /// @inheritdoc IInbox
    function process(bytes calldata metadata, bytes calldata message) external payable {
        _checkMessage(message);
        MessageId messageId = message.id();
        Slot storage slot = _deliveries[messageId];
        if (slot.delivery.exists()) revert InboxAlreadyDelivered(messageId);
        if (!message.recipient().isAddress()) revert InboxRecipientInvalid(message.recipient());
        address recipient = message.recipient().toAddress();

        // SECURITY: recorded before the first outside call, so no message is handled twice.
        slot.delivery = deliveryBy(msg.sender);
        emit Process(message.origin(), message.sender(), recipient);
        emit ProcessId(messageId);

        // SECURITY: the recipient handles only what its ISM accepts.
        address module = address(recipientIsm(recipient));
        (uint256 length, bytes32 verdict) = CallLib.call(module, 0, CallLib.encodeVerify(metadata, message));
        if (length < 32) revert InboxIsmSilent(module);
        if (verdict != bytes32(uint256(1))) revert InboxIsmRefused(module, messageId);

        if (recipient.code.length == 0) revert InboxRecipientNotContract(recipient);
        CallLib.call(recipient, msg.value, CallLib.encodeHandle(message.origin(), message.sender(), message.body()));
    }

    /// @dev Reverts unless the message is for this chain. The version is checked before the length,
    /// as in the live Mailbox.
    function _checkMessage(bytes calldata message) private view {
        if (message.length == 0) revert MessageTooShort(0, MessageLib.HEADER_LENGTH);
        if (message.version() != VERSION) revert InboxVersionInvalid(message.version(), VERSION);
        message.mustReach(MessageLib.HEADER_LENGTH);
        Domain destination = message.destination();
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

    // ------------------------------------------------------------------------------------ settings

    /// @inheritdoc IInbox
    function setDefaultIsm(address module) external onlyOwner {
        _setDefaultIsm(module);
    }

    function _setDefaultIsm(address module) private {
        if (module.code.length == 0) revert InboxDefaultIsmNotContract(module);
        _defaultIsm = IInterchainSecurityModule(module);
        emit DefaultIsmSet(module);
    }

    // --------------------------------------------------------------------------------------- views

    /// @inheritdoc IInbox
    function delivered(MessageId messageId) public view returns (bool) {
        return _deliveries[messageId].delivery.exists();
    }

    /// @inheritdoc IInbox
    function processor(MessageId messageId) external view returns (address) {
        return _deliveries[messageId].delivery.processor();
    }

    /// @inheritdoc IInbox
    function processedAt(MessageId messageId) external view returns (uint48) {
        return _deliveries[messageId].delivery.blockNumber();
    }

    /// @inheritdoc IInbox
    function defaultIsm() external view returns (IInterchainSecurityModule) {
        return _defaultIsm;
    }
}
