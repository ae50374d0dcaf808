// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.33;

import {IInterchainSecurityModule} from "./IInterchainSecurityModule.sol";
import {IMailboxBound} from "./IMailboxBound.sol";
import {IPostDispatchHook} from "./IPostDispatchHook.sol";
import {ISpecifiesInterchainSecurityModule} from "./ISpecifiesInterchainSecurityModule.sol";

/// @title An application of a mailbox, with a hook and an ISM of its owner's choice
/// @notice Differences from the live clients: refusals are errors with arguments, ownership moves in two steps.
interface IMailboxClient is IMailboxBound, ISpecifiesInterchainSecurityModule {
    /// @notice The hook changed; zero means the mailbox's default hook.
    event HookSet(address hook);

    /// @notice The ISM changed; zero means the mailbox's default ISM.
    event IsmSet(address ism);

    /// @notice Hook and ISM must be zero or contracts.
    error MailboxClientNotContract(address setting);

    /// @notice Only the mailbox may call this.
    error MailboxClientNotMailbox(address caller);

    /// @notice The hook that messages of this contract pass; zero for the mailbox's default hook, which is not "none".
    function hook() external view returns (IPostDispatchHook);

    /// @notice Sets the hook. Owner only.
    function setHook(address hook) external;

    /// @notice Sets the ISM. Owner only.
    function setInterchainSecurityModule(address module) external;
}
