package ism_test

import (
	"bytes"
	"encoding/hex"
	"testing"

	"github.com/ethereum/go-ethereum/common"
	"github.com/ethereum/go-ethereum/crypto"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/hyperlane-go/sdk/ism"
	"github.com/hyperlane-go/sdk/ism/checkpoint"
	"github.com/hyperlane-go/sdk/merkle"
	"github.com/hyperlane-go/sdk/message"
)

// The sample of the protocol specification, 17.3, which the contracts of core 12.1.0 accept:
// three leaves, the message in the middle; validators K1, K2, K3, threshold 2,
// signatures of K1 and K3.
var (
	tree       = message.FromEVM(common.HexToAddress("0x2222222222222222222222222222222222222222"))
	k1         = common.HexToAddress("0x19E7E376E7C213B7E7e7e46cc70A5dD086DAff2A")
	k2         = common.HexToAddress("0x1563915e194D8CfBA1943570603F7606A3115508")
	k3         = common.HexToAddress("0x5CbDd86a2FA8Dc4bDdd8a8f69dBa48572EeC07FB")
	validators = []common.Address{k1, k2, k3}

	leafBefore = merkle.Hash(bytes.Repeat([]byte{0xaa}, 32))
	leafAfter  = merkle.Hash(bytes.Repeat([]byte{0xbb}, 32))
)

const (
	goldenMessage = "0300000000000003e80000000000000000000000001111111111111111111111111111111111111111000007d000000000000000000000000022222222222222222222222222222222222222221234"

	goldenMessageIDMetadata = "0000000000000000000000002222222222222222222222222222222222222222" +
		"1c1a983e60d234ffcee9e86bcdfc66fc1cec8f22e52c50db42698a0b314009ac" +
		"00000001" +
		"142d1096c41a46514d90abdda7bbf972cf416a06194fa4091f72e34525267c8f15b18700d6af7ec003c9aedfd10e3d0d8f925347f0573dc72159c35ff07b007d1b" +
		"8feb8ec09485473e998545fbe29870047a7a41e498a1ad87be9a536def335f225bdbecaae6866862604111759b64e7eb3e279bf4879b7c0a28cbdd20ac9e75681b"

	goldenRootSignatures = "2ef42ad4593711617ba9adb389bb27bd397b21ec788cbe2fc440a87e118f14dd5720254944d527d6f3903cfed308ce6530e80ca521287eeb6fb5a22e25b630551c" +
		"fd46743e0b12c5d7cb9d705a4eb8b5a3183fcbeef00f8d0466105b39a6b846c135ce3f87eea3a32fee4d6fc1c4aa703852b1ca5902d29b74f0308afd541b7cc01c"
)

func unhex(t testing.TB, digits string) []byte {
	t.Helper()
	b, err := hex.DecodeString(digits)
	require.NoError(t, err)
	return b
}

func sampleMessage(t testing.TB) *message.Message {
	t.Helper()
	var m message.Message
	require.NoError(t, m.UnmarshalBinary(unhex(t, goldenMessage)))
	return &m
}

func sampleMessageID(t testing.TB) []byte { return unhex(t, goldenMessageIDMetadata) }

// sampleMerkleRoot is built from a tree, not pasted: the golden hash of the
// whole is checked in TestGoldenMerkleRoot.
func sampleMerkleRoot(t testing.TB) []byte {
	t.Helper()
	var full merkle.FullTree
	require.NoError(t, full.Append(leafBefore, merkle.Hash(sampleMessage(t).ID()), leafAfter))
	proof, err := full.Prove(1, 3)
	require.NoError(t, err)
	d := ism.MerkleRootMetadata{
		Tree:            tree,
		MessageIndex:    1,
		SignedMessageID: message.ID(leafAfter),
		Path:            proof.Path,
		SignedIndex:     2,
	}
	b, err := d.MarshalBinary()
	require.NoError(t, err)
	return append(b, unhex(t, goldenRootSignatures)...)
}

func TestGoldenMessageID(t *testing.T) {
	module := ism.MessageIDMultisig{Validators: validators, Threshold: 2}
	require.NoError(t, module.Verify(sampleMessageID(t), sampleMessage(t)))

	var d ism.MessageIDMetadata
	require.NoError(t, d.UnmarshalBinary(sampleMessageID(t)))
	signing := d.Checkpoint(sampleMessage(t)).SigningHash()
	assert.Equal(t, "3c4dc85a5aebfcaf13c5687d6e834d9339e5f2d42d4bb67746bd1a92052f4bad", hex.EncodeToString(signing[:]))
}

// Traps 27 and 28: the signed id is that of the newest leaf, the proof leads
// to the root as of the signed index.
func TestGoldenMerkleRoot(t *testing.T) {
	metadata := sampleMerkleRoot(t)
	require.Len(t, metadata, 1226)
	require.Equal(t, "734d0ccb5cba6ba2f934f3579bc531e054dc0fc3eca69c065764c35fafaae93b", hex.EncodeToString(crypto.Keccak256(metadata)))

	module := ism.MerkleRootMultisig{Validators: validators, Threshold: 2}
	require.NoError(t, module.Verify(metadata, sampleMessage(t)))

	var d ism.MerkleRootMetadata
	require.NoError(t, d.UnmarshalBinary(metadata))
	c := d.Checkpoint(sampleMessage(t))
	assert.Equal(t, checkpoint.Checkpoint{
		Origin:    1000,
		Tree:      tree,
		Root:      merkle.MustParseHash("0x2dac82a6d6913904052c477900abc4624dfb15b78d852ba0a39b4fa8e3786155"),
		Index:     2,
		MessageID: message.ID(leafAfter),
	}, c)
	signing := c.SigningHash()
	assert.Equal(t, "2cfda545ae41134789caf2c31d63bbe974f50f0b8aaba37df2af4b6571d91de6", hex.EncodeToString(signing[:]))
}
