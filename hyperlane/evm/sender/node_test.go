package sender

import (
	"context"
	"crypto/ecdsa"
	"encoding/binary"
	"errors"
	"maps"
	"math/big"
	"sync"

	"github.com/ethereum/go-ethereum"
	bind "github.com/ethereum/go-ethereum/accounts/abi/bind/v2"
	"github.com/ethereum/go-ethereum/common"
	"github.com/ethereum/go-ethereum/core/types"
	"github.com/ethereum/go-ethereum/crypto"

	"github.com/hyperlane-go/sdk/hyperlane/evm"
)

// node is a model of a node that knows the transactions of one account, with ways to misbehave.
type node struct {
	evm.Backend // what is not scripted panics

	mu      sync.Mutex
	key     *ecdsa.PrivateKey
	account common.Address
	blocks  []block // blocks[0] is the genesis
	highest int     // number of the highest block there ever was
	forks   uint64  // makes replaced blocks differ
	pool    map[common.Hash]*types.Transaction
	price   int64 // the market's
	floor   int64 // transactions that pay less are not mined
	poor    bool  // the account owns nothing

	fail    map[string]int                      // calls of a method that fail from now on; -1 all
	calls   map[string]int                      //
	refuse  func(tx *types.Transaction) error   // what the node says against a transaction; nil takes all
	reverts func(tx *types.Transaction) bool    // mined, and failed
	sent    func(name string)                   // called before and after a transaction arrives
	lie     map[string]func(have uint64) uint64 // false counts, by method: "final", "latest", "pending"
	nulls   bool                                // every receipt is null

	offered []*types.Transaction // everything that ever arrived, refused or not
}

type block struct {
	header *types.Header
	nonce  uint64 // the account's count after this block
	txs    []*types.Transaction
}

func newNode() *node {
	key, err := crypto.HexToECDSA("45a915e4d060149eb4365960e6a7a45f334393093061116b197e3240065ff2d8")
	if err != nil {
		panic(err)
	}
	n := &node{
		key: key, account: crypto.PubkeyToAddress(key.PublicKey), pool: map[common.Hash]*types.Transaction{}, price: 1000,
		fail: map[string]int{}, calls: map[string]int{}, lie: map[string]func(uint64) uint64{},
	}
	n.blocks = []block{{header: n.header(0)}}
	return n
}

func (n *node) header(number int) *types.Header {
	return &types.Header{
		Number: big.NewInt(int64(number)), Extra: binary.BigEndian.AppendUint64(nil, n.forks), Difficulty: new(big.Int), BaseFee: big.NewInt(n.price),
	}
}

func (n *node) opts() *bind.TransactOpts { return bind.NewKeyedTransactor(n.key, big.NewInt(1337)) }

func (n *node) tip() *block { return &n.blocks[len(n.blocks)-1] }

// mine adds blocks; the first takes what the pool has in sequence.
func (n *node) mine(count int) {
	n.mu.Lock()
	defer n.mu.Unlock()
	for range count {
		b := block{header: n.header(len(n.blocks)), nonce: n.tip().nonce}
		for tx := n.best(b.nonce); tx != nil; tx = n.best(b.nonce) {
			delete(n.pool, tx.Hash())
			b.txs, b.nonce = append(b.txs, tx), b.nonce+1
		}
		for hash, tx := range n.pool {
			if tx.Nonce() < b.nonce {
				delete(n.pool, hash)
			}
		}
		n.blocks = append(n.blocks, b)
		n.highest = max(n.highest, len(n.blocks)-1)
	}
}

// best returns the transaction of a nonce that pays most.
func (n *node) best(nonce uint64) *types.Transaction {
	var best *types.Transaction
	for _, tx := range n.pool {
		if tx.Nonce() == nonce && tx.GasFeeCap().Int64() >= n.floor && (best == nil || tx.GasFeeCap().Cmp(best.GasFeeCap()) > 0) {
			best = tx
		}
	}
	return best
}

