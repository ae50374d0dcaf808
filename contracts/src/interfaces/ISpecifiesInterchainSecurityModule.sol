// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.33;

import {IInterchainSecurityModule} from "./IInterchainSecurityModule.sol";

/// @title A recipient that chooses its own security
interface ISpecifiesInterchainSecurityModule {
    /// @notice The ISM that messages to this contract must satisfy; zero for the mailbox's default ISM.
    /// @dev Answer with little gas: whoever delivers a message chooses how much gas there is, and a call that runs out
    /// of it counts as a revert, that is, as "default ISM". A call keeps back 1/64 of the gas, so that is of use only
    /// where the answer takes 63 times the gas of all that follows it; an answer out of storage does not.
    function interchainSecurityModule() external view returns (IInterchainSecurityModule);
}
