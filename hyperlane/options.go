package hyperlane

import (
	"context"
	"log/slog"
	"math/big"
	"strconv"
	"time"

	"github.com/hyperlane-go/sdk/message"
)

// Option changes how [New] and [Dial] set up a chain. Every option has a default that suits a public node of a
// chain with blocks of one to twelve seconds.
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
	zeroRecipient bool
	chainID       *big.Int
	domain        *message.Domain
	sleep         func(ctx context.Context, d time.Duration) error // replaced in tests
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

// WithLogger sends what is worth knowing but is not an error to log: refused log ranges, reorganisations, retried
// calls. Nil discards it, as does leaving the option out.
func WithLogger(log *slog.Logger) Option {
	return func(o *options) {
		if log != nil {
			o.log = log
		}
	}
}

// WithPollInterval sets how long to pause between two looks at a node. Zero or less keeps the default of one second.
// Pauses after failures grow from here to sixteen times as much.
func WithPollInterval(d time.Duration) Option {
	return func(o *options) {
		if d > 0 {
			o.poll = d
		}
	}
}

// WithRequestTimeout bounds each single request to the node. Zero keeps the default of 30 seconds; a negative duration
// means no bound but the caller's context.
func WithRequestTimeout(d time.Duration) Option {
	return func(o *options) {
		if d != 0 {
			o.timeout = d
		}
	}
}

// WithChunk sets how many blocks one log query covers at most. Zero keeps the default of 2,000. Where a node
// refuses, smaller ranges are tried by themselves; a lower number only saves the refused attempts.
func WithChunk(blocks uint64) Option {
	return func(o *options) {
		if blocks > 0 {
			o.chunk = blocks
		}
	}
}

// WithConfirmations makes every transaction wait until its block has so many blocks on top. Zero, the default,
// waits for inclusion only.
func WithConfirmations(blocks uint64) Option {
	return func(o *options) { o.confirmations = blocks }
}

// WithGasMargin sets how much gas is added to a node's estimate. The default is 75,000, as the network's relayers
// use: between estimate and inclusion other dispatches can make an insertion into the tree touch up to 31 more
// levels. Zero adds nothing. A limit in bind.TransactOpts is used as it is.
func WithGasMargin(gas uint64) Option {
	return func(o *options) { o.margin = gas }
}

// WithReorgWindow sets how many blocks back the Follow iterators can undo. Zero keeps the default of 1,024. A
// reorganisation that reaches further ends the iteration with [ErrReorg].
func WithReorgWindow(blocks uint64) Option {
	return func(o *options) {
		if blocks > 0 {
			o.window = blocks
		}
	}
}

// WithRetries sets how many failures in a row a Follow iterator bears before it ends with the last of them. Zero keeps
// the default of 8; a negative number ends at the first.
func WithRetries(n int) Option {
	return func(o *options) {
		if n != 0 {
			o.retries = max(n, 0)
		}
	}
}

// WithZeroRecipient permits dispatching to the zero recipient. Contracts check nothing about a recipient, and a
// message to nobody is paid for and lost, so [Outbox.Dispatch] refuses it otherwise.
func WithZeroRecipient() Option {
	return func(o *options) { o.zeroRecipient = true }
}

// WithChainID makes New fail unless the node is on this chain. Nil checks nothing.
func WithChainID(id *big.Int) Option {
	return func(o *options) {
		o.chainID = nil
		if id != nil {
			o.chainID = new(big.Int).Set(id)
		}
	}
}

// WithDomain makes New fail unless the contracts are of this domain. A domain is not a chain id, even where the two
// are equal.
func WithDomain(d message.Domain) Option {
	return func(o *options) { o.domain = &d }
}

func (o options) check(chainID *big.Int, domain message.Domain) error {
	if o.chainID != nil && o.chainID.Cmp(chainID) != 0 {
		return &ConfigError{Field: "chain id", Have: chainID.String(), Want: o.chainID.String()}
	}
	if o.domain != nil && *o.domain != domain {
		return &ConfigError{Field: "domain", Have: strconv.FormatUint(uint64(domain), 10), Want: o.domain.String()}
	}
	return nil
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