// reorg takes back blocks. Their transactions return to the pool, or are lost.
func (n *node) reorg(depth int, lost bool) {
	n.mu.Lock()
	defer n.mu.Unlock()
	depth = min(depth, len(n.blocks)-1)
	gone := n.blocks[len(n.blocks)-depth:]
	n.blocks = n.blocks[:len(n.blocks)-depth]
	n.forks++
	for _, b := range gone {
		for _, tx := range b.txs {
			if !lost {
				n.pool[tx.Hash()] = tx
			}
		}
	}
}

func (n *node) dropPool() {
	n.mu.Lock()
	defer n.mu.Unlock()
	clear(n.pool)
}

// foreign puts a transaction of another program into the pool, at the first nonce that is free
// there.
func (n *node) foreign(price int64) *types.Transaction {
	n.mu.Lock()
	defer n.mu.Unlock()
	return n.plant(n.pending(), price)
}

// plant puts a transaction of another program into the pool.
func (n *node) plant(nonce uint64, price int64) *types.Transaction {
	tx := types.MustSignNewTx(n.key, types.LatestSignerForChainID(big.NewInt(1337)), &types.LegacyTx{
		Nonce: nonce, GasPrice: big.NewInt(price), Gas: 21_000, To: &common.Address{19: 0xff}, Data: []byte("foreign"),
	})
	n.pool[tx.Hash()] = tx
	return tx
}

func (n *node) pending() uint64 {
	nonces := map[uint64]bool{}
	for _, tx := range n.pool {
		nonces[tx.Nonce()] = true
	}
	next := n.tip().nonce
	for nonces[next] {
		next++
	}
	return next
}

// mined returns the transactions of the chain that carry this data, up to a block.
func (n *node) mined(data string, upTo uint64) []*types.Transaction {
	n.mu.Lock()
	defer n.mu.Unlock()
	var out []*types.Transaction
	for i, b := range n.blocks {
		for _, tx := range b.txs {
			if uint64(i) <= upTo && string(tx.Data()) == data {
				out = append(out, tx)
			}
		}
	}
	return out
}

// empties counts the transactions that arrived without data.
func (n *node) empties() int {
	count := 0
	for _, tx := range n.offered {
		if len(tx.Data()) == 0 {
			count++
		}
	}
	return count
}

var errNode = errors.New("model fails")

// saidNo is an answer of a node that refuses.
type saidNo string

func (e saidNo) Error() string { return string(e) }
func (saidNo) ErrorCode() int  { return -32000 }

// call counts a call, and fails it if that is its lot.
func (n *node) call(ctx context.Context, method string) error {
	n.calls[method]++
	if left := n.fail[method]; left != 0 {
		if left > 0 {
			n.fail[method]--
		}
		return errNode
	}
	return ctx.Err()
}

func (n *node) counted(kind string, have uint64) uint64 {
	if lie := n.lie[kind]; lie != nil {
		return lie(have)
	}
	return have
}

func (n *node) ChainID(context.Context) (*big.Int, error) { return big.NewInt(1337), nil }

func (n *node) HeaderByNumber(ctx context.Context, number *big.Int) (*types.Header, error) {
	n.mu.Lock()
	defer n.mu.Unlock()
	if err := n.call(ctx, "HeaderByNumber"); err != nil {
		return nil, err
	}
	if number == nil {
		h := types.CopyHeader(n.tip().header)
		h.BaseFee = big.NewInt(n.price)
		return h, nil
	}
	if !number.IsUint64() || number.Uint64() >= uint64(len(n.blocks)) {
		return nil, ethereum.NotFound
	}
	return n.blocks[number.Uint64()].header, nil
}

