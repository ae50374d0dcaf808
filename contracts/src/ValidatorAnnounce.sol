// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {MailboxBound} from "./base/MailboxBound.sol";
import {IValidatorAnnounce} from "./interfaces/IValidatorAnnounce.sol";
import {SignatureLib} from "./libs/SignatureLib.sol";
import {TypeCasts} from "./libs/TypeCasts.sol";

/// @title Where validators publish the locations of their signatures
/// @dev See `IValidatorAnnounce`.
contract ValidatorAnnounce is IValidatorAnnounce, MailboxBound {
    address[] private _validators;
    mapping(address validator => string[]) private _locations;

    /// @param mailbox The mailbox that validators sign for.
    constructor(address mailbox) MailboxBound(mailbox) {}

    /// @inheritdoc IValidatorAnnounce
    function announce(address validator, string calldata storageLocation, bytes calldata signature)
        external
        returns (bool)
    {
        string[] storage locations = _locations[validator];
        uint256 known = locations.length;
        for (uint256 i = 0; i < known; ++i) {
            if (keccak256(bytes(locations[i])) == keccak256(bytes(storageLocation))) {
                revert AnnouncementReplayed(validator, storageLocation);
            }
        }
        // SECURITY: only the validator's own signature adds a location to its list.
        address signer = SignatureLib.recover(getAnnouncementDigest(storageLocation), signature);
        if (signer != validator) revert AnnouncementSignerInvalid(signer, validator);

        if (known == 0) _validators.push(validator);
        locations.push(storageLocation);
        emit ValidatorAnnouncement(validator, storageLocation);
        return true;
    }

    /// @inheritdoc IValidatorAnnounce
    function getAnnouncementDigest(string calldata storageLocation) public view returns (bytes32) {
        bytes32 domainHash =
            keccak256(abi.encodePacked(localDomain, TypeCasts.toBytes32(mailbox), "HYPERLANE_ANNOUNCEMENT"));
        return SignatureLib.eip191(keccak256(abi.encodePacked(domainHash, storageLocation)));
    }

    /// @inheritdoc IValidatorAnnounce
    function getAnnouncedValidators() external view returns (address[] memory) {
        return _validators;
    }

    /// @inheritdoc IValidatorAnnounce
    function getAnnouncedStorageLocations(address[] calldata validators) external view returns (string[][] memory) {
        string[][] memory all = new string[][](validators.length);
        for (uint256 i = 0; i < validators.length; ++i) {
            all[i] = _locations[validators[i]];
        }
        return all;
    }
}
