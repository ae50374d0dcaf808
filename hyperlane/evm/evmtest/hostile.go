package evmtest

import (
	"bytes"
	"context"
	"errors"
	"iter"
	"math"
	"math/big"

	"github.com/ethereum/go-ethereum"
	bind "github.com/ethereum/go-ethereum/accounts/abi/bind/v2"
	"github.com/ethereum/go-ethereum/common"
	"github.com/ethereum/go-ethereum/core/types"

	"github.com/hyperlane-go/sdk/hyperlane/evm"
)

// Hostile yields backends over an honest one, each with a name. Each is honest except for one kind
// of answer, which is null, empty or absurd, or with a number of the whole list of answers at once.
// A client may fail, and may succeed where the answer does not matter to it; it must not panic, and
// must not wait for what never comes longer than its context lasts.
func Hostile(honest evm.Backend) iter.Seq2[string, evm.Backend] {
	return func(yield func(string, evm.Backend) bool) {
		for name, lies := range hostile() {
			lies.Backend = honest
			if at, ok := honest.(bind.BlockHashContractCaller); ok {
				if !yield(name, &hashLiar{liar: lies, at: at}) {
					return
				}
				continue
			}
			if !yield(name, lies) {
				return
			}
		}
	}
}

// liar answers with the fields that are set, and honestly otherwise.
type liar struct {
	evm.Backend
	header  func(*types.Header) *types.Header
	receipt func(*types.Receipt) *types.Receipt
	tx      func(*types.Transaction) *types.Transaction
	logs    func([]types.Log) []types.Log
	output  func([]byte) []byte
	code    func([]byte) []byte
	amount  func(*big.Int) *big.Int // of prices and balances
	number  func(uint64) uint64     // of nonces and gas
	id      func(*big.Int) *big.Int
	failure error // of every request
	deaf    bool  // subscriptions are null
}

func hostile() map[string]*liar {
	huge := new(big.Int).Lsh(big.NewInt(1), 300)
	minus := big.NewInt(-1)
	header := func(change func(*types.Header)) *liar {
		return &liar{header: func(h *types.Header) *types.Header { change(h); return h }}
	}
	receipt := func(change func(*types.Receipt)) *liar {
		return &liar{receipt: func(r *types.Receipt) *types.Receipt { change(r); return r }}
	}
	amount := func(v *big.Int) *liar { return &liar{amount: func(*big.Int) *big.Int { return v }} }
	return map[string]*liar{
		"null header":               {header: func(*types.Header) *types.Header { return nil }},
		"empty header":              {header: func(*types.Header) *types.Header { return &types.Header{} }},
		"header without number":     header(func(h *types.Header) { h.Number = nil }),
		"header of negative number": header(func(h *types.Header) { h.Number = minus }),
		"header of huge number":     header(func(h *types.Header) { h.Number = huge }),
		"header without difficulty": header(func(h *types.Header) { h.Difficulty = nil }),
		"negative base fee":         header(func(h *types.Header) { h.BaseFee = minus }),
		"huge base fee":             header(func(h *types.Header) { h.BaseFee = huge }),
		"null receipt":              {receipt: func(*types.Receipt) *types.Receipt { return nil }},
		"empty receipt":             {receipt: func(*types.Receipt) *types.Receipt { return &types.Receipt{} }},
		"receipt without block":     receipt(func(r *types.Receipt) { r.BlockNumber = nil }),
		"receipt with null log":     receipt(func(r *types.Receipt) { r.Logs = []*types.Log{nil} }),
		"receipt of absurd status":  receipt(func(r *types.Receipt) { r.Status = 7 }),
		"null transaction":          {tx: func(*types.Transaction) *types.Transaction { return nil }},
		"empty transaction":         {tx: func(*types.Transaction) *types.Transaction { return types.NewTx(&types.LegacyTx{}) }},
		"a log of nothing":          {logs: func([]types.Log) []types.Log { return []types.Log{{}} }},
		"no logs":                   {logs: func([]types.Log) []types.Log { return nil }},
		"null output":               {output: func([]byte) []byte { return nil }},
		"one byte of output":        {output: func([]byte) []byte { return []byte{1} }},
		"a megabyte of output":      {output: func([]byte) []byte { return bytes.Repeat([]byte{0xff}, 1<<20) }},
		"no code":                   {code: func([]byte) []byte { return nil }},
		"null amounts":              amount(nil),
		"negative amounts":          amount(minus),
		"huge amounts":              amount(huge),
		"highest numbers":           {number: func(uint64) uint64 { return math.MaxUint64 }},
		"no numbers":                {number: func(uint64) uint64 { return 0 }},
		"null chain id":             {id: func(*big.Int) *big.Int { return nil }},
		"chain id zero":             {id: func(*big.Int) *big.Int { return new(big.Int) }},
		"negative chain id":         {id: func(*big.Int) *big.Int { return minus }},
		"null subscription":         {deaf: true},
		"every request fails":       {failure: errors.New("connection reset")},
		"every request is refused":  {failure: Error{Code: -32000, Text: "no"}},
		"everything is unknown":     {failure: ethereum.NotFound},
		"every request reverts":     {failure: Error{Code: 3, Text: "execution reverted", Data: "0x"}},
	}
}

