// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.33;

/// @title What both halves of a mailbox say of themselves
interface IEndpoint {
    /// @notice Version of the message format, the first byte of every message.
    /// @return Always 3.
    function VERSION() external view returns (uint8);

    /// @notice Release of the live network's contracts whose behaviour and ABI are matched.
    /// @dev Off-chain software reads it to find out what a contract can do, not who made it.
    function PACKAGE_VERSION() external view returns (string memory);

    /// @notice Domain of the chain that the contract stands on. A domain is not a chain id.
    function localDomain() external view returns (uint32);

    /// @notice Number of the block that the contract was deployed in: no event of it is older. (On the live network it
    /// is the block of the implementation behind the proxy, which can be younger than events.)
    function deployedBlock() external view returns (uint256);
}
