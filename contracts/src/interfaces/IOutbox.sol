// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.19;

import {Domain} from "../libs/Domain.sol";
import {MessageId} from "../libs/MessageId.sol";
import {IEndpoint} from "./IEndpoint.sol";
import {IMerkleTreeHook} from "./IMerkleTreeHook.sol";

/// @title Where messages leave a chain
/// @notice `dispatch` gives the message the next nonce, inserts its id into the Outbox's own Merkle
/// tree, emits it, and calls the hooks that are set. The leaf index always equals the nonce: one
/// counter serves both.
///
/// Nothing is checked about destination, recipient or body. A message to a domain that does not
/// exist is dispatched, paid for and lost. The sender is `msg.sender`, padded with zeros on the
/// left to 32 bytes.
///
/// Hooks. Every message passes the required hook, if one is set. Then it passes the hook that the
/// caller names, or else the default hook, if one is set. Both hooks receive the same metadata, and
/// each receives exactly its own quote as value. The rest of `msg.value` goes to the refund address
/// in the metadata (variant 1, 20 bytes at offset 66), or to `msg.sender` if that address is absent
/// or zero. The Outbox keeps nothing. To name the Outbox itself as hook means "no other hook": the
/// tree contains the message anyway.
///
/// Differences from the live Mailbox:
///
///   - The tree is inside and takes part in every dispatch.
///   - Either hook may be unset.
///   - The Outbox returns excess value. The live Mailbox passes it to the second hook.
///   - A value below the quotes and a hook without code are refused by the Outbox itself.
///   - Both hooks are asked for their quotes before either is called.
///   - `latestDispatchedId` is kept for the transaction only.
///   - There is no proxy and no `initialize`.
///   - Ownership moves in two steps.
interface IOutbox is IEndpoint, IMerkleTreeHook {
    /// @notice A message was dispatched.
    /// @param sender Caller of `dispatch`.
    /// @param destination Domain of the receiving chain.
    /// @param recipient Contract there that handles the message, as 32 bytes.
    /// @param message The encoded message: 77 bytes of header, then the body.
    event Dispatch(address indexed sender, Domain indexed destination, bytes32 indexed recipient, bytes message);

    /// @notice The id of the dispatched message. Follows `Dispatch` directly.
    event DispatchId(MessageId indexed messageId);

    /// @notice The default hook changed; zero means that there is none.
    event DefaultHookSet(address indexed hook);

    /// @notice The required hook changed; zero means that there is none.
    event RequiredHookSet(address indexed hook);

    /// @notice The value does not cover the quotes of the hooks.
    /// @param have `msg.value`, in wei.
    /// @param want Sum of the quotes, in wei.
    error OutboxValueTooLow(uint256 have, uint256 want);

    /// @notice The refund address does not accept the excess value. Name another address in the
    /// metadata, or send exactly the quote.
    /// @param amount The excess, in wei.
    error OutboxRefundFailed(address to, uint256 amount);

    /// @notice A hook must be a contract.
    error OutboxHookNotContract(address hook);

    /// @notice Messages enter the tree through `dispatch` only.
    error OutboxPostDispatchRefused(address caller);

    /// @notice Dispatches a message with empty metadata through the default hook.
    /// @param destination Domain of the receiving chain.
    /// @param recipient Contract there that handles the message, as 32 bytes.
    /// @param body Content of the message.
    /// @return messageId Keccak-256 hash of the encoded message.
    function dispatch(Domain destination, bytes32 recipient, bytes calldata body)
        external
        payable
        returns (MessageId messageId);

    /// @notice Dispatches a message through the default hook.
    /// @param metadata Standard hook metadata, for both hooks.
    function dispatch(Domain destination, bytes32 recipient, bytes calldata body, bytes calldata metadata)
        external
        payable
        returns (MessageId messageId);

    /// @notice Dispatches a message through a hook of the caller's choice, in place of the default
    /// hook.
    /// @param hook The hook; zero means the default hook, the Outbox itself means none.
    function dispatch(Domain destination, bytes32 recipient, bytes calldata body, bytes calldata metadata, address hook)
        external
        payable
        returns (MessageId messageId);

    /// @notice Returns what `dispatch` with the same arguments costs now, in wei.
    /// @dev A quote may depend on sender and nonce: call it with the true `from`, and dispatch soon
    /// after.
    function quoteDispatch(Domain destination, bytes32 recipient, bytes calldata body)
        external
        view
        returns (uint256 fee);

    /// @notice Returns the same, with metadata.
    function quoteDispatch(Domain destination, bytes32 recipient, bytes calldata body, bytes calldata metadata)
        external
        view
        returns (uint256 fee);

    /// @notice Returns the same, with a hook of the caller's choice.
    function quoteDispatch(
        Domain destination,
        bytes32 recipient,
        bytes calldata body,
        bytes calldata metadata,
        address hook
    ) external view returns (uint256 fee);

    /// @notice Returns the nonce of the next message. It always equals `count()`.
    function nonce() external view returns (uint32);

    /// @notice Returns the hook for callers that name none; the Outbox itself if none is set.
    function defaultHook() external view returns (address);

    /// @notice Returns the hook that every message passes; zero if none is set.
    function requiredHook() external view returns (address);

    /// @notice Returns the id of the last message dispatched in this transaction; zero if there is
    /// none.
    /// @dev Kept in transient storage: hooks read it during the dispatch.
    function latestDispatchedId() external view returns (MessageId);

    /// @notice Sets the default hook. Only the owner may call it.
    /// @param hook A contract; zero, or the Outbox itself, for none.
    function setDefaultHook(address hook) external;

    /// @notice Sets the required hook. Only the owner may call it.
    /// @param hook A contract; zero, or the Outbox itself, for none.
    function setRequiredHook(address hook) external;
}
