// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {IHelloWorld} from "../interfaces/IHelloWorld.sol";
import {Domain} from "../libs/Domain.sol";
import {HookMetadataLib} from "../libs/HookMetadataLib.sol";
import {MessageId} from "../libs/MessageId.sol";
import {Router} from "./Router.sol";

/// @title Example of a router: sends greetings and counts them
/// @dev See `IHelloWorld`. The body of a message is the greeting and nothing else.
contract HelloWorld is IHelloWorld, Router {
    /// @notice Gas that handling a greeting may use at the destination. Hooks that sell gas read
    /// it.
    uint256 public constant HANDLE_GAS = 100_000;

    /// @inheritdoc IHelloWorld
    mapping(Domain domain => uint256) public sent;

    /// @inheritdoc IHelloWorld
    mapping(Domain domain => uint256) public received;

    /// @param mailbox The mailbox that sends and delivers greetings.
    /// @param owner Account that enrolls the other routers.
    constructor(address mailbox, address owner) Router(mailbox, owner) {}

    /// @inheritdoc IHelloWorld
    function sendHelloWorld(Domain destination, string calldata greeting)
        external
        payable
        returns (MessageId messageId)
    {
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
    function quote(Domain destination, string calldata greeting) public view returns (uint256) {
        return _quoteTo(destination, bytes(greeting), _metadata());
    }

    function _handle(Domain origin, bytes32 sender, bytes calldata body) internal override {
        if (msg.value != 0) revert HelloWorldValueRefused(msg.value);
        ++received[origin];
        emit ReceivedHelloWorld(origin, localDomain, sender, string(body));
    }

    function _metadata() private view returns (bytes memory) {
        return HookMetadataLib.encode(0, HANDLE_GAS, msg.sender);
    }
}
