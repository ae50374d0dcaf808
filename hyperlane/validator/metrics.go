package validator

import (
	"errors"
	"fmt"

	"github.com/prometheus/client_golang/prometheus"
)

// metrics are the gauges of the network's own validator, under its names, so that existing
// dashboards and alerts work. The package comment lists them.
type metrics struct {
	observed, processed prometheus.Gauge // hyperlane_latest_checkpoint by phase
	block               prometheus.Gauge
	announced           prometheus.Gauge
	consistent          prometheus.Gauge
	backfilled          prometheus.Gauge
	critical            prometheus.Gauge
}

func newMetrics(r prometheus.Registerer, chain string) (*metrics, error) {
	latest, err := gauge(r, "hyperlane_latest_checkpoint", "Index of the newest checkpoint, by phase: observed on chain, or signed and published.", "phase", "chain")
	if err != nil {
		return nil, err
	}
	m := &metrics{observed: latest.WithLabelValues("validator_observed", chain), processed: latest.WithLabelValues("validator_processed", chain)}
	for _, g := range []struct {
		into       *prometheus.Gauge
		name, help string
	}{
		{&m.block, "hyperlane_block_height", "Number of the newest block that is final for this validator."},
		{&m.announced, "hyperlane_announced", "1 once the storage location is announced on chain."},
		{&m.consistent, "hyperlane_reached_initial_consistency", "1 once the leaves read agree with the contract's tree."},
		{&m.backfilled, "hyperlane_backfill_complete", "1 while every leaf has a published checkpoint."},
		{&m.critical, "hyperlane_critical_error", "1 once the validator stopped for good and needs an operator."},
	} {
		vec, err := gauge(r, g.name, g.help, "chain")
		if err != nil {
			return nil, err
		}
		*g.into = vec.WithLabelValues(chain)
	}
	return m, nil
}

// gauge registers a family of gauges, or returns the registered one: several agents can share a
// registry.
func gauge(r prometheus.Registerer, name, help string, labels ...string) (*prometheus.GaugeVec, error) {
	vec := prometheus.NewGaugeVec(prometheus.GaugeOpts{Name: name, Help: help}, labels)
	if r == nil {
		return vec, nil
	}
	err := r.Register(vec)
	var already prometheus.AlreadyRegisteredError
	if errors.As(err, &already) {
		if have, ok := already.ExistingCollector.(*prometheus.GaugeVec); ok {
			return have, nil
		}
	}
	if err != nil {
		return nil, fmt.Errorf("validator: register %s: %w", name, err)
	}
	return vec, nil
}

func flag(g prometheus.Gauge, on bool) {
	if on {
		g.Set(1)
		return
	}
	g.Set(0)
}
