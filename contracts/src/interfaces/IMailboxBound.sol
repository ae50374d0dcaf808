// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.33;

/// @title A contract that works for one mailbox
interface IMailboxBound {
    /// @notice The mailbox must be a contract.
    error MailboxNotContract(address mailbox);

    /// @notice Address of the mailbox.
    function mailbox() external view returns (address);

    /// @notice Domain of the mailbox, as it said at deployment.
    function localDomain() external view returns (uint32);

    /// @notice Number of the block that the contract was deployed in.
    function deployedBlock() external view returns (uint256);
}
