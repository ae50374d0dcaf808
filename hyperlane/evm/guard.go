package evm

import (
	"context"
	"math/big"
	"strconv"
	"time"

	"github.com/ethereum/go-ethereum"
	bind "github.com/ethereum/go-ethereum/accounts/abi/bind/v2"
	"github.com/ethereum/go-ethereum/common"
	"github.com/ethereum/go-ethereum/core/types"
)

// Bounds beyond which an answer cannot be true. They are far above anything that a chain has shown.
const (
	maxGas      = 1 << 40
	maxNonce    = 1 << 48
	maxBlock    = 1 << 62 // so that the number after a block, or twice a block, is a number too
	maxPriceBit = 96      // a gas price above 2^96 wei exceeds what any account owns
)

// node puts a [Backend] behind guards: each request has a time limit, each failure has a class, and
// no answer is null, negative or absurd. Code that dereferences answers, such as package bind, is
// safe on top of it.
type node struct {
	backend Backend
	timeout time.Duration // of one request; zero or less: none
}

// bounded limits the time of one request.
func (n node) bounded(ctx context.Context) (context.Context, context.CancelFunc) {
	if n.timeout <= 0 {
		return context.WithCancel(ctx)
	}
	return context.WithTimeout(ctx, n.timeout)
}

// ask makes one request. Its error is the context's where the caller's context has ended, else an
// *RPCError.
func ask[T any](ctx context.Context, n node, op string, request func(context.Context) (T, error)) (T, error) {
	reqCtx, cancel := n.bounded(ctx)
	defer cancel()
	answer, err := request(reqCtx)
	if err != nil {
		var none T
		return none, failed(ctx, op, err)
	}
	return answer, nil
}

// checked is ask for answers that must satisfy a condition.
func checked[T any](
	ctx context.Context, n node, op, what, want string, request func(context.Context) (T, error),
	text func(T) string, good func(T) bool,
) (T, error) {
	answer, err := ask(ctx, n, op, request)
	if err == nil && !good(answer) {
		var none T
		return none, &AnswerError{Op: op, What: what, Have: text(answer), Want: want}
	}
	return answer, err
}

func (n node) amount(ctx context.Context, op, what string, bits int, request func(context.Context) (*big.Int, error)) (*big.Int, error) {
	return checked(ctx, n, op, what, "zero or more, within "+strconv.Itoa(bits)+" bits", request, bigText,
		func(v *big.Int) bool { return v != nil && v.Sign() >= 0 && v.BitLen() <= bits })
}

func (n node) count(ctx context.Context, op, what string, most uint64, request func(context.Context) (uint64, error)) (uint64, error) {
	return checked(ctx, n, op, what, "at most "+strconv.FormatUint(most, 10), request,
		func(v uint64) string { return strconv.FormatUint(v, 10) }, func(v uint64) bool { return v <= most })
}

func (n node) ChainID(ctx context.Context) (*big.Int, error) {
	return checked(ctx, n, "eth_chainId", "chain id", "more than zero", n.backend.ChainID, bigText,
		func(v *big.Int) bool { return v != nil && v.Sign() > 0 })
}

func (n node) HeaderByNumber(ctx context.Context, number *big.Int) (*types.Header, error) {
	op := "eth_getBlockByNumber " + blockArg(number)
	h, err := ask(ctx, n, op, func(ctx context.Context) (*types.Header, error) { return n.backend.HeaderByNumber(ctx, number) })
	switch {
	case err != nil:
		return nil, err
	case h == nil:
		return nil, &RPCError{Op: op, Err: ethereum.NotFound}
	case !isBlock(h.Number):
		return nil, &AnswerError{Op: op, What: "number", Have: bigText(h.Number), Want: "a block number"}
	case h.BaseFee != nil && (h.BaseFee.Sign() < 0 || h.BaseFee.BitLen() > maxPriceBit):
		return nil, &AnswerError{Op: op, What: "baseFeePerGas", Have: bigText(h.BaseFee), Want: "a price per gas"}
	}
	if h.Difficulty == nil { // types.Header.Size dereferences it
		h = types.CopyHeader(h) // fills it in
	}
	return h, nil
}

func (n node) SuggestGasPrice(ctx context.Context) (*big.Int, error) {
	return n.amount(ctx, "eth_gasPrice", "price", maxPriceBit, n.backend.SuggestGasPrice)
}

func (n node) SuggestGasTipCap(ctx context.Context) (*big.Int, error) {
	return n.amount(ctx, "eth_maxPriorityFeePerGas", "price", maxPriceBit, n.backend.SuggestGasTipCap)
}

func (n node) BalanceAt(ctx context.Context, account common.Address, block *big.Int) (*big.Int, error) {
	return n.amount(ctx, "eth_getBalance "+account.Hex(), "balance", 256, func(ctx context.Context) (*big.Int, error) {
		return n.backend.BalanceAt(ctx, account, block)
	})
}

func (n node) NonceAt(ctx context.Context, account common.Address, block *big.Int) (uint64, error) {
	return n.count(ctx, "eth_getTransactionCount "+account.Hex(), "nonce", maxNonce, func(ctx context.Context) (uint64, error) {
		return n.backend.NonceAt(ctx, account, block)
	})
}

func (n node) PendingNonceAt(ctx context.Context, account common.Address) (uint64, error) {
	return n.count(ctx, "eth_getTransactionCount "+account.Hex()+" pending", "nonce", maxNonce, func(ctx context.Context) (uint64, error) {
		return n.backend.PendingNonceAt(ctx, account)
	})
}