// lie applies a lie to an answer that came without an error.
func lie[T any](l *liar, how func(T) T, answer T, err error) (T, error) {
	if l.failure != nil {
		var none T
		return none, l.failure
	}
	if err == nil && how != nil {
		answer = how(answer)
	}
	return answer, err
}

func (l *liar) HeaderByNumber(ctx context.Context, number *big.Int) (*types.Header, error) {
	h, err := l.Backend.HeaderByNumber(ctx, number)
	return lie(l, l.header, h, err)
}

// TransactionReceipt lies about transactions that are not mined as well.
func (l *liar) TransactionReceipt(ctx context.Context, hash common.Hash) (*types.Receipt, error) {
	r, err := l.Backend.TransactionReceipt(ctx, hash)
	if err != nil && l.receipt != nil {
		r, err = &types.Receipt{}, nil
	}
	return lie(l, l.receipt, r, err)
}

func (l *liar) TransactionByHash(ctx context.Context, hash common.Hash) (*types.Transaction, bool, error) {
	tx, pending, err := l.Backend.TransactionByHash(ctx, hash)
	if err != nil && l.tx != nil {
		err = nil
	}
	tx, err = lie(l, l.tx, tx, err)
	return tx, pending, err
}

func (l *liar) FilterLogs(ctx context.Context, q ethereum.FilterQuery) ([]types.Log, error) {
	logs, err := l.Backend.FilterLogs(ctx, q)
	return lie(l, l.logs, logs, err)
}

func (l *liar) SubscribeFilterLogs(ctx context.Context, q ethereum.FilterQuery, logs chan<- types.Log) (ethereum.Subscription, error) {
	if l.deaf {
		return nil, nil
	}
	if l.failure != nil {
		return nil, l.failure
	}
	return l.Backend.SubscribeFilterLogs(ctx, q, logs)
}

func (l *liar) CallContract(ctx context.Context, msg ethereum.CallMsg, block *big.Int) ([]byte, error) {
	out, err := l.Backend.CallContract(ctx, msg, block)
	return lie(l, l.output, out, err)
}

func (l *liar) CodeAt(ctx context.Context, account common.Address, block *big.Int) ([]byte, error) {
	code, err := l.Backend.CodeAt(ctx, account, block)
	return lie(l, l.code, code, err)
}

func (l *liar) PendingCodeAt(ctx context.Context, account common.Address) ([]byte, error) {
	code, err := l.Backend.PendingCodeAt(ctx, account)
	return lie(l, l.code, code, err)
}

func (l *liar) SuggestGasPrice(ctx context.Context) (*big.Int, error) {
	v, err := l.Backend.SuggestGasPrice(ctx)
	return lie(l, l.amount, v, err)
}

func (l *liar) SuggestGasTipCap(ctx context.Context) (*big.Int, error) {
	v, err := l.Backend.SuggestGasTipCap(ctx)
	return lie(l, l.amount, v, err)
}

func (l *liar) BalanceAt(ctx context.Context, account common.Address, block *big.Int) (*big.Int, error) {
	v, err := l.Backend.BalanceAt(ctx, account, block)
	return lie(l, l.amount, v, err)
}

func (l *liar) NonceAt(ctx context.Context, account common.Address, block *big.Int) (uint64, error) {
	v, err := l.Backend.NonceAt(ctx, account, block)
	return lie(l, l.number, v, err)
}

func (l *liar) PendingNonceAt(ctx context.Context, account common.Address) (uint64, error) {
	v, err := l.Backend.PendingNonceAt(ctx, account)
	return lie(l, l.number, v, err)
}

func (l *liar) EstimateGas(ctx context.Context, msg ethereum.CallMsg) (uint64, error) {
	v, err := l.Backend.EstimateGas(ctx, msg)
	return lie(l, l.number, v, err)
}

func (l *liar) SendTransaction(ctx context.Context, tx *types.Transaction) error {
	if l.failure != nil {
		return l.failure
	}
	return l.Backend.SendTransaction(ctx, tx)
}

func (l *liar) ChainID(ctx context.Context) (*big.Int, error) {
	v, err := l.Backend.ChainID(ctx)
	return lie(l, l.id, v, err)
}

// hashLiar lies about reads at the hash of a block as well.
type hashLiar struct {
	*liar
	at bind.BlockHashContractCaller
}

func (l *hashLiar) CallContractAtHash(ctx context.Context, msg ethereum.CallMsg, block common.Hash) ([]byte, error) {
	out, err := l.at.CallContractAtHash(ctx, msg, block)
	return lie(l.liar, l.output, out, err)
}

func (l *hashLiar) CodeAtHash(ctx context.Context, account common.Address, block common.Hash) ([]byte, error) {
	code, err := l.at.CodeAtHash(ctx, account, block)
	return lie(l.liar, l.code, code, err)
}
