package evm

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

// Logs returns the logs of a contract in a range of blocks, both ends included, that have one of
// topics as their first topic. They are in order, each is of the contract and the range asked for,
// and their blocks are part of the chain as it is now.
func (c *Client) Logs(
	ctx context.Context, address common.Address, topics []common.Hash, from, to uint64,
) ([]types.Log, error) {
	if len(topics) == 0 {
		return nil, &ConfigError{Field: "topics", Have: "none", Want: "the first topic of the logs, one at least"}
	}
	logs, err := c.node.FilterLogs(ctx, ethereum.FilterQuery{
		FromBlock: new(big.Int).SetUint64(from), ToBlock: new(big.Int).SetUint64(to),
		Addresses: []common.Address{address}, Topics: [][]common.Hash{topics},
	})
	if err != nil {
		return nil, err
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
	// The same log twice is a node's mistake without consequence; two logs in one place are a
	// contradiction.
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
			return nil, BadLog(l, "place", "taken by two different logs", "one log")
		case l.TxIndex < prev.TxIndex || (l.TxIndex == prev.TxIndex) != (l.TxHash == prev.TxHash):
			return nil, BadLog(l, "transaction", fmt.Sprintf("%s at place %d", l.TxHash, l.TxIndex),
				fmt.Sprintf("in order after %s at place %d", prev.TxHash, prev.TxIndex))
		}
	}
	if err := c.canonical(ctx, blocks); err != nil {
		return nil, err
	}
	return logs, nil
}

// checkLog reports a log that does not match the query.
func checkLog(l *types.Log, address common.Address, topics []common.Hash, from, to uint64) error {
	switch {
	case l.Address != address:
		return BadLog(l, "address", l.Address.Hex(), address.Hex())
	case !HasTopic(l, topics...):
		return BadLog(l, "topic", TopicText(l), "one of those asked for")
	case l.BlockNumber < from || l.BlockNumber > to:
		return BadLog(l, "block", strconv.FormatUint(l.BlockNumber, 10), fmt.Sprintf("%d..%d", from, to))
	case l.Removed:
		return BadLog(l, "removed", "true", "false")
	case l.BlockHash == common.Hash{} || l.TxHash == common.Hash{}:
		return BadLog(l, "block and transaction", l.BlockHash.Hex()+" "+l.TxHash.Hex(), "those of a mined log")
	}
	return nil
}

// canonical checks that the blocks of these logs are the chain's.
func (c *Client) canonical(ctx context.Context, blocks []types.Log) error {
	group, ctx := errgroup.WithContext(ctx)
	group.SetLimit(lanes)
	for _, l := range blocks {
		group.Go(func() error { return c.SameBlock(ctx, l.BlockNumber, l.BlockHash) })
	}
	return group.Wait()
}

// HasTopic reports whether the first topic of a log is one of topics.
func HasTopic(l *types.Log, topics ...common.Hash) bool {
	return len(l.Topics) > 0 && slices.Contains(topics, l.Topics[0])
}

// TopicText describes a log for an error: its first topic and its size.
func TopicText(l *types.Log) string {
	if len(l.Topics) == 0 {
		return "none"
	}
	return l.Topics[0].Hex() + " with " + strconv.Itoa(len(l.Topics)) + " topics and " + strconv.Itoa(len(l.Data)) + " bytes"
}

// BadLog describes a log that the contract cannot have emitted.
func BadLog(l *types.Log, what, have, want string) error {
	return &AnswerError{
		Op: "eth_getLogs", Block: l.BlockNumber, Tx: l.TxHash,
		What: "log " + strconv.FormatUint(uint64(l.Index), 10) + ": " + what, Have: have, Want: want,
	}
}
