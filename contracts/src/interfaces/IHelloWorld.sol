// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.19;

import {Domain} from "../libs/Domain.sol";
import {MessageId} from "../libs/MessageId.sol";
import {IRouter} from "./IRouter.sol";

/// @title Sends greetings to its counterparts on other chains, and counts them
interface IHelloWorld is IRouter {
    /// @notice A greeting was sent.
    event SentHelloWorld(Domain indexed origin, Domain indexed destination, string message);

    /// @notice A greeting arrived.
    event ReceivedHelloWorld(Domain indexed origin, Domain indexed destination, bytes32 sender, string message);

    /// @notice The value does not cover the quote.
    /// @param have `msg.value`, in wei.
    /// @param want The quote, in wei.
    error HelloWorldValueTooLow(uint256 have, uint256 want);

    /// @notice The caller refused the excess value.
    /// @param amount The excess, in wei.
    error HelloWorldRefundFailed(address to, uint256 amount);

    /// @notice A greeting arrived with value. It is refused, because the contract cannot spend it.
    /// @param value The value, in wei.
    error HelloWorldValueRefused(uint256 value);

    /// @notice Sends a greeting. Returns to the caller what `msg.value` exceeds the quote by.
    /// @return messageId Id of the message that carries the greeting.
    function sendHelloWorld(Domain destination, string calldata greeting) external payable returns (MessageId messageId);

    /// @notice Returns what `sendHelloWorld` costs now, in wei.
    function quote(Domain destination, string calldata greeting) external view returns (uint256 fee);

    /// @notice Returns the number of greetings sent to a domain.
    function sent(Domain domain) external view returns (uint256);

    /// @notice Returns the number of greetings received from a domain.
    function received(Domain domain) external view returns (uint256);
}
