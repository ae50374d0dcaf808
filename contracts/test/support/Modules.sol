// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {IInbox} from "../../src/interfaces/IInbox.sol";
import {IInterchainSecurityModule} from "../../src/interfaces/IInterchainSecurityModule.sol";
import {IMessageRecipient} from "../../src/interfaces/IMessageRecipient.sol";
import {Domain} from "../../src/libs/Domain.sol";
import {MessageId} from "../../src/libs/MessageId.sol";

/// @dev An ISM of which a test overrides what it needs.
abstract contract BaseIsm is IInterchainSecurityModule {
    function moduleType() external pure returns (uint8) {
        return 6;
    }
}

/// @dev Accepts, and remembers what it was shown and what the Inbox said of the message meanwhile.
contract SpyIsm is BaseIsm {
    bytes public metadata;
    bytes public message;
    bytes32 public calldataHash;
    bool public delivered;
    address public processor;
    uint48 public processedAt;

    event Verified();

    function verify(bytes calldata metadata_, bytes calldata message_) external returns (bool) {
        metadata = metadata_;
        message = message_;
        calldataHash = keccak256(msg.data);
        MessageId id = MessageId.wrap(keccak256(message_));
        delivered = IInbox(msg.sender).delivered(id);
        processor = IInbox(msg.sender).processor(id);
        processedAt = IInbox(msg.sender).processedAt(id);
        emit Verified();
        return true;
    }
}

/// @dev Answers or reverts with raw bytes.
contract RawIsm is BaseIsm {
    bytes public answer;
    bool public reverts;

    function set(bytes calldata answer_, bool reverts_) external {
        (answer, reverts) = (answer_, reverts_);
    }

    function verify(bytes calldata, bytes calldata) external view returns (bool) {
        bytes memory data = answer;
        bool bad = reverts;
        assembly {
            if bad { revert(add(data, 0x20), mload(data)) }
            return(add(data, 0x20), mload(data))
        }
    }
}

/// @dev Processes a message once more while it handles one.
contract ReenteringRecipient is IMessageRecipient {
    address public interchainSecurityModule;
    bytes public next;
    uint256 public handled;

    constructor(address module) {
        interchainSecurityModule = module;
    }

    function setNext(bytes calldata message) external {
        next = message;
    }

    function handle(Domain, bytes32, bytes calldata) external payable {
        ++handled;
        bytes memory message = next;
        if (handled == 1) IInbox(msg.sender).process("", message);
    }
}
