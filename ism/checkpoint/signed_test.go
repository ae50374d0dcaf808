package checkpoint_test

import (
	"encoding/json"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/hyperlane-go/sdk/ism/checkpoint"
)

// stored is the example of protocol.md 5.2, signed by key 0x11 repeated.
const stored = `{
  "value": {
    "checkpoint": {
      "merkle_tree_hook_address": "0x0000000000000000000000002222222222222222222222222222222222222222",
      "mailbox_domain": 1000,
      "root": "0x0202020202020202020202020202020202020202020202020202020202020202",
      "index": 12
    },
    "message_id": "0x3333333333333333333333333333333333333333333333333333333333333333"
  },
  "signature": {
    "r": "0x19f0d18dd594484e865d0dcc7ad184256ab4cf1b233e372357e4831a17c3be",
    "s": "0x7db7b821ecfbb419a36062884d2e5d24ad3a91bc982ecb29b8c063fe8b929a48",
    "v": 28
  },
  "serialized_signature": "0x0019f0d18dd594484e865d0dcc7ad184256ab4cf1b233e372357e4831a17c3be7db7b821ecfbb419a36062884d2e5d24ad3a91bc982ecb29b8c063fe8b929a481c"
}`

// Trap 18: r of this signature has 62 digits in JSON, 64 in serialized_signature.
func TestGoldenJSON(t *testing.T) {
	signed, err := checkpoint.Sign(t.Context(), checkpoint.NewKeySigner(key(t, 0x11)), golden(12))
	require.NoError(t, err)
	text, err := json.MarshalIndent(signed, "", "  ")
	require.NoError(t, err)
	assert.Equal(t, stored, string(text))

	var got checkpoint.Signed
	require.NoError(t, json.Unmarshal([]byte(stored), &got))
	assert.Equal(t, signed, got)
	require.NoError(t, got.Verify(addr1))
}
