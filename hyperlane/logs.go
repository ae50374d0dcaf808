package hyperlane

import (
	"cmp"
	"context"
	"fmt"
	"math/big"
	"reflect"
	"slices"
	"strconv"

	"github.com/ethereum/go-ethereum"
	"github.com/ethereum/go-ethereum/common"
	"github.com/ethereum/go-ethereum/core/types"
	"golang.org/x/sync/errgroup"
)

// checkLanes is how many blocks are checked at a time for still being part of the chain.
const checkLanes = 8

// logs reads, checks and sorts the logs of a range, and checks that their blocks are part of the chain.
func (c *Chain) logs(
	ctx context.Context, address common.Address, topics []common.Hash, from, to uint64,
) ([]types.Log, error) {
	reqCtx, cancel := c.bounded(ctx)
	defer cancel()
	logs, err := c.backend.FilterLogs(reqCtx, ethereum.FilterQuery{
		FromBlock: new(big.Int).SetUint64(from), ToBlock: new(big.Int).SetUint64(to),
		Addresses: []common.Address{address}, Topics: [][]common.Hash{topics},
	})
	if err != nil {
		return nil, &RPCError{Op: fmt.Sprintf("eth_getLogs %d..%d of %s", from, to, address), Err: err}
	}
	logs = slices.Clone(logs)
	for i := range logs {
		if err := checkLog(&logs[i], address, topics, from, to); err != nil {
			return nil, err
		}
	}
	slices.SortStableFunc(logs, func(a, b types.Log) int {
		return cmp.Or(cmp.Compare(a.BlockNumber, b.BlockNumber), cmp.Compare(a.Index, b.Index))
	})
	// The same log twice is a node's mistake without consequence; two logs in one place are a contradiction.
	logs = slices.CompactFunc(logs, func(a, b types.Log) bool { return reflect.DeepEqual(a, b) })
	var blocks []types.Log // one log of each block
	for i := range logs {
		l := &logs[i]
		if i == 0 || l.BlockNumber != logs[i-1].BlockNumber {
			blocks = append(blocks, *l)
			continue
		}
		switch prev := &logs[i-1]; {
		case l.BlockHash != prev.BlockHash:
			return nil, &ReorgError{Number: l.BlockNumber, Had: prev.BlockHash, Now: l.BlockHash}
		case l.Index == prev.Index:
			return nil, badLog(l, "place", "taken by two different logs", "one log")
		case l.TxIndex < prev.TxIndex || (l.TxIndex == prev.TxIndex) != (l.TxHash == prev.TxHash):
			return nil, badLog(l, "transaction", fmt.Sprintf("%s at place %d", l.TxHash, l.TxIndex),
				fmt.Sprintf("in order after %s at place %d", prev.TxHash, prev.TxIndex))
		}
	}
	return logs, c.canonical(ctx, blocks)
}

// checkLog reports a log that was not asked for.
func checkLog(l *types.Log, address common.Address, topics []common.Hash, from, to uint64) error {
	switch {
	case l.Address != address:
		return badLog(l, "address", l.Address.Hex(), address.Hex())
	case !hasTopic(l, topics...):
		return badLog(l, "topic", topicText(l), "one of those asked for")
	case l.BlockNumber < from || l.BlockNumber > to:
		return badLog(l, "block", strconv.FormatUint(l.BlockNumber, 10), fmt.Sprintf("%d..%d", from, to))
	case l.Removed:
		return badLog(l, "removed", "true", "false")
	case l.BlockHash == common.Hash{} || l.TxHash == common.Hash{}:
		return badLog(l, "block and transaction", l.BlockHash.Hex()+" "+l.TxHash.Hex(), "those of a mined log")
	}
	return nil
}

// canonical checks that the blocks of these logs are the chain's.
func (c *Chain) canonical(ctx context.Context, blocks []types.Log) error {
	group, ctx := errgroup.WithContext(ctx)
	group.SetLimit(checkLanes)
	for _, l := range blocks {
		group.Go(func() error { return c.sameBlock(ctx, l.BlockNumber, l.BlockHash) })
	}
	return group.Wait()
}
