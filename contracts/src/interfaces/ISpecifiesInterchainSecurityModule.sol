// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.19;

import {IInterchainSecurityModule} from "./IInterchainSecurityModule.sol";

/// @title A recipient that chooses its own ISM
interface ISpecifiesInterchainSecurityModule {
    /// @notice Returns the ISM that messages to this contract must satisfy; zero for the mailbox's
    /// default ISM.
    /// @dev Use little gas. The caller of `process` chooses the gas, and an answer that runs out of
    /// gas is a revert, which selects the default ISM. The caller can exploit this only if the
    /// answer takes more than 63 times the gas of everything that follows it, since a call leaves
    /// 1/64 of the gas to its caller. An answer read from storage is far below that.
    function interchainSecurityModule() external view returns (IInterchainSecurityModule);
}
