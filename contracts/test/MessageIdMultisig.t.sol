// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {IStaticMultisigIsmFactory} from "../src/interfaces/IStaticMultisigIsmFactory.sol";
import {StaticMessageIdMultisigIsm} from "../src/isms/StaticMessageIdMultisigIsm.sol";
import {StaticMessageIdMultisigIsmFactory} from "../src/isms/StaticMessageIdMultisigIsmFactory.sol";
import {Domain} from "../src/libs/Domain.sol";
import {Golden} from "./support/Golden.sol";
import {MultisigTest} from "./support/MultisigTest.sol";
import {Plain} from "./support/Plain.sol";

contract MessageIdMultisigTest is MultisigTest {
    function newFactory() internal override returns (IStaticMultisigIsmFactory) {
        return new StaticMessageIdMultisigIsmFactory();
    }

    function creationCode() internal pure override returns (bytes memory) {
        return type(StaticMessageIdMultisigIsm).creationCode;
    }

    function moduleType() internal pure override returns (uint8) {
        return 5;
    }

    function signaturesOffset() internal pure override returns (uint256) {
        return 68;
    }

    function goldenMetadata() internal pure override returns (bytes memory) {
        return Golden.MESSAGE_ID_METADATA;
    }

    function head(bytes memory text) internal pure override returns (bytes memory metadata, bytes32 digest) {
        bytes32 root = Golden.ROOT_2; // trap 17: any root, as long as it was signed
        metadata = abi.encodePacked(TREE, root, uint32(7));
        digest = Plain.checkpointDigest(Golden.ORIGIN, TREE, root, 7, idOf(text));
    }

    function plainDigest(bytes memory metadata, bytes memory text)
        internal
        pure
        override
        returns (bool ok, bytes32 digest)
    {
        if (metadata.length < 68 || text.length < 9) return (false, 0);
        return (
            true,
            Plain.checkpointDigest(
                Domain.wrap(uint32(bytes4(slice(text, 5, 9)))),
                bytes32(slice(metadata, 0, 32)),
                bytes32(slice(metadata, 32, 64)),
                uint32(bytes4(slice(metadata, 64, 68))),
                idOf(text)
            )
        );
    }
}
