// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {IPostDispatchHook} from "../../src/interfaces/IPostDispatchHook.sol";
import {MessageId} from "../../src/libs/MessageId.sol";

/// @title A hook for tests: has a fee that can be set, and remembers what it was shown
contract TestHook is IPostDispatchHook {
    /// @notice A message was shown.
    event Posted(uint256 value, bytes metadata, bytes message);

    error TestHookRefused(MessageId messageId);

    uint256 public fee;
    bool public refuses;

    uint256 public posted;
    uint256 public lastValue;
    bytes public lastMetadata;
    bytes public lastMessage;

    function setFee(uint256 fee_) external {
        fee = fee_;
    }

    function setRefuses(bool refuses_) external {
        refuses = refuses_;
    }

    /// @inheritdoc IPostDispatchHook
    function hookType() external pure returns (uint8) {
        return 0;
    }

    /// @inheritdoc IPostDispatchHook
    function supportsMetadata(bytes calldata) external pure returns (bool) {
        return true;
    }

    /// @inheritdoc IPostDispatchHook
    function postDispatch(bytes calldata metadata, bytes calldata message) external payable {
        if (refuses) revert TestHookRefused(MessageId.wrap(keccak256(message)));
        ++posted;
        lastValue = msg.value;
        lastMetadata = metadata;
        lastMessage = message;
        emit Posted(msg.value, metadata, message);
    }

    /// @inheritdoc IPostDispatchHook
    function quoteDispatch(bytes calldata, bytes calldata) external view returns (uint256) {
        return fee;
    }
}
