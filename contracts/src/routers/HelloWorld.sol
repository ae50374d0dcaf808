// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.33;

import {IHelloWorld} from "../interfaces/IHelloWorld.sol";
import {HookMetadataLib} from "../libs/HookMetadataLib.sol";
import {Router} from "./Router.sol";

/// @title The smallest useful router: sends greetings and counts them
/// @dev See `IHelloWorld`. The body of a message is the greeting, nothing else.
contract HelloWorld is IHelloWorld, Router {
    /// @notice What handling a greeting may cost at the destination, for hooks that sell gas.
    uint256 public constant HANDLE_GAS = 100_000;

    /// @inheritdoc IHelloWorld
    mapping(uint32 domain => uint256) public sent;

    /// @inheritdoc IHelloWorld
    mapping(uint32 domain => uint256) public received;

    /// @param mailbox The mailbox that greetings travel through.
    /// @param owner Who enrolls the other routers.
    constructor(address mailbox, address owner) Router(mailbox, owner) {}

    /// @inheritdoc IHelloWorld
    function sendHelloWorld(uint32 destination, string calldata greeting) external payable returns (bytes32 messageId) {
        uint256 fee = quote(destination, greeting);
        if (msg.value < fee) revert HelloWorldValueTooLow(msg.value, fee);

        ++sent[destination];
        emit SentHelloWorld(localDomain, destination, greeting);

        messageId = _dispatchTo(destination, fee, bytes(greeting), _metadata());
        uint256 excess = msg.value - fee;
        if (excess > 0) {
            (bool ok,) = msg.sender.call{value: excess}("");
            if (!ok) revert HelloWorldRefundFailed(msg.sender, excess);
        }
    }

    /// @inheritdoc IHelloWorld
    function quote(uint32 destination, string calldata greeting) public view returns (uint256) {
        return _quoteTo(destination, bytes(greeting), _metadata());
    }

    function _handle(uint32 origin, bytes32 sender, bytes calldata body) internal override {
        if (msg.value != 0) revert HelloWorldValueRefused(msg.value);
        ++received[origin];
        emit ReceivedHelloWorld(origin, localDomain, sender, string(body));
    }

    function _metadata() private view returns (bytes memory) {
        return HookMetadataLib.encode(0, HANDLE_GAS, msg.sender);
    }
}
