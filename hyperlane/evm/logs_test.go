package evm_test

import (
	"errors"
	"runtime"
	"slices"
	"sync/atomic"
	"testing"

	"github.com/ethereum/go-ethereum/common"
	"github.com/ethereum/go-ethereum/core/types"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/hyperlane-go/sdk/hyperlane/evm"
	"github.com/hyperlane-go/sdk/hyperlane/evm/evmtest"
)

// Two logs of one block must agree on where they are.
func TestHostilePlaces(t *testing.T) {
	for _, row := range []struct {
		name   string
		change func(second *types.Log)
		want   error
	}{
		{"another block", func(l *types.Log) { l.BlockHash[0]++ }, evm.ErrReorg},
		{"an earlier transaction", func(l *types.Log) { l.TxIndex = 0; l.TxHash[0]++ }, evm.ErrAnswer},
		{"the transaction before at another place", func(l *types.Log) { l.TxIndex++ }, evm.ErrAnswer},
		{"an earlier place", func(l *types.Log) { l.TxIndex = 1 }, evm.ErrAnswer},
		{"one place for two", func(l *types.Log) { l.Index = 2 }, evm.ErrAnswer},
	} {
		t.Run(row.name, func(t *testing.T) {
			f := evmtest.NewGrown(3, 4)
			c := client(t, f)
			f.Logs = func(logs []types.Log) ([]types.Log, error) {
				var last *types.Log
				for i := range logs {
					if logs[i].BlockNumber == 2 {
						last = &logs[i]
					}
				}
				if row.name == "the transaction before at another place" {
					last.TxHash = logs[slices.IndexFunc(logs, func(l types.Log) bool { return l.BlockNumber == 2 })+2].TxHash
				}
				row.change(last)
				return logs, nil
			}
			have, err := all(evm.Scan(t.Context(), c, evmtest.Ticks(c), evm.Range{}))
			require.ErrorIs(t, err, row.want)
			assert.Empty(t, have)
			logs, err := c.Logs(t.Context(), evmtest.Contract, []common.Hash{evmtest.TickTopic}, 0, 3)
			require.ErrorIs(t, err, row.want)
			assert.Nil(t, logs)
		})
	}
}

// Each log must be one that was asked for, and of the chain. What is wrong in one of them makes all
// unusable.
func TestLogs(t *testing.T) {
	topics := []common.Hash{{9}, evmtest.TickTopic}
	for _, row := range []struct {
		name   string
		change func(l *types.Log)
		want   error
	}{
		{"address", func(l *types.Log) { l.Address[0]++ }, evm.ErrAnswer},
		{"topic", func(l *types.Log) { l.Topics[0][0]++ }, evm.ErrAnswer},
		{"no topic", func(l *types.Log) { l.Topics = nil }, evm.ErrAnswer},
		{"before the range", func(l *types.Log) { l.BlockNumber = 1 }, evm.ErrAnswer},
		{"after the range", func(l *types.Log) { l.BlockNumber = 5 }, evm.ErrAnswer},
		{"removed", func(l *types.Log) { l.Removed = true }, evm.ErrAnswer},
		{"no block", func(l *types.Log) { l.BlockHash = common.Hash{} }, evm.ErrAnswer},
		{"no transaction", func(l *types.Log) { l.TxHash = common.Hash{} }, evm.ErrAnswer},
		{"another block", func(l *types.Log) { l.BlockHash[0]++ }, evm.ErrReorg},
		{"data", func(l *types.Log) { l.Data[0]++ }, nil}, // cannot be noticed here
	} {
		for place := range 9 {
			each := 1 + place/3 // so many in each of three blocks
			if place < 3 {
				each = 1
			}
			f := evmtest.NewGrown(6, each)
			f.Logs = func(logs []types.Log) ([]types.Log, error) { row.change(&logs[place]); return logs, nil }
			logs, err := client(t, f).Logs(t.Context(), evmtest.Contract, topics, 2, 4)
			require.ErrorIs(t, err, row.want, "%s of log %d", row.name, place)
			if row.want != nil {
				assert.Nil(t, logs)
			}
		}
	}
	f := evmtest.NewGrown(6, 2)
	c := client(t, f)
	f.Logs = func([]types.Log) ([]types.Log, error) { return nil, errors.New("connection reset") }
	_, err := c.Logs(t.Context(), evmtest.Contract, topics, 2, 4)
	require.ErrorIs(t, err, evm.ErrRPC)
	_, err = c.Logs(t.Context(), evmtest.Contract, nil, 2, 4)
	require.ErrorIs(t, err, evm.ErrConfig)
}

// The order of an answer, and a log that is in it twice, do not matter; two logs in one place
// contradict each other.
func TestLogsOutOfOrder(t *testing.T) {
	f := evmtest.NewGrown(6, 3)
	c, topics := client(t, f), []common.Hash{evmtest.TickTopic}
	want, err := c.Logs(t.Context(), evmtest.Contract, topics, 2, 4)
	require.NoError(t, err)
	require.Len(t, want, 9)
	given := append(slices.Clone(want), want[0], want[8], want[4])
	slices.Reverse(given)
	before := slices.Clone(given)
	f.Logs = func([]types.Log) ([]types.Log, error) { return given, nil }
	have, err := c.Logs(t.Context(), evmtest.Contract, topics, 2, 4)
	require.NoError(t, err)
	assert.Equal(t, want, have)
	assert.Equal(t, before, given, "the node's own answer changed")

	given[0].Data = []byte{1}
	_, err = c.Logs(t.Context(), evmtest.Contract, topics, 2, 4)
	require.ErrorIs(t, err, evm.ErrAnswer)
	require.ErrorContains(t, err, "place")
}

// The blocks of many logs are looked up at most eight at a time, and all of them are.
func TestLogsOfManyBlocks(t *testing.T) {
	f := evmtest.NewGrown(40, 1)
	c := client(t, f)
	var now, most, all atomic.Int64
	f.Before = func(op string) {
		if op != "header" {
			return
		}
		all.Add(1)
		if n := now.Add(1); n > most.Load() {
			most.Store(n)
		}
		for range 200 {
			runtime.Gosched()
		}
		now.Add(-1)
	}
	_, err := c.Logs(t.Context(), evmtest.Contract, []common.Hash{evmtest.TickTopic}, 1, 40)
	require.NoError(t, err)
	assert.EqualValues(t, 40, all.Load())
	assert.LessOrEqual(t, most.Load(), int64(8))
	most.Store(0)
	b := c.Batch(evm.Head{Number: 40, Hash: f.Block(40).Header.Hash()})
	for range 40 {
		evm.Add(b, evmtest.CountQuery())
	}
	require.NoError(t, b.Run(t.Context()))
	assert.LessOrEqual(t, most.Load(), int64(8))
}
