// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {IMessageRecipient} from "../../src/interfaces/IMessageRecipient.sol";
import {Domain} from "../../src/libs/Domain.sol";

/// @title A recipient for tests: records what it handles, and fails in the ways that a test selects
contract TestRecipient is IMessageRecipient {
    /// @notice What `interchainSecurityModule()` does.
    enum IsmMode {
        Answer, // the address that was set; zero unless set
        Revert, // reverts with no data
        Nothing, // succeeds and returns no data
        Short, // returns 31 bytes
        Dirty, // returns the address with a bit set above it
        Long // returns the address and 32 bytes of junk
    }

    /// @notice What `handle` does.
    enum HandleMode {
        Accept,
        RevertString, // Error("TestRecipient: refused")
        RevertCustom, // TestRecipientRefused(origin, sender)
        RevertEmpty
    }

    /// @notice A message was handled.
    event Handled(Domain indexed origin, bytes32 indexed sender, uint256 value, bytes body);

    error TestRecipientRefused(Domain origin, bytes32 sender);

    address public module;
    IsmMode public ismMode;
    HandleMode public handleMode;

    uint256 public handled;
    address public lastCaller;
    Domain public lastOrigin;
    bytes32 public lastSender;
    uint256 public lastValue;
    bytes public lastBody;

    function setInterchainSecurityModule(address module_) external {
        module = module_;
    }

    function setIsmMode(IsmMode mode) external {
        ismMode = mode;
    }

    function setHandleMode(HandleMode mode) external {
        handleMode = mode;
    }

    /// @notice See `IsmMode`.
    function interchainSecurityModule() external view returns (address) {
        IsmMode mode = ismMode;
        uint256 answer = uint160(module);
        uint256 length = 32;
        if (mode == IsmMode.Revert) {
            assembly {
                revert(0, 0)
            }
        }
        if (mode == IsmMode.Nothing) length = 0;
        if (mode == IsmMode.Short) length = 31;
        if (mode == IsmMode.Dirty) answer |= 1 << 160;
        if (mode == IsmMode.Long) length = 64;
        assembly {
            mstore(0x00, answer)
            mstore(0x20, not(0))
            return(0, length)
        }
    }

    /// @inheritdoc IMessageRecipient
    function handle(Domain origin, bytes32 sender, bytes calldata body) external payable {
        HandleMode mode = handleMode;
        if (mode == HandleMode.RevertString) revert("TestRecipient: refused");
        if (mode == HandleMode.RevertCustom) revert TestRecipientRefused(origin, sender);
        if (mode == HandleMode.RevertEmpty) revert();
        ++handled;
        lastCaller = msg.sender;
        lastOrigin = origin;
        lastSender = sender;
        lastValue = msg.value;
        lastBody = body;
        emit Handled(origin, sender, msg.value, body);
    }
}
