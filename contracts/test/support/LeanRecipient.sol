// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {IMessageRecipient} from "../../src/interfaces/IMessageRecipient.sol";
import {Domain} from "../../src/libs/Domain.sol";

/// @title A recipient that names its ISM and does nothing, for gas figures
contract LeanRecipient is IMessageRecipient {
    /// @notice The ISM in charge.
    address public interchainSecurityModule;

    constructor(address module) {
        interchainSecurityModule = module;
    }

    /// @inheritdoc IMessageRecipient
    function handle(Domain, bytes32, bytes calldata) external payable {}
}