func (n node) EstimateGas(ctx context.Context, msg ethereum.CallMsg) (uint64, error) {
	return n.count(ctx, "eth_estimateGas "+toText(msg.To), "gas", maxGas, func(ctx context.Context) (uint64, error) {
		return n.backend.EstimateGas(ctx, msg)
	})
}

func (n node) CallContract(ctx context.Context, msg ethereum.CallMsg, block *big.Int) ([]byte, error) {
	return ask(ctx, n, "eth_call "+toText(msg.To), func(ctx context.Context) ([]byte, error) {
		return n.backend.CallContract(ctx, msg, block)
	})
}

func (n node) CodeAt(ctx context.Context, account common.Address, block *big.Int) ([]byte, error) {
	return ask(ctx, n, "eth_getCode "+account.Hex(), func(ctx context.Context) ([]byte, error) {
		return n.backend.CodeAt(ctx, account, block)
	})
}

func (n node) PendingCodeAt(ctx context.Context, account common.Address) ([]byte, error) {
	return ask(ctx, n, "eth_getCode "+account.Hex()+" pending", func(ctx context.Context) ([]byte, error) {
		return n.backend.PendingCodeAt(ctx, account)
	})
}

func (n node) SendTransaction(ctx context.Context, tx *types.Transaction) error {
	_, err := ask(ctx, n, "eth_sendRawTransaction", func(ctx context.Context) (struct{}, error) {
		return struct{}{}, n.backend.SendTransaction(ctx, tx)
	})
	return err
}

func (n node) TransactionByHash(ctx context.Context, hash common.Hash) (tx *types.Transaction, pending bool, err error) {
	op := "eth_getTransactionByHash " + hash.Hex()
	tx, err = ask(ctx, n, op, func(ctx context.Context) (tx *types.Transaction, err error) {
		tx, pending, err = n.backend.TransactionByHash(ctx, hash)
		return tx, err
	})
	switch {
	case err != nil:
		return nil, false, err
	case tx == nil:
		return nil, false, &RPCError{Op: op, Err: ethereum.NotFound}
	case tx.Hash() != hash:
		return nil, false, &AnswerError{Op: op, Tx: hash, What: "transaction", Have: tx.Hash().Hex(), Want: hash.Hex()}
	}
	return tx, pending, nil
}

// TransactionReceipt returns ethereum.NotFound for a null receipt: some nodes answer so while the
// transaction is pending.
func (n node) TransactionReceipt(ctx context.Context, hash common.Hash) (*types.Receipt, error) {
	op := "eth_getTransactionReceipt " + hash.Hex()
	r, err := ask(ctx, n, op, func(ctx context.Context) (*types.Receipt, error) { return n.backend.TransactionReceipt(ctx, hash) })
	switch {
	case err != nil:
		return nil, err
	case r == nil:
		return nil, &RPCError{Op: op, Err: ethereum.NotFound}
	}
	if err := CheckReceipt(r, hash); err != nil {
		return nil, err
	}
	return r, nil
}

func (n node) FilterLogs(ctx context.Context, q ethereum.FilterQuery) ([]types.Log, error) {
	return ask(ctx, n, "eth_getLogs "+rangeText(q), func(ctx context.Context) ([]types.Log, error) {
		return n.backend.FilterLogs(ctx, q)
	})
}

// SubscribeFilterLogs has no time limit of its own: a subscription lasts as long as ctx.
func (n node) SubscribeFilterLogs(ctx context.Context, q ethereum.FilterQuery, logs chan<- types.Log) (ethereum.Subscription, error) {
	const op = "eth_subscribe"
	sub, err := n.backend.SubscribeFilterLogs(ctx, q, logs)
	switch {
	case err != nil:
		return nil, failed(ctx, op, err)
	case sub == nil:
		return nil, &AnswerError{Op: op, What: "subscription", Have: "null", Want: "a subscription"}
	}
	return sub, nil
}

// hashReader adds reads at the hash of a block, for backends that have them.
type hashReader struct {
	node
	at bind.BlockHashContractCaller
}

func (h hashReader) CallContractAtHash(ctx context.Context, msg ethereum.CallMsg, block common.Hash) ([]byte, error) {
	return ask(ctx, h.node, "eth_call "+toText(msg.To), func(ctx context.Context) ([]byte, error) {
		return h.at.CallContractAtHash(ctx, msg, block)
	})
}

func (h hashReader) CodeAtHash(ctx context.Context, account common.Address, block common.Hash) ([]byte, error) {
	return ask(ctx, h.node, "eth_getCode "+account.Hex(), func(ctx context.Context) ([]byte, error) {
		return h.at.CodeAtHash(ctx, account, block)
	})
}

func toText(to *common.Address) string {
	if to == nil {
		return "of a deployment"
	}
	return to.Hex()
}

func rangeText(q ethereum.FilterQuery) string {
	s := blockArg(q.FromBlock) + ".." + blockArg(q.ToBlock)
	if len(q.Addresses) == 1 {
		s += " of " + q.Addresses[0].Hex()
	}
	return s
}

// isBlock reports whether v can be the number of a block.
func isBlock(v *big.Int) bool { return v != nil && v.IsUint64() && v.Uint64() <= maxBlock }

func bigText(v *big.Int) string {
	if v == nil {
		return "null"
	}
	return v.String()
}
