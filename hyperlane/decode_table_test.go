package hyperlane

import (
	"math/big"
	"strings"
	"testing"

	"github.com/ethereum/go-ethereum/common"
	"github.com/ethereum/go-ethereum/core/types"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/hyperlane-go/sdk/contracts"
	"github.com/hyperlane-go/sdk/hyperlane/evm"
	"github.com/hyperlane-go/sdk/message"
)

// word is a number as one ABI word.
func word(v uint64) []byte { return common.LeftPadBytes(new(big.Int).SetUint64(v).Bytes(), 32) }

// bytesABI is the ABI encoding of one byte string.
func bytesABI(raw []byte) []byte {
	data := append(word(32), word(uint64(len(raw)))...)
	return append(data, common.RightPadBytes(raw, (len(raw)+31)/32*32)...)
}

// place puts logs into one transaction, one behind the other.
func place(logs ...types.Log) []types.Log {
	for i := range logs {
		logs[i].BlockNumber, logs[i].BlockHash, logs[i].TxHash, logs[i].Index = 7, common.Hash{1}, common.Hash{2}, uint(10+i)
	}
	return logs
}

// bad asserts that err names what is wrong with a log.
func bad(t *testing.T, err error, what string) {
	t.Helper()
	var answer *evm.AnswerError
	require.ErrorAs(t, err, &answer, what)
	assert.True(t, strings.HasSuffix(answer.What, ": "+what), "%s, want %s", answer.What, what)
	assert.EqualValues(t, 7, answer.Block)
	assert.NotZero(t, answer.Tx)
}

// testMessage has no byte twice where a field could be read from the wrong place.
func testMessage(nonce uint32) message.Message {
	return message.Message{
		Version: 3, Nonce: nonce, Origin: 1000, Sender: message.Address{1, 31: 2}, Destination: 0x01020304,
		Recipient: message.Address{3, 31: 4}, Body: []byte("body"),
	}
}

func dispatchLogs(m message.Message) []types.Log {
	raw, _ := m.MarshalBinary()
	return []types.Log{
		{Topics: []common.Hash{topicDispatch, common.Hash(m.Sender), {28: 1, 29: 2, 30: 3, 31: 4}, common.Hash(m.Recipient)}, Data: bytesABI(raw)},
		{Topics: []common.Hash{topicDispatchID, common.Hash(m.ID())}},
	}
}

// Each row is two dispatches of which one log is wrong in one way.
func TestDecodeDispatchesTable(t *testing.T) {
	decode := decodeDispatches(1000)
	whole := func() []types.Log {
		return place(append(dispatchLogs(testMessage(5)), dispatchLogs(testMessage(6))...)...)
	}
	events, err := decode(whole())
	require.NoError(t, err)
	require.Len(t, events, 2)
	for i, e := range events {
		want := testMessage(uint32(5 + i))
		assert.Equal(t, want, e.Message)
		assert.Equal(t, want.ID(), e.ID)
		assert.EqualValues(t, 11+2*i, e.LogIndex, "where its id stands")
	}
	other := testMessage(6)
	other.Origin++
	otherRaw, _ := other.MarshalBinary()
	for _, row := range []struct {
		what   string
		change func(logs []types.Log) []types.Log
	}{
		{"topic", func(l []types.Log) []types.Log { l[2].Topics[0][0]++; return l }},
		{"topic", func(l []types.Log) []types.Log { return l[1:] }},
		{"the log with its id", func(l []types.Log) []types.Log { return l[:3] }},
		{"log after " + topicDispatch.Hex(), func(l []types.Log) []types.Log { l[3].Topics[0][0]++; return l }},
		{"log after " + topicDispatch.Hex(), func(l []types.Log) []types.Log { l[3].Topics = l[3].Topics[:1]; return l }},
		{"log after " + topicDispatch.Hex(), func(l []types.Log) []types.Log { l[3].Topics = append(l[3].Topics, common.Hash{}); return l }},
		{"log after " + topicDispatch.Hex(), func(l []types.Log) []types.Log { l[3].Data = []byte{0}; return l }},
		{"place", func(l []types.Log) []types.Log { l[3].BlockHash[0]++; return l }},
		{"place", func(l []types.Log) []types.Log { l[3].TxHash[31]++; return l }},
		{"place", func(l []types.Log) []types.Log { l[3].Index++; return l }},
		{"place", func(l []types.Log) []types.Log { l[3].Index--; return l }},
		{"Dispatch", func(l []types.Log) []types.Log { l[2].Topics = l[2].Topics[:3]; return l }},
		{"Dispatch", func(l []types.Log) []types.Log { l[2].Topics = append(l[2].Topics, common.Hash{}); return l }},
		{"Dispatch", func(l []types.Log) []types.Log { l[2].Data = append(l[2].Data, make([]byte, 32)...); return l }},
		{"message", func(l []types.Log) []types.Log { l[2].Data = bytesABI(make([]byte, 40)); return l }},
		{"message", func(l []types.Log) []types.Log { l[3].Topics[1][9]++; return l }},
		{"origin", func(l []types.Log) []types.Log {
			l[2].Data, l[3].Topics[1] = bytesABI(otherRaw), common.Hash(other.ID())
			return l
		}},
		{"sender", func(l []types.Log) []types.Log { l[2].Topics[1][0]++; return l }},
		{"destination", func(l []types.Log) []types.Log { l[2].Topics[2][28]++; return l }},
		{"destination", func(l []types.Log) []types.Log { l[2].Topics[2][29]++; return l }},
		{"destination", func(l []types.Log) []types.Log { l[2].Topics[2][30]++; return l }},
		{"destination", func(l []types.Log) []types.Log { l[2].Topics[2][31]++; return l }},
		{"destination", func(l []types.Log) []types.Log { l[2].Topics[2][0]++; return l }},
		{"recipient", func(l []types.Log) []types.Log { l[2].Topics[3][31]++; return l }},
	} {
		events, err := decode(row.change(whole()))
		bad(t, err, row.what)
		assert.Nil(t, events)
	}
	events, err = decode(nil)
	require.NoError(t, err)
	assert.Empty(t, events)
}

