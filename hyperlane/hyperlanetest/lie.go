package hyperlanetest

import (
	"context"
	"errors"
	"math/big"
	"slices"

	"github.com/ethereum/go-ethereum"
	"github.com/ethereum/go-ethereum/common"
	"github.com/ethereum/go-ethereum/core/types"
	"github.com/ethereum/go-ethereum/crypto"
	"github.com/ethereum/go-ethereum/rpc"
)

// lies is what a link tells wrongly. The zero value is the truth.
type lies struct {
	missing   func(types.Log) bool // logs left out of answers and receipts
	twice     bool                 // every log comes twice
	root      bool                 // the tree's root is another one
	noReceipt bool                 // no transaction has a receipt
	blockHash bool                 // logs and receipts name a block that does not exist
	head      *uint64              // nothing above this height exists
}

// HideLogs leaves out the logs for which hide is true, from log queries, subscriptions and receipts; nil hides all.
func (l *Link) HideLogs(hide func(types.Log) bool) {
	if hide == nil {
		hide = func(types.Log) bool { return true }
	}
	l.lie(func(t *lies) { t.missing = hide })
}

// RepeatLogs answers every log twice.
func (l *Link) RepeatLogs() { l.lie(func(t *lies) { t.twice = true }) }

// WrongRoot answers tree(), root() and latestCheckpoint() of every contract with other hashes than the contract's.
func (l *Link) WrongRoot() { l.lie(func(t *lies) { t.root = true }) }

// NoReceipts answers that no transaction has a receipt, the way a node does that has never seen it.
func (l *Link) NoReceipts() { l.lie(func(t *lies) { t.noReceipt = true }) }

// WrongBlockHash names in every log and receipt a block that does not exist.
func (l *Link) WrongBlockHash() { l.lie(func(t *lies) { t.blockHash = true }) }

// StaleHead answers as if the chain had stopped at this height, the way a node does that has stopped following.
func (l *Link) StaleHead(height uint64) { l.lie(func(t *lies) { t.head = &height }) }

func (l *Link) lie(set func(*lies)) {
	l.mu.Lock()
	defer l.mu.Unlock()
	set(&l.lies)
}

func (l *Link) told() lies {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.lies
}

// selector4 is the first four bytes of a call to a function without arguments.
func selector4(signature string) [4]byte { return [4]byte(crypto.Keccak256([]byte(signature))) }

var treeReads = [][4]byte{selector4("tree()"), selector4("root()"), selector4("latestCheckpoint()")}

// answer mangles the answer of a call that reads the tree: every hash in it, and not the number of leaves behind them.
func (t lies) answer(call ethereum.CallMsg, out []byte) []byte {
	if !t.root || len(call.Data) < 4 || !slices.Contains(treeReads, [4]byte(call.Data[:4])) || len(out) < 32 {
		return out
	}
	out = slices.Clone(out)
	hashes := max(len(out)/32-1, 1) // root() is one hash; the others end in one word that is a number
	for i := range hashes {
		out[32*i] ^= 0x01
	}
	return out
}

// at is the block a call really reads: the asked one, or the stale head where the newest was asked for.
func (t lies) at(block *big.Int) (*big.Int, error) {
	if t.head == nil {
		return block, nil
	}
	stale := new(big.Int).SetUint64(*t.head)
	if block == nil || block.Sign() < 0 && block.Int64() >= int64(rpc.LatestBlockNumber) {
		return stale, nil
	}
	if block.Cmp(stale) > 0 {
		return nil, ethereum.NotFound
	}
	return block, nil
}

// heard is what of a node's logs the caller hears.
func (t lies) heard(logs []types.Log) []types.Log {
	out := make([]types.Log, 0, len(logs))
	for _, log := range logs {
		if t.missing != nil && t.missing(log) || t.head != nil && log.BlockNumber > *t.head {
			continue
		}
		if t.blockHash {
			log.BlockHash = mangled(log.BlockHash)
		}
		out = append(out, log)
		if t.twice {
			out = append(out, log)
		}
	}
	return out
}

// receipt is what of a node's receipt the caller sees.
func (t lies) receipt(r *types.Receipt) (*types.Receipt, error) {
	if t.noReceipt || t.head != nil && r.BlockNumber.Uint64() > *t.head {
		return nil, ethereum.NotFound
	}
	changed := *r
	if t.blockHash {
		changed.BlockHash = mangled(r.BlockHash)
	}
	changed.Logs = nil
	for _, log := range r.Logs {
		for _, heard := range t.heard([]types.Log{*log}) {
			changed.Logs = append(changed.Logs, &heard)
		}
	}
	return &changed, nil
}

func mangled(h common.Hash) common.Hash {
	h[0] ^= 0xff
	return h
}

// staleHeader answers a header request under a stale head.
func (l *Link) staleHeader(ctx context.Context, number *big.Int, t lies) (*types.Header, error) {
	at, err := t.at(number)
	if err != nil {
		return nil, err
	}
	header, err := l.up.HeaderByNumber(ctx, at)
	if err != nil {
		return nil, err
	}
	if t.head != nil && header.Number.Uint64() > *t.head { // a tag that has moved past the stale head
		return l.up.HeaderByNumber(ctx, new(big.Int).SetUint64(*t.head))
	}
	return header, nil
}

// staleLogs answers a log request under a stale head.
func (l *Link) staleLogs(ctx context.Context, q ethereum.FilterQuery, t lies) ([]types.Log, error) {
	if t.head != nil && q.FromBlock != nil && q.FromBlock.Sign() >= 0 && q.FromBlock.Uint64() > *t.head {
		return nil, errors.New("invalid block range params")
	}
	logs, err := l.up.FilterLogs(ctx, q)
	if err != nil {
		return nil, err
	}
	return t.heard(logs), nil
}
