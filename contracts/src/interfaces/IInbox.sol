// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.19;

import {Domain} from "../libs/Domain.sol";
import {MessageId} from "../libs/MessageId.sol";
import {IEndpoint} from "./IEndpoint.sol";
import {IInterchainSecurityModule} from "./IInterchainSecurityModule.sol";
import {IMessageErrors} from "./IMessageErrors.sol";

/// @title Where messages arrive on a chain
/// @notice Anyone may deliver a message once, with metadata that satisfies the interchain security
/// module (ISM) of the recipient.
///
/// `process` takes these steps, in this order:
///
///     1. check version, length, destination, not yet delivered, recipient is a 20-byte address
///     2. record the delivery
///     3. emit `Process` and `ProcessId`
///     4. ask the recipient for its ISM
///     5. call the ISM with metadata and message
///     6. call the recipient with origin, sender and body
///
/// A revert in any step undoes all of them, so a failed delivery can always be tried again. Reverts
/// of the ISM and of the recipient are passed on unchanged, including those for lack of gas.
///
/// An ISM may read `processor(id)` and `processedAt(id)` while it verifies. To predict a delivery,
/// simulate `process`, not `verify`.
///
/// The answer of `recipient.interchainSecurityModule()` selects the ISM:
///
///     the call reverts, or returns no data or zero     the default ISM
///     32 bytes or more, first word a clean address     that address
///     1 to 31 bytes, or a dirty first word             none: `InboxIsmAnswerInvalid`
///
/// Running out of gas is a revert as well. `ISpecifiesInterchainSecurityModule` explains what
/// follows for recipients.
///
/// Differences from the live Mailbox:
///
///   - Refusals are errors with arguments, also where the live Mailbox reverts with no data: for a
///     short message, an unreadable answer, an ISM or a recipient without code.
///   - The delivery is recorded before the recipient is asked for its ISM, not after.
///   - There is no proxy and no `initialize`.
///   - Ownership moves in two steps.
interface IInbox is IEndpoint, IMessageErrors {
    /// @notice A message was delivered.
    /// @param origin Domain that the message comes from.
    /// @param sender Account that dispatched it there.
    /// @param recipient Contract that handles it here.
    event Process(Domain indexed origin, bytes32 indexed sender, address indexed recipient);

    /// @notice The id of the delivered message. Follows `Process` directly.
    event ProcessId(MessageId indexed messageId);

    /// @notice The default ISM changed.
    event DefaultIsmSet(address indexed module);

    /// @notice The first byte of the message is not the version of this Inbox.
    error InboxVersionInvalid(uint8 have, uint8 want);

    /// @notice The message is for another domain.
    error InboxDestinationInvalid(Domain have, Domain want);

    /// @notice The message was delivered before. `processedAt` returns the block, `processor` the
    /// account.
    error InboxAlreadyDelivered(MessageId messageId);

    /// @notice The recipient is not a 20-byte address: its upper 12 bytes are not zero.
    error InboxRecipientInvalid(bytes32 recipient);

    /// @notice The recipient's answer to `interchainSecurityModule()` is not an address.
    /// @param length Length of the answer, in bytes; must be 0, or at least 32.
    /// @param word First word of the answer; its upper 12 bytes must be zero.
    error InboxIsmAnswerInvalid(address recipient, uint256 length, bytes32 word);

    /// @notice The ISM returned no answer: it has no code, or is no ISM.
    error InboxIsmSilent(address module);

    /// @notice The ISM returned false: the message is not proven.
    error InboxIsmRefused(address module, MessageId messageId);

    /// @notice The recipient has no code, so it cannot handle a message. (The live Mailbox reverts
    /// with no data here.)
    error InboxRecipientNotContract(address recipient);

    /// @notice The default ISM must be a contract.
    error InboxDefaultIsmNotContract(address module);

    /// @notice Delivers a message. Note the order: metadata first.
    /// @dev All of `msg.value` goes to the recipient.
    /// @param metadata The evidence, in the form that the recipient's ISM requires.
    /// @param message The encoded message.
    function process(bytes calldata metadata, bytes calldata message) external payable;

    /// @notice Reports whether a message has been delivered.
    function delivered(MessageId messageId) external view returns (bool);

    /// @notice Returns the account that delivered a message; zero before the delivery.
    function processor(MessageId messageId) external view returns (address);

    /// @notice Returns the number of the block in which a message was delivered; zero before the
    /// delivery.
    function processedAt(MessageId messageId) external view returns (uint48);

    /// @notice Returns the ISM that messages to a recipient must satisfy.
    function recipientIsm(address recipient) external view returns (IInterchainSecurityModule);

    /// @notice Returns the ISM of recipients that name none.
    function defaultIsm() external view returns (IInterchainSecurityModule);

    /// @notice Sets the default ISM. Only the owner may call it.
    function setDefaultIsm(address module) external;
}
