package evm

import (
	"context"
	"errors"
	"fmt"
	"math"
	"math/big"
	"strconv"
	"time"

	"github.com/cenkalti/backoff/v5"
	"github.com/ethereum/go-ethereum"
	"github.com/ethereum/go-ethereum/accounts/abi"
	bind "github.com/ethereum/go-ethereum/accounts/abi/bind/v2"
	"github.com/ethereum/go-ethereum/common"
	"github.com/ethereum/go-ethereum/core/types"
	"github.com/ethereum/go-ethereum/crypto"
)

// CheckOpts refuses options that cannot end in a mined transaction.
func CheckOpts(opts *bind.TransactOpts) error {
	switch {
	case opts == nil:
		return &ConfigError{Field: "TransactOpts", Have: "nil", Want: "who signs and pays"}
	case opts.Signer == nil:
		return &ConfigError{Field: "TransactOpts.Signer", Have: "nil", Want: "a signing function"}
	case opts.NoSend:
		return &ConfigError{Field: "TransactOpts.NoSend", Have: "true", Want: "false; Client.Sign signs without sending, Client.Prepare does not even sign"}
	}
	return nil
}

// Simulate runs a call as of the latest block without sending it, and returns what the contract
// returns. A refusal is a *[RevertError].
func (c *Client) Simulate(ctx context.Context, from common.Address, call Call) ([]byte, error) {
	return c.SimulateAt(ctx, Head{}, from, call)
}

// SimulateAt runs a call as of a block.
func (c *Client) SimulateAt(ctx context.Context, at Head, from common.Address, call Call) ([]byte, error) {
	out, err := c.call(ctx, at, call.message(from))
	if err != nil {
		return nil, c.cannotPay(ctx, from, call.value(), err)
	}
	return out, nil
}

// Estimate asks how much gas a call by this sender uses, without any margin. A refusal is a
// *[RevertError].
func (c *Client) Estimate(ctx context.Context, from common.Address, call Call) (uint64, error) {
	return c.estimate(ctx, call.message(from))
}

func (c *Client) estimate(ctx context.Context, msg ethereum.CallMsg) (uint64, error) {
	gas, err := c.node.EstimateGas(ctx, msg)
	if err != nil {
		return 0, c.cannotPay(ctx, msg.From, msg.Value, c.refused(msg.To, err))
	}
	return gas, nil
}

// Sign returns a signed transaction that makes the call, and does not send it. What opts leaves
// open is filled in: the nonce from the node's pool, the gas limit from an estimate and
// [WithGasMargin], the fees from the market. opts.Value is not used: the call has its own. opts is
// not changed, and its Context is not used. A signature for another chain is refused.
func (c *Client) Sign(ctx context.Context, opts *bind.TransactOpts, call Call) (*types.Transaction, error) {
	if err := CheckOpts(opts); err != nil {
		return nil, err
	}
	o := *opts
	o.Context, o.Value, o.NoSend = ctx, call.value(), true
	if o.GasLimit == 0 {
		msg := call.message(o.From)
		msg.AccessList = o.AccessList
		gas, err := c.estimate(ctx, msg)
		if err != nil {
			return nil, err
		}
		o.GasLimit = gas + min(c.opts.margin, math.MaxUint64-gas)
	}
	tx, err := c.assemble(&o, call)
	switch {
	case err != nil && ctx.Err() != nil:
		return nil, fmt.Errorf("evm: sign %s: %w", call, ctx.Err())
	case err != nil: // of the node, which has its class, or of the signer
		return nil, fmt.Errorf("evm: sign %s: %w", call, err)
	}
	if err := c.checkSigned(tx); err != nil {
		return nil, err
	}
	return tx, nil
}

