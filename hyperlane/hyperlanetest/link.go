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

// upstream is where a link forwards requests: the node, or another link.
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

// Link is an RPC connection to a chain's node, with a switch for each fault that such a connection
// can have. It implements evm.Backend. Safe for concurrent use.
//
// A chain has a link ([Chain.Link]). Each validator ([Validator.Link]) and the relayer
// ([Relayer.Links]) have links of their own behind it, so a fault can be for all or for one of
// them. Faults stay until [Link.Repair]; two faults can be set at the same time.
//
// Faults of the connection are Cut, Hold, Fail and FailNext: the request fails or waits. Faults of
// the node are HideLogs, RepeatLogs, HideReceipts, ForgeRoot, ForgeBlockHash and FreezeHead: the
// request succeeds and the answer is wrong.
type Link struct {
	up upstream

	mu     sync.Mutex
	cut    error
	held   chan struct{} // closed on release; nil while requests pass
	inside int           // requests that wait for the release
	moved  chan struct{} // closed and replaced when inside changes
	fail   map[Method]*failure
	calls  map[Method]int
	lies   lies
	subs   map[*subscription]struct{}
}

// Method is a kind of request, named as the method of evm.Backend. See [Link.Fail] and
// [Link.Calls].
type Method string

// The kinds of request.
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
	// ErrCut is the error of every request over a cut link.
	ErrCut = errors.New("hyperlanetest: link is cut")
	// ErrInjected is the error of a request that [Link.Fail] or [Link.FailNext] makes fail, unless
	// they name another.
	ErrInjected = errors.New("hyperlanetest: injected failure")
)

// failure makes the next n requests of one method fail; a negative n means all.
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

// enter counts a request and lets it pass, fail, or wait.
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

// announce wakes AwaitHeld. The caller holds the lock.
func (l *Link) announce() {
	close(l.moved)
	l.moved = make(chan struct{})
}

// Cut makes every request fail with [ErrCut], and ends subscriptions, until [Link.Repair].
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

// Hold makes every request wait until [Link.Release] or [Link.Repair], or until the caller's
// context ends: a slow link without sleeping.
func (l *Link) Hold() {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.held == nil {
		l.held = make(chan struct{})
	}
}

// Release ends [Link.Hold]: requests that wait and those to come pass.
func (l *Link) Release() {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.held != nil {
		close(l.held)
		l.held = nil
	}
}

// AwaitHeld waits until at least n requests wait on a link that is on hold.
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
			return fmt.Errorf("hyperlanetest: %d of %d requests on hold: %w", inside, n, ctx.Err())
		}
	}
}

// Fail makes every request of a method fail with err until [Link.Repair]. Nil means [ErrInjected].
func (l *Link) Fail(m Method, err error) { l.fails(-1, m, err) }

// FailNext makes the next n requests of a method fail with err. Nil means [ErrInjected].
func (l *Link) FailNext(n int, m Method, err error) { l.fails(max(n, 0), m, err) }

func (l *Link) fails(n int, m Method, err error) {
	if err == nil {
		err = fmt.Errorf("%w: %s", ErrInjected, m)
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	l.fail[m] = &failure{n: n, err: err}
}

// Repair removes every fault and lets waiting requests pass. Ended subscriptions stay ended.
func (l *Link) Repair() {
	l.Release()
	l.mu.Lock()
	defer l.mu.Unlock()
	l.cut, l.fail, l.lies = nil, map[Method]*failure{}, lies{}
}

// Calls returns how many requests of a method came through this link, failed ones included.
func (l *Link) Calls(m Method) int {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.calls[m]
}
