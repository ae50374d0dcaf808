// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.33;

import {IEndpoint} from "./IEndpoint.sol";
import {IInterchainSecurityModule} from "./IInterchainSecurityModule.sol";
import {IMessageErrors} from "./IMessageErrors.sol";

/// @title Where messages arrive on a chain
/// @notice Anyone may deliver a message once, with metadata that satisfies the recipient's interchain security module
/// (ISM).
///
/// `process` goes in this order: version, length, destination, not yet delivered, clean recipient address; the delivery
/// is recorded; `Process` and `ProcessId` are logged; the recipient is asked for its ISM; the ISM verifies; the
/// recipient handles. A revert anywhere undoes all of it, so a delivery that failed can be tried again for ever.
/// Reverts of the ISM and of the recipient come through unchanged, those that come from lack of gas included.
///
/// An ISM may read `processor(id)` and `processedAt(id)` while it verifies: simulate `process`, not `verify`.
///
/// The recipient's ISM is the answer of `recipient.interchainSecurityModule()`:
///
///     the call reverts, or returns nothing, or zero    the default ISM
///     32 bytes or more, first word a clean address     that address
///     1 to 31 bytes, or a dirty first word             delivery is refused, `InboxIsmAnswerInvalid`
///
/// Running out of gas is a revert too: see `ISpecifiesInterchainSecurityModule` for what follows for recipients.
///
/// Differences from the live Mailbox: refusals are errors with arguments, also where that reverts with no data (a short
/// message, an answer that cannot be read, an ISM or a recipient without code); the recipient is asked for its ISM when
/// the delivery is on record already, not before; there is no proxy and no `initialize`; ownership moves in two steps.
interface IInbox is IEndpoint, IMessageErrors {
    /// @notice A message arrived.
    /// @param origin Domain it came from.
    /// @param sender Who dispatched it there.
    /// @param recipient Who handles it here.
    event Process(uint32 indexed origin, bytes32 indexed sender, address indexed recipient);

    /// @notice The id of the message that arrived, logged right after `Process`.
    event ProcessId(bytes32 indexed messageId);

    /// @notice The default ISM changed.
    event DefaultIsmSet(address indexed module);

    /// @notice The first byte of the message is not the version that is spoken here.
    error InboxVersionInvalid(uint8 have, uint8 want);

    /// @notice The message is for another domain.
    error InboxDestinationInvalid(uint32 have, uint32 want);

    /// @notice The message was delivered before, in the block and by the account that `processedAt` and `processor`
    /// tell.
    error InboxAlreadyDelivered(bytes32 messageId);

    /// @notice The recipient is not a 20-byte address: its upper 12 bytes are not zero.
    error InboxRecipientInvalid(bytes32 recipient);

    /// @notice The recipient named its ISM in a way that cannot be read.
    /// @param length Length of its answer; must be 0, or 32 and more.
    /// @param word First word of the answer, the upper 12 bytes of which must be zero.
    error InboxIsmAnswerInvalid(address recipient, uint256 length, bytes32 word);

    /// @notice The ISM in charge answered nothing: it has no code, or is no ISM.
    error InboxIsmSilent(address module);

    /// @notice The ISM answered that the message is not proven.
    error InboxIsmRefused(address module, bytes32 messageId);

    /// @notice The recipient has no code, so it cannot handle anything. (The live Mailbox reverts with no data here.)
    error InboxRecipientNotContract(address recipient);

    /// @notice The default ISM must be a contract.
    error InboxDefaultIsmNotContract(address module);

    /// @notice Delivers a message. Mind the order: metadata first.
    /// @param metadata What the ISM of the recipient asks for.
    /// @param message The encoded message. All of `msg.value` goes to the recipient.
    function process(bytes calldata metadata, bytes calldata message) external payable;

    /// @notice Whether a message has been delivered.
    function delivered(bytes32 messageId) external view returns (bool);

    /// @notice Who delivered a message; zero when nobody has.
    function processor(bytes32 messageId) external view returns (address);

    /// @notice The block in which a message was delivered; zero when it has not been.
    function processedAt(bytes32 messageId) external view returns (uint48);

    /// @notice The ISM that messages to a recipient must satisfy.
    function recipientIsm(address recipient) external view returns (IInterchainSecurityModule);

    /// @notice The ISM for recipients that name none.
    function defaultIsm() external view returns (IInterchainSecurityModule);

    /// @notice Sets the default ISM. Owner only.
    function setDefaultIsm(address module) external;
}
