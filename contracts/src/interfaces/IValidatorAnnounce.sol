// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.19;

import {IMailboxBound} from "./IMailboxBound.sol";
import {ISignatureErrors} from "./ISignatureErrors.sol";

/// @title Where validators publish the locations of their signatures
/// @notice The validator signs an announcement; anyone may submit it. Locations are never removed;
/// the newest is last.
///
///     domain hash = keccak256( u32(localDomain) ‖ bytes32(mailbox) ‖ "HYPERLANE_ANNOUNCEMENT" )
///     digest      = eip191( keccak256( domain hash ‖ location ) )
///
/// The digest contains the address of the MAILBOX. A checkpoint's digest contains that of the tree
/// instead.
///
/// To find a repeated announcement, `announce` reads the validator's whole list, so it costs more
/// with each location: about 7,000 gas for a location of 54 bytes, and 2,200 gas for each further
/// 32 bytes. Only the validator itself can make its list long.
///
/// Differences from the live contract: there is no owner, hook or ISM, since none of them has any
/// effect there; refusals are errors with arguments.
interface IValidatorAnnounce is IMailboxBound, ISignatureErrors {
    /// @notice A validator announced a location.
    event ValidatorAnnouncement(address indexed validator, string storageLocation);

    /// @notice The validator has announced this location before.
    error AnnouncementReplayed(address validator, string storageLocation);

    /// @notice The signer is not the validator: the signature is of another account, or for another
    /// mailbox, domain or location.
    error AnnouncementSignerInvalid(address have, address want);

    /// @notice Adds a location to those of a validator.
    /// @param validator The validator.
    /// @param storageLocation Any text; may be empty.
    /// @param signature The validator's signature of the digest of the location.
    /// @return Always true.
    function announce(address validator, string calldata storageLocation, bytes calldata signature)
        external
        returns (bool);

    /// @notice Returns all validators that have announced a location, in the order of their first
    /// announcement.
    function getAnnouncedValidators() external view returns (address[] memory);

    /// @notice Returns the locations of each of the given validators, oldest first. The list is
    /// empty for a validator that has announced none.
    function getAnnouncedStorageLocations(address[] calldata validators) external view returns (string[][] memory);

    /// @notice Returns the digest that a validator signs to announce a location.
    function getAnnouncementDigest(string calldata storageLocation) external view returns (bytes32);
}
