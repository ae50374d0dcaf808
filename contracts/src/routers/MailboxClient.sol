// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {Ownable2Step, Ownable} from "@openzeppelin/contracts/access/Ownable2Step.sol";
import {MailboxBound} from "../base/MailboxBound.sol";
import {IInterchainSecurityModule} from "../interfaces/IInterchainSecurityModule.sol";
import {IMailboxClient} from "../interfaces/IMailboxClient.sol";
import {IPostDispatchHook} from "../interfaces/IPostDispatchHook.sol";
import {ISpecifiesInterchainSecurityModule} from "../interfaces/ISpecifiesInterchainSecurityModule.sol";

/// @title Base of applications: has a mailbox, and an owner who chooses hook and ISM
/// @dev See `IMailboxClient`.
abstract contract MailboxClient is IMailboxClient, MailboxBound, Ownable2Step {
    /// @inheritdoc IMailboxClient
    IPostDispatchHook public hook;

    /// @inheritdoc ISpecifiesInterchainSecurityModule
    IInterchainSecurityModule public interchainSecurityModule;

    /// @dev SECURITY: on a function that handles messages. The mailbox calls it only after the ISM
    /// accepts.
    modifier onlyMailbox() {
        if (msg.sender != mailbox) revert MailboxClientNotMailbox(msg.sender);
        _;
    }

    constructor(address mailbox_, address owner) MailboxBound(mailbox_) Ownable(owner) {}

    /// @inheritdoc IMailboxClient
    function setHook(address hook_) external onlyOwner {
        _checkSetting(hook_);
        hook = IPostDispatchHook(hook_);
        emit HookSet(hook_);
    }

    /// @inheritdoc IMailboxClient
    function setInterchainSecurityModule(address module) external onlyOwner {
        _checkSetting(module);
        interchainSecurityModule = IInterchainSecurityModule(module);
        emit IsmSet(module);
    }

    /// @dev Reverts unless a hook or an ISM is zero or a contract.
    function _checkSetting(address setting) private view {
        if (setting != address(0) && setting.code.length == 0) revert MailboxClientNotContract(setting);
    }
}
