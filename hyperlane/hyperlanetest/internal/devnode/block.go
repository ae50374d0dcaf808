package devnode

import (
	"context"
	"encoding/binary"
	"errors"
	"fmt"

	"github.com/ethereum/go-ethereum/common"
	"github.com/ethereum/go-ethereum/core/txpool"
	"github.com/ethereum/go-ethereum/core/types"
	"github.com/ethereum/go-ethereum/crypto"
	"github.com/ethereum/go-ethereum/miner"
)

// Mine makes one block from the pool. Its time is at least one second after its parent's.
func (n *Node) Mine(time uint64) (*types.Header, error) {
	n.mu.Lock()
	defer n.mu.Unlock()
	if n.closed {
		return nil, ErrClosed
	}
	chain := n.eth.BlockChain()
	// The pool follows the head in the background: a block built before that would lack
	// transactions.
	if err := n.settle(); err != nil {
		return nil, err
	}
	block, err := n.build(chain.CurrentBlock(), time, nil, false)
	if err != nil {
		return nil, err
	}
	return block.Header(), n.adopt(block)
}

// build makes a block on top of parent and stores it, without making it canonical. Nil transactions
// mean those of the pool.
func (n *Node) build(parent *types.Header, time uint64, txs []*types.Transaction, empty bool) (*types.Block, error) {
	args := &miner.BuildPayloadArgs{
		Parent:      parent.Hash(),
		Timestamp:   max(time, parent.Time+1),
		Random:      n.random(parent),
		Withdrawals: types.Withdrawals{},
		BeaconRoot:  new(common.Hash),
	}
	block, _, err := n.eth.Miner().BuildTestingPayload(args, txs, empty, nil)
	if err != nil {
		return nil, fmt.Errorf("devnode: build block %d: %w", parent.Number.Uint64()+1, err)
	}
	if _, err := n.eth.BlockChain().InsertBlockWithoutSetHead(context.Background(), block, false); err != nil {
		return nil, fmt.Errorf("devnode: insert block %d: %w", block.NumberU64(), err)
	}
	return block, nil
}

// adopt makes a stored block the head, and waits until the pool has processed it.
func (n *Node) adopt(block *types.Block) error {
	if _, err := n.eth.BlockChain().SetCanonical(block); err != nil {
		return fmt.Errorf("devnode: adopt block %d: %w", block.NumberU64(), err)
	}
	return n.settle()
}

// random returns the randomness of the block after parent. It is a function of the parent and of
// the number of reorganisations: it repeats from run to run, and a rebuilt block differs from the
// one it replaces.
func (n *Node) random(parent *types.Header) common.Hash {
	return crypto.Keccak256Hash(parent.Hash().Bytes(), binary.BigEndian.AppendUint64(nil, n.forks))
}

// Fork is a reorganisation.
type Fork struct {
	Depth  int                           // blocks undone; at least 1
	Blocks int                           // blocks put in their place; at least 1
	Time   uint64                        // time of the newest; the others have the time of the block they replace
	Keep   func(*types.Transaction) bool // which undone transactions the new blocks contain; nil means all
	Forget bool                          // whether the pool forgets the others; otherwise they return to it
}

// Reorg replaces the newest blocks at once: no reader sees a chain that is half replaced. It
// returns the undone blocks, newest first, and the transactions that are in no block now.
func (n *Node) Reorg(f Fork) (undone []*types.Header, dropped []*types.Transaction, err error) {
	n.mu.Lock()
	defer n.mu.Unlock()
	if n.closed {
		return nil, nil, ErrClosed
	}
	chain := n.eth.BlockChain()
	head := chain.CurrentBlock().Number.Uint64()
	if f.Depth < 1 || uint64(f.Depth) > head {
		return nil, nil, fmt.Errorf("devnode: reorg depth is %d, want 1 to %d, the height of the chain", f.Depth, head)
	}
	if f.Blocks < 1 {
		return nil, nil, fmt.Errorf("devnode: reorg has %d new blocks, want one at least", f.Blocks)
	}
	if err := n.settle(); err != nil {
		return nil, nil, err
	}
	waiting := n.waiting()
	n.forks++

	parent := chain.GetHeaderByNumber(head - uint64(f.Depth))
	var block *types.Block
	for i := range max(f.Depth, f.Blocks) {
		height := head - uint64(f.Depth) + 1 + uint64(i)
		var txs []*types.Transaction
		time := parent.Time + 1
		if old := chain.GetBlockByNumber(height); old != nil && height <= head {
			undone = append([]*types.Header{old.Header()}, undone...)
			time = max(time, old.Time())
			for _, tx := range old.Transactions() {
				if i < f.Blocks && (f.Keep == nil || f.Keep(tx)) {
					txs = append(txs, tx)
				} else {
					dropped = append(dropped, tx)
				}
			}
		}
		if i >= f.Blocks {
			continue
		}
		if i == f.Blocks-1 {
			time = max(time, f.Time)
		}
		if block, err = n.build(parent, time, txs, len(txs) == 0); err != nil {
			return nil, nil, err
		}
		parent = block.Header()
	}
	if err := n.adopt(block); err != nil {
		return nil, nil, err
	}
	if f.Forget {
		err = n.refill(waiting)
	}
	return undone, dropped, err
}

// waiting returns the transactions of the pool, executable or not.
func (n *Node) waiting() []*types.Transaction {
	var all []*types.Transaction
	pending, queued := n.eth.TxPool().Content()
	for _, group := range []map[common.Address][]*types.Transaction{pending, queued} {
		for _, txs := range group {
			all = append(all, txs...)
		}
	}
	return all
}

// refill empties the pool, to which the undone transactions have returned, and puts in those that
// waited before.
func (n *Node) refill(txs []*types.Transaction) error {
	pool := n.eth.TxPool()
	pool.Clear()
	for _, err := range pool.Add(txs, true) {
		if err != nil && !errors.Is(err, txpool.ErrAlreadyKnown) {
			return fmt.Errorf("devnode: return a transaction to the pool: %w", err)
		}
	}
	return nil
}
