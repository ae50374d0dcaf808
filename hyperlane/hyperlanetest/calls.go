package hyperlanetest

import (
	"context"
	"math/big"

	"github.com/ethereum/go-ethereum"
	"github.com/ethereum/go-ethereum/common"
	"github.com/ethereum/go-ethereum/core/types"
)

// pass makes a request where the link's faults permit it. The caller changes the answer.
func pass[T any](ctx context.Context, l *Link, m Method, call func() (T, error)) (T, error) {
	if err := l.enter(ctx, m); err != nil {
		var none T
		return none, err
	}
	return call()
}

// ChainID implements evm.Backend.
func (l *Link) ChainID(ctx context.Context) (*big.Int, error) {
	return pass(ctx, l, ChainID, func() (*big.Int, error) { return l.up.ChainID(ctx) })
}

// BlockNumber returns the newest block's number.
func (l *Link) BlockNumber(ctx context.Context) (uint64, error) {
	return pass(ctx, l, BlockNumber, func() (uint64, error) {
		if head := l.lying().head; head != nil {
			return *head, nil
		}
		return l.up.BlockNumber(ctx)
	})
}

// HeaderByNumber implements evm.Backend.
func (l *Link) HeaderByNumber(ctx context.Context, number *big.Int) (*types.Header, error) {
	return pass(ctx, l, HeaderByNumber, func() (*types.Header, error) { return l.frozenHeader(ctx, number, l.lying()) })
}

// HeaderByHash returns a block's header.
func (l *Link) HeaderByHash(ctx context.Context, hash common.Hash) (*types.Header, error) {
	return pass(ctx, l, HeaderByHash, func() (*types.Header, error) {
		header, err := l.up.HeaderByHash(ctx, hash)
		if t := l.lying(); err == nil && t.head != nil && header.Number.Uint64() > *t.head {
			return nil, ethereum.NotFound
		}
		return header, err
	})
}

// BalanceAt implements evm.Backend.
func (l *Link) BalanceAt(ctx context.Context, account common.Address, block *big.Int) (*big.Int, error) {
	return pass(ctx, l, BalanceAt, func() (*big.Int, error) {
		at, err := l.lying().at(block)
		if err != nil {
			return nil, err
		}
		return l.up.BalanceAt(ctx, account, at)
	})
}

// NonceAt implements evm.Backend.
func (l *Link) NonceAt(ctx context.Context, account common.Address, block *big.Int) (uint64, error) {
	return pass(ctx, l, NonceAt, func() (uint64, error) {
		at, err := l.lying().at(block)
		if err != nil {
			return 0, err
		}
		return l.up.NonceAt(ctx, account, at)
	})
}

// PendingNonceAt implements evm.Backend.
func (l *Link) PendingNonceAt(ctx context.Context, account common.Address) (uint64, error) {
	return pass(ctx, l, NonceAt, func() (uint64, error) {
		if head := l.lying().head; head != nil {
			return l.up.NonceAt(ctx, account, new(big.Int).SetUint64(*head))
		}
		return l.up.PendingNonceAt(ctx, account)
	})
}

// CodeAt implements evm.Backend.
func (l *Link) CodeAt(ctx context.Context, account common.Address, block *big.Int) ([]byte, error) {
	return pass(ctx, l, CodeAt, func() ([]byte, error) {
		at, err := l.lying().at(block)
		if err != nil {
			return nil, err
		}
		return l.up.CodeAt(ctx, account, at)
	})
}

// CodeAtHash implements bind.BlockHashContractCaller.
func (l *Link) CodeAtHash(ctx context.Context, account common.Address, block common.Hash) ([]byte, error) {
	return pass(ctx, l, CodeAt, func() ([]byte, error) { return l.up.CodeAtHash(ctx, account, block) })
}

