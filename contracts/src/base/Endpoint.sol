// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {Ownable2Step, Ownable} from "@openzeppelin/contracts/access/Ownable2Step.sol";
import {IEndpoint} from "../interfaces/IEndpoint.sol";
import {Domain} from "../libs/Domain.sol";
import {MessageLib} from "../libs/MessageLib.sol";

/// @title What Outbox and Inbox have in common: a domain and an owner
abstract contract Endpoint is IEndpoint, Ownable2Step {
    /// @inheritdoc IEndpoint
    uint8 public constant VERSION = MessageLib.VERSION;

    /// @inheritdoc IEndpoint
    string public constant PACKAGE_VERSION = "12.1.0";

    /// @inheritdoc IEndpoint
    Domain public immutable localDomain;

    /// @inheritdoc IEndpoint
    uint256 public immutable deployedBlock = block.number;

    constructor(Domain domain, address owner) Ownable(owner) {
        localDomain = domain;
    }
}
