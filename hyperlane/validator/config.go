package validator

import (
	"errors"
	"fmt"
	"log/slog"
	"reflect"
	"strings"
	"time"

	bind "github.com/ethereum/go-ethereum/accounts/abi/bind/v2"
	"github.com/ethereum/go-ethereum/common"
	"github.com/go-playground/validator/v10"
	"github.com/prometheus/client_golang/prometheus"

	"github.com/hyperlane-go/sdk/hyperlane"
	"github.com/hyperlane-go/sdk/hyperlane/evm"
	"github.com/hyperlane-go/sdk/hyperlane/storage"
	"github.com/hyperlane-go/sdk/ism/checkpoint"
)

// Defaults of Config.
const (
	DefaultInterval           = 2 * time.Second
	DefaultMaxSignConcurrency = 50
	DefaultMaxPerStep         = 2500
)

// Config is what a validator needs. Package agent reads most of it from a file.
type Config struct {
	// Chain is the chain whose tree is signed. Required.
	Chain *hyperlane.Chain `validate:"required"`
	// Signer holds the key: one key for one process and one tree. Required.
	Signer checkpoint.Signer `validate:"required"`
	// Store is where checkpoints are published, opened for writing. Required. The validator does
	// not close it.
	Store *storage.Store `validate:"required"`
	// StateDir is the directory of the sign log; it is created. Required. It must outlive the
	// process, and never be shared, copied, or restored from a backup.
	StateDir string `validate:"required"`
	// Location is what is announced: where readers find Store. Required unless SkipAnnounce.
	Location string `validate:"required_without=SkipAnnounce"`
	// AnyLocation allows a Location that the network's agents cannot read, for a store of one's own
	// kind. Only relayers that know the kind count the signatures then.
	AnyLocation bool

	// Finality says which blocks are final. The zero value is no lag at all: then any
	// reorganisation of a signed block ends this validator.
	Finality evm.Finality
	// From is the first block that may hold a leaf, usually the one in which the tree was deployed.
	// Zero is the chain's first block: correct, and slow.
	From uint64
	// Witnesses are further nodes of the same chain, each of which must agree before anything is
	// signed. Without one, Chain alone is trusted. A validator with stake needs at least one.
	Witnesses []*hyperlane.Chain `validate:"dive,required"`

	// Transactor pays for the announcement. Nil sends none; nothing is signed before another
	// account has put it on chain.
	Transactor *bind.TransactOpts
	// SkipAnnounce signs without being announced.
	SkipAnnounce bool

	// Interval is the time between two steps of Run. Zero means DefaultInterval.
	Interval time.Duration `validate:"omitempty,min=1ms"`
	// MaxSignConcurrency is how many checkpoints are signed and written at a time; the latest index
	// is written after the first lot. Zero means DefaultMaxSignConcurrency. One means one after the
	// other.
	MaxSignConcurrency int `validate:"gte=0,lte=10000"`
	// MaxPerStep is how many checkpoints one Step publishes at most, newest first; the next Step
	// takes the rest. Zero means DefaultMaxPerStep.
	MaxPerStep int `validate:"gte=0"`

	// Metadata is published as the agent's metadata.
	Metadata storage.Metadata
	// Name labels metrics and logs, for example "ethereum". Empty means the domain.
	Name string
	// Logger takes the log. Nil discards it.
	Logger *slog.Logger
	// Registerer takes the metrics. Nil takes none.
	Registerer prometheus.Registerer
	// Observe is called with events as they happen, one call at a time. It must not call Step, Run
	// or Close. Nil observes nothing.
	Observe func(Event)
	// Now is the clock of events, announcements and flags. Nil means time.Now.
	Now func() time.Time
}

var rules = validator.New(validator.WithRequiredStructEnabled())

