package devnode

import (
	"context"
	"errors"
	"fmt"
	"sync"

	"github.com/ethereum/go-ethereum/core/types"
	"github.com/ethereum/go-ethereum/eth"
	"github.com/ethereum/go-ethereum/eth/filters"
	"github.com/ethereum/go-ethereum/ethclient"
	"github.com/ethereum/go-ethereum/node"
	"github.com/ethereum/go-ethereum/rpc"
)

// ErrClosed is returned by every method after Close.
var ErrClosed = errors.New("devnode: node is closed")

// Node is a running chain. All methods may be called from several goroutines.
type Node struct {
	mu     sync.Mutex // one block at a time
	stack  *node.Node
	eth    *eth.Ethereum
	client *ethclient.Client
	forks  uint64 // how often the chain was reorganised; makes a rebuilt block differ from the one it replaces
	closed bool

	settling sync.Mutex
}

// Start starts a node at its genesis block.
func Start(cfg Config) (*Node, error) {
	if cfg.ChainID == nil || cfg.ChainID.Sign() <= 0 {
		return nil, fmt.Errorf("devnode: chain id must be positive, got %v", cfg.ChainID)
	}
	stack, err := node.New(nodeConfig(cfg))
	if err != nil {
		return nil, fmt.Errorf("devnode: create node: %w", err)
	}
	backend, err := eth.New(stack, ethConfig(cfg))
	if err != nil {
		return nil, errors.Join(fmt.Errorf("devnode: create chain: %w", err), stack.Close())
	}
	stack.RegisterAPIs([]rpc.API{{
		Namespace: "eth",
		Service:   filters.NewFilterAPI(filters.NewFilterSystem(backend.APIBackend, filters.Config{})),
	}})
	if err := stack.Start(); err != nil {
		return nil, errors.Join(fmt.Errorf("devnode: start node: %w", err), stack.Close())
	}
	first := backend.BlockChain().Genesis().Header()
	backend.BlockChain().SetFinalized(first)
	backend.BlockChain().SetSafe(first)
	return &Node{stack: stack, eth: backend, client: ethclient.NewClient(stack.Attach())}, nil
}

// Client talks to the node through its RPC server, in memory.
func (n *Node) Client() *ethclient.Client { return n.client }

// URL is where the node answers RPC calls over HTTP, empty unless Config.HTTP.
func (n *Node) URL() string {
	if n.stack.Config().HTTPHost == "" {
		return ""
	}
	return n.stack.HTTPEndpoint()
}

// Head is the newest block of the canonical chain.
func (n *Node) Head() *types.Header { return n.eth.BlockChain().CurrentBlock() }

// Header returns a block of the canonical chain, nil when there is none at that height.
func (n *Node) Header(number uint64) *types.Header {
	return n.eth.BlockChain().GetHeaderByNumber(number)
}

// Send puts a transaction in the pool, and returns when it is counted in the sender's pending nonce.
func (n *Node) Send(ctx context.Context, tx *types.Transaction) error {
	if err := n.client.SendTransaction(ctx, tx); err != nil {
		return err
	}
	return n.settle()
}

// settle waits until the pool has caught up with the head and with what was sent. One caller at a time: of two, the pool
// of go-ethereum answers only the later.
func (n *Node) settle() error {
	n.settling.Lock()
	defer n.settling.Unlock()
	if err := n.eth.TxPool().Sync(); err != nil {
		return fmt.Errorf("devnode: pool: %w", err)
	}
	return nil
}

// Pending is the number of transactions that could be executed in the next block.
func (n *Node) Pending() int {
	executable, _ := n.eth.TxPool().Stats()
	return executable
}

// Finalize makes the canonical blocks of these heights the ones the tags finalized and safe name.
// A height above the head means the head.
func (n *Node) Finalize(finalized, safe uint64) error {
	n.mu.Lock()
	defer n.mu.Unlock()
	if n.closed {
		return ErrClosed
	}
	head := n.Head().Number.Uint64()
	n.eth.BlockChain().SetFinalized(n.Header(min(finalized, head)))
	n.eth.BlockChain().SetSafe(n.Header(min(safe, head)))
	return nil
}

// Close stops the node. A second call does nothing.
func (n *Node) Close() error {
	n.mu.Lock()
	defer n.mu.Unlock()
	if n.closed {
		return nil
	}
	n.closed = true
	n.client.Close()
	return n.stack.Close()
}
