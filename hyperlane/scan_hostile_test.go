package hyperlane_test

import (
	"slices"
	"testing"

	"github.com/ethereum/go-ethereum/common"
	"github.com/ethereum/go-ethereum/core/types"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/hyperlane-go/sdk/hyperlane/evm"
	"github.com/hyperlane-go/sdk/message"
)

// Each row is an answer of a node broken in one way. Trap 13: leaf indexes come from events. Trap
// 14: nothing but address and topic is filtered by.
func TestHostileLogs(t *testing.T) {
	edit := func(topic common.Hash, change func(l *types.Log)) func([]types.Log) ([]types.Log, error) {
		return func(logs []types.Log) ([]types.Log, error) {
			for i := range logs {
				if len(logs[i].Topics) > 0 && logs[i].Topics[0] == topic && logs[i].BlockNumber == 3 {
					change(&logs[i])
					break
				}
			}
			return logs, nil
		}
	}
	only := func(topic common.Hash) func([]types.Log) ([]types.Log, error) {
		return func(logs []types.Log) ([]types.Log, error) {
			return slices.DeleteFunc(logs, func(l types.Log) bool { return l.Topics[0] != topic }), nil
		}
	}
	for _, row := range []struct {
		name string
		logs func([]types.Log) ([]types.Log, error)
		want error
	}{
		{"another contract", edit(topicDispatch, func(l *types.Log) { l.Address[0]++ }), evm.ErrAnswer},
		{"another topic", edit(topicDispatch, func(l *types.Log) { l.Topics[0][0]++ }), evm.ErrAnswer},
		{"no topic", edit(topicDispatch, func(l *types.Log) { l.Topics = nil }), evm.ErrAnswer},
		{"a missing indexed field", edit(topicDispatch, func(l *types.Log) { l.Topics = l.Topics[:3] }), evm.ErrAnswer},
		{"a block outside the range", edit(topicDispatch, func(l *types.Log) { l.BlockNumber = 99 }), evm.ErrAnswer},
		{"removed", edit(topicDispatch, func(l *types.Log) { l.Removed = true }), evm.ErrAnswer},
		{"no block hash", edit(topicDispatch, func(l *types.Log) { l.BlockHash = common.Hash{} }), evm.ErrAnswer},
		{"no transaction hash", edit(topicDispatch, func(l *types.Log) { l.TxHash = common.Hash{} }), evm.ErrAnswer},
		{"two blocks of one number", edit(topicDispatch, func(l *types.Log) { l.BlockHash[0]++ }), evm.ErrReorg},
		{"a block that is not the chain's", func(logs []types.Log) ([]types.Log, error) {
			for i := range logs {
				if logs[i].BlockNumber == 3 {
					logs[i].BlockHash[0]++
				}
			}
			return logs, nil
		}, evm.ErrReorg},
		{"another transaction", edit(topicDispatch, func(l *types.Log) { l.TxHash[0]++ }), evm.ErrAnswer},
		{"the place of another log", edit(topicDispatch, func(l *types.Log) { l.Index++ }), evm.ErrAnswer},
		{"apart from its id", edit(topicDispatch, func(l *types.Log) { l.Index += 100 }), evm.ErrAnswer},
		{"a place left free before its id", edit(topicDispatchID, func(l *types.Log) { l.Index++ }), evm.ErrAnswer},
		{"ids without messages", only(topicDispatchID), evm.ErrAnswer},
		{"messages without ids", only(topicDispatch), evm.ErrAnswer},
		{"an id that is another", edit(topicDispatchID, func(l *types.Log) { l.Topics[1][5]++ }), evm.ErrAnswer},
		{"an id without field", edit(topicDispatchID, func(l *types.Log) { l.Topics = l.Topics[:1] }), evm.ErrAnswer},
		{"an id with data", edit(topicDispatchID, func(l *types.Log) { l.Data = []byte{1} }), evm.ErrAnswer},
		{"a changed message", edit(topicDispatch, func(l *types.Log) { l.Data[100]++ }), evm.ErrAnswer},
		{"a short message", edit(topicDispatch, func(l *types.Log) { l.Data = l.Data[:96]; l.Data[63] = 32 }), evm.ErrAnswer},
		{"no data", edit(topicDispatch, func(l *types.Log) { l.Data = nil }), evm.ErrAnswer},
		{"an offset beyond the data", edit(topicDispatch, func(l *types.Log) { l.Data[0] = 0xff }), evm.ErrAnswer},
		{"a length beyond the data", edit(topicDispatch, func(l *types.Log) { l.Data[60] = 0xff }), evm.ErrAnswer},
		{"dirt after the message", edit(topicDispatch, func(l *types.Log) { l.Data[len(l.Data)-1] = 1 }), evm.ErrAnswer},
		{"another sender", edit(topicDispatch, func(l *types.Log) { l.Topics[1][31]++ }), evm.ErrAnswer},
		{"another destination", edit(topicDispatch, func(l *types.Log) { l.Topics[2][31]++ }), evm.ErrAnswer},
		{"another recipient", edit(topicDispatch, func(l *types.Log) { l.Topics[3][0]++ }), evm.ErrAnswer},
		{"a whole message of another origin", func(logs []types.Log) ([]types.Log, error) {
			other := &message.Message{
				Version: 3, Nonce: 2, Origin: coreDomain + 1, Sender: message.FromEVM(fakeSender), Destination: 2000,
				Recipient: message.Address{0: 1, 31: 2},
			}
			at := slices.IndexFunc(logs, func(l types.Log) bool { return l.BlockNumber == 3 })
			forged := messageLogs(other, 2)
			logs[at].Data, logs[at+1].Topics = forged[0].Data, forged[1].Topics
			return logs, nil
		}, evm.ErrAnswer},
		{"a message kept back", func(logs []types.Log) ([]types.Log, error) {
			return slices.DeleteFunc(logs, func(l types.Log) bool { return l.BlockNumber == 3 }), nil
		}, evm.ErrAnswer},
		{"the last message kept back", func(logs []types.Log) ([]types.Log, error) {
			return slices.DeleteFunc(logs, func(l types.Log) bool { return l.BlockNumber == 5 }), nil
		}, evm.ErrAnswer},
		{"order", func(logs []types.Log) ([]types.Log, error) { slices.Reverse(logs); return logs, nil }, nil},
		{"every log twice", func(logs []types.Log) ([]types.Log, error) { return append(logs, logs...), nil }, nil},
	} {
		t.Run(row.name, func(t *testing.T) {
			f := grown(5, 1)
			c := fakeClient(t, f)
			good, err := all(c.Outbox().Dispatches(t.Context(), evm.Range{}))
			require.NoError(t, err)
			f.Logs = row.logs
			have, err := all(c.Outbox().Dispatches(t.Context(), evm.Range{}))
			if row.want == nil {
				require.NoError(t, err)
				assert.Equal(t, good, have)
				return
			}
			require.ErrorIs(t, err, row.want)
			require.ErrorIs(t, err, evm.ErrRPC)
			assert.Empty(t, have, "nothing of such an answer is passed on")
		})
	}
	for _, row := range []struct {
		name   string
		change func(l *types.Log)
	}{
		{"short data", func(l *types.Log) { l.Data = l.Data[:63] }},
		{"long data", func(l *types.Log) { l.Data = append(l.Data, 0) }},
		{"an indexed field", func(l *types.Log) { l.Topics = append(l.Topics, common.Hash{}) }},
		{"an index that is no uint32", func(l *types.Log) { l.Data[59] = 1 }},
		{"the last index", func(l *types.Log) { copy(l.Data[60:], []byte{255, 255, 255, 255}) }},
		{"another index", func(l *types.Log) { l.Data[63]++ }},
	} {
		t.Run("insertion with "+row.name, func(t *testing.T) {
			f := grown(5, 1)
			c := fakeClient(t, f)
			f.Logs = edit(topicInserted, row.change)
			_, err := all(c.Tree().Insertions(t.Context(), evm.Range{}))
			require.ErrorIs(t, err, evm.ErrAnswer)
		})
	}
	for _, row := range []struct {
		name   string
		change func(l *types.Log)
	}{
		{"an origin that is no domain", func(l *types.Log) { l.Topics[1][27] = 1 }},
		{"a dirty recipient", func(l *types.Log) { l.Topics[3][0] = 1 }},
		{"data", func(l *types.Log) { l.Data = make([]byte, 32) }},
		{"a missing field", func(l *types.Log) { l.Topics = l.Topics[:2] }},
	} {
		t.Run("delivery with "+row.name, func(t *testing.T) {
			f := grown(5, 1)
			c := fakeClient(t, f)
			f.Logs = edit(topicProcess, row.change)
			_, err := all(c.Inbox().Deliveries(t.Context(), evm.Range{}))
			require.ErrorIs(t, err, evm.ErrAnswer)
		})
	}
}