// PendingCodeAt implements evm.Backend.
func (l *Link) PendingCodeAt(ctx context.Context, account common.Address) ([]byte, error) {
	return pass(ctx, l, CodeAt, func() ([]byte, error) { return l.up.PendingCodeAt(ctx, account) })
}

// CallContract implements evm.Backend.
func (l *Link) CallContract(ctx context.Context, call ethereum.CallMsg, block *big.Int) ([]byte, error) {
	return pass(ctx, l, CallContract, func() ([]byte, error) {
		t := l.lying()
		at, err := t.at(block)
		if err != nil {
			return nil, err
		}
		out, err := l.up.CallContract(ctx, call, at)
		return t.answer(call, out), err
	})
}

// CallContractAtHash implements bind.BlockHashContractCaller.
func (l *Link) CallContractAtHash(ctx context.Context, call ethereum.CallMsg, block common.Hash) ([]byte, error) {
	return pass(ctx, l, CallContract, func() ([]byte, error) {
		out, err := l.up.CallContractAtHash(ctx, call, block)
		return l.lying().answer(call, out), err
	})
}

// PendingCallContract makes a call as of the pending block.
func (l *Link) PendingCallContract(ctx context.Context, call ethereum.CallMsg) ([]byte, error) {
	return pass(ctx, l, CallContract, func() ([]byte, error) {
		out, err := l.up.PendingCallContract(ctx, call)
		return l.lying().answer(call, out), err
	})
}

// EstimateGas implements evm.Backend.
func (l *Link) EstimateGas(ctx context.Context, call ethereum.CallMsg) (uint64, error) {
	return pass(ctx, l, EstimateGas, func() (uint64, error) { return l.up.EstimateGas(ctx, call) })
}

// SuggestGasPrice implements evm.Backend.
func (l *Link) SuggestGasPrice(ctx context.Context) (*big.Int, error) {
	return pass(ctx, l, SuggestGas, func() (*big.Int, error) { return l.up.SuggestGasPrice(ctx) })
}

// SuggestGasTipCap implements evm.Backend.
func (l *Link) SuggestGasTipCap(ctx context.Context) (*big.Int, error) {
	return pass(ctx, l, SuggestGas, func() (*big.Int, error) { return l.up.SuggestGasTipCap(ctx) })
}

// FeeHistory returns the fees of recent blocks.
func (l *Link) FeeHistory(ctx context.Context, blocks uint64, last *big.Int, percentiles []float64) (*ethereum.FeeHistory, error) {
	return pass(ctx, l, FeeHistory, func() (*ethereum.FeeHistory, error) { return l.up.FeeHistory(ctx, blocks, last, percentiles) })
}

// SendTransaction implements evm.Backend.
func (l *Link) SendTransaction(ctx context.Context, tx *types.Transaction) error {
	_, err := pass(ctx, l, SendTransaction, func() (struct{}, error) { return struct{}{}, l.up.SendTransaction(ctx, tx) })
	return err
}

// TransactionReceipt implements evm.Backend.
func (l *Link) TransactionReceipt(ctx context.Context, hash common.Hash) (*types.Receipt, error) {
	return pass(ctx, l, TransactionReceipt, func() (*types.Receipt, error) {
		receipt, err := l.up.TransactionReceipt(ctx, hash)
		if err != nil {
			return nil, err
		}
		return l.lying().receipt(receipt)
	})
}

// TransactionByHash implements evm.Backend.
func (l *Link) TransactionByHash(ctx context.Context, hash common.Hash) (tx *types.Transaction, pending bool, err error) {
	if err := l.enter(ctx, TransactionByHash); err != nil {
		return nil, false, err
	}
	return l.up.TransactionByHash(ctx, hash)
}

// FilterLogs implements evm.Backend.
func (l *Link) FilterLogs(ctx context.Context, q ethereum.FilterQuery) ([]types.Log, error) {
	return pass(ctx, l, FilterLogs, func() ([]types.Log, error) { return l.frozenLogs(ctx, q, l.lying()) })
}
