package hyperlane

import (
	"slices"
	"testing"

	"github.com/ethereum/go-ethereum/accounts/abi"
	"github.com/ethereum/go-ethereum/common"
	"github.com/ethereum/go-ethereum/core/types"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/hyperlane-go/sdk/contracts"
	"github.com/hyperlane-go/sdk/hyperlane/evm"
	"github.com/hyperlane-go/sdk/message"
)

// The topics are those of protocol specification 2.2 and 4.2, and those of the bindings.
func TestTopics(t *testing.T) {
	events := contracts.MailboxArtifact.ABI().Events
	for name, row := range map[string]struct {
		have common.Hash
		want string
	}{
		"Dispatch":         {topicDispatch, "0x769f711d20c679153d382254f59892613b58a97cc876b249134ac25c80f9c814"},
		"DispatchId":       {topicDispatchID, "0x788dbc1b7152732178210e7f4d9d010ef016f9eafbe66786bd7169f56e0c353a"},
		"Process":          {topicProcess, "0x0d381c2a574ae8f04e213db7cfb4df8df712cdbd427d9868ffef380660ca6574"},
		"ProcessId":        {topicProcessID, "0x1cae38cdd3d3919489272725a5ae62a4f48b2989b0dae843d3c279fee18073a9"},
		"InsertedIntoTree": {topicInserted, "0x253a3a04cab70d47c1504809242d9350cd81627b4f1d50753e159cf8cd76ed33"},
	} {
		assert.Equal(t, row.want, row.have.Hex())
		assert.Equal(t, events[name].ID, row.have)
	}
}

// What is accepted is exactly what an ABI encoder writes.
func FuzzSoleBytes(f *testing.F) {
	kind, _ := abi.NewType("bytes", "", nil)
	args := abi.Arguments{{Type: kind}}
	for _, n := range []int{0, 1, 31, 32, 33, 77} {
		data, _ := args.Pack(slices.Repeat([]byte{7}, n))
		f.Add(data)
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		b, ok := soleBytes(data)
		if !ok {
			return
		}
		again, err := args.Pack(b)
		require.NoError(t, err)
		require.Equal(t, data, again)
	})
}

// Decoders never panic, and never pass on a message that is not the stated id's.
func FuzzDecodeDispatches(f *testing.F) {
	m := message.Message{Version: 3, Nonce: 1, Origin: 1000, Destination: 2000, Body: []byte("x")}
	raw, _ := m.MarshalBinary()
	id := m.ID()
	data := append(make([]byte, 64), raw...)
	data[31], data[63] = 32, byte(len(raw))
	data = append(data, make([]byte, 32*4-len(raw)+32)...)[:64+96]
	f.Add(data, id[:], make([]byte, 32), []byte{31: 0}, uint8(4), uint8(2))
	f.Fuzz(func(t *testing.T, data, id, topic, topic2 []byte, n, n2 uint8) {
		event := types.Log{Data: data, Topics: []common.Hash{topicDispatch, common.BytesToHash(topic), common.BytesToHash(topic2), common.BytesToHash(topic)}[:n%5]}
		named := types.Log{Index: 1, Topics: []common.Hash{topicDispatchID, common.BytesToHash(id), {}}[:n2%4]}
		events, err := decodeDispatches(1000)([]types.Log{event, named})
		if err != nil {
			require.ErrorIs(t, err, evm.ErrAnswer)
			require.Nil(t, events)
			return
		}
		require.Len(t, events, 1)
		require.Equal(t, events[0].Message.ID(), events[0].ID)
		require.EqualValues(t, 1000, events[0].Message.Origin)
		require.Equal(t, common.BytesToHash(id), common.Hash(events[0].ID))
	})
}

func FuzzDecodeInsertions(f *testing.F) {
	f.Add(make([]byte, 64), uint8(1))
	f.Add(make([]byte, 63), uint8(1))
	f.Fuzz(func(t *testing.T, data []byte, topics uint8) {
		l := types.Log{Data: data, Topics: []common.Hash{topicInserted, {}}[:topics%3]}
		events, err := decodeInsertions([]types.Log{l})
		if err != nil {
			require.ErrorIs(t, err, evm.ErrAnswer)
			return
		}
		require.Equal(t, data[:32], events[0].ID[:])
		require.Equal(t, common.LeftPadBytes(data[60:], 32), data[32:])
	})
}

func FuzzDecodeDeliveries(f *testing.F) {
	f.Add(make([]byte, 32), make([]byte, 32), []byte{})
	f.Fuzz(func(t *testing.T, origin, recipient, data []byte) {
		logs := []types.Log{
			{Data: data, Topics: []common.Hash{topicProcess, common.BytesToHash(origin), {1}, common.BytesToHash(recipient)}},
			{Index: 1, Topics: []common.Hash{topicProcessID, {2}}},
		}
		events, err := decodeDeliveries(logs)
		if err != nil {
			require.ErrorIs(t, err, evm.ErrAnswer)
			return
		}
		require.Equal(t, domainTopic(events[0].Origin), common.BytesToHash(origin))
		require.Equal(t, message.FromEVM(events[0].Recipient), message.Address(common.BytesToHash(recipient)))
	})
}
