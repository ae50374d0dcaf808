package evmtest

import (
	"context"
	"encoding/binary"
	"math/big"
	"slices"
	"sync"
	"time"

	"github.com/ethereum/go-ethereum"
	"github.com/ethereum/go-ethereum/common"
	"github.com/ethereum/go-ethereum/core/types"
	"github.com/ethereum/go-ethereum/crypto"

	"github.com/hyperlane-go/sdk/hyperlane/evm"
)

// ChainID is the chain id of every [Node].
const ChainID = 7

// Contract is the address that emits the events of a [Node].
var Contract = common.HexToAddress("0x00000000000000000000000000000000000000b0")

// Node is a node with a chain in memory. Its methods that are an evm.Backend answer honestly,
// except where a field says otherwise; the fields may be set between two requests. It is safe for
// concurrent use, its fields are not.
type Node struct {
	// Emit returns the logs of an event: its serial counts all events of the chain, salt differs
	// for every block ever mined. Nil emits a tick, see [Ticks].
	Emit func(serial uint32, salt uint64) []types.Log
	// Call answers eth_call as of a block. Nil answers [CountCall] with the number of events.
	Call func(msg ethereum.CallMsg, at *Block) ([]byte, error)

	Lag    uint64   // the head shown is this many blocks behind
	Limit  uint64   // log queries over more blocks are refused; zero: none
	Most   int      // log queries with more results are refused; zero: none
	Bare   uint64   // the contract does not exist below this block
	Asked  []uint64 // number of blocks that each log query covered
	Before func(op string)
	Header func(*types.Header) (*types.Header, error)        // breaks headers
	Logs   func([]types.Log) ([]types.Log, error)            // breaks logs
	Answer func(input, output []byte) ([]byte, error)        // breaks answers of eth_call
	Failed func(tx *types.Transaction) (status uint64)       // status of a transaction; nil: 1
	Submit func(tx *types.Transaction) (taken bool, _ error) // decides about transactions; nil: takes all

	mu     sync.Mutex
	chain  []*Block
	salt   uint64
	pool   []*types.Transaction
	nonces map[common.Address]uint64
}

// Block is a block of a [Node].
type Block struct {
	Header *types.Header
	Logs   []types.Log
	Count  uint32 // events of the chain up to this block
	Txs    []*types.Transaction
}

// NewNode returns a node whose chain has the first block only.
func NewNode() *Node {
	n := &Node{nonces: map[common.Address]uint64{}}
	n.Mine(0)
	return n
}

// NewGrown returns a node whose chain has so many blocks after the first, each with this number of
// events.
func NewGrown(blocks, events int) *Node {
	n := NewNode()
	for range blocks {
		n.Mine(events)
	}
	return n
}

// Mine adds a block with this number of events and the transactions of the pool.
func (n *Node) Mine(events int) {
	n.mu.Lock()
	defer n.mu.Unlock()
	n.salt++
	h := &types.Header{
		Number: big.NewInt(int64(len(n.chain))), Time: uint64(len(n.chain)), Difficulty: new(big.Int),
		Extra: binary.BigEndian.AppendUint64(nil, n.salt), BaseFee: big.NewInt(1), GasLimit: 30_000_000,
	}
	b := &Block{Header: h, Txs: n.pool}
	n.pool = nil
	if len(n.chain) > 0 {
		parent := n.chain[len(n.chain)-1]
		h.ParentHash, b.Count = parent.Header.Hash(), parent.Count
	}
	emit := n.Emit
	if emit == nil {
		emit = tick
	}
	for i := range events {
		tx := crypto.Keccak256Hash(h.Extra, []byte{byte(i)})
		for _, l := range emit(b.Count, n.salt) {
			l.BlockNumber, l.BlockHash, l.TxHash = h.Number.Uint64(), h.Hash(), tx
			l.TxIndex, l.Index = uint(i), uint(len(b.Logs))
			b.Logs = append(b.Logs, l)
		}
		b.Count++
	}
	n.chain = append(n.chain, b)
}

// Drop forgets the newest blocks, never the first. Their transactions are gone.
func (n *Node) Drop(depth int) {
	n.mu.Lock()
	defer n.mu.Unlock()
	n.chain = n.chain[:max(1, len(n.chain)-depth)]
}

// Len returns the number of blocks, whatever Lag hides.
func (n *Node) Len() int {
	n.mu.Lock()
	defer n.mu.Unlock()
	return len(n.chain)
}

// Block returns a block of the chain by number. It must not be changed.
func (n *Node) Block(number int) *Block {
	n.mu.Lock()
	defer n.mu.Unlock()
	return n.chain[number]
}

