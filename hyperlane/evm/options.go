package evm

import (
	"context"
	"log/slog"
	"math/big"
	"time"

	"github.com/ethereum/go-ethereum/common"
)

// Option changes how [New] and [Dial] set up a client. The defaults suit a public node of a chain
// with blocks of one to twelve seconds.
type Option func(*options)

const (
	defaultPoll    = time.Second
	defaultTimeout = 30 * time.Second
	defaultChunk   = 2000
	defaultMargin  = 75_000
	defaultWindow  = 1024
	defaultRetries = 8
)

type options struct {
	log           *slog.Logger
	poll          time.Duration
	timeout       time.Duration
	chunk         uint64
	confirmations uint64
	margin        uint64
	window        uint64
	retries       int
	chainID       *big.Int
	multicall     common.Address
	sleep         func(ctx context.Context, d time.Duration) error
}

func newOptions(opts []Option) options {
	o := options{
		log: slog.New(slog.DiscardHandler), poll: defaultPoll, timeout: defaultTimeout, chunk: defaultChunk,
		margin: defaultMargin, window: defaultWindow, retries: defaultRetries, sleep: sleep,
	}
	for _, opt := range opts {
		if opt != nil {
			opt(&o)
		}
	}
	return o
}

// WithLogger sets where the client logs what is not an error but worth knowing: refused log ranges,
// reorganisations, repeated requests. Nil discards it, and is the default.
func WithLogger(log *slog.Logger) Option {
	return func(o *options) {
		if log != nil {
			o.log = log
		}
	}
}

// WithPollInterval sets the pause between two looks at a node. Zero or less keeps the default of
// one second. Pauses after failures grow from it to sixteen times as much.
func WithPollInterval(d time.Duration) Option {
	return func(o *options) {
		if d > 0 {
			o.poll = d
		}
	}
}

// WithRequestTimeout limits the time of each single request to the node. Zero keeps the default of
// 30 seconds; a negative duration sets no limit but the caller's context.
func WithRequestTimeout(d time.Duration) Option {
	return func(o *options) {
		if d != 0 {
			o.timeout = d
		}
	}
}

// WithChunk sets how many blocks one log query covers at most. Zero keeps the default of 2,000.
// Where a node refuses a range the client asks for half of it by itself; a lower number only saves
// the refused requests.
func WithChunk(blocks uint64) Option {
	return func(o *options) {
		if blocks > 0 {
			o.chunk = blocks
		}
	}
}

// WithConfirmations sets how many blocks must follow the block of a transaction before it counts as
// mined. Zero is the default: inclusion is enough.
func WithConfirmations(blocks uint64) Option {
	return func(o *options) { o.confirmations = blocks }
}

// WithGasMargin sets how much gas the client adds to a node's estimate. The default is 75,000, as
// the network's relayers use: between estimate and inclusion other dispatches can make an insertion
// into the Merkle tree touch up to 31 more levels. Zero adds nothing. A gas limit in
// bind.TransactOpts is used as it is.
func WithGasMargin(gas uint64) Option {
	return func(o *options) { o.margin = gas }
}

// WithReorgWindow sets how many blocks back [Follow] can undo. Zero keeps the default of 1,024. A
// deeper reorganisation ends the iteration with [ErrReorg].
func WithReorgWindow(blocks uint64) Option {
	return func(o *options) {
		if blocks > 0 {
			o.window = blocks
		}
	}
}

// WithRetries sets after how many failures in a row [Follow] ends with the last of them. Zero keeps
// the default of 8; a negative number ends at the first.
func WithRetries(n int) Option {
	return func(o *options) {
		if n != 0 {
			o.retries = max(n, 0)
		}
	}
}

// WithChainID makes [New] fail unless the node is on this chain. Nil checks nothing.
func WithChainID(id *big.Int) Option {
	if id != nil {
		id = new(big.Int).Set(id)
	}
	return func(o *options) { o.chainID = id }
}

// WithMulticall names the chain's Multicall3 contract. [Batch] then makes many reads in one
// eth_call where the node offers no JSON-RPC batch. The reads share the gas of that call, so what
// fails together is read again alone. The zero address uses none, and is the default.
func WithMulticall(contract common.Address) Option {
	return func(o *options) { o.multicall = contract }
}

// WithSleep replaces the pauses between two looks at a node, for tests with a clock of their own.
// sleep must return when ctx ends.
func WithSleep(sleep func(ctx context.Context, d time.Duration) error) Option {
	return func(o *options) {
		if sleep != nil {
			o.sleep = sleep
		}
	}
}

func sleep(ctx context.Context, d time.Duration) error {
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-ctx.Done():
		return ctx.Err()
	case <-t.C:
		return nil
	}
}