// checkSigned reports what a signer must not return. SECURITY: a transaction for another chain is
// valid there, and any account that sees it can send it there.
func (c *Client) checkSigned(tx *types.Transaction) error {
	if tx == nil {
		return &ConfigError{Field: "TransactOpts.Signer", Have: "returned no transaction", Want: "the signed transaction"}
	}
	// Zero is a transaction that is not signed yet, or was signed for every chain on purpose.
	if id := tx.ChainId(); tx.Protected() && id.Sign() != 0 && id.Cmp(c.chainID) != 0 {
		return &ConfigError{Field: "TransactOpts.Signer", Have: "signs for chain " + id.String(), Want: "chain " + c.chainID.String()}
	}
	return nil
}

// assemble builds and signs a transaction over the guarded node.
func (c *Client) assemble(o *bind.TransactOpts, call Call) (*types.Transaction, error) {
	if call.To == nil {
		_, tx, err := bind.DeployContract(o, call.Data, c.node, nil)
		return tx, err
	}
	return bind.NewBoundContract(*call.To, abi.ABI{}, c.node, c.node, c.node).RawTransact(o, call.Data)
}

// Prepare returns the transaction that makes the call, complete but unsigned, for a signer
// elsewhere: a KMS, a hardware wallet, another machine. Its nonce is the next free one of from;
// fees are the market's.
func (c *Client) Prepare(ctx context.Context, from common.Address, call Call) (*types.Transaction, error) {
	return c.Sign(ctx, &bind.TransactOpts{
		From: from,
		Signer: func(_ common.Address, tx *types.Transaction) (*types.Transaction, error) {
			return c.ofThisChain(tx), nil
		},
	}, call)
}

// ofThisChain puts the chain id into an unsigned transaction; package bind leaves that to the
// signer.
func (c *Client) ofThisChain(tx *types.Transaction) *types.Transaction {
	if tx.Type() != types.DynamicFeeTxType {
		return tx // a legacy transaction has the chain id in its signature
	}
	return types.NewTx(&types.DynamicFeeTx{
		ChainID: c.ChainID(), Nonce: tx.Nonce(), To: tx.To(), Value: tx.Value(), Data: tx.Data(), Gas: tx.Gas(),
		GasFeeCap: tx.GasFeeCap(), GasTipCap: tx.GasTipCap(), AccessList: tx.AccessList(),
	})
}

// Offer hands a signed transaction to the node. It succeeds as well where the node knows the
// transaction already. A node that fails can have passed the transaction on all the same, so the
// error is a *[TxError] with its hash, and matches [ErrNotMined], or [ErrFunds] where the account
// cannot pay.
func (c *Client) Offer(ctx context.Context, from common.Address, tx *types.Transaction) error {
	if tx == nil {
		return &ConfigError{Field: "transaction", Have: "nil", Want: "a signed transaction, see Client.Sign"}
	}
	err := c.node.SendTransaction(ctx, tx)
	if err == nil {
		return nil
	}
	if _, _, unknown := c.node.TransactionByHash(ctx, tx.Hash()); unknown == nil {
		return nil
	}
	return c.cannotPay(ctx, from, tx.Cost(), &TxError{Hash: tx.Hash(), Class: ErrNotMined, Err: err})
}

// Submit signs and sends a call, and returns as soon as the node has the transaction.
// [Client.WaitMined] waits for it.
func (c *Client) Submit(ctx context.Context, opts *bind.TransactOpts, call Call) (*types.Transaction, error) {
	tx, err := c.Sign(ctx, opts, call)
	if err != nil {
		return nil, err
	}
	return tx, c.Offer(ctx, opts.From, tx)
}

// Send signs and sends a call, waits until it is mined, and returns its checked receipt. A
// transaction that reverts is a *[TxError] that comes with the receipt and, where repeating the
// call gives one, the reason.
func (c *Client) Send(ctx context.Context, opts *bind.TransactOpts, call Call) (*types.Receipt, error) {
	_, receipt, err := c.send(ctx, opts, call)
	return receipt, err
}