func TestDecodeInsertionsTable(t *testing.T) {
	whole := func() []types.Log {
		return place(
			types.Log{Topics: []common.Hash{topicInserted}, Data: append(common.Hash{5, 31: 6}.Bytes(), word(0)...)},
			types.Log{Topics: []common.Hash{topicInserted}, Data: append(common.Hash{7, 31: 8}.Bytes(), word(0x01020304)...)},
		)
	}
	events, err := decodeInsertions(whole())
	require.NoError(t, err)
	require.Len(t, events, 2)
	assert.Equal(t, message.ID{7, 31: 8}, events[1].ID)
	assert.EqualValues(t, 0x01020304, events[1].Index)
	last := whole()
	copy(last[1].Data[60:], []byte{255, 255, 255, 254})
	events, err = decodeInsertions(last)
	require.NoError(t, err)
	assert.EqualValues(t, 1<<32-2, events[1].Index)

	changes := map[string][]func(l *types.Log){
		"InsertedIntoTree": {
			func(l *types.Log) { l.Topics = append(l.Topics, common.Hash{}) },
			func(l *types.Log) { l.Topics[0][0]++ },
			func(l *types.Log) { l.Topics = nil },
			func(l *types.Log) { l.Data = l.Data[:63] },
			func(l *types.Log) { l.Data = append(l.Data, 0) },
		},
		"leaf index": {func(l *types.Log) { copy(l.Data[60:], []byte{255, 255, 255, 255}) }},
	}
	for i := 32; i < 60; i++ {
		changes["leaf index"] = append(changes["leaf index"], func(l *types.Log) { l.Data[i] = 1 })
	}
	for what, list := range changes {
		for _, change := range list {
			logs := whole()
			change(&logs[1])
			events, err := decodeInsertions(logs)
			bad(t, err, what)
			assert.Nil(t, events)
		}
	}
}

