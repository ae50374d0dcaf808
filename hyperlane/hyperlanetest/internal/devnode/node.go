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

// ErrClosed is the error of every method after Close.
var ErrClosed = errors.New("devnode: node is closed")

// Node is a running chain. Safe for concurrent use.
type Node struct {
	mu     sync.Mutex // one block at a time
	stack  *node.Node
	eth    *eth.Ethereum
	client *ethclient.Client
	forks  uint64 // number of reorganisations; makes a rebuilt block differ from the one it replaces
	closed bool

	settling sync.Mutex
}

// Start starts a node at its genesis block.
func Start(cfg Config) (*Node, error) {
	if cfg.ChainID == nil || cfg.ChainID.Sign() <= 0 {
		return nil, fmt.Errorf("devnode: chain id is %v, want a positive number", cfg.ChainID)
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

// Client returns a client of the node's RPC server, in memory.
func (n *Node) Client() *ethclient.Client { return n.client }

// URL returns where the node answers RPC requests over HTTP, empty without Config.HTTP.
func (n *Node) URL() string {
	if n.stack.Config().HTTPHost == "" {
		return ""
	}
	return n.stack.HTTPEndpoint()
}

// Head returns the newest block of the canonical chain.
func (n *Node) Head() *types.Header { return n.eth.BlockChain().CurrentBlock() }

// Header returns a block of the canonical chain, nil where none has this number.
func (n *Node) Header(number uint64) *types.Header {
	return n.eth.BlockChain().GetHeaderByNumber(number)
}

// Send puts a transaction into the pool, and returns when the sender's pending nonce counts it.
func (n *Node) Send(ctx context.Context, tx *types.Transaction) error {
	if err := n.client.SendTransaction(ctx, tx); err != nil {
		return err
	}
	return n.settle()
}

// settle waits until the pool has processed the head and what was sent. It serves one caller at a
// time: of two, the pool of go-ethereum answers only the later.
func (n *Node) settle() error {
	n.settling.Lock()
	defer n.settling.Unlock()
	if err := n.eth.TxPool().Sync(); err != nil {
		return fmt.Errorf("devnode: pool: %w", err)
	}
	return nil
}

// Pending returns how many transactions the next block can execute.
func (n *Node) Pending() int {
	executable, _ := n.eth.TxPool().Stats()
	return executable
}

// Finalize sets the heights of the tags "finalized" and "safe". A height above the head means the
// head.
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
