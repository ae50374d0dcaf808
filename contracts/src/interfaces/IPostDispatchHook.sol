// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.19;

/// @title A contract that acts on messages when they are dispatched
interface IPostDispatchHook {
    /// @notice Returns the type of the hook. `HookTypes` lists the numbers.
    function hookType() external view returns (uint8);

    /// @notice Reports whether the hook can read the metadata.
    function supportsMetadata(bytes calldata metadata) external view returns (bool);

    /// @notice Acts on a message that its mailbox has just dispatched.
    /// @param metadata Standard hook metadata (see `HookMetadataLib`), or empty.
    /// @param message The encoded message.
    function postDispatch(bytes calldata metadata, bytes calldata message) external payable;

    /// @notice Returns what `postDispatch` with the same arguments costs, in wei.
    function quoteDispatch(bytes calldata metadata, bytes calldata message) external view returns (uint256);
}