func TestDecodeDeliveriesTable(t *testing.T) {
	recipient := common.Address{7, 19: 8}
	whole := func() []types.Log {
		return place(
			types.Log{Topics: []common.Hash{topicProcess, common.BytesToHash(word(0x01020304)), {5, 31: 6}, common.BytesToHash(recipient[:])}},
			types.Log{Topics: []common.Hash{topicProcessID, {9, 31: 10}}},
		)
	}
	events, err := decodeDeliveries(whole())
	require.NoError(t, err)
	assert.Equal(t, []DeliveryEvent{{
		Position: evm.PositionOf(&whole()[1]), ID: message.ID{9, 31: 10}, Origin: 0x01020304, Sender: message.Address{5, 31: 6}, Recipient: recipient,
	}}, events)
	for _, row := range []struct {
		what   string
		change func(l []types.Log)
	}{
		{"Process", func(l []types.Log) { l[0].Topics = l[0].Topics[:3] }},
		{"Process", func(l []types.Log) { l[0].Topics = append(l[0].Topics, common.Hash{}) }},
		{"Process", func(l []types.Log) { l[0].Data = []byte{0} }},
		{"origin", func(l []types.Log) { l[0].Topics[1][27] = 1 }},
		{"recipient", func(l []types.Log) { l[0].Topics[3][11] = 1 }},
		{"topic", func(l []types.Log) { l[0].Topics[0] = topicDispatch }},
		{"log after " + topicProcess.Hex(), func(l []types.Log) { l[1].Topics[0] = topicDispatchID }},
	} {
		logs := whole()
		row.change(logs)
		events, err := decodeDeliveries(logs)
		bad(t, err, row.what)
		assert.Nil(t, events)
	}
}

// Exactly the ABI encoding of one byte string is read, of every length around a word.
func TestSoleBytes(t *testing.T) {
	for n := range 70 {
		raw := make([]byte, n)
		for i := range raw {
			raw[i] = byte(i + 1)
		}
		data := bytesABI(raw)
		have, ok := soleBytes(data)
		require.True(t, ok, "%d bytes", n)
		require.Equal(t, raw, append([]byte{}, have...))
		for i := range data { // every byte but those of the string itself is determined
			if i >= 64 && i < 64+n {
				continue
			}
			broken := append([]byte{}, data...)
			broken[i] ^= 0x80
			_, ok = soleBytes(broken)
			require.False(t, ok, "%d bytes, byte %d changed", n, i)
		}
		for _, broken := range [][]byte{data[:len(data)-1], data[:len(data)-32], append(data[:len(data):len(data)], 0), append(data[:len(data):len(data)], make([]byte, 32)...)} {
			_, ok = soleBytes(broken)
			require.False(t, ok, "%d bytes, cut or longer", n)
		}
	}
	_, ok := soleBytes(nil)
	assert.False(t, ok)
}

// The shortest overload that says the same is called, and the quote is for exactly that call.
func TestPacking(t *testing.T) {
	hook := common.Address{1, 19: 2}
	for _, row := range []struct {
		metadata []byte
		hook     common.Address
		want     string
	}{
		{nil, common.Address{}, "(uint32,bytes32,bytes)"},
		{[]byte{}, common.Address{}, "(uint32,bytes32,bytes)"},
		{[]byte{9}, common.Address{}, "(uint32,bytes32,bytes,bytes)"},
		{[]byte{9, 8}, hook, "(uint32,bytes32,bytes,bytes,address)"},
		{[]byte{}, hook, "(uint32,bytes32,bytes,bytes,address)"},
	} {
		d := Dispatch{Destination: 0x01020304, Recipient: message.Address{5, 31: 6}, Body: []byte("body"), Metadata: row.metadata, Hook: row.hook}
		for name, input := range map[string][]byte{"dispatch": packDispatch(d), "quoteDispatch": packQuote(d)} {
			parsed := contracts.MailboxArtifact.ABI()
			method, err := parsed.MethodById(input)
			require.NoError(t, err)
			assert.Equal(t, name+row.want, method.Sig)
			args, err := method.Inputs.Unpack(input[4:])
			require.NoError(t, err)
			want := []any{uint32(0x01020304), [32]byte(d.Recipient), d.Body, append([]byte{}, row.metadata...), row.hook}
			assert.Equal(t, want[:len(args)], args)
		}
	}
}

func TestUnpackCheckpoint(t *testing.T) {
	have, err := unpackCheckpoint(append(common.Hash{1, 31: 2}.Bytes(), word(0x01020304)...))
	require.NoError(t, err)
	assert.Equal(t, common.Hash{1, 31: 2}, common.Hash(have.root))
	assert.EqualValues(t, 0x01020304, have.index)
	for _, out := range [][]byte{nil, make([]byte, 63), make([]byte, 65), append(make([]byte, 32), word(1<<32-1)...), append(make([]byte, 32), word(1<<32)...)} {
		_, err := unpackCheckpoint(out)
		require.Error(t, err)
	}
}
