// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.33;

import {IInbox} from "../interfaces/IInbox.sol";
import {IInterchainSecurityModule} from "../interfaces/IInterchainSecurityModule.sol";
import {IMessageRecipient} from "../interfaces/IMessageRecipient.sol";
import {ISpecifiesInterchainSecurityModule} from "../interfaces/ISpecifiesInterchainSecurityModule.sol";
import {MessageLib} from "../libs/MessageLib.sol";
import {TypeCasts} from "../libs/TypeCasts.sol";
import {Endpoint} from "./Endpoint.sol";

/// @title The receiving half of a mailbox
/// @dev See `IInbox` for what it does.
abstract contract InboxBase is IInbox, Endpoint {
    using MessageLib for bytes;
    using TypeCasts for bytes32;

    /// @notice Who delivered a message, and in which block; one slot.
    struct Delivery {
        address processor;
        uint48 blockNumber;
    }

    mapping(bytes32 messageId => Delivery) private _deliveries;
    IInterchainSecurityModule private _defaultIsm;

    constructor(address module) {
        _setDefaultIsm(module);
    }

    // -------------------------------------------------------------------------------------------------------- process

    /// @inheritdoc IInbox
    function process(bytes calldata metadata, bytes calldata message) external payable {
        (bytes32 messageId, address recipient) = _check(message);

        // SECURITY: recorded before any call goes out, so no message can be handled twice.
        _deliveries[messageId] = Delivery(msg.sender, uint48(block.number));
        emit Process(message.origin(), message.sender(), recipient);
        emit ProcessId(messageId);

        // SECURITY: nothing is handled that the recipient's own module has not accepted.
        IInterchainSecurityModule module = recipientIsm(recipient);
        if (address(module).code.length == 0) revert InboxIsmNotContract(address(module));
        if (!module.verify(metadata, message)) revert InboxIsmRefused(address(module), messageId);

        if (recipient.code.length == 0) revert InboxRecipientNotContract(recipient);
        IMessageRecipient(recipient).handle{value: msg.value}(message.origin(), message.sender(), message.body());
    }

    /// @dev The version comes before the length, as in the live Mailbox.
    function _check(bytes calldata message) private view returns (bytes32 messageId, address recipient) {
        if (message.length == 0) revert MessageTooShort(0, MessageLib.HEADER_LENGTH);
        uint8 version = uint8(message[MessageLib.VERSION_OFFSET]);
        if (version != VERSION) revert InboxVersionInvalid(version, VERSION);
        if (message.length < MessageLib.HEADER_LENGTH) {
            revert MessageTooShort(message.length, MessageLib.HEADER_LENGTH);
        }
        uint32 destination = message.destination();
        if (destination != localDomain) revert InboxDestinationInvalid(destination, localDomain);
        messageId = message.id();
        if (delivered(messageId)) revert InboxAlreadyDelivered(messageId);
        if (!message.recipient().isAddress()) revert InboxRecipientInvalid(message.recipient());
        recipient = message.recipient().toAddress();
    }

    /// @inheritdoc IInbox
    function recipientIsm(address recipient) public view returns (IInterchainSecurityModule) {
        (bool ok, bytes memory answer) =
            recipient.staticcall(abi.encodeCall(ISpecifiesInterchainSecurityModule.interchainSecurityModule, ()));
        if (!ok || answer.length == 0) return _defaultIsm;
        if (answer.length < 32) revert InboxIsmAnswerInvalid(recipient, answer);
        bytes32 module = bytes32(answer);
        if (!module.isAddress()) revert InboxIsmAnswerInvalid(recipient, answer);
        return module == 0 ? _defaultIsm : IInterchainSecurityModule(module.toAddress());
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
        return _deliveries[messageId].blockNumber > 0;
    }

    /// @inheritdoc IInbox
    function processor(bytes32 messageId) external view returns (address) {
        return _deliveries[messageId].processor;
    }

    /// @inheritdoc IInbox
    function processedAt(bytes32 messageId) external view returns (uint48) {
        return _deliveries[messageId].blockNumber;
    }

    /// @inheritdoc IInbox
    function defaultIsm() external view returns (IInterchainSecurityModule) {
        return _defaultIsm;
    }
}
