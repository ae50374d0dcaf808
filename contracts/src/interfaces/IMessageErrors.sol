// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.33;

/// @title Errors of everything that reads an encoded message
interface IMessageErrors {
    /// @notice The encoded message ends before the fields that are read.
    /// @param have Length of the message, in bytes.
    /// @param want Least length that holds the fields.
    error MessageTooShort(uint256 have, uint256 want);
}