// Client returns a client of the node that never sleeps.
func (n *Node) Client(opts ...evm.Option) (*evm.Client, error) {
	return evm.New(context.Background(), n, append([]evm.Option{evm.WithSleep(awake)}, opts...)...)
}

// awake does not sleep.
func awake(ctx context.Context, _ time.Duration) error { return ctx.Err() }

func (n *Node) head() uint64 {
	return uint64(len(n.chain)-1) - min(n.Lag, uint64(len(n.chain)-1))
}

func (n *Node) enter(op string) func() {
	if n.Before != nil {
		n.Before(op)
	}
	n.mu.Lock()
	return n.mu.Unlock
}

// at returns a block by the number of a request.
func (n *Node) at(number *big.Int) (*Block, error) {
	head := n.head()
	switch {
	case number == nil:
		return n.chain[head], nil
	case number.Sign() < 0: // finalized and safe
		return n.chain[head-min(head, 2)], nil
	case !number.IsUint64() || number.Uint64() > head:
		return nil, ethereum.NotFound
	}
	return n.chain[number.Uint64()], nil
}

func (n *Node) HeaderByNumber(ctx context.Context, number *big.Int) (*types.Header, error) {
	defer n.enter("header")()
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	b, err := n.at(number)
	if err != nil {
		return nil, err
	}
	h := types.CopyHeader(b.Header)
	if n.Header != nil {
		return n.Header(h)
	}
	return h, nil
}

func (n *Node) FilterLogs(ctx context.Context, q ethereum.FilterQuery) ([]types.Log, error) {
	defer n.enter("logs")()
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	from, to := q.FromBlock.Uint64(), q.ToBlock.Uint64()
	n.Asked = append(n.Asked, to-from+1)
	if n.Limit > 0 && to-from+1 > n.Limit {
		return nil, Error{Code: -32005, Text: "please narrow it"}
	}
	var out []types.Log
	for i := from; i <= min(to, n.head()); i++ {
		for _, l := range n.chain[i].Logs {
			if slices.Contains(q.Addresses, l.Address) && slices.Contains(q.Topics[0], l.Topics[0]) {
				l.Topics, l.Data = slices.Clone(l.Topics), slices.Clone(l.Data)
				out = append(out, l)
			}
		}
	}
	if n.Most > 0 && len(out) > n.Most {
		return nil, Error{Code: -32000, Text: "too much"}
	}
	if n.Logs != nil {
		return n.Logs(out)
	}
	return out, nil
}

func (n *Node) CallContract(ctx context.Context, msg ethereum.CallMsg, number *big.Int) ([]byte, error) {
	defer n.enter("call")()
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	b, err := n.at(number)
	if err != nil {
		return nil, Error{Code: -32000, Text: "unknown block"}
	}
	if b.Header.Number.Uint64() < n.Bare {
		return nil, nil
	}
	out, err := n.answer(msg, b)
	if err == nil && n.Answer != nil {
		return n.Answer(msg.Data, out)
	}
	return out, err
}

func (n *Node) answer(msg ethereum.CallMsg, b *Block) ([]byte, error) {
	if n.Call != nil {
		return n.Call(msg, b)
	}
	if string(msg.Data) == string(CountCall) {
		return Word(uint64(b.Count)), nil
	}
	return nil, Error{Code: 3, Text: "execution reverted", Data: "0x"}
}

func (n *Node) CodeAt(ctx context.Context, _ common.Address, number *big.Int) ([]byte, error) {
	if number != nil && number.Uint64() < n.Bare {
		return nil, ctx.Err()
	}
	return []byte{1}, ctx.Err()
}

func (n *Node) PendingCodeAt(ctx context.Context, account common.Address) ([]byte, error) {
	return n.CodeAt(ctx, account, nil)
}

func (n *Node) ChainID(ctx context.Context) (*big.Int, error) { return big.NewInt(ChainID), ctx.Err() }

func (n *Node) SubscribeFilterLogs(context.Context, ethereum.FilterQuery, chan<- types.Log) (ethereum.Subscription, error) {
	return nil, Error{Code: -32601, Text: "notifications not supported"}
}

// Error is an error as a node answers it over JSON-RPC.
type Error struct {
	Code int
	Text string
	Data any
}

func (e Error) Error() string  { return e.Text }
func (e Error) ErrorCode() int { return e.Code }
func (e Error) ErrorData() any { return e.Data }

// Word returns a number as one ABI word.
func Word(v uint64) []byte { return common.LeftPadBytes(new(big.Int).SetUint64(v).Bytes(), 32) }
