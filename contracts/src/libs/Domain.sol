// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.19;

/// @dev Number of a chain in the protocol. It need not equal the chain id. The ABI type is
/// `uint32`.
type Domain is uint32;

using {equals as ==, differs as !=} for Domain global;

function equals(Domain a, Domain b) pure returns (bool) {
    return Domain.unwrap(a) == Domain.unwrap(b);
}

function differs(Domain a, Domain b) pure returns (bool) {
    return Domain.unwrap(a) != Domain.unwrap(b);
}
