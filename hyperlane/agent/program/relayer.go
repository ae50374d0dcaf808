package program

import (
	"context"
	"errors"
	"fmt"

	"github.com/hyperlane-go/sdk/hyperlane/agent"
	"github.com/hyperlane-go/sdk/hyperlane/evm"
	"github.com/hyperlane-go/sdk/hyperlane/relayer"
	"github.com/hyperlane-go/sdk/hyperlane/storage"
	"github.com/hyperlane-go/sdk/message"
)

// Relayer starts the relayer that the section relayer of a file describes. Its state is in the
// directory relayer below stateDir.
func Relayer(change ...func(*relayer.Config)) agent.Start {
	return func(ctx context.Context, s *agent.Setup) (*agent.Service, error) {
		if s.Relayer == nil {
			return nil, s.Refuse("relayer", "missing", "the section of the relayer; relayer: {} has all defaults", nil)
		}
		var open resources
		cfg, err := relayerConfig(ctx, s, &open)
		if err != nil {
			return nil, errors.Join(err, open.close())
		}
		for _, f := range change {
			f(&cfg)
		}
		r, err := relayer.New(cfg)
		if err != nil {
			keys := map[string]string{}
			for i, c := range cfg.Chains {
				keys[fmt.Sprintf("Chains[%d].Transactor", i)] = "chains." + c.Name + ".signer"
			}
			return nil, errors.Join(renamed(err, s, keys), open.close())
		}
		return &agent.Service{
			Run: r.Run, Health: r.Health, Messages: messages{r},
			Close: func() error { return errors.Join(r.Close(), open.close()) },
		}, nil
	}
}

func relayerConfig(ctx context.Context, s *agent.Setup, open *resources) (relayer.Config, error) {
	section := s.Relayer
	cfg := relayer.Config{
		StateDir:  s.State("relayer"),
		Whitelist: section.Whitelist, Blacklist: section.Blacklist, AddressBlacklist: section.AddressBlacklist,
		AllowLocal: section.AllowLocal, IgnoreReorgReports: section.IgnoreReorgReports,
		Interval: section.Interval, ResubmitAfter: section.ResubmitAfter, MaxLocationAge: section.MaxLocationAge,
		ValidatorTimeout: section.ValidatorTimeout, MaxConcurrency: section.MaxConcurrency,
		OpenStore: func(ctx context.Context, location string) (*storage.Store, error) {
			return s.OpenStore(ctx, location, storage.Read)
		},
		Logger: s.Log, Registerer: s.Metrics,
	}
	chains := s.Chains
	if len(section.Chains) > 0 {
		chains = nil
		for _, name := range section.Chains {
			chain, _ := s.Chains.Find(name) // the file was checked
			chains = append(chains, chain)
		}
	}
	for _, chain := range chains {
		client, transactor, err := s.OpenChain(ctx, chain, evm.WithLogger(s.Log))
		if err != nil {
			return cfg, err
		}
		open.chain(client)
		cfg.Chains = append(cfg.Chains, relayer.Chain{
			Name: chain.Name, Client: client, Transactor: transactor, Finality: &chain.ReorgPeriod, From: chain.From,
			Window: chain.Window, GasMargin: chain.GasMargin, GasCap: chain.GasCap,
		})
	}
	return cfg, nil
}

// messages answers for a relayer.
type messages struct{ r *relayer.Relayer }

func (m messages) Message(id message.ID) (agent.Message, bool, error) { return known(m.r.Status(id)) }

func (m messages) Retry(id message.ID) (agent.Message, bool, error) { return known(m.r.RetryNow(id)) }

func known(s relayer.Status, err error) (agent.Message, bool, error) {
	return s, s.Stage != relayer.StageUnknown, err
}

func (m messages) Waiting(skip, limit int) ([]agent.Message, int, error) {
	page, total, err := m.r.Page(skip, limit)
	list := make([]agent.Message, len(page))
	for i, s := range page {
		list[i] = s
	}
	return list, total, err
}
