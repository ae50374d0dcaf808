package hyperlanetest

import (
	"context"
	"errors"
	"fmt"
	"math/big"
	"sync"

	"github.com/ethereum/go-ethereum"
	"github.com/ethereum/go-ethereum/common"
	"github.com/ethereum/go-ethereum/core/types"
)

// upstream is what a link forwards to: the node, or another link.
type upstream interface {
	ethereum.BlockNumberReader
	ethereum.ChainIDReader
	ethereum.ContractCaller
	ethereum.FeeHistoryReader
	ethereum.GasEstimator
	ethereum.GasPricer
	ethereum.GasPricer1559
	ethereum.LogFilterer
	ethereum.PendingContractCaller
	ethereum.TransactionSender
	BalanceAt(ctx context.Context, account common.Address, block *big.Int) (*big.Int, error)
	CallContractAtHash(ctx context.Context, call ethereum.CallMsg, block common.Hash) ([]byte, error)
	CodeAt(ctx context.Context, account common.Address, block *big.Int) ([]byte, error)
	CodeAtHash(ctx context.Context, account common.Address, block common.Hash) ([]byte, error)
	HeaderByHash(ctx context.Context, hash common.Hash) (*types.Header, error)
	HeaderByNumber(ctx context.Context, number *big.Int) (*types.Header, error)
	NonceAt(ctx context.Context, account common.Address, block *big.Int) (uint64, error)
	PendingCodeAt(ctx context.Context, account common.Address) ([]byte, error)
	PendingNonceAt(ctx context.Context, account common.Address) (uint64, error)
	SubscribeNewHead(ctx context.Context, ch chan<- *types.Header) (ethereum.Subscription, error)
	TransactionByHash(ctx context.Context, hash common.Hash) (*types.Transaction, bool, error)
	TransactionReceipt(ctx context.Context, hash common.Hash) (*types.Receipt, error)
}

// Link is the RPC connection between a chain and those who use it, with a switch for each way such a connection fails.
//
// A chain has one ([Chain.Link]) and each validator has another behind it ([Validator.Link]), so a fault can be set for all or
// for one. A link implements the backend of the client ([evm.Backend]), and all its methods may be called at any time from
// any goroutine. Faults stay until [Link.Repair].
type Link struct {
	up upstream

	mu     sync.Mutex
	cut    error
	held   chan struct{} // closed on release; nil while calls pass
	inside int           // calls that wait for the release
	moved  chan struct{} // closed and replaced when inside changes
	fail   map[Method]*failure
	calls  map[Method]int
	lies   lies
	subs   map[*subscription]struct{}
}

// Method names a call of the backend, for [Link.FailNext] and [Link.Calls].
type Method string

// The calls of a backend.
const (
	BalanceAt           Method = "BalanceAt"
	BlockNumber         Method = "BlockNumber"
	CallContract        Method = "CallContract" // at a block, at a hash, and pending
	ChainID             Method = "ChainID"
	CodeAt              Method = "CodeAt"
	EstimateGas         Method = "EstimateGas"
	FeeHistory          Method = "FeeHistory"
	FilterLogs          Method = "FilterLogs"
	HeaderByHash        Method = "HeaderByHash"
	HeaderByNumber      Method = "HeaderByNumber"
	NonceAt             Method = "NonceAt" // at a block, and pending
	SendTransaction     Method = "SendTransaction"
	SubscribeFilterLogs Method = "SubscribeFilterLogs"
	SubscribeNewHead    Method = "SubscribeNewHead"
	SuggestGas          Method = "SuggestGas" // price and tip
	TransactionByHash   Method = "TransactionByHash"
	TransactionReceipt  Method = "TransactionReceipt"
)

var (
	// ErrCut is what a cut link answers to every call.
	ErrCut = errors.New("hyperlanetest: link is cut")
	// ErrInjected is what a call that was told to fail answers.
	ErrInjected = errors.New("hyperlanetest: injected failure")
)

// failure makes the next n calls of one method fail; negative means every call.
type failure struct {
	n   int
	err error
}

func newLink(up upstream) *Link {
	return &Link{
		up:    up,
		moved: make(chan struct{}),
		fail:  map[Method]*failure{},
		calls: map[Method]int{},
		subs:  map[*subscription]struct{}{},
	}
}

// enter counts a call and lets it pass, fail, or wait.
func (l *Link) enter(ctx context.Context, m Method) error {
	l.mu.Lock()
	l.calls[m]++
	if held := l.held; held != nil {
		l.inside++
		l.announce()
		l.mu.Unlock()
		var err error
		select {
		case <-held:
		case <-ctx.Done():
			err = ctx.Err()
		}
		l.mu.Lock()
		l.inside--
		l.announce()
		if err != nil {
			l.mu.Unlock()
			return err
		}
	}
	defer l.mu.Unlock()
	if l.cut != nil {
		return l.cut
	}
	if f := l.fail[m]; f != nil && f.n != 0 {
		if f.n > 0 {
			f.n--
		}
		return f.err
	}
	return ctx.Err()
}

// announce wakes those who wait for a number of held calls. The caller holds the lock.
func (l *Link) announce() {
	close(l.moved)
	l.moved = make(chan struct{})
}

// Cut makes every call fail with [ErrCut], and ends subscriptions, until [Link.Repair].
func (l *Link) Cut() {
	l.mu.Lock()
	l.cut = ErrCut
	subs := l.subs
	l.subs = map[*subscription]struct{}{}
	l.mu.Unlock()
	for s := range subs {
		s.end(ErrCut)
	}
}

// Hold makes every call wait until [Link.Release], or until the caller's context ends: a slow link, without sleeping.
func (l *Link) Hold() {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.held == nil {
		l.held = make(chan struct{})
	}
}

// Release lets the calls pass that wait since [Link.Hold], and those to come.
func (l *Link) Release() {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.held != nil {
		close(l.held)
		l.held = nil
	}
}

// AwaitHeld returns when at least n calls wait on a link that is on hold.
func (l *Link) AwaitHeld(ctx context.Context, n int) error {
	for {
		l.mu.Lock()
		inside, moved := l.inside, l.moved
		l.mu.Unlock()
		if inside >= n {
			return nil
		}
		select {
		case <-moved:
		case <-ctx.Done():
			return fmt.Errorf("hyperlanetest: %d of %d calls on hold: %w", inside, n, ctx.Err())
		}
	}
}

// FailNext makes the next n calls of a method fail with err; nil err means [ErrInjected], negative n means every call until
// [Link.Repair].
func (l *Link) FailNext(n int, m Method, err error) {
	if err == nil {
		err = fmt.Errorf("%w: %s", ErrInjected, m)
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	l.fail[m] = &failure{n: n, err: err}
}

// Repair removes every fault and every lie, and lets waiting calls pass. Ended subscriptions stay ended.
func (l *Link) Repair() {
	l.Release()
	l.mu.Lock()
	defer l.mu.Unlock()
	l.cut, l.fail, l.lies = nil, map[Method]*failure{}, lies{}
}

// Calls is how often a method was called through this link, failed calls included.
func (l *Link) Calls(m Method) int {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.calls[m]
}
