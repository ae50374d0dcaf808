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

// lies is how a link changes the node's answers. The zero value changes nothing.
type lies struct {
	hidden    func(types.Log) bool // logs omitted from answers and receipts
	twice     bool                 // every log is returned twice
	root      bool                 // the tree has another root
	noReceipt bool                 // no transaction has a receipt
	blockHash bool                 // logs and receipts name a block that does not exist
	head      *uint64              // no block is above this height
}

// HideLogs omits the logs for which hide is true from log queries, subscriptions and receipts. Nil
// hides all.
func (l *Link) HideLogs(hide func(types.Log) bool) {
	if hide == nil {
		hide = func(types.Log) bool { return true }
	}
	l.lie(func(t *lies) { t.hidden = hide })
}

// RepeatLogs returns every log twice.
func (l *Link) RepeatLogs() { l.lie(func(t *lies) { t.twice = true }) }

// ForgeRoot returns other hashes than the contract's from tree(), root() and latestCheckpoint() of
// every contract.
func (l *Link) ForgeRoot() { l.lie(func(t *lies) { t.root = true }) }

// HideReceipts returns no receipt for any transaction, as a node that has never seen it.
func (l *Link) HideReceipts() { l.lie(func(t *lies) { t.noReceipt = true }) }

// ForgeBlockHash returns the hash of a block that does not exist in every log and receipt.
func (l *Link) ForgeBlockHash() { l.lie(func(t *lies) { t.blockHash = true }) }

// FreezeHead returns nothing above a height, as a node that no longer follows the chain.
func (l *Link) FreezeHead(height uint64) { l.lie(func(t *lies) { t.head = &height }) }

func (l *Link) lie(set func(*lies)) {
	l.mu.Lock()
	defer l.mu.Unlock()
	set(&l.lies)
}

// lying returns the lies of now.
func (l *Link) lying() lies {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.lies
}

// selector4 returns the first four bytes of a call.
func selector4(signature string) [4]byte { return [4]byte(crypto.Keccak256([]byte(signature))) }

var treeReads = [][4]byte{selector4("tree()"), selector4("root()"), selector4("latestCheckpoint()")}

// answer changes every hash in the answer of a call that reads the tree. The number of leaves after
// the hashes stays.
func (t lies) answer(call ethereum.CallMsg, out []byte) []byte {
	if !t.root || len(call.Data) < 4 || !slices.Contains(treeReads, [4]byte(call.Data[:4])) || len(out) < 32 {
		return out
	}
	out = slices.Clone(out)
	hashes := max(len(out)/32-1, 1) // root() is one hash; the other answers end in one word that is a number
	for i := range hashes {
		out[32*i] ^= 0x01
	}
	return out
}

// at returns the block that a call reads: the one asked for, or the frozen head instead of the
// newest.
func (t lies) at(block *big.Int) (*big.Int, error) {
	if t.head == nil {
		return block, nil
	}
	frozen := new(big.Int).SetUint64(*t.head)
	if block == nil || block.Sign() < 0 && block.Int64() >= int64(rpc.LatestBlockNumber) {
		return frozen, nil
	}
	if block.Cmp(frozen) > 0 {
		return nil, ethereum.NotFound
	}
	return block, nil
}

// filter returns the caller's view of the node's logs.
func (t lies) filter(logs []types.Log) []types.Log {
	out := make([]types.Log, 0, len(logs))
	for _, log := range logs {
		if t.hidden != nil && t.hidden(log) || t.head != nil && log.BlockNumber > *t.head {
			continue
		}
		if t.blockHash {
			log.BlockHash = otherHash(log.BlockHash)
		}
		out = append(out, log)
		if t.twice {
			out = append(out, log)
		}
	}
	return out
}

// receipt returns the caller's view of the node's receipt.
func (t lies) receipt(r *types.Receipt) (*types.Receipt, error) {
	if t.noReceipt || t.head != nil && r.BlockNumber.Uint64() > *t.head {
		return nil, ethereum.NotFound
	}
	changed := *r
	if t.blockHash {
		changed.BlockHash = otherHash(r.BlockHash)
	}
	changed.Logs = nil
	for _, log := range r.Logs {
		for _, l := range t.filter([]types.Log{*log}) {
			changed.Logs = append(changed.Logs, &l)
		}
	}
	return &changed, nil
}

func otherHash(h common.Hash) common.Hash {
	h[0] ^= 0xff
	return h
}

// frozenHeader answers a header request under a frozen head.
func (l *Link) frozenHeader(ctx context.Context, number *big.Int, t lies) (*types.Header, error) {
	at, err := t.at(number)
	if err != nil {
		return nil, err
	}
	header, err := l.up.HeaderByNumber(ctx, at)
	if err != nil {
		return nil, err
	}
	if t.head != nil && header.Number.Uint64() > *t.head { // a tag that has moved past the frozen head
		return l.up.HeaderByNumber(ctx, new(big.Int).SetUint64(*t.head))
	}
	return header, nil
}

// frozenLogs answers a log request under a frozen head.
func (l *Link) frozenLogs(ctx context.Context, q ethereum.FilterQuery, t lies) ([]types.Log, error) {
	if t.head != nil && q.FromBlock != nil && q.FromBlock.Sign() >= 0 && q.FromBlock.Uint64() > *t.head {
		return nil, errors.New("invalid block range params")
	}
	logs, err := l.up.FilterLogs(ctx, q)
	if err != nil {
		return nil, err
	}
	return t.filter(logs), nil
}
