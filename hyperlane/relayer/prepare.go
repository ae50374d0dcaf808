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

// preparation is what is found out about a message before anything is done about it.
type preparation struct {
	delivered bool
	blocked   *obstacle
	result    *metadata.Result // once the metadata is complete
	gas       uint64           // with the margin
}

// prepare looks at the messages of a batch that are to be attempted, at the same time: it waits for chains and storages
// most of the while. Nothing is written and nothing told meanwhile.
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

// prepareOne goes through the work of a message in the order of the network's relayer: delivered already? recipient has
// code? metadata, estimate.
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
		p.blocked = &obstacle{stage: refusal(err), err: err, result: p.result, unread: StageHandleReverted}
	case d.gasCap != 0 && p.gas > d.gasCap:
		p.blocked = &obstacle{stage: StageOverGasCap, err: overGasCap(p.gas, d.gasCap), result: p.result}
	}
}

func overGasCap(need, limit uint64) error {
	return fmt.Errorf("%w: needs %d, the cap of the chain is %d; raise gasCap to deliver it", ErrGasCap, need, limit)
}

// attempt does what the preparation asks for.
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

// module returns the ISM that decides about a message.
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
	case errors.Is(err, evm.ErrReverted): // a recipient that answers nonsense blocks its own delivery
		return common.Address{}, &obstacle{stage: StageNoMetadata, err: err}
	case err != nil:
		return common.Address{}, &obstacle{stage: StageUnreachable, err: err, unread: StageNoMetadata}
	}
	return module, nil
}

// build returns metadata for the ISM.
func (r *Relayer) build(ctx context.Context, d *destination, module common.Address, rec *record) (*metadata.Result, *obstacle) {
	builder := d.builders[rec.msg.Origin]
	if builder == nil {
		err := fmt.Errorf("relayer: origin %v is no longer configured", rec.msg.Origin)
		return nil, &obstacle{stage: StageNoMetadata, err: err}
	}
	result, err := builder.Build(ctx, module, &rec.msg)
	r.metrics.built(r.chainName(rec.msg.Origin), d.name, err == nil)
	r.results.set(rec.id, lastingResult(result))
	var unsupported *metadata.UnsupportedModuleError
	if errors.As(err, &unsupported) {
		err = fmt.Errorf("%w (field ModuleTypes of relayer.Config)", err)
	}
	if err != nil {
		return nil, &obstacle{stage: buildStage(err), err: err, result: result, unread: StageNoMetadata}
	}
	return result, nil
}

// buildStage says what kind of obstacle a failed build is.
func buildStage(err error) Stage {
	switch {
	case errors.Is(err, metadata.ErrNotReady):
		return StageAwaitingCheckpoints
	case errors.Is(err, metadata.ErrNotInTree):
		return StageNotInTree
	case errors.Is(err, metadata.ErrModule) && errors.Is(err, evm.ErrRPC):
		return StageUnreachable
	default:
		return StageNoMetadata
	}
}

// refusal says what kind of obstacle a failed estimate is.
func refusal(err error) Stage {
	switch {
	case errors.Is(err, hyperlane.ErrRecipient):
		return StageNoRecipient
	case errors.Is(err, hyperlane.ErrISMRefused):
		return StageISMRefused
	case errors.Is(err, evm.ErrReverted):
		return StageHandleReverted
	default:
		return StageUnreachable
	}
}
