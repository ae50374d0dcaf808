package contracts_test

import (
	"testing"

	"github.com/ethereum/go-ethereum/common"
	"github.com/ethereum/go-ethereum/core/types"
	"github.com/ethereum/go-ethereum/crypto"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/hyperlane-go/sdk/contracts"
)

// Revert data comes from outside: whatever it is, UnpackError answers and does not panic.
func TestUnpackError(t *testing.T) {
	known := crypto.Keccak256([]byte("InboxAlreadyDelivered(bytes32)"))
	for name, raw := range map[string][]byte{
		"nothing": nil, "three bytes": {1, 2, 3}, "another selector": {1, 2, 3, 4}, "Error(string)": common.FromHex("08c379a0"),
	} {
		_, err := contracts.UnpackError(raw)
		assert.ErrorIs(t, err, contracts.ErrUnknownError, name)
	}
	_, err := contracts.UnpackError(known[:4])
	assert.Error(t, err, "a known selector without its arguments")
	assert.NotErrorIs(t, err, contracts.ErrUnknownError)

	id := common.Hash{7}
	got, err := contracts.UnpackError(append(append([]byte{}, known[:4]...), id[:]...))
	require.NoError(t, err)
	assert.Equal(t, &contracts.InboxAlreadyDelivered{MessageId: id}, got)
}

// A log that lacks its data or a topic is an error, not an event full of zeros.
func TestUnpackEvent(t *testing.T) {
	mailbox := contracts.Mailbox{}
	id := contracts.DispatchTopic
	whole := &types.Log{Topics: []common.Hash{id, {}, {}, {}}, Data: append(make([]byte, 31), append([]byte{32}, make([]byte, 32)...)...)}
	_, err := mailbox.UnpackDispatchEvent(whole)
	require.NoError(t, err)
	for name, log := range map[string]*types.Log{
		"no topics":     {Data: whole.Data},
		"other event":   {Topics: []common.Hash{{1}, {}, {}, {}}, Data: whole.Data},
		"topic missing": {Topics: whole.Topics[:3], Data: whole.Data},
		"topic added":   {Topics: append(whole.Topics[:4:4], common.Hash{}), Data: whole.Data},
		"no data":       {Topics: whole.Topics},
		"data cut":      {Topics: whole.Topics, Data: whole.Data[:40]},
	} {
		_, err := mailbox.UnpackDispatchEvent(log)
		assert.Error(t, err, name)
	}
}
