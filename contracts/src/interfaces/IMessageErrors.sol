// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.19;

/// @title Errors of contracts that read an encoded message
interface IMessageErrors {
    /// @notice The encoded message ends before the fields that are read.
    /// @param have Length of the message, in bytes.
    /// @param want Least length that holds the fields, in bytes.
    error MessageTooShort(uint256 have, uint256 want);
}
