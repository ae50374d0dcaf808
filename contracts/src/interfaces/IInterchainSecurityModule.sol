// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.33;

/// @title Something that can tell whether a message was really dispatched
interface IInterchainSecurityModule {
    /// @notice Kind of the module, which tells relayers what metadata to bring; the numbers are in `ModuleTypes`.
    function moduleType() external view returns (uint8);

    /// @notice Verifies a message.
    /// @param metadata The evidence, in the form that `moduleType` implies.
    /// @param message The encoded message.
    /// @return Whether the message is proven. Most modules revert with the reason instead of answering false.
    function verify(bytes calldata metadata, bytes calldata message) external returns (bool);
}
