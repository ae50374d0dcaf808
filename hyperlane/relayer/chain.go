package relayer

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"math/big"
	"time"

	"github.com/ethereum/go-ethereum"
	"github.com/ethereum/go-ethereum/accounts/abi"
	bind "github.com/ethereum/go-ethereum/accounts/abi/bind/v2"
	"github.com/ethereum/go-ethereum/common"
	"github.com/ethereum/go-ethereum/core/types"
	"github.com/ethereum/go-ethereum/rpc"

	"github.com/hyperlane-go/sdk/contracts"
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
		e.target = &chainTarget{Modules: client.Modules(), client: client, finality: c.finality(), opts: c.Transactor}
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
	opts     *bind.TransactOpts
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

// requestTimeout bounds requests that go to the backend directly. The client bounds its own.
const requestTimeout = 30 * time.Second

func (t *chainTarget) HasCode(ctx context.Context, account common.Address) (bool, error) {
	ctx, cancel := context.WithTimeout(ctx, requestTimeout)
	defer cancel()
	code, err := t.client.Backend().CodeAt(ctx, account, nil)
	return len(code) > 0, err
}

func (t *chainTarget) RecipientISM(ctx context.Context, recipient common.Address) (common.Address, error) {
	return t.client.Inbox().RecipientISM(ctx, recipient)
}

func (t *chainTarget) Estimate(ctx context.Context, metadata []byte, m *message.Message) (uint64, error) {
	return t.client.Inbox().EstimateProcess(ctx, t.opts.From, metadata, m)
}

// nonceReader is the ability to read an account's nonce as of a block, which ethclient and the simulated node have.
type nonceReader interface {
	NonceAt(ctx context.Context, account common.Address, block *big.Int) (uint64, error)
}

// NonceAt needs the backend to be a nonceReader. Without it, no transaction is ever taken to have been replaced.
func (t *chainTarget) NonceAt(ctx context.Context, at *evm.Head) (uint64, error) {
	ctx, cancel := context.WithTimeout(ctx, requestTimeout)
	defer cancel()
	reader, ok := t.client.Backend().(nonceReader)
	if !ok {
		return 0, nil
	}
	var block *big.Int
	if at != nil {
		block = new(big.Int).SetUint64(at.Number)
	}
	return reader.NonceAt(ctx, t.opts.From, block)
}

func (t *chainTarget) PendingNonce(ctx context.Context) (uint64, error) {
	ctx, cancel := context.WithTimeout(ctx, requestTimeout)
	defer cancel()
	return t.client.Backend().PendingNonceAt(ctx, t.opts.From)
}

// errRefused is a node's refusal of a transaction that it does not have.
var errRefused = errors.New("refused")

// Send returns nil when the node has the transaction, whatever it thinks of being sent it again.
func (t *chainTarget) Send(ctx context.Context, tx *types.Transaction) error {
	ctx, cancel := context.WithTimeout(ctx, requestTimeout)
	defer cancel()
	err := t.client.Backend().SendTransaction(ctx, tx)
	if err == nil {
		return nil
	}
	known, _, lookErr := t.client.Backend().TransactionByHash(ctx, tx.Hash())
	if lookErr == nil && known != nil && known.Hash() == tx.Hash() {
		return nil
	}
	if !errors.Is(lookErr, ethereum.NotFound) || !answered(err) {
		return err
	}
	// An account without money is no reason to give a delivery up: once it has been funded, all that wait go their way.
	have, lookErr := t.client.Backend().BalanceAt(ctx, t.opts.From, nil)
	switch {
	case lookErr != nil || have == nil:
		return err
	case have.Cmp(tx.Cost()) < 0:
		return &evm.FundsError{Account: t.opts.From, Have: have, Want: tx.Cost(), Err: err}
	}
	return fmt.Errorf("%w: %w", errRefused, err)
}

// answered tells a node that said no from one that could not be reached.
func answered(err error) bool {
	var said rpc.Error
	return errors.As(err, &said) || errors.Is(err, evm.ErrAnswer)
}

