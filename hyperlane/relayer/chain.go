package relayer

import (
	"context"
	"fmt"
	"iter"

	"github.com/ethereum/go-ethereum/common"

	"github.com/hyperlane-go/sdk/hyperlane"
	"github.com/hyperlane-go/sdk/hyperlane/evm"
	"github.com/hyperlane-go/sdk/message"
)

// endsOf returns the two faces of a configured chain.
func endsOf(c *Chain) ends {
	client := c.Client
	addresses := client.Addresses()
	e := ends{
		name: c.name(), domain: client.Domain(), finality: c.finality().String(), from: c.From, window: c.Window,
		tree: client.TreeAddress(), margin: defaultGasMargin, gasCap: c.GasCap,
		pin: pin{ChainID: client.ChainID().String(), Outbox: addresses.Outbox, Tree: addresses.Tree()},
	}
	if addresses.Outbox != (common.Address{}) {
		e.source = &chainSource{client: client, finality: c.finality()}
	}
	if e.window == 0 {
		e.window = defaultWindow
	}
	if c.GasMargin != nil {
		e.margin = *c.GasMargin
	}
	if c.Transactor != nil {
		e.target = &chainTarget{Modules: client.Modules(), client: client, finality: c.finality(), from: c.Transactor.From}
		e.client, e.opts = client.Client, *c.Transactor
		e.opts.GasLimit = 0 // each delivery has its own
	}
	return e
}

// chainSource is the source over a client.
type chainSource struct {
	client   *hyperlane.Chain
	finality evm.Finality
}

func (s *chainSource) Head(ctx context.Context) (evm.Head, error) {
	return s.client.Head(ctx, s.finality)
}

func (s *chainSource) HashAt(ctx context.Context, number uint64) (common.Hash, error) {
	head, err := s.client.HeadAt(ctx, number)
	return head.Hash, err
}

func (s *chainSource) Dispatches(ctx context.Context, from, to uint64) iter.Seq2[dispatched, error] {
	return func(yield func(dispatched, error) bool) {
		for e, err := range s.client.Outbox().Dispatches(ctx, evm.Range{From: from, To: evm.Through(to)}) {
			if !yield(dispatched{msg: e.Message, block: e.BlockNumber, txHash: e.TxHash}, err) {
				return
			}
		}
	}
}

func (s *chainSource) Insertions(ctx context.Context, from, to uint64) iter.Seq2[inserted, error] {
	return func(yield func(inserted, error) bool) {
		for e, err := range s.client.Tree().Insertions(ctx, evm.Range{From: from, To: evm.Through(to)}) {
			if !yield(inserted{id: e.ID, index: e.Index, block: e.BlockNumber}, err) {
				return
			}
		}
	}
}

func (s *chainSource) State(ctx context.Context, at evm.Head) (sourceState, error) {
	chain := s.client.At(at)
	nonce, err := chain.Outbox().Nonce(ctx)
	if err != nil {
		return sourceState{}, err
	}
	tree, err := chain.Tree().Read(ctx)
	return sourceState{nonce: nonce, tree: tree}, err
}

func (s *chainSource) Locations(ctx context.Context, validator common.Address) ([]string, error) {
	all, err := s.client.ValidatorAnnounce().Locations(ctx, validator)
	if err != nil {
		return nil, err
	}
	if len(all) != 1 {
		return nil, fmt.Errorf("relayer: %d lists of locations for one validator", len(all))
	}
	return all[0], nil
}

// chainTarget is the target over a client and an account.
type chainTarget struct {
	*hyperlane.Modules
	client   *hyperlane.Chain
	finality evm.Finality
	from     common.Address // who delivers
}

func (t *chainTarget) Head(ctx context.Context) (evm.Head, error) {
	return t.client.Head(ctx, t.finality)
}

func (t *chainTarget) Height(ctx context.Context) (uint64, error) {
	head, err := t.client.Head(ctx, evm.Finality{})
	return head.Number, err
}

func (t *chainTarget) Delivered(ctx context.Context, id message.ID, at *evm.Head) (bool, error) {
	if at == nil {
		return t.client.Inbox().Delivered(ctx, id)
	}
	return t.client.At(*at).Inbox().Delivered(ctx, id)
}

func (t *chainTarget) ProcessedAt(ctx context.Context, id message.ID) (uint64, bool, error) {
	d, err := t.client.Inbox().Processed(ctx, id)
	if err != nil || d == nil {
		return 0, false, err
	}
	return d.BlockNumber, true, nil
}

func (t *chainTarget) HasCode(ctx context.Context, account common.Address) (bool, error) {
	code, err := t.client.Code(ctx, evm.Head{}, account)
	return len(code) > 0, err
}

func (t *chainTarget) RecipientISM(ctx context.Context, recipient common.Address) (common.Address, error) {
	return t.client.Inbox().RecipientISM(ctx, recipient)
}

func (t *chainTarget) Estimate(ctx context.Context, metadata []byte, m *message.Message) (uint64, error) {
	return t.client.Inbox().EstimateProcess(ctx, t.from, metadata, m)
}

func (t *chainTarget) ProcessCall(metadata []byte, m *message.Message) (evm.Call, error) {
	return t.client.Inbox().ProcessCall(metadata, m)
}
