// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.19;

import {Domain} from "../libs/Domain.sol";

/// @title What an Outbox and an Inbox have in common
interface IEndpoint {
    /// @notice Returns the version of the message format, the first byte of every message.
    /// @return Always 3.
    function VERSION() external view returns (uint8);

    /// @notice Returns the release of the live network's contracts whose behaviour and ABI this
    /// contract matches.
    /// @dev Off-chain software reads it to learn what a contract supports.
    function PACKAGE_VERSION() external view returns (string memory);

    /// @notice Returns the domain of this chain. A domain need not equal the chain id.
    function localDomain() external view returns (Domain);

    /// @notice Returns the number of the block in which the contract was deployed. No event of the
    /// contract is older. (On the live network it is the block of the implementation behind the
    /// proxy, which can be younger than events.)
    function deployedBlock() external view returns (uint256);
}
