// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.19;

import {IInterchainSecurityModule} from "./IInterchainSecurityModule.sol";
import {IMailboxBound} from "./IMailboxBound.sol";
import {IPostDispatchHook} from "./IPostDispatchHook.sol";
import {ISpecifiesInterchainSecurityModule} from "./ISpecifiesInterchainSecurityModule.sol";

/// @title An application of a mailbox. Its owner chooses hook and ISM
/// @notice Differences from the live clients: refusals are errors with arguments, and ownership
/// moves in two steps.
interface IMailboxClient is IMailboxBound, ISpecifiesInterchainSecurityModule {
    /// @notice The hook changed; zero means the mailbox's default hook.
    event HookSet(address hook);

    /// @notice The ISM changed; zero means the mailbox's default ISM.
    event IsmSet(address ism);

    /// @notice Hook and ISM must be zero or contracts.
    error MailboxClientNotContract(address setting);

    /// @notice Only the mailbox may call the function.
    error MailboxClientNotMailbox(address caller);

    /// @notice Returns the hook for messages of this contract. Zero means the mailbox's default
    /// hook, which is not the same as no hook.
    function hook() external view returns (IPostDispatchHook);

    /// @notice Sets the hook; zero for the mailbox's default hook. Only the owner may call it.
    function setHook(address hook) external;

    /// @notice Sets the ISM; zero for the mailbox's default ISM. Only the owner may call it.
    function setInterchainSecurityModule(address module) external;
}
