package relayer

import (
	"context"
	"errors"
	"fmt"
	"sync"

	"github.com/ethereum/go-ethereum/common"

	"github.com/hyperlane-go/sdk/hyperlane"
	"github.com/hyperlane-go/sdk/hyperlane/evm"
	"github.com/hyperlane-go/sdk/ism/metadata"
	"github.com/hyperlane-go/sdk/message"
)

// preparation is what the relayer learns about a message before it acts.
type preparation struct {
	delivered bool
	blocked   *obstacle        // nil if the message can be delivered
	result    *metadata.Result // nil until the metadata is complete
	gas       uint64           // including the margin
}

// prepare prepares the messages of a batch that are to be attempted, concurrently: most of the time
// is spent waiting for chains and storages. It changes no state and reports no event.
func (r *Relayer) prepare(ctx context.Context, d *destination, batch []*record) []*preparation {
	ready := make([]*preparation, len(batch))
	var all sync.WaitGroup
	for i, rec := range batch {
		if rec.delivery != nil || d.underWay(rec.id) || rec.stage == StageOrphaned {
			continue
		}
		ready[i] = &preparation{}
		all.Go(func() { r.prepareOne(ctx, d, rec, ready[i]) })
	}
	all.Wait()
	return ready
}

// prepareOne makes the checks of Protocol 15.4 in their order: is the message delivered already,
// does the recipient have code, can the metadata be built, and does the delivery succeed in
// simulation.
func (r *Relayer) prepareOne(ctx context.Context, d *destination, rec *record, p *preparation) {
	done, err := d.chain.Delivered(ctx, rec.id, nil)
	if err != nil {
		p.blocked = &obstacle{stage: StageUnreachable, err: err}
		return
	}
	if p.delivered = done; done {
		return
	}
	module, blocked := d.module(ctx, &rec.msg)
	if blocked != nil {
		p.blocked = blocked
		return
	}
	if p.result, p.blocked = r.build(ctx, d, module, rec); p.blocked != nil {
		return
	}
	gas, err := d.chain.Estimate(ctx, p.result.Metadata, &rec.msg)
	p.gas = gas + d.margin
	switch {
	case errors.Is(err, hyperlane.ErrAlreadyDelivered):
		p.delivered = true
	case err != nil:
		p.blocked = &obstacle{stage: refusal(err), err: err, result: p.result, contractStage: StageHandleReverted}
	case d.gasCap != 0 && p.gas > d.gasCap:
		p.blocked = &obstacle{stage: StageOverGasCap, err: overGasCap(p.gas, d.gasCap), result: p.result}
	}
}

// overGasCap returns the error of a delivery that needs more gas than the cap of the chain.
func overGasCap(need, limit uint64) error {
	return fmt.Errorf("%w: have a cap of %d, want at least %d: raise gasCap of the chain to deliver it", ErrGasCap, limit, need)
}

// attempt acts on a preparation: it notes a delivery or an obstacle, or submits the message.
func (r *Relayer) attempt(ctx context.Context, d *destination, rec *record, ready *preparation) error {
	if ready.result != nil {
		e := r.event(rec)
		e.Stage, e.Result = StageMetadataBuilt, ready.result
		r.emit(e)
	}
	switch {
	case ready.delivered:
		return r.delivered(ctx, d, rec)
	case ready.blocked != nil:
		return r.fail(ctx, d, rec, *ready.blocked)
	}
	return r.submit(ctx, d, rec, ready.gas, ready.result)
}

// module returns the ISM that verifies a message.
func (d *destination) module(ctx context.Context, m *message.Message) (common.Address, *obstacle) {
	recipient, err := m.Recipient.EVM()
	if err != nil {
		return common.Address{}, &obstacle{stage: StageNoRecipient, err: fmt.Errorf("%w: %w", ErrNoRecipient, err)}
	}
	code, err := d.chain.HasCode(ctx, recipient)
	if err != nil {
		return common.Address{}, &obstacle{stage: StageUnreachable, err: err}
	}
	if !code {
		return common.Address{}, &obstacle{stage: StageNoRecipient, err: fmt.Errorf("%w: %v", ErrNoRecipient, recipient)}
	}
	module, err := d.chain.RecipientISM(ctx, recipient)
	switch {
	case errors.Is(err, evm.ErrReverted): // the recipient names no ISM: only its own messages wait
		return common.Address{}, &obstacle{stage: StageNoMetadata, err: err}
	case err != nil:
		return common.Address{}, &obstacle{stage: StageUnreachable, err: err, contractStage: StageNoMetadata}
	}
	return module, nil
}

// build builds the metadata for the ISM.
func (r *Relayer) build(ctx context.Context, d *destination, module common.Address, rec *record) (*metadata.Result, *obstacle) {
	builder := d.builders[rec.msg.Origin]
	if builder == nil {
		err := fmt.Errorf("relayer: origin %v is not configured any more: add it to the chains to deliver its messages", rec.msg.Origin)
		return nil, &obstacle{stage: StageNoMetadata, err: err}
	}
	result, err := builder.Build(ctx, module, &rec.msg)
	r.metrics.built(r.chainName(rec.msg.Origin), d.name, err == nil)
	r.results.set(rec.id, compactResult(result))
	var unsupported *metadata.UnsupportedModuleError
	if errors.As(err, &unsupported) {
		err = fmt.Errorf("%w (field ModuleTypes of relayer.Config)", err)
	}
	if err != nil {
		return nil, &obstacle{stage: buildStage(err), err: err, result: result, contractStage: StageNoMetadata}
	}
	return result, nil
}
