// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.33;

import {IMailboxBound} from "./IMailboxBound.sol";
import {ISignatureErrors} from "./ISignatureErrors.sol";

/// @title Where validators tell where their signatures are stored
/// @notice An announcement is signed by the validator and may be brought by anyone. Locations are never removed; the
/// newest is last.
///
///     announcement domain = keccak256( u32(localDomain) ‖ bytes32(mailbox) ‖ "HYPERLANE_ANNOUNCEMENT" )
///     digest              = eip191( keccak256( announcement domain ‖ location ) )
///
/// The address is that of the MAILBOX; checkpoints have that of the tree in the same place.
///
/// A location that is announced again is found by looking through the validator's own list, so an announcement costs
/// more with each location that the validator has announced before: about 7,000 gas for one of 54 bytes, 2,200 for each
/// 32 bytes more. Only the validator itself can make that list long.
///
/// Differences from the live contract: no owner, no hook and no ISM, since none of them has any effect there; refusals
/// are errors with arguments.
interface IValidatorAnnounce is IMailboxBound, ISignatureErrors {
    /// @notice A validator announced a location.
    event ValidatorAnnouncement(address indexed validator, string storageLocation);

    /// @notice The validator has announced this location before.
    error AnnouncementReplayed(address validator, string storageLocation);

    /// @notice The announcement was signed by someone else, or it is for another mailbox, domain or location.
    error AnnouncementSignerInvalid(address have, address want);

    /// @notice Adds a location to those of a validator.
    /// @param storageLocation Any text, the empty one included.
    /// @param signature The validator's, over the digest of the location.
    /// @return Always true.
    function announce(address validator, string calldata storageLocation, bytes calldata signature)
        external
        returns (bool);

    /// @notice All validators that have announced something, first come first.
    function getAnnouncedValidators() external view returns (address[] memory);

    /// @notice All locations of each of the validators asked for, oldest first; none for a validator that has announced
    /// nothing.
    function getAnnouncedStorageLocations(address[] calldata validators) external view returns (string[][] memory);

    /// @notice The digest that a validator signs to announce a location.
    function getAnnouncementDigest(string calldata storageLocation) external view returns (bytes32);
}
