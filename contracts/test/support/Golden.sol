// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {Domain} from "../../src/libs/Domain.sol";
import {MessageId} from "../../src/libs/MessageId.sol";

/// @title Golden values of the live network's contracts, release 12.1.0
library Golden {
    uint256 internal constant K1 = 0x1111111111111111111111111111111111111111111111111111111111111111;
    uint256 internal constant K2 = 0x2222222222222222222222222222222222222222222222222222222222222222;
    uint256 internal constant K3 = 0x3333333333333333333333333333333333333333333333333333333333333333;

    address internal constant A1 = 0x19E7E376E7C213B7E7e7e46cc70A5dD086DAff2A;
    address internal constant A2 = 0x1563915e194D8CfBA1943570603F7606A3115508;
    address internal constant A3 = 0x5CbDd86a2FA8Dc4bDdd8a8f69dBa48572EeC07FB;

    Domain internal constant ORIGIN = Domain.wrap(1000);
    Domain internal constant DESTINATION = Domain.wrap(2000);
    address internal constant TREE = 0x2222222222222222222222222222222222222222;

    bytes internal constant MESSAGE =
        hex"0300000000000003e80000000000000000000000001111111111111111111111111111111111111111000007d000000000000000000000000022222222222222222222222222222222222222221234";
    MessageId internal constant MESSAGE_ID =
        MessageId.wrap(0xf8a66f8aadee751d842616fee0ed14a3ad6da1e13564920364ee0ad35a02703f);

    bytes32 internal constant LEAF_0 = 0xaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa;
    bytes32 internal constant LEAF_2 = 0xbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb;
    bytes32 internal constant ROOT_1 = 0x6ab48e5b8118fab60421af7bacabdb2db746af171161bc888e858f08a704aa36;
    bytes32 internal constant ROOT_2 = 0x1c1a983e60d234ffcee9e86bcdfc66fc1cec8f22e52c50db42698a0b314009ac;
    bytes32 internal constant ROOT_3 = 0x2dac82a6d6913904052c477900abc4624dfb15b78d852ba0a39b4fa8e3786155;
    bytes32 internal constant SIGNING_HASH_1 = 0x3c4dc85a5aebfcaf13c5687d6e834d9339e5f2d42d4bb67746bd1a92052f4bad;
    bytes32 internal constant SIGNING_HASH_2 = 0x2cfda545ae41134789caf2c31d63bbe974f50f0b8aaba37df2af4b6571d91de6;

    /// @notice Validators K1, K2, K3, threshold 2, signed by K1 and K3.
    bytes internal constant MESSAGE_ID_METADATA = hex"0000000000000000000000002222222222222222222222222222222222222222"
        hex"1c1a983e60d234ffcee9e86bcdfc66fc1cec8f22e52c50db42698a0b314009ac" hex"00000001"
        hex"142d1096c41a46514d90abdda7bbf972cf416a06194fa4091f72e34525267c8f15b18700d6af7ec003c9aedfd10e3d0d8f925347f0573dc72159c35ff07b007d1b"
        hex"8feb8ec09485473e998545fbe29870047a7a41e498a1ad87be9a536def335f225bdbecaae6866862604111759b64e7eb3e279bf4879b7c0a28cbdd20ac9e75681b";

    bytes internal constant MERKLE_ROOT_SIGNATURES = hex"2ef42ad4593711617ba9adb389bb27bd397b21ec788cbe2fc440a87e118f14dd5720254944d527d6f3903cfed308ce6530e80ca521287eeb6fb5a22e25b630551c"
        hex"fd46743e0b12c5d7cb9d705a4eb8b5a3183fcbeef00f8d0466105b39a6b846c135ce3f87eea3a32fee4d6fc1c4aa703852b1ca5902d29b74f0308afd541b7cc01c";
    bytes32 internal constant MERKLE_ROOT_METADATA_HASH =
        0x734d0ccb5cba6ba2f934f3579bc531e054dc0fc3eca69c065764c35fafaae93b;

    bytes32 internal constant EMPTY_ROOT = 0x27ae5ba08d7291c96c8cbddcc148bf48a6d68c7974b94356f53754ef6171d757;

    bytes32 internal constant CHECKPOINT_DIGEST = 0xfebb25c87bfac40788dc8cf223b9be421be07653f20c1affc5d28259b717d122;
    bytes internal constant CHECKPOINT_SIGNATURE =
        hex"bc3d35e3713e46b229d7dbe27e6479f1f64792dfaca71c8e245f15edda4b0afe610d65bcf7a6328de91ddea3918803c755f04438e68a495d15bb1dc3894fc85d1c";

    string internal constant LOCATION = "s3://hyperlane-test/us-east-1";
    bytes32 internal constant ANNOUNCEMENT_DIGEST = 0x70f0e201a75a670619116f1da6796ca931f6154d4da68f2d451d4ca03aaa036e;
    bytes internal constant ANNOUNCEMENT_SIGNATURE =
        hex"cffe2c30a3b5016f467bee313352e032e3261fbabe82907771cf920f05359533243225ac7010c7cf1e4dea3c7b7042202bd69765f8d1d76469653b65d7304fb11b";

    /// @notice Z[0] to Z[8].
    function zeroHashes() internal pure returns (bytes32[9] memory) {
        return [
            bytes32(0),
            0xad3228b676f7d3cd4284a5443f17f1962b36e491b30a40b2405849e597ba5fb5,
            0xb4c11951957c6f8f642c4af61cd6b24640fec6dc7fc607ee8206a99e92410d30,
            0x21ddb9a356815c3fac1026b6dec5df3124afbadb485c9ba5a3e3398a04b7ba85,
            0xe58769b32a1beaf1ea27375a44095a0d1fb664ce2dd358e7fcbfb78c26a19344,
            0x0eb01ebfc9ed27500cd4dfc979272d1f0913cc9f66540d7e8005811109e1cf2d,
            0x887c22bd8750d34016ac3c66b5ff102dacdd73f6b014e710b51e8022af9a1968,
            0xffd70157e48063fc33c97a050f7f640233bf646cc98d9524c6b92bcf3ab56f83,
            0x9867cc5f7f196b93bae1e27e6320742445d290f2263827498b54fec539f756af
        ];
    }

    /// @notice Validators K1, K2, K3, threshold 2, signed by K1 and K3: the checkpoint at index 2,
    /// for the message at index 1.
    function merkleRootMetadata() internal pure returns (bytes memory metadata) {
        bytes memory path = abi.encodePacked(LEAF_0, keccak256(abi.encodePacked(LEAF_2, bytes32(0))));
        bytes32 zero = keccak256(abi.encodePacked(bytes32(0), bytes32(0)));
        for (uint256 level = 2; level < 32; ++level) {
            zero = keccak256(abi.encodePacked(zero, zero));
            path = abi.encodePacked(path, zero);
        }
        return
            abi.encodePacked(
                bytes32(uint256(uint160(TREE))), uint32(1), LEAF_2, path, uint32(2), MERKLE_ROOT_SIGNATURES
            );
    }
}
