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
	"github.com/hyperlane-go/sdk/hyperlane/connect"
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

// Config is what a validator needs. Fields with a yaml name can stand in a
// configuration file (see [LoadConfig]), under the names of the network's agents where those have
// one; the others are made by the program.
type Config struct {
	// Chain is the chain whose tree is signed. Required.
	Chain *hyperlane.Chain `yaml:"-" validate:"required"`
	// Signer holds the key: one key for one process and one tree. Required.
	Signer checkpoint.Signer `yaml:"-" validate:"required"`
	// Store is where checkpoints are published, opened for writing. Required. The
	// validator does not close it.
	Store *storage.Store `yaml:"-" validate:"required"`
	// StateDir is the directory of the sign log; it is created. Required. It must
	// outlive the process, and never be shared, copied, or restored from a backup.
	StateDir string `yaml:"stateDir" validate:"required"`
	// Location is what is announced: where readers find Store. Required unless
	// SkipAnnounce.
	Location string `yaml:"location" validate:"required_without=SkipAnnounce,omitempty,storage_location"`

	// Finality says which blocks are final. In Go the zero value is no lag at all:
	// then any reorganisation of a signed block ends this validator. In YAML a
	// missing reorgPeriod is 1 block, as for the network's agents.
	Finality evm.Finality `yaml:"reorgPeriod"`
	// From is the first block that may hold a leaf, usually the one in which the
	// tree was deployed. Zero is the chain's first block: correct, and slow.
	From uint64 `yaml:"from"`
	// Witnesses are further nodes of the same chain, each of which must agree
	// before anything is signed. None means that Chain alone is trusted; a
	// validator with stake wants at least one.
	Witnesses []*hyperlane.Chain `yaml:"-" validate:"dive,required"`

	// Transactor pays for the announcement. Nil means that somebody else sends it;
	// nothing is signed before it is on chain.
	Transactor *bind.TransactOpts `yaml:"-"`
	// SkipAnnounce signs without being announced.
	SkipAnnounce bool `yaml:"skipAnnounce"`

	// Interval is the time between two steps of Run. Zero means DefaultInterval.
	Interval time.Duration `yaml:"interval" validate:"omitempty,min=1ms"`
	// MaxSignConcurrency is how many checkpoints are signed and written at a time;
	// the latest index is written after the first lot. Zero means
	// DefaultMaxSignConcurrency. One means strictly one after the other.
	MaxSignConcurrency int `yaml:"maxSignConcurrency" validate:"gte=0,lte=10000"`
	// MaxPerStep is how many checkpoints one Step publishes at most, newest first;
	// the rest is left to the next Step. Zero means DefaultMaxPerStep.
	MaxPerStep int `yaml:"maxPerStep" validate:"gte=0"`

	// Metadata is published as the agent's metadata.
	Metadata storage.Metadata `yaml:"-"`
	// Name labels metrics and logs, for example "ethereum". Empty means the domain.
	Name string `yaml:"name"`
	// Logger takes the log. Nil discards it.
	Logger *slog.Logger `yaml:"-"`
	// Registerer takes the metrics. Nil means none.
	Registerer prometheus.Registerer `yaml:"-"`
	// Observe is called with what happens as it happens, one call at a time, and
	// must not call back into the validator. Nil means nobody watches.
	Observe func(Event) `yaml:"-"`
	// Now is the clock of events, announcements and flags. Nil means time.Now.
	Now func() time.Time `yaml:"-"`

	// The rest is read by LoadConfig and ignored by New.

	Connection  connect.Chain `yaml:",inline"`   // rpc, contracts, and the signer who pays for the announcement
	Key         connect.Key   `yaml:"validator"` // the key that signs checkpoints
	WitnessRPCs []string      `yaml:"witnesses"` // URLs of further nodes, see Witnesses
}

var rules = newRules()

func newRules() *validator.Validate {
	v := validator.New(validator.WithRequiredStructEnabled())
	err := v.RegisterValidation("storage_location", func(field validator.FieldLevel) bool {
		_, err := storage.ParseLocation(field.Field().String())
		return err == nil
	})
	if err != nil {
		panic("validator: " + err.Error()) // only for an empty name
	}
	return v
}

// check validates the configuration and fills in the defaults.
func (c *Config) check() error {
	var broken validator.ValidationErrors
	if err := rules.Struct(c); errors.As(err, &broken) {
		return explain(broken[0])
	} else if err != nil {
		return fmt.Errorf("%w: %w", ErrConfig, err)
	}
	if c.Signer.Address() == (common.Address{}) {
		return &ConfigError{Field: "Signer", Have: "without a key", Want: "the key that signs checkpoints", Err: checkpoint.ErrNoKey}
	}
	if err := c.Finality.Validate(); err != nil {
		return &ConfigError{Field: "Finality", Have: c.Finality.String(), Want: "a number of blocks, finalized or safe", Err: err}
	}
	for i, w := range c.Witnesses {
		if w.Domain() != c.Chain.Domain() || w.TreeAddress() != c.Chain.TreeAddress() {
			return &ConfigError{
				Field: fmt.Sprintf("Witnesses[%d]", i), Have: fmt.Sprintf("of domain %s and tree %s", w.Domain(), w.TreeAddress()),
				Want: fmt.Sprintf("domain %s and tree %s of Chain", c.Chain.Domain(), c.Chain.TreeAddress()),
			}
		}
	}
	if a := c.Chain.Addresses(); !c.SkipAnnounce && a.ValidatorAnnounce == (common.Address{}) {
		return &ConfigError{Field: "Chain", Have: "without a ValidatorAnnounce", Want: "its address, or SkipAnnounce"}
	}
	c.defaults()
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

// explain turns a broken rule into words.
func explain(broken validator.FieldError) error {
	field := strings.TrimPrefix(broken.StructNamespace(), "Config.")
	have := fmt.Sprintf("%v", broken.Value())
	if value := reflect.ValueOf(broken.Value()); !value.IsValid() || value.IsZero() {
		have = "empty"
	}
	switch broken.Tag() {
	case "required":
		want, ok := map[string]string{
			"Chain": "a chain, from hyperlane.Dial or LoadConfig", "Signer": "the key that signs, from checkpoint.NewKeySigner or the like",
			"Store": "where to publish, from storage.Open", "StateDir": "a directory for the sign log",
		}[field]
		if !ok {
			want = "a value"
		}
		return &ConfigError{Field: field, Have: have, Want: want}
	case "required_without":
		return &ConfigError{Field: field, Have: have, Want: "where readers find Store, as announced on chain, or SkipAnnounce"}
	case "storage_location":
		_, err := storage.ParseLocation(broken.Value().(string))
		return &ConfigError{Field: field, Have: "not a location", Want: "what can be announced", Err: err}
	}
	return &ConfigError{Field: field, Have: have, Want: strings.TrimSuffix(broken.Tag()+" "+broken.Param(), " ")}
}
