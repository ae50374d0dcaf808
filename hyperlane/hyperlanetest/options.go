package hyperlanetest

import (
	"context"
	"fmt"
	"log/slog"
	"time"

	"github.com/ethereum/go-ethereum/common"

	"github.com/hyperlane-go/sdk/hyperlane"
	"github.com/hyperlane-go/sdk/hyperlane/evm"
	"github.com/hyperlane-go/sdk/message"
)

// Option changes what a network is made of. Nil options are skipped.
type Option func(*settings)

// settings is what the options choose.
type settings struct {
	validators int
	threshold  uint8
	ism        ISM
	custom     func(ctx context.Context, c *Chain) (common.Address, error)
	core       func(ctx context.Context, c *Chain) (hyperlane.Addresses, error)
	finality   evm.Finality
	final      uint64 // how many blocks behind the head the tag finalized is
	blockTime  time.Duration
	heartbeat  time.Duration
	domain     func(i int) message.Domain
	log        *slog.Logger
	observe    func(Event)
	http       bool
}

// ISM is the kind of security module that a chain uses for recipients that choose none.
type ISM uint8

// The kinds of default module.
const (
	MessageIDMultisig  ISM = iota // m-of-n signatures over the message itself
	MerkleRootMultisig            // m-of-n signatures over a root, and a proof
	Noop                          // everything is accepted, validators or not
)

// String names the kind.
func (i ISM) String() string {
	switch i {
	case MessageIDMultisig:
		return "message id multisig"
	case MerkleRootMultisig:
		return "merkle root multisig"
	case Noop:
		return "noop"
	}
	return fmt.Sprintf("ISM %d", uint8(i))
}

func newSettings(opts []Option) (settings, error) {
	s := settings{
		validators: 3,
		threshold:  2,
		final:      2,
		blockTime:  12 * time.Second,
		heartbeat:  20 * time.Millisecond,
		domain:     func(i int) message.Domain { return message.Domain(1000 * (i + 1)) },
		log:        slog.New(slog.DiscardHandler),
		observe:    func(Event) {},
	}
	for _, opt := range opts {
		if opt != nil {
			opt(&s)
		}
	}
	return s, s.check()
}

func (s settings) check() error {
	switch {
	case s.validators < 1 || s.validators > maxValidators:
		return &OptionError{Option: "WithValidators", Have: fmt.Sprint(s.validators, " validators"), Want: fmt.Sprintf("1 to %d", maxValidators)}
	case s.threshold < 1 || int(s.threshold) > s.validators:
		return &OptionError{Option: "WithValidators", Have: fmt.Sprint("threshold ", s.threshold), Want: fmt.Sprintf("1 to %d", s.validators)}
	case s.ism > Noop:
		return &OptionError{Option: "WithISM", Have: s.ism.String(), Want: "a kind this package names"}
	case s.blockTime < time.Second:
		return &OptionError{Option: "WithBlockTime", Have: s.blockTime.String(), Want: "a second or more: blocks count seconds"}
	case s.lag() > maxLag:
		return &OptionError{Option: "WithFinality", Have: fmt.Sprint(s.lag(), " blocks"), Want: fmt.Sprintf("%d or less", maxLag)}
	case s.heartbeat <= 0:
		return &OptionError{Option: "WithHeartbeat", Have: s.heartbeat.String(), Want: "more than zero"}
	}
	return s.finality.Validate()
}

// lag is how many blocks behind the newest one agents read.
func (s settings) lag() uint64 {
	if s.finality.Tag != "" {
		return s.final
	}
	return s.finality.Blocks
}

// maxLag bounds how many blocks are made at the start.
const maxLag = 10_000

// maxValidators is the most that a static multisig ISM holds.
const maxValidators = 255

// WithValidators sets how many validators each chain has, and how many of them must sign. Without it: 3, of which 2.
// The same keys validate every chain; see [Signer].
func WithValidators(n int, threshold uint8) Option {
	return func(s *settings) { s.validators, s.threshold = n, threshold }
}

// WithISM sets the kind of default module of every chain. Without it: [MessageIDMultisig].
func WithISM(kind ISM) Option { return func(s *settings) { s.ism = kind } }

// WithDefaultISM makes the module that deploy returns the default of every chain. It is called once for each chain, when
// everything else is deployed; a zero address keeps the one of [WithISM].
func WithDefaultISM(deploy func(ctx context.Context, c *Chain) (common.Address, error)) Option {
	return func(s *settings) { s.custom = deploy }
}

// WithCore makes deploy put another core on every chain instead of this module's: the official contracts, say, or an Outbox and an
// Inbox apart. It is called once for each chain, whose modules and test recipient exist already ([Chain.Contracts]), and whose
// client does not exist yet: deploy through [Chain.Link]. Whom the core takes for its owner, and what module it has as default,
// is its own affair; [WithISM] has no effect, and [Chain.SetDefaultISM] works where [Chain.Owner] is the owner.
func WithCore(deploy func(ctx context.Context, c *Chain) (hyperlane.Addresses, error)) Option {
	return func(s *settings) { s.core = deploy }
}

// WithFinality sets what validators and relayer hold to be final. Without it: the newest block.
func WithFinality(f evm.Finality) Option { return func(s *settings) { s.finality = f } }

// WithFinalizedDepth sets how many blocks behind the newest one the tag finalized is; the tag safe is half as far. Without it: 2.
func WithFinalizedDepth(blocks uint64) Option { return func(s *settings) { s.final = blocks } }

// WithBlockTime sets how far each block moves the clock, in whole seconds. Without it: 12 seconds.
func WithBlockTime(d time.Duration) Option {
	return func(s *settings) { s.blockTime = d.Truncate(time.Second) }
}

// WithHeartbeat sets how often every chain makes a block in real time, and the agents look, while a network runs in the
// background. Without it: 20 milliseconds.
func WithHeartbeat(d time.Duration) Option { return func(s *settings) { s.heartbeat = d } }

// WithDomains sets the domain of the i-th chain. Without it: 1000, 2000 and so on, on purpose not the chain ids, which are
// 31337, 31338 and so on.
func WithDomains(domain func(i int) message.Domain) Option {
	return func(s *settings) {
		if domain != nil {
			s.domain = domain
		}
	}
}

// WithLogger sends the logs of agents and clients to log. Without it, or with nil, they are discarded.
func WithLogger(log *slog.Logger) Option {
	return func(s *settings) {
		if log != nil {
			s.log = log
		}
	}
}

// WithObserver calls observe with everything that validators and relayer report. Calls come one at a time.
func WithObserver(observe func(Event)) Option {
	return func(s *settings) {
		if observe != nil {
			s.observe = observe
		}
	}
}

// WithHTTP makes every chain answer RPC calls on a port of the loopback interface; see [Chain.URL]. Without it no port is
// opened.
func WithHTTP() Option { return func(s *settings) { s.http = true } }
