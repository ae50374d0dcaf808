// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {IMerkleTreeHook} from "../interfaces/IMerkleTreeHook.sol";
import {IOutbox} from "../interfaces/IOutbox.sol";
import {IPostDispatchHook} from "../interfaces/IPostDispatchHook.sol";
import {Domain} from "../libs/Domain.sol";
import {HookMetadataLib} from "../libs/HookMetadataLib.sol";
import {HookTypes} from "../libs/HookTypes.sol";
import {MerkleLib} from "../libs/MerkleLib.sol";
import {MessageId} from "../libs/MessageId.sol";
import {MessageLib} from "../libs/MessageLib.sol";
import {OutboxHead} from "../libs/OutboxHead.sol";
import {Endpoint} from "./Endpoint.sol";

/// @title The sending half of a mailbox
/// @dev See `IOutbox`.
abstract contract OutboxBase is IOutbox, Endpoint {
    using HookMetadataLib for bytes;
    using MerkleLib for bytes32[32];

    OutboxHead private _head;
    address private _defaultHook;
    bytes32[32] private _branch;

    /// @inheritdoc IOutbox
    MessageId public transient latestDispatchedId;

    // ------------------------------------------------------------------------------------ dispatch

    /// @inheritdoc IOutbox
    function dispatch(Domain destination, bytes32 recipient, bytes calldata body) external payable returns (MessageId) {
        return _dispatch(destination, recipient, body, msg.data[0:0], address(0));
    }

    /// @inheritdoc IOutbox
    function dispatch(Domain destination, bytes32 recipient, bytes calldata body, bytes calldata metadata)
        external
        payable
        returns (MessageId)
    {
        return _dispatch(destination, recipient, body, metadata, address(0));
    }

    /// @inheritdoc IOutbox
    function dispatch(Domain destination, bytes32 recipient, bytes calldata body, bytes calldata metadata, address hook)
        external
        payable
        returns (MessageId)
    {
        return _dispatch(destination, recipient, body, metadata, hook);
    }

    function _dispatch(
        Domain destination,
        bytes32 recipient,
        bytes calldata body,
        bytes calldata metadata,
        address hook
    ) private returns (MessageId messageId) {
        OutboxHead head = _head;
        bytes memory message = MessageLib.encode(head.nonce(), localDomain, msg.sender, destination, recipient, body);
        messageId = MessageId.wrap(keccak256(message));

        // SECURITY: the leaf index equals the nonce. Checkpoints and fraud proofs rely on it.
        _branch.insert(head.nonce(), MessageId.unwrap(messageId));
        _head = head.withNextNonce(); // cannot overflow: insert reverts at the largest nonce
        latestDispatchedId = messageId;

        emit Dispatch(msg.sender, destination, recipient, message);
        emit DispatchId(messageId);
        emit InsertedIntoTree(messageId, head.nonce());

        address required = head.requiredHook();
        address chosen = _chooseHook(hook, head.hasDefaultHook());
        uint256 spent = 0;
        if (required != address(0) || chosen != address(0)) {
            spent = _callHooks(required, chosen, metadata, message);
        }
        if (msg.value > spent) _refund(metadata.refund(msg.sender), msg.value - spent);
    }

    /// @dev Returns the hook after the required one; zero for none.
    function _chooseHook(address named, bool hasDefaultHook) private view returns (address hook) {
        hook = named;
        if (hook == address(0) && hasDefaultHook) hook = _defaultHook;
        if (hook == address(this)) hook = address(0); // the tree has the message anyway
    }

    /// @dev Calls the hooks, each with its own quote as value.
    /// @return spent Sum of the quotes, in wei.
    function _callHooks(address required, address hook, bytes calldata metadata, bytes memory message)
        private
        returns (uint256 spent)
    {
        uint256 requiredFee = _quote(required, metadata, message);
        uint256 fee = _quote(hook, metadata, message);
        spent = requiredFee + fee;
        if (msg.value < spent) revert OutboxValueTooLow(msg.value, spent);
        if (required != address(0)) IPostDispatchHook(required).postDispatch{value: requiredFee}(metadata, message);
        if (hook != address(0)) IPostDispatchHook(hook).postDispatch{value: fee}(metadata, message);
    }

    /// @dev Returns the fee of a hook, in wei; zero for no hook.
    function _quote(address hook, bytes calldata metadata, bytes memory message) private view returns (uint256) {
        if (hook == address(0)) return 0;
        if (hook.code.length == 0) revert OutboxHookNotContract(hook);
        return IPostDispatchHook(hook).quoteDispatch(metadata, message);
    }

    function _refund(address to, uint256 amount) private {
        (bool ok,) = to.call{value: amount}("");
        if (!ok) revert OutboxRefundFailed(to, amount);
    }

    // -------------------------------------------------------------------------------------- quotes

    /// @inheritdoc IOutbox
    function quoteDispatch(Domain destination, bytes32 recipient, bytes calldata body) external view returns (uint256) {
        return _quoteDispatch(destination, recipient, body, msg.data[0:0], address(0));
    }

    /// @inheritdoc IOutbox
    function quoteDispatch(Domain destination, bytes32 recipient, bytes calldata body, bytes calldata metadata)
        external
        view
        returns (uint256)
    {
        return _quoteDispatch(destination, recipient, body, metadata, address(0));
    }

    /// @inheritdoc IOutbox
    function quoteDispatch(
        Domain destination,
        bytes32 recipient,
        bytes calldata body,
        bytes calldata metadata,
        address hook
    ) external view returns (uint256) {
        return _quoteDispatch(destination, recipient, body, metadata, hook);
    }

    function _quoteDispatch(
        Domain destination,
        bytes32 recipient,
        bytes calldata body,
        bytes calldata metadata,
        address hook
    ) private view returns (uint256) {
        OutboxHead head = _head;
        bytes memory message = MessageLib.encode(head.nonce(), localDomain, msg.sender, destination, recipient, body);
        address chosen = _chooseHook(hook, head.hasDefaultHook());
        return _quote(head.requiredHook(), metadata, message) + _quote(chosen, metadata, message);
    }

    // ------------------------------------------------------------------------------------ settings

    /// @inheritdoc IOutbox
    function setDefaultHook(address hook) external onlyOwner {
        address stored = _hookToStore(hook);
        _defaultHook = stored;
        _head = _head.withDefaultHook(stored != address(0));
        emit DefaultHookSet(stored);
    }

    /// @inheritdoc IOutbox
    function setRequiredHook(address hook) external onlyOwner {
        address stored = _hookToStore(hook);
        _head = _head.withRequiredHook(stored);
        emit RequiredHookSet(stored);
    }

    /// @dev Returns the hook to store: zero in place of the Outbox itself. Reverts if it is not a
    /// contract.
    function _hookToStore(address hook) private view returns (address) {
        if (hook == address(0) || hook == address(this)) return address(0);
        if (hook.code.length == 0) revert OutboxHookNotContract(hook);
        return hook;
    }

    // ---------------------------------------------------------------------------------------- tree

    /// @inheritdoc IPostDispatchHook
    function postDispatch(bytes calldata, bytes calldata) external payable {
        revert OutboxPostDispatchRefused(msg.sender);
    }

    /// @inheritdoc IPostDispatchHook
    function quoteDispatch(bytes calldata, bytes calldata) external pure returns (uint256) {
        return 0;
    }

    /// @inheritdoc IPostDispatchHook
    function supportsMetadata(bytes calldata metadata) external pure returns (bool) {
        return metadata.isStandard();
    }

    /// @inheritdoc IPostDispatchHook
    function hookType() external pure returns (uint8) {
        return HookTypes.MERKLE_TREE;
    }

    /// @inheritdoc IMerkleTreeHook
    function count() external view returns (uint32) {
        return _head.nonce();
    }

    /// @inheritdoc IMerkleTreeHook
    function root() external view returns (bytes32) {
        return _branch.root(_head.nonce());
    }

    /// @inheritdoc IMerkleTreeHook
    function tree() external view returns (Tree memory) {
        return Tree(_branch, _head.nonce());
    }

    /// @inheritdoc IMerkleTreeHook
    function latestCheckpoint() external view returns (bytes32, uint32) {
        uint32 leaves = _head.nonce();
        if (leaves == 0) revert MerkleTreeEmpty();
        return (_branch.root(leaves), leaves - 1);
    }

    // --------------------------------------------------------------------------------------- views

    /// @inheritdoc IOutbox
    function nonce() external view returns (uint32) {
        return _head.nonce();
    }

    /// @inheritdoc IOutbox
    function defaultHook() external view returns (address) {
        return _head.hasDefaultHook() ? _defaultHook : address(this);
    }

    /// @inheritdoc IOutbox
    function requiredHook() external view returns (address) {
        return _head.requiredHook();
    }
}
