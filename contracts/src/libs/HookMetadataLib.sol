// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {CalldataLib} from "./CalldataLib.sol";

/// @title Standard hook metadata
///
///     offset  size  field          default, if the metadata ends before the end of the field
///          0     2  variant        reads as 0; must be 1
///          2    32  value          0
///         34    32  gas limit      50,000
///         66    20  refund         the sender of the message
///         86    20  fee token      zero, the native token
///        106     n  the rest       empty
library HookMetadataLib {
    uint16 internal constant VARIANT = 1;

    uint256 internal constant VARIANT_OFFSET = 0;
    uint256 internal constant VALUE_OFFSET = 2;
    uint256 internal constant GAS_LIMIT_OFFSET = 34;
    uint256 internal constant REFUND_OFFSET = 66;
    uint256 internal constant FEE_TOKEN_OFFSET = 86;

    /// @notice Reports whether metadata is empty or of the standard variant.
    function isStandard(bytes calldata metadata) internal pure returns (bool) {
        return metadata.length == 0 || variant(metadata) == VARIANT;
    }

    /// @notice Returns the variant; 0 if there are fewer than two bytes.
    function variant(bytes calldata metadata) internal pure returns (uint16) {
        if (metadata.length < VALUE_OFFSET) return 0;
        return uint16(bytes2(CalldataLib.word(metadata, VARIANT_OFFSET)));
    }

    /// @notice Returns the address that receives excess value.
    /// @param otherwise Returned if the metadata is not standard, or names no address or the zero
    /// address.
    function refund(bytes calldata metadata, address otherwise) internal pure returns (address) {
        if (metadata.length < FEE_TOKEN_OFFSET || variant(metadata) != VARIANT) return otherwise;
        address named = address(bytes20(CalldataLib.word(metadata, REFUND_OFFSET)));
        return named == address(0) ? otherwise : named;
    }

    /// @notice Encodes metadata without a fee token, 86 bytes.
    /// @param value Delivered with the message by hooks of native bridges, in wei; 0 otherwise.
    /// @param gasLimit Gas for `handle` at the destination.
    /// @param refundAddress Receives excess value.
    function encode(uint256 value, uint256 gasLimit, address refundAddress) internal pure returns (bytes memory) {
        return abi.encodePacked(VARIANT, value, gasLimit, refundAddress);
    }
}
