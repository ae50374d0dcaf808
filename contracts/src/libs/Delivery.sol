// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

/// @dev The record of a delivery, in one slot. Zero means that the message has not been delivered.
///
///     bits      field
///       0-159   processor  the account that called `process`
///     160-255   block      number of the block, read as u48
type Delivery is uint256;

using {exists, processor, blockNumber} for Delivery global;

/// @dev Returns the record of a delivery by `account` in the current block.
function deliveryBy(address account) view returns (Delivery) {
    return Delivery.wrap((block.number << 160) | uint160(account));
}

/// @dev Reports whether the message has been delivered.
function exists(Delivery delivery) pure returns (bool) {
    return Delivery.unwrap(delivery) != 0;
}

/// @dev Returns the account that delivered the message; zero when there is none.
function processor(Delivery delivery) pure returns (address) {
    return address(uint160(Delivery.unwrap(delivery)));
}

/// @dev Returns the number of the block in which the message was delivered; zero when it was not.
function blockNumber(Delivery delivery) pure returns (uint48) {
    return uint48(Delivery.unwrap(delivery) >> 160);
}