// Receipt passes on a receipt only if it is of the transaction and of a block that is part of the chain.
func (t *chainTarget) Receipt(ctx context.Context, hash common.Hash) (*types.Receipt, error) {
	ctx, cancel := context.WithTimeout(ctx, requestTimeout)
	defer cancel()
	receipt, err := t.client.Backend().TransactionReceipt(ctx, hash)
	switch {
	case errors.Is(err, ethereum.NotFound) || (err == nil && receipt == nil):
		return nil, nil
	case err != nil:
		return nil, err
	case receipt.TxHash != hash || receipt.BlockNumber == nil || !receipt.BlockNumber.IsUint64():
		return nil, &evm.AnswerError{Op: "eth_getTransactionReceipt", Tx: hash, What: "receipt", Have: "of " + receipt.TxHash.Hex(), Want: "of the transaction asked for, with its block"}
	}
	head, err := t.client.HeadAt(ctx, receipt.BlockNumber.Uint64())
	if err != nil || head.Hash != receipt.BlockHash {
		return nil, err // the block is gone, and the receipt with it
	}
	return receipt, nil
}

func (t *chainTarget) Sign(ctx context.Context, nonce, gas uint64, metadata []byte, m *message.Message) (*types.Transaction, error) {
	input, err := packProcess(metadata, m)
	if err != nil {
		return nil, err
	}
	opts := *t.opts
	opts.Nonce, opts.GasLimit = new(big.Int).SetUint64(nonce), gas
	return t.sign(ctx, opts, t.client.Addresses().Inbox, input)
}

func (t *chainTarget) SignEmpty(ctx context.Context, nonce uint64) (*types.Transaction, error) {
	opts := *t.opts
	opts.Nonce, opts.GasLimit = new(big.Int).SetUint64(nonce), 21_000
	return t.sign(ctx, opts, t.opts.From, nil)
}

// mostRaise bounds what is offered in place of a transaction that is not included, in multiples of the market's price.
// Where the chain stands still no price helps, and raising it for as long as that lasts would ruin the account.
const mostRaise = 4

// Replace raises the fees by an eighth at least: nodes want a tenth. Fees that the operator has set are never raised.
func (t *chainTarget) Replace(ctx context.Context, old *types.Transaction) (*types.Transaction, error) {
	if old.To() == nil {
		return nil, errors.New("relayer: stored transaction creates a contract")
	}
	opts := *t.opts
	opts.Nonce, opts.GasLimit = new(big.Int).SetUint64(old.Nonce()), old.Gas()
	tx, err := t.sign(ctx, opts, *old.To(), old.Data())
	if err != nil {
		return nil, err
	}
	tip, fee := raised(old.GasTipCap()), raised(old.GasFeeCap())
	if tx.GasTipCap().Cmp(tip) >= 0 && tx.GasFeeCap().Cmp(fee) >= 0 {
		return tx, nil // the market has risen more
	}
	if opts.GasPrice != nil || opts.GasFeeCap != nil || opts.GasTipCap != nil {
		return nil, nil
	}
	if fee.Cmp(new(big.Int).Mul(tx.GasFeeCap(), big.NewInt(mostRaise))) > 0 {
		return nil, nil
	}
	if old.Type() == types.LegacyTxType || old.Type() == types.AccessListTxType {
		opts.GasPrice, opts.GasFeeCap, opts.GasTipCap = fee, nil, nil
	} else {
		opts.GasPrice, opts.GasFeeCap, opts.GasTipCap = nil, larger(fee, tx.GasFeeCap()), larger(tip, tx.GasTipCap())
	}
	return t.sign(ctx, opts, *old.To(), old.Data())
}

func raised(v *big.Int) *big.Int {
	out := new(big.Int).Div(v, big.NewInt(8))
	return out.Add(out, v).Add(out, big.NewInt(1))
}

func larger(a, b *big.Int) *big.Int {
	if a.Cmp(b) >= 0 {
		return a
	}
	return b
}

func (t *chainTarget) sign(ctx context.Context, opts bind.TransactOpts, to common.Address, input []byte) (*types.Transaction, error) {
	ctx, cancel := context.WithTimeout(ctx, requestTimeout)
	defer cancel()
	opts.Context, opts.NoSend, opts.Value = ctx, true, nil
	b := t.client.Backend()
	tx, err := bind.NewBoundContract(to, abi.ABI{}, b, b, b).RawTransact(&opts, input)
	if err != nil {
		return nil, fmt.Errorf("relayer: signing: %w", err)
	}
	return tx, nil
}

// packProcess encodes a call of process. Metadata comes first.
func packProcess(metadata []byte, m *message.Message) ([]byte, error) {
	raw, err := m.MarshalBinary()
	if err != nil {
		return nil, err
	}
	return contracts.Mailbox{}.PackProcess(metadata, raw), nil
}
