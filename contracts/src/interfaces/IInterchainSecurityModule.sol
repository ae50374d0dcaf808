// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.19;

/// @title Interchain security module (ISM): verifies that a message was dispatched on its origin
interface IInterchainSecurityModule {
    /// @notice Returns the type of the module, which decides the form of the metadata.
    /// `ModuleTypes` lists the numbers.
    function moduleType() external view returns (uint8);

    /// @notice Verifies a message.
    /// @param metadata The evidence, in the form that `moduleType` requires.
    /// @param message The encoded message.
    /// @return Whether the message is proven. Most modules revert with the reason instead of
    /// returning false.
    function verify(bytes calldata metadata, bytes calldata message) external returns (bool);
}
