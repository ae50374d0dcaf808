package hyperlanetest

import (
	"context"
	"fmt"
	"log/slog"
	"time"

	"github.com/ethereum/go-ethereum/common"

	"github.com/hyperlane-go/sdk/hyperlane"
	"github.com/hyperlane-go/sdk/hyperlane/evm"
	"github.com/hyperlane-go/sdk/hyperlane/relayer"
	"github.com/hyperlane-go/sdk/message"
)

// Option changes how [New] and [Start] make a network. Nil options are skipped.
type Option func(*settings)

// settings is what the options choose.
type settings struct {
	validators int
	threshold  uint8
	ism        ISM
	custom     func(ctx context.Context, c *Chain) (common.Address, error)
	core       func(ctx context.Context, c *Chain) (hyperlane.Addresses, error)
	finality   evm.Finality
	final      uint64 // how many blocks the tag finalized is behind the head
	blockTime  time.Duration
	heartbeat  time.Duration
	domain     func(i int) message.Domain
	log        *slog.Logger
	observe    func(Event)
	http       bool
	relayer    []func(*relayer.Config)
}

// ISM is the kind of the default ISM of a chain, which decides for recipients that choose none.
type ISM uint8

// The kinds of [WithISM].
const (
	MessageIDMultisig  ISM = iota // m of n signatures over the message id
	MerkleRootMultisig            // m of n signatures over a root, and a proof
	Noop                          // accepts every message
)

// String returns the name of the kind.
func (i ISM) String() string {
	return name("ISM", i, "message id multisig", "merkle root multisig", "noop")
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
		return refused("WithValidators", fmt.Sprint(s.validators, " validators"), fmt.Sprintf("1 to %d", maxValidators))
	case s.threshold < 1 || int(s.threshold) > s.validators:
		return refused("WithValidators", fmt.Sprint("threshold ", s.threshold), fmt.Sprintf("1 to %d", s.validators))
	case s.ism > Noop:
		return refused("WithISM", s.ism.String(), "a kind that this package names")
	case s.blockTime < time.Second:
		return refused("WithBlockTime", s.blockTime.String(), "a second or more: blocks count seconds")
	case s.lag() > maxLag:
		return refused("WithFinality", fmt.Sprint(s.lag(), " blocks"), fmt.Sprintf("%d or less", maxLag))
	case s.heartbeat <= 0:
		return refused("WithHeartbeat", s.heartbeat.String(), "more than zero")
	}
	return s.finality.Validate()
}

// lag returns how many blocks agents read behind the newest.
func (s settings) lag() uint64 {
	if s.finality.Tag != "" {
		return s.final
	}
	return s.finality.Blocks
}

// maxLag bounds how many blocks Start makes.
const maxLag = 10_000

// maxValidators is the largest set of a static multisig ISM.
const maxValidators = 255

// WithValidators sets how many validators each chain has, and how many of them must sign. The
// default is 3, of which 2. The same keys validate every chain: see [ValidatorAccount].
func WithValidators(n int, threshold uint8) Option {
	return func(s *settings) { s.validators, s.threshold = n, threshold }
}

// WithISM sets the kind of the default ISM of every chain. The default is [MessageIDMultisig].
func WithISM(kind ISM) Option { return func(s *settings) { s.ism = kind } }

// WithCustomISM makes the module that deploy returns the default ISM of every chain. The network
// calls deploy once for each chain, when everything else is deployed. The zero address keeps the
// ISM of [WithISM].
func WithCustomISM(deploy func(ctx context.Context, c *Chain) (common.Address, error)) Option {
	return func(s *settings) { s.custom = deploy }
}

// WithCore deploys another core on every chain instead of this module's: the official contracts,
// say, or an Outbox and an Inbox apart. The network calls deploy once for each chain. The chain's
// modules and test recipient exist already ([Chain.Contracts]), and deploy sends through the
// chain's *evm.Client, [Chain.Client]; the chain's other parts do not work yet.
//
// The core chooses its owner and its default ISM: [WithISM] has no effect, and
// [Chain.SetDefaultISM] works where [Chain.Owner] is the owner.
func WithCore(deploy func(ctx context.Context, c *Chain) (hyperlane.Addresses, error)) Option {
	return func(s *settings) { s.core = deploy }
}

// WithRelayer lets change adapt the relayer's configuration before the relayer starts: a matching
// list, a builder for a module of the test's own, a retry schedule. The configuration it is given
// serves all chains of the network; see package relayer. Several changes apply in order.
func WithRelayer(change func(*relayer.Config)) Option {
	return func(s *settings) {
		if change != nil {
			s.relayer = append(s.relayer, change)
		}
	}
}

// WithFinality sets which blocks validators and relayer treat as final. The default is the newest
// block.
func WithFinality(f evm.Finality) Option { return func(s *settings) { s.finality = f } }

// WithFinalizedDepth sets how many blocks the tag "finalized" is behind the newest block. The tag
// "safe" is half as far behind. The default is 2.
func WithFinalizedDepth(blocks uint64) Option { return func(s *settings) { s.final = blocks } }

// WithBlockTime sets how far each block advances the clock, in whole seconds. The default is 12
// seconds.
func WithBlockTime(d time.Duration) Option {
	return func(s *settings) { s.blockTime = d.Truncate(time.Second) }
}

// WithHeartbeat sets how often, in real time, every chain makes a block and every agent a pass
// while [Network.Background] runs. The default is 20 milliseconds.
func WithHeartbeat(d time.Duration) Option { return func(s *settings) { s.heartbeat = d } }

// WithDomains sets the domain of the i-th chain. The default is 1000, 2000 and so on. The chain ids
// are 31337, 31338 and so on: a domain is not a chain id.
func WithDomains(domain func(i int) message.Domain) Option {
	return func(s *settings) {
		if domain != nil {
			s.domain = domain
		}
	}
}

// WithLogger sets where agents and clients log. Nil discards the log, and is the default.
func WithLogger(log *slog.Logger) Option {
	return func(s *settings) {
		if log != nil {
			s.log = log
		}
	}
}

// WithObserver calls observe with every event of validators and relayer, one at a time.
func WithObserver(observe func(Event)) Option {
	return func(s *settings) {
		if observe != nil {
			s.observe = observe
		}
	}
}

// WithHTTP makes every chain answer RPC requests on a free port of the loopback interface. See
// [Chain.URL]. The default opens no port.
func WithHTTP() Option { return func(s *settings) { s.http = true } }