// send is Send, and returns the transaction too.
func (c *Client) send(ctx context.Context, opts *bind.TransactOpts, call Call) (*types.Transaction, *types.Receipt, error) {
	tx, err := c.Submit(ctx, opts, call)
	if err != nil {
		return nil, nil, err
	}
	receipt, err := c.WaitMined(ctx, tx.Hash())
	if err != nil {
		return nil, nil, err
	}
	if receipt.Status != types.ReceiptStatusSuccessful {
		msg := call.message(opts.From)
		msg.AccessList, msg.Gas = tx.AccessList(), tx.Gas()
		return nil, receipt, &TxError{Hash: tx.Hash(), Receipt: receipt, Class: ErrTxFailed, Err: c.replay(ctx, msg, receipt)}
	}
	return tx, receipt, nil
}

// Deploy sends a deployment, waits until it is mined, and returns the address of the contract,
// which has code.
func (c *Client) Deploy(ctx context.Context, opts *bind.TransactOpts, call Call) (common.Address, error) {
	if call.To != nil {
		return common.Address{}, &ConfigError{Field: "Call.To", Have: call.To.Hex(), Want: "nil: a deployment"}
	}
	tx, receipt, err := c.send(ctx, opts, call)
	if err != nil {
		return common.Address{}, err
	}
	at := crypto.CreateAddress(opts.From, tx.Nonce())
	if receipt.ContractAddress != at {
		return common.Address{}, &AnswerError{
			Op: "eth_getTransactionReceipt", Tx: receipt.TxHash,
			What: "contractAddress", Have: receipt.ContractAddress.Hex(), Want: at.Hex(),
		}
	}
	if err := c.deployed(ctx, receipt, at); err != nil {
		return common.Address{}, fmt.Errorf("evm: transaction %s deployed %s: %w", receipt.TxHash, at, err)
	}
	return at, nil
}

// deployed checks the code of a new contract as of the block it was mined in, since the next node
// behind a load balancer can lag behind the block. A node that has lost the state of that block is
// asked for its latest.
func (c *Client) deployed(ctx context.Context, receipt *types.Receipt, at common.Address) error {
	err := c.NeedCode(ctx, Head{Number: receipt.BlockNumber.Uint64(), Hash: receipt.BlockHash}, at)
	if saidNo(err) {
		return c.NeedCode(ctx, Head{}, at)
	}
	return err
}

// cannotPay distinguishes an account without means from a node that fails: nodes say both in words
// of their own, so the balance decides.
func (c *Client) cannotPay(ctx context.Context, account common.Address, want *big.Int, err error) error {
	if !errors.Is(err, ErrRPC) || !saidNo(err) {
		return err
	}
	have, lookErr := c.Balance(ctx, account)
	if lookErr != nil {
		return err
	}
	if want.Sign() == 0 {
		want = big.NewInt(1) // an account without anything cannot pay for gas
	}
	if have.Cmp(want) < 0 {
		return &FundsError{Account: account, Have: have, Want: want, Err: err}
	}
	return err
}

// replay runs a failed call again as of the block in which it failed, and of the one before, to
// find the reason. Nil: it would succeed there, so the reason was its place in the block or the gas
// it was given.
func (c *Client) replay(ctx context.Context, msg ethereum.CallMsg, r *types.Receipt) error {
	number := r.BlockNumber.Uint64()
	blocks := []Head{{Number: number, Hash: r.BlockHash}}
	if number > 1 { // Head{Number: 0} is the latest block
		blocks = append(blocks, Head{Number: number - 1})
	}
	for _, at := range blocks {
		_, err := c.call(ctx, at, msg)
		var refused *RevertError
		if errors.As(err, &refused) {
			return refused
		}
	}
	if r.GasUsed >= msg.Gas {
		return errors.New("it used all of its " + strconv.FormatUint(msg.Gas, 10) + " gas: raise TransactOpts.GasLimit or the gas margin")
	}
	return nil
}

// pauses grow from the poll interval to sixteen times as much, with jitter.
func (c *Client) pauses() *backoff.ExponentialBackOff {
	b := backoff.NewExponentialBackOff()
	b.InitialInterval = c.opts.poll
	b.RandomizationFactor = 0.2
	b.Multiplier = 1.3
	b.MaxInterval = max(16*c.opts.poll, time.Millisecond)
	b.Reset()
	return b
}
