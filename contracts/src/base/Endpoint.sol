// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.33;

import {Ownable2Step, Ownable} from "@openzeppelin/contracts/access/Ownable2Step.sol";
import {IEndpoint} from "../interfaces/IEndpoint.sol";
import {MessageLib} from "../libs/MessageLib.sol";

/// @title What both halves of a mailbox share: a domain and an owner
abstract contract Endpoint is IEndpoint, Ownable2Step {
    /// @inheritdoc IEndpoint
    uint8 public constant VERSION = MessageLib.VERSION;

    /// @inheritdoc IEndpoint
    string public constant PACKAGE_VERSION = "12.1.0";

    /// @inheritdoc IEndpoint
    uint32 public immutable localDomain;

    /// @inheritdoc IEndpoint
    uint256 public immutable deployedBlock = block.number;

    constructor(uint32 domain, address owner) Ownable(owner) {
        localDomain = domain;
    }
}
