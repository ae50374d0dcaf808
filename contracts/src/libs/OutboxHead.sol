// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

/// @dev Everything that a dispatch without hooks reads, in one slot. As one value it is loaded once
/// and stored once in a dispatch; a struct in storage would be loaded again for each field that is
/// written.
///
///     bits     field
///      0-31    nonce             u32, of the next message; also the number of leaves of the tree
///     32-39    has default hook  bool, if false, the slot of the default hook need not be read
///     40-199   required hook     address, zero for none
type OutboxHead is uint256;

using {nonce, hasDefaultHook, requiredHook, withNextNonce, withDefaultHook, withRequiredHook} for OutboxHead global;

uint256 constant HAS_DEFAULT_HOOK = 1 << 32;
uint256 constant REQUIRED_HOOK_SHIFT = 40;

/// @dev Returns the nonce of the next message.
function nonce(OutboxHead head) pure returns (uint32) {
    return uint32(OutboxHead.unwrap(head));
}

/// @dev Reports whether a default hook is set.
function hasDefaultHook(OutboxHead head) pure returns (bool) {
    return OutboxHead.unwrap(head) & HAS_DEFAULT_HOOK != 0;
}

/// @dev Returns the required hook; zero for none.
function requiredHook(OutboxHead head) pure returns (address) {
    return address(uint160(OutboxHead.unwrap(head) >> REQUIRED_HOOK_SHIFT));
}

/// @dev Returns the head after one more message. The nonce must be below its maximum.
function withNextNonce(OutboxHead head) pure returns (OutboxHead) {
    unchecked {
        return OutboxHead.wrap(OutboxHead.unwrap(head) + 1);
    }
}

/// @dev Returns the head with or without a default hook.
function withDefaultHook(OutboxHead head, bool isSet) pure returns (OutboxHead) {
    uint256 cleared = OutboxHead.unwrap(head) & ~HAS_DEFAULT_HOOK;
    return OutboxHead.wrap(isSet ? cleared | HAS_DEFAULT_HOOK : cleared);
}

/// @dev Returns the head with `hook` as the required hook; zero for none.
function withRequiredHook(OutboxHead head, address hook) pure returns (OutboxHead) {
    uint256 low = OutboxHead.unwrap(head) & ((1 << REQUIRED_HOOK_SHIFT) - 1);
    return OutboxHead.wrap(low | (uint256(uint160(hook)) << REQUIRED_HOOK_SHIFT));
}
