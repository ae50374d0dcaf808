// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.19;

import {Domain} from "../libs/Domain.sol";

/// @title A contract that serves one mailbox
interface IMailboxBound {
    /// @notice The mailbox must be a contract.
    error MailboxNotContract(address mailbox);

    /// @notice Returns the address of the mailbox.
    function mailbox() external view returns (address);

    /// @notice Returns the domain of the mailbox, read from it at deployment.
    function localDomain() external view returns (Domain);

    /// @notice Returns the number of the block in which the contract was deployed.
    function deployedBlock() external view returns (uint256);
}
