package program

import (
	"context"
	"errors"
	"fmt"

	"github.com/hyperlane-go/sdk/hyperlane"
	"github.com/hyperlane-go/sdk/hyperlane/agent"
	"github.com/hyperlane-go/sdk/hyperlane/evm"
	"github.com/hyperlane-go/sdk/hyperlane/storage"
	"github.com/hyperlane-go/sdk/hyperlane/validator"
)

// Validator starts the validator that the section validator of a file describes. The sign log is in
// the directory validator-DOMAIN below stateDir.
func Validator(change ...func(*validator.Config)) agent.Start {
	return func(ctx context.Context, s *agent.Setup) (*agent.Service, error) {
		if s.Validator == nil {
			return nil, s.Refuse("validator", "missing", "the section of the validator", nil)
		}
		var open resources
		cfg, err := validatorConfig(ctx, s, &open)
		if err != nil {
			return nil, errors.Join(err, open.close())
		}
		for _, f := range change {
			f(&cfg)
		}
		v, err := validator.New(cfg)
		if err != nil {
			chain := "chains." + s.Validator.Chain
			err = renamed(err, s, map[string]string{
				"StateDir": "stateDir", "Location": "validator.storage", "Chain": chain + ".contracts.validatorAnnounce",
				"Interval": "validator.interval", "MaxSignConcurrency": "validator.maxSignConcurrency",
			})
			return nil, errors.Join(err, open.close())
		}
		return &agent.Service{
			Run: v.Run, Health: v.Health,
			Close: func() error { return errors.Join(v.Close(), open.close()) },
		}, nil
	}
}

func validatorConfig(ctx context.Context, s *agent.Setup, open *resources) (validator.Config, error) {
	section := s.Validator
	chain, _ := s.Chains.Find(section.Chain) // the file was checked
	cfg := validator.Config{
		StateDir: s.State(fmt.Sprintf("validator-%d", chain.Domain)), Location: section.Storage, AnyLocation: s.CustomStorage(section.Storage),
		Finality: chain.ReorgPeriod, From: chain.From, SkipAnnounce: section.SkipAnnounce,
		Interval: section.Interval, MaxSignConcurrency: section.MaxSignConcurrency, MaxPerStep: section.MaxPerStep,
		Name: chain.Name, Logger: s.Log, Registerer: s.Metrics,
	}
	signer, err := section.Signer.Open(ctx)
	if err != nil {
		return cfg, err
	}
	cfg.Signer = signer
	// The chain before the storage: a node of another chain is refused before anything is written.
	if cfg.Chain, cfg.Transactor, err = s.OpenChain(ctx, chain, evm.WithLogger(s.Log)); err != nil {
		return cfg, err
	}
	open.chain(cfg.Chain)
	for _, node := range section.Witnesses {
		witness, err := s.Dial(ctx, chain, node, evm.WithLogger(s.Log))
		if err != nil {
			return cfg, err
		}
		open.chain(witness)
		cfg.Witnesses = append(cfg.Witnesses, witness)
	}
	if cfg.Store, err = s.OpenStore(ctx, section.Storage, storage.Write); err != nil {
		if ctx.Err() != nil {
			return cfg, ctx.Err()
		}
		return cfg, s.Refuse("validator.storage", "unusable", "a storage that can be written", err)
	}
	open.closers = append(open.closers, cfg.Store.Close)
	return cfg, nil
}

// resources are what a start has opened, to be closed in the reverse order.
type resources struct{ closers []func() error }

func (r *resources) chain(c *hyperlane.Chain) {
	r.closers = append(r.closers, func() error { c.Close(); return nil })
}

func (r *resources) close() error {
	var errs []error
	for i := len(r.closers) - 1; i >= 0; i-- {
		errs = append(errs, r.closers[i]())
	}
	r.closers = nil
	return errors.Join(errs...)
}
