package relayer

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"strings"
	"time"

	"github.com/cockroachdb/pebble/vfs"
	bind "github.com/ethereum/go-ethereum/accounts/abi/bind/v2"
	"github.com/ethereum/go-ethereum/common"
	"github.com/go-playground/validator/v10"
	"github.com/prometheus/client_golang/prometheus"

	"github.com/hyperlane-go/sdk/hyperlane"
	"github.com/hyperlane-go/sdk/hyperlane/evm"
	"github.com/hyperlane-go/sdk/hyperlane/matching"
	"github.com/hyperlane-go/sdk/hyperlane/storage"
	"github.com/hyperlane-go/sdk/ism/metadata"
	"github.com/hyperlane-go/sdk/message"
)

// Config is what a relayer needs. Package agent reads most of it from a file.
type Config struct {
	// Chains are the chains to relay between, in any order, each at most once.
	Chains []Chain `validate:"required,min=1,dive"`

	// StateDir is the directory of the embedded database: queue, cursors, trees. It is created when
	// missing, belongs to one relayer, and must survive restarts: without it the relayer reads the
	// origins from the start again, and may pay a second time for a delivery that was under way.
	StateDir string `validate:"required_without=Ephemeral,excluded_with=Ephemeral"`
	// Ephemeral keeps the state in memory instead of StateDir. It is for tests.
	Ephemeral bool

	// Whitelist, when it has rules, restricts relaying to the messages that match one. Nil allows
	// all.
	Whitelist matching.List
	// Blacklist excludes the messages that match a rule. Nil excludes none.
	Blacklist matching.List
	// AddressBlacklist excludes messages that mention one of these byte strings. Nil excludes none.
	AddressBlacklist matching.AddressBlacklist

	// AllowLocal lets validators' storage lie in this machine's own files (file:// locations).
	// Anyone can announce any path, so this is for development.
	AllowLocal bool
	// IgnoreReorgReports counts the signatures of validators whose storage reports a reorganisation
	// of the origin. Otherwise each such validator is left out, and the others decide. (The
	// network's relayer lets one report stop the whole set; a single validator could then withhold
	// every message, so this one does not.)
	IgnoreReorgReports bool

	// Interval is the pause between two passes of Run. Zero means 2 seconds.
	Interval time.Duration `validate:"gte=0"`
	// ResubmitAfter is how long a transaction may stay out of the chain before it is signed again
	// with the same nonce and higher fees, up to four times what the node then suggests, and never
	// above fees set in the chain's Transactor. Zero means 10 minutes.
	ResubmitAfter time.Duration `validate:"gte=0"`
	// MaxLocationAge is how long announced storage locations are used without reading them again.
	// Zero means 1 minute.
	MaxLocationAge time.Duration `validate:"gte=0"`
	// ValidatorTimeout bounds each read of a validator's storage. Zero means 10 seconds.
	ValidatorTimeout time.Duration `validate:"gte=0"`

	// MaxConcurrency is how many messages for a destination are prepared (metadata, estimate) at a
	// time; they are submitted one after the other. Zero means 8.
	MaxConcurrency int `validate:"gte=0"`

	// ModuleTypes are builders of metadata for module types that package ism/metadata does not
	// serve, by type. They serve every destination. Nil registers none: a message whose recipient
	// has such a module stays at StageNoMetadata.
	ModuleTypes metadata.Types `yaml:"-"`
	// Retry is the schedule of attempts. The zero Retry is the network's.
	Retry Retry
	// OpenStore opens the storage of a validator for reading. Nil means storage.Open, which knows
	// file locations, and S3 and GCS when hyperlane/storage/cloud is imported. It is called from
	// several goroutines.
	OpenStore func(ctx context.Context, location string) (*storage.Store, error)
	// Logger takes the log. Nil discards it.
	Logger *slog.Logger
	// Registerer takes the metrics. Nil takes none. Agents can share one.
	Registerer prometheus.Registerer
	// Observe is called with each Event, in order, one call at a time. It should return soon; it
	// may call Status. Nil observes nothing.
	Observe func(Event)
	// Now is the clock of retries. Nil means time.Now.
	Now func() time.Time

	fs vfs.FS // replaces the file system in tests
}

// Chain is one chain of a Config. It is an origin if it has an Outbox, and a destination if it has
// a Transactor.
type Chain struct {
	// Name labels logs and metrics, for example "ethereum". Empty means the domain, in decimal.
	Name string
	// Client is the connection, from hyperlane.Dial or hyperlane.New.
	Client *hyperlane.Chain `validate:"required"`
	// Transactor signs and pays for deliveries. Its account must not send anything else while the
	// relayer runs. Fees in it are used as they are; nonce and gas limit are the relayer's. Nil
	// means that nothing is delivered to this chain.
	Transactor *bind.TransactOpts

	// Finality is how far behind the chain's head the relayer stays, as an origin, and when it is
	// done with a delivery, as a destination. Nil means 1 block, as for the network's agents;
	// production chains want more.
	Finality *evm.Finality
	// From is the first block to read. It must not lie after the block in which outbox and tree
	// were deployed, for a proof needs every leaf. Zero reads from the start of the chain.
	From uint64
	// Window is how many blocks are read before the logs are compared with the contracts' state and
	// stored. Zero means 10,000.
	Window uint64
	// GasMargin is added to the gas estimate of a delivery. Nil means 75,000, as the network's
	// relayer adds.
	GasMargin *uint64
	// GasCap is the most gas that a delivery may take; a message that needs more waits, see
	// StageOverGasCap. Zero means no cap but the block's.
	GasCap uint64
}

