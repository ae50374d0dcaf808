// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.33;

import {IEndpoint} from "./IEndpoint.sol";
import {IMerkleTreeHook} from "./IMerkleTreeHook.sol";

/// @title Where messages leave a chain
/// @notice `dispatch` numbers a message, makes its id the next leaf of the Outbox's own Merkle tree, logs it, and shows
/// it to the hooks that are set. The leaf index always equals the nonce: one counter serves both.
///
/// Nothing is checked about destination, recipient or body: a message to a domain that does not exist is dispatched,
/// paid for and lost. The sender is `msg.sender`, left-padded to 32 bytes.
///
/// Hooks. The required hook, if set, sees every message. After it comes the hook named by the sender, or else the
/// default hook, if set. Both get the same metadata, and each exactly its own quote as value. What is left of
/// `msg.value` goes to the refund address of the metadata (20 bytes at 66, variant 1) when that is there and not zero,
/// otherwise to `msg.sender`. Nothing is kept. The Outbox's own address as hook means "no other hook": the tree has the
/// message anyway.
///
/// Differences from the live Mailbox: the tree is inside and takes part in every dispatch; either hook may be unset;
/// excess value comes back from here and is not handed to the second hook; a quote that is not covered is refused here,
/// with both figures; a hook without code is refused by name; both quotes are asked before either hook is called;
/// `latestDispatchedId` does not outlive the transaction; there is no proxy and no `initialize`; ownership moves in two
/// steps.
interface IOutbox is IEndpoint, IMerkleTreeHook {
    /// @notice A message left.
    /// @param sender Who called `dispatch`.
    /// @param destination Domain the message goes to.
    /// @param recipient Who is to handle it there.
    /// @param message The encoded message, 77 bytes of header and the body.
    event Dispatch(address indexed sender, uint32 indexed destination, bytes32 indexed recipient, bytes message);

    /// @notice The id of the message that left, logged right after `Dispatch`.
    event DispatchId(bytes32 indexed messageId);

    /// @notice The default hook changed; zero means that there is none.
    event DefaultHookSet(address indexed hook);

    /// @notice The required hook changed; zero means that there is none.
    event RequiredHookSet(address indexed hook);

    /// @notice The value sent does not cover what the hooks ask.
    /// @param have `msg.value`.
    /// @param want The sum of the quotes.
    error OutboxValueTooLow(uint256 have, uint256 want);

    /// @notice The address that excess value belongs to does not take it. Name another in the metadata, or send exactly
    /// the quote.
    error OutboxRefundFailed(address to, uint256 amount);

    /// @notice A hook must be a contract.
    error OutboxHookNotContract(address hook);

    /// @notice The tree takes messages from `dispatch` only.
    error OutboxPostDispatchRefused(address caller);

    /// @notice Dispatches a message with empty metadata through the default hook.
    /// @param destination Domain of the receiving chain.
    /// @param recipient Contract there that handles the message, as 32 bytes.
    /// @param body What it is told.
    /// @return messageId `keccak256` of the encoded message.
    function dispatch(uint32 destination, bytes32 recipient, bytes calldata body)
        external
        payable
        returns (bytes32 messageId);

    /// @notice Dispatches a message through the default hook.
    /// @param metadata Standard hook metadata, for both hooks.
    function dispatch(uint32 destination, bytes32 recipient, bytes calldata body, bytes calldata metadata)
        external
        payable
        returns (bytes32 messageId);

    /// @notice Dispatches a message through a hook of the sender's choice, in place of the default hook.
    /// @param hook The hook; zero means the default hook, the Outbox itself means none.
    function dispatch(uint32 destination, bytes32 recipient, bytes calldata body, bytes calldata metadata, address hook)
        external
        payable
        returns (bytes32 messageId);

    /// @notice What the `dispatch` with the same arguments costs now, in wei.
    /// @dev Hooks may look at the sender and at the nonce: ask with the true `from`, and send the answer's value soon.
    function quoteDispatch(uint32 destination, bytes32 recipient, bytes calldata body)
        external
        view
        returns (uint256 fee);

    /// @notice As above, with metadata.
    function quoteDispatch(uint32 destination, bytes32 recipient, bytes calldata body, bytes calldata metadata)
        external
        view
        returns (uint256 fee);

    /// @notice As above, with a hook of the sender's choice.
    function quoteDispatch(
        uint32 destination,
        bytes32 recipient,
        bytes calldata body,
        bytes calldata metadata,
        address hook
    ) external view returns (uint256 fee);

    /// @notice Nonce of the next message; always equals `count()`.
    function nonce() external view returns (uint32);

    /// @notice The hook that serves senders who name none; the Outbox itself when none is set.
    function defaultHook() external view returns (address);

    /// @notice The hook that every message passes; zero when none is set.
    function requiredHook() external view returns (address);

    /// @notice Id of the message dispatched last in this transaction, zero in a transaction that has dispatched none.
    /// @dev Kept in transient storage: hooks ask for it within the dispatch, nobody else has a use for it.
    function latestDispatchedId() external view returns (bytes32);

    /// @notice Sets the default hook. Owner only.
    /// @param hook A contract; zero, or the Outbox itself, for none.
    function setDefaultHook(address hook) external;

    /// @notice Sets the required hook. Owner only.
    /// @param hook A contract; zero, or the Outbox itself, for none.
    function setRequiredHook(address hook) external;
}
