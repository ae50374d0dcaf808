// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.33;

/// @title Something that acts on every message it is shown at dispatch
interface IPostDispatchHook {
    /// @notice Kind of the hook; the numbers are in `HookTypes`.
    function hookType() external view returns (uint8);

    /// @notice Whether the hook can read such metadata.
    function supportsMetadata(bytes calldata metadata) external view returns (bool);

    /// @notice Acts on a message that its mailbox has just dispatched.
    /// @param metadata Standard hook metadata (see `HookMetadataLib`), or empty.
    /// @param message The encoded message.
    function postDispatch(bytes calldata metadata, bytes calldata message) external payable;

    /// @notice What `postDispatch` costs with the same arguments, in wei.
    function quoteDispatch(bytes calldata metadata, bytes calldata message) external view returns (uint256);
}