const (
	defaultInterval         = 2 * time.Second
	defaultResubmitAfter    = 10 * time.Minute
	defaultMaxLocationAge   = time.Minute
	defaultValidatorTimeout = 10 * time.Second
	defaultMaxConcurrency   = 8
	defaultWindow           = 10_000
	defaultGasMargin        = 75_000
)

// name returns the label of the chain in logs and metrics.
func (c *Chain) name() string {
	if c.Name != "" {
		return c.Name
	}
	return c.Client.Domain().String()
}

func (c *Chain) finality() evm.Finality {
	if c.Finality == nil {
		return evm.DefaultFinality()
	}
	return *c.Finality
}

// validated returns the configuration with defaults in place of zeros, or an *evm.ConfigError.
func (c Config) validated() (Config, error) {
	v := validator.New(validator.WithRequiredStructEnabled())
	if err := v.Struct(&c); err != nil {
		return c, fieldError(err)
	}
	seen := map[message.Domain]int{}
	for i := range c.Chains {
		chain := &c.Chains[i]
		field := fmt.Sprintf("Chains[%d]", i)
		if err := chain.check(field); err != nil {
			return c, err
		}
		if first, twice := seen[chain.Client.Domain()]; twice {
			return c, &evm.ConfigError{Field: field + ".Client", Have: "of domain " + chain.Client.Domain().String(), Want: fmt.Sprintf("another domain than that of Chains[%d]", first)}
		}
		seen[chain.Client.Domain()] = i
	}
	if err := c.ModuleTypes.Validate(); err != nil {
		return c, &evm.ConfigError{Field: "ModuleTypes", Have: "not usable", Want: "a builder for each type", Err: err}
	}
	setDefault(&c.Interval, defaultInterval)
	setDefault(&c.ResubmitAfter, defaultResubmitAfter)
	setDefault(&c.MaxLocationAge, defaultMaxLocationAge)
	setDefault(&c.ValidatorTimeout, defaultValidatorTimeout)
	setDefault(&c.MaxConcurrency, defaultMaxConcurrency)
	if c.Logger == nil {
		c.Logger = slog.New(slog.DiscardHandler)
	}
	if c.Now == nil {
		c.Now = time.Now
	}
	if c.OpenStore == nil {
		c.OpenStore = func(ctx context.Context, location string) (*storage.Store, error) {
			return storage.Open(ctx, location, storage.Read)
		}
	}
	return c, nil
}

func (c *Chain) check(field string) error {
	if err := c.finality().Validate(); err != nil {
		return &evm.ConfigError{Field: field + ".Finality", Have: c.finality().String(), Want: "a number of blocks, finalized, safe or latest", Err: err}
	}
	if t := c.Transactor; t != nil {
		switch {
		case c.Client.Addresses().Inbox == (common.Address{}):
			return &evm.ConfigError{Field: field + ".Transactor", Have: "set", Want: "nil, for the chain's Client has no Inbox"}
		case t.Signer == nil:
			return &evm.ConfigError{Field: field + ".Transactor.Signer", Have: "nil", Want: "a signing function, or Transactor nil"}
		case t.Nonce != nil:
			return &evm.ConfigError{Field: field + ".Transactor.Nonce", Have: t.Nonce.String(), Want: "nil: the relayer counts nonces itself"}
		case t.NoSend:
			return &evm.ConfigError{Field: field + ".Transactor.NoSend", Have: "true", Want: "false"}
		case t.Value != nil && t.Value.Sign() != 0:
			return &evm.ConfigError{Field: field + ".Transactor.Value", Have: t.Value.String(), Want: "nil: a delivery carries no value"}
		}
	}
	return nil
}

func setDefault[T comparable](v *T, d T) {
	var zero T
	if *v == zero {
		*v = d
	}
}

// fieldError names the first field that a validate tag refuses.
func fieldError(err error) error {
	var fields validator.ValidationErrors
	if !errors.As(err, &fields) || len(fields) == 0 {
		return &evm.ConfigError{Field: "Config", Have: "unreadable", Want: "valid", Err: err}
	}
	f := fields[0]
	words := map[string][2]string{
		"required": {"not set", "a value"}, "min": {"empty", "at least one"}, "gte": {"negative", "zero or more"},
		"required_without": {"not set", "a directory, or Ephemeral set"}, "excluded_with": {"set", "empty when Ephemeral is set"},
	}
	switch f.StructField() {
	case "Client":
		words["required"] = [2]string{"not set", "a chain, from hyperlane.Dial"}
	case "Chains":
		words["required"] = [2]string{"empty", "at least one chain"}
	}
	word, ok := words[f.Tag()]
	if !ok {
		word = [2]string{"refused", strings.TrimSpace(f.Tag() + " " + f.Param())}
	}
	return &evm.ConfigError{Field: strings.TrimPrefix(f.Namespace(), "Config."), Have: word[0], Want: word[1]}
}
