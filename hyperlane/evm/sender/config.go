package sender

import (
	"log/slog"
	"math/big"
	"time"

	bind "github.com/ethereum/go-ethereum/accounts/abi/bind/v2"
	"github.com/holiman/uint256"

	"github.com/hyperlane-go/sdk/hyperlane/evm"
)

// Config is how a sender works. Only Store has no default.
type Config struct {
	// Store keeps what is under way. It must survive restarts: without it a call that was under way
	// may be carried out twice. [NewMemory] is for tests and for programs that end with their
	// transactions.
	Store Store
	// Finality is which block decides about a transaction, for [Sender.Step] and [Sender.Wait]. The
	// zero value is the latest block: suitable for chains that never undo one.
	Finality evm.Finality
	// ResubmitAfter is how long a transaction may stay out of the chain before it is signed again
	// with the same nonce and higher fees. A tenth of it is how often an unmined transaction is
	// offered again. Zero means 10 minutes.
	ResubmitAfter time.Duration
	// Interval is the pause between two looks of [Sender.Wait]. Zero means 2 seconds.
	Interval time.Duration
	// MaxRaise bounds what is offered in place of a transaction that is not mined, in multiples of
	// the market's price. Zero means 4.
	MaxRaise uint64
	// MaxFee bounds the price of one unit of gas, in the chain's smallest unit. Nil means no bound.
	MaxFee *uint256.Int
	// Logger takes the log. Nil discards it.
	Logger *slog.Logger
	// Now returns the time. Nil means time.Now.
	Now func() time.Time
}

const (
	defaultResubmitAfter = 10 * time.Minute
	defaultInterval      = 2 * time.Second
	defaultMaxRaise      = 4
)

// validated returns the configuration with defaults in place of zeros.
func (c Config) validated() (Config, error) {
	switch {
	case c.Store == nil:
		return c, &evm.ConfigError{Field: "Config.Store", Have: "nil", Want: "a Store; NewMemory() where losing the state does no harm"}
	case c.ResubmitAfter < 0:
		return c, &evm.ConfigError{Field: "Config.ResubmitAfter", Have: c.ResubmitAfter.String(), Want: "zero or more"}
	case c.Interval < 0:
		return c, &evm.ConfigError{Field: "Config.Interval", Have: c.Interval.String(), Want: "zero or more"}
	}
	if err := c.Finality.Validate(); err != nil {
		return c, err
	}
	if c.ResubmitAfter == 0 {
		c.ResubmitAfter = defaultResubmitAfter
	}
	if c.Interval == 0 {
		c.Interval = defaultInterval
	}
	if c.MaxRaise == 0 {
		c.MaxRaise = defaultMaxRaise
	}
	if c.Logger == nil {
		c.Logger = slog.New(slog.DiscardHandler)
	}
	if c.Now == nil {
		c.Now = time.Now
	}
	return c, nil
}

// checkOpts refuses options that the sender cannot honour for every transaction.
func checkOpts(opts *bind.TransactOpts, most *uint256.Int) error {
	if err := evm.CheckOpts(opts); err != nil {
		return err
	}
	switch {
	case opts.Nonce != nil:
		return &evm.ConfigError{Field: "TransactOpts.Nonce", Have: opts.Nonce.String(), Want: "nil: the sender chooses nonces"}
	case opts.Value != nil && opts.Value.Sign() != 0:
		return &evm.ConfigError{Field: "TransactOpts.Value", Have: opts.Value.String(), Want: "nil: each call has its own value"}
	case opts.GasLimit != 0:
		return &evm.ConfigError{Field: "TransactOpts.GasLimit", Have: "set", Want: "zero: each intent has its own gas limit"}
	}
	for name, price := range map[string]*big.Int{"GasPrice": opts.GasPrice, "GasFeeCap": opts.GasFeeCap} {
		if most != nil && price != nil && price.Cmp(most.ToBig()) > 0 {
			return &evm.ConfigError{Field: "TransactOpts." + name, Have: price.String(), Want: "at most Config.MaxFee, " + most.Dec()}
		}
	}
	return nil
}
