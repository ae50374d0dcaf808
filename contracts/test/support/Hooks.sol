// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {IOutbox} from "../../src/interfaces/IOutbox.sol";
import {IPostDispatchHook} from "../../src/interfaces/IPostDispatchHook.sol";
import {Domain} from "../../src/libs/Domain.sol";
import {MessageId} from "../../src/libs/MessageId.sol";

/// @dev A hook of which a test overrides what it needs.
abstract contract BaseHook is IPostDispatchHook {
    function hookType() external pure returns (uint8) {
        return 0;
    }

    function supportsMetadata(bytes calldata) external pure returns (bool) {
        return true;
    }

    function quoteDispatch(bytes calldata, bytes calldata) external view virtual returns (uint256) {
        return 0;
    }
}

/// @dev Remembers what `latestDispatchedId` is while it is called.
contract LatestIdHook is BaseHook {
    MessageId public latest;

    function postDispatch(bytes calldata, bytes calldata) external payable {
        latest = IOutbox(msg.sender).latestDispatchedId();
    }
}

/// @dev Asks a fee made from the message: its nonce and the low 16 bits of its sender.
contract MessageFeeHook is BaseHook {
    function postDispatch(bytes calldata metadata, bytes calldata message) external payable {
        require(msg.value == _fee(metadata, message), "MessageFeeHook: not my quote");
    }

    function quoteDispatch(bytes calldata metadata, bytes calldata message) external pure override returns (uint256) {
        return _fee(metadata, message);
    }

    function _fee(bytes calldata, bytes calldata message) private pure returns (uint256) {
        return 1 + uint32(bytes4(message[1:5])) * 2 ** 16 + uint16(bytes2(message[39:41]));
    }
}

/// @dev Dispatches once more from within a dispatch, passing on value that it must get back.
contract ReenteringHook is BaseHook {
    MessageId public inner;
    uint256 public returned;
    bool private _inside;

    function postDispatch(bytes calldata, bytes calldata) external payable {
        if (_inside) return;
        _inside = true;
        inner = IOutbox(msg.sender).dispatch{value: address(this).balance}(Domain.wrap(7), bytes32(uint256(8)), "inner");
        _inside = false;
    }

    receive() external payable {
        returned += msg.value;
    }
}

/// @dev Tries to insert the message into the Outbox's tree a second time.
contract InsertingHook is BaseHook {
    function postDispatch(bytes calldata metadata, bytes calldata message) external payable {
        IPostDispatchHook(msg.sender).postDispatch(metadata, message);
    }
}
