package message

import (
	"testing"

	"github.com/ethereum/go-ethereum/common"
	"github.com/holiman/uint256"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// golden is the official vector: message.json of the network's repository.
var (
	goldenMessage = Message{
		Version:     3,
		Nonce:       0,
		Origin:      1000,
		Sender:      MustParseAddress("0x1111111111111111111111111111111111111111"),
		Destination: 2000,
		Recipient:   MustParseAddress("0x2222222222222222222222222222222222222222"),
		Body:        []byte{0x12, 0x34},
	}
	goldenBytes = common.FromHex("0x0300000000000003e80000000000000000000000001111111111111111111111111111111111111111000007d000000000000000000000000022222222222222222222222222222222222222221234")
	goldenID    = MustParseID("0xf8a66f8aadee751d842616fee0ed14a3ad6da1e13564920364ee0ad35a02703f")
)

func TestMessageIsThatOfTheVector(t *testing.T) {
	encoded, err := goldenMessage.MarshalBinary()
	require.NoError(t, err)
	assert.Equal(t, goldenBytes, encoded)
	assert.Len(t, encoded, goldenMessage.Length())
	assert.Equal(t, goldenID, goldenMessage.ID())

	var decoded Message
	require.NoError(t, decoded.UnmarshalBinary(goldenBytes))
	assert.Equal(t, goldenMessage, decoded)
}

// Trap 37: the refund address is 20 raw bytes at 66, the whole 86 bytes.
func TestHookMetadataIsThatOfTheSample(t *testing.T) {
	refund := common.HexToAddress("0x4242424242424242424242424242424242424242")
	h := HookMetadata{Value: new(uint256.Int), GasLimit: uint256.NewInt(200_000), Refund: &refund}
	encoded, err := h.MarshalBinary()
	require.NoError(t, err)
	want := append([]byte{0, 1}, make([]byte, 32+29)...)
	want = append(want, 0x03, 0x0d, 0x40)
	want = append(want, refund[:]...)
	assert.Equal(t, want, encoded)
	assert.Len(t, encoded, HookMetadataLength)

	var decoded HookMetadata
	require.NoError(t, decoded.UnmarshalBinary(encoded))
	h.Variant = HookMetadataVariant
	assert.Equal(t, h, decoded)
}
