package connect_test

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/hyperlane-go/sdk/hyperlane/connect"
)

func TestDecode(t *testing.T) {
	settings := struct {
		RPC  string `yaml:"rpc"`
		From uint64 `yaml:"from"`
	}{From: 7}
	require.NoError(t, connect.Decode([]byte("rpc: http://one"), &settings))
	assert.Equal(t, "http://one", settings.RPC)
	assert.Equal(t, uint64(7), settings.From, "what the file does not name stays")

	assert.ErrorContains(t, connect.Decode([]byte("RPC: http://one"), &settings), "RPC", "a misspelt key is named")
	assert.Error(t, connect.Decode([]byte("rpc: ["), &settings))
	assert.ErrorIs(t, connect.Decode(nil, &settings), connect.ErrEmpty)
	assert.ErrorIs(t, connect.Decode([]byte("# only a comment\n"), &settings), connect.ErrEmpty)
}