// check validates the configuration and fills in the defaults.
func (c *Config) check() error {
	var broken validator.ValidationErrors
	if err := rules.Struct(c); errors.As(err, &broken) {
		return explain(broken[0])
	} else if err != nil {
		return &evm.ConfigError{Field: "Config", Have: "unusable", Want: "a valid one", Err: err}
	}
	if c.Signer.Address() == (common.Address{}) {
		return &evm.ConfigError{Field: "Signer", Have: "without a key", Want: "the key that signs checkpoints", Err: checkpoint.ErrNoKey}
	}
	if err := c.checkLocation(); err != nil {
		return err
	}
	if err := c.Finality.Validate(); err != nil {
		return &evm.ConfigError{Field: "Finality", Have: c.Finality.String(), Want: "a number of blocks, finalized or safe", Err: err}
	}
	for i, w := range c.Witnesses {
		if w.Domain() != c.Chain.Domain() || w.TreeAddress() != c.Chain.TreeAddress() {
			return &evm.ConfigError{
				Field: fmt.Sprintf("Witnesses[%d]", i), Have: fmt.Sprintf("of domain %s and tree %s", w.Domain(), w.TreeAddress()),
				Want: fmt.Sprintf("domain %s and tree %s of Chain", c.Chain.Domain(), c.Chain.TreeAddress()),
			}
		}
	}
	if a := c.Chain.Addresses(); !c.SkipAnnounce && a.ValidatorAnnounce == (common.Address{}) {
		return &evm.ConfigError{Field: "Chain", Have: "missing a ValidatorAnnounce", Want: "its address, or SkipAnnounce"}
	}
	c.defaults()
	return nil
}

// checkLocation refuses a location that the network's agents cannot read, unless that is intended.
func (c *Config) checkLocation() error {
	if len(c.Location) > storage.MaxLocation {
		return &evm.ConfigError{Field: "Location", Have: fmt.Sprintf("%d bytes long", len(c.Location)), Want: fmt.Sprintf("at most %d", storage.MaxLocation)}
	}
	if c.Location == "" || c.AnyLocation {
		return nil
	}
	if _, err := storage.ParseLocation(c.Location); err != nil {
		return &evm.ConfigError{Field: "Location", Have: "not a location", Want: "one that the network's agents can read, or AnyLocation", Err: err}
	}
	return nil
}

func (c *Config) defaults() {
	if c.Interval == 0 {
		c.Interval = DefaultInterval
	}
	if c.MaxSignConcurrency == 0 {
		c.MaxSignConcurrency = DefaultMaxSignConcurrency
	}
	if c.MaxPerStep == 0 {
		c.MaxPerStep = DefaultMaxPerStep
	}
	if c.Logger == nil {
		c.Logger = slog.New(slog.DiscardHandler)
	}
	if c.Observe == nil {
		c.Observe = func(Event) {}
	}
	if c.Now == nil {
		c.Now = time.Now
	}
}

// explain describes a broken rule.
func explain(broken validator.FieldError) error {
	field := strings.TrimPrefix(broken.StructNamespace(), "Config.")
	have := fmt.Sprintf("%v", broken.Value())
	if value := reflect.ValueOf(broken.Value()); !value.IsValid() || value.IsZero() {
		have = "empty"
	}
	switch broken.Tag() {
	case "required":
		want, ok := map[string]string{
			"Chain": "a chain, from hyperlane.Dial", "Signer": "the key that signs, from checkpoint.NewKeySigner or the like",
			"Store": "where to publish, from storage.Open", "StateDir": "a directory for the sign log",
		}[field]
		if !ok {
			want = "a value"
		}
		return &evm.ConfigError{Field: field, Have: have, Want: want}
	case "required_without":
		return &evm.ConfigError{Field: field, Have: have, Want: "where readers find Store, as announced on chain, or SkipAnnounce"}
	}
	return &evm.ConfigError{Field: field, Have: have, Want: strings.TrimSuffix(broken.Tag()+" "+broken.Param(), " ")}
}
