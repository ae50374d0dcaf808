package evm_test

import (
	"slices"
	"testing"

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
		})
	}
}