func (n *node) NonceAt(ctx context.Context, _ common.Address, number *big.Int) (uint64, error) {
	n.mu.Lock()
	defer n.mu.Unlock()
	if err := n.call(ctx, "NonceAt"); err != nil {
		return 0, err
	}
	if number == nil {
		return n.counted("latest", n.tip().nonce), nil
	}
	if number.Uint64() >= uint64(len(n.blocks)) {
		return 0, saidNo("no such block")
	}
	return n.counted("final", n.blocks[number.Uint64()].nonce), nil
}

func (n *node) PendingNonceAt(ctx context.Context, _ common.Address) (uint64, error) {
	n.mu.Lock()
	defer n.mu.Unlock()
	if err := n.call(ctx, "PendingNonceAt"); err != nil {
		return 0, err
	}
	return n.counted("pending", n.pending()), nil
}

func (n *node) BalanceAt(context.Context, common.Address, *big.Int) (*big.Int, error) {
	if n.poor {
		return new(big.Int), nil
	}
	return big.NewInt(1e18), nil
}

func (n *node) SuggestGasTipCap(ctx context.Context) (*big.Int, error) {
	return big.NewInt(1), n.call(ctx, "SuggestGasTipCap")
}

func (n *node) EstimateGas(ctx context.Context, msg ethereum.CallMsg) (uint64, error) {
	if err := n.call(ctx, "EstimateGas"); err != nil {
		return 0, err
	}
	return 21_000 + uint64(len(msg.Data)), nil
}

func (n *node) SendTransaction(ctx context.Context, tx *types.Transaction) error {
	if n.sent != nil {
		n.sent("send: before")
		defer n.sent("send: after")
	}
	n.mu.Lock()
	defer n.mu.Unlock()
	if err := n.call(ctx, "SendTransaction"); err != nil {
		return err
	}
	n.offered = append(n.offered, tx)
	if n.poor {
		return saidNo("insufficient funds")
	}
	if n.refuse != nil {
		if err := n.refuse(tx); err != nil {
			return err
		}
	}
	if tx.Nonce() < n.tip().nonce {
		return saidNo("nonce too low")
	}
	if n.pool[tx.Hash()] != nil {
		return saidNo("already known")
	}
	for _, other := range n.pool {
		if other.Nonce() == tx.Nonce() && 10*tx.GasFeeCap().Int64() < 11*other.GasFeeCap().Int64() {
			return saidNo("replacement transaction underpriced")
		}
	}
	maps.DeleteFunc(n.pool, func(_ common.Hash, other *types.Transaction) bool { return other.Nonce() == tx.Nonce() })
	n.pool[tx.Hash()] = tx
	return nil
}

func (n *node) TransactionByHash(ctx context.Context, hash common.Hash) (*types.Transaction, bool, error) {
	n.mu.Lock()
	defer n.mu.Unlock()
	if err := n.call(ctx, "TransactionByHash"); err != nil {
		return nil, false, err
	}
	if tx := n.pool[hash]; tx != nil {
		return tx, true, nil
	}
	for _, b := range n.blocks {
		for _, tx := range b.txs {
			if tx.Hash() == hash {
				return tx, false, nil
			}
		}
	}
	return nil, false, ethereum.NotFound
}

func (n *node) TransactionReceipt(ctx context.Context, hash common.Hash) (*types.Receipt, error) {
	n.mu.Lock()
	defer n.mu.Unlock()
	if err := n.call(ctx, "TransactionReceipt"); err != nil {
		return nil, err
	}
	for i, b := range n.blocks {
		for _, tx := range b.txs {
			if tx.Hash() == hash && !n.nulls {
				r := &types.Receipt{TxHash: hash, Status: types.ReceiptStatusSuccessful, GasUsed: tx.Gas(), BlockNumber: big.NewInt(int64(i)), BlockHash: b.header.Hash()}
				if n.reverts != nil && n.reverts(tx) {
					r.Status = types.ReceiptStatusFailed
				}
				return r, nil
			}
		}
	}
	return nil, nil // null, as some nodes answer
}
