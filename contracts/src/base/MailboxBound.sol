// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {IEndpoint} from "../interfaces/IEndpoint.sol";
import {IMailboxBound} from "../interfaces/IMailboxBound.sol";
import {Domain} from "../libs/Domain.sol";

/// @title A contract that serves one mailbox
/// @dev See `IMailboxBound`.
abstract contract MailboxBound is IMailboxBound {
    /// @inheritdoc IMailboxBound
    address public immutable mailbox;

    /// @inheritdoc IMailboxBound
    Domain public immutable localDomain;

    /// @inheritdoc IMailboxBound
    uint256 public immutable deployedBlock = block.number;

    constructor(address mailbox_) {
        if (mailbox_.code.length == 0) revert MailboxNotContract(mailbox_);
        mailbox = mailbox_;
        localDomain = IEndpoint(mailbox_).localDomain();
    }
}
