// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.33;

import {IRouter} from "./IRouter.sol";

/// @title Sends greetings to its like on other chains, and counts them
interface IHelloWorld is IRouter {
    /// @notice A greeting left.
    event SentHelloWorld(uint32 indexed origin, uint32 indexed destination, string message);

    /// @notice A greeting arrived.
    event ReceivedHelloWorld(uint32 indexed origin, uint32 indexed destination, bytes32 sender, string message);

    /// @notice The value sent does not cover the quote.
    error HelloWorldValueTooLow(uint256 have, uint256 want);

    /// @notice The caller does not take back what it paid too much.
    error HelloWorldRefundFailed(address to, uint256 amount);

    /// @notice Greetings carry no value; it would be stuck here.
    error HelloWorldValueRefused(uint256 value);

    /// @notice Sends a greeting. What `msg.value` exceeds the quote by comes back to the caller.
    /// @return messageId Id of the message that carries it.
    function sendHelloWorld(uint32 destination, string calldata greeting) external payable returns (bytes32 messageId);

    /// @notice What `sendHelloWorld` costs now, in wei.
    function quote(uint32 destination, string calldata greeting) external view returns (uint256 fee);

    /// @notice How many greetings went to a domain.
    function sent(uint32 domain) external view returns (uint256);

    /// @notice How many greetings came from a domain.
    function received(uint32 domain) external view returns (uint256);
}
