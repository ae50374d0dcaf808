package hyperlanetest

import (
	"context"
	"fmt"
	"math/big"

	"github.com/ethereum/go-ethereum/common"
	"github.com/ethereum/go-ethereum/core/types"
	"github.com/ethereum/go-ethereum/crypto"
	"github.com/ethereum/go-ethereum/params"
)

// batch is a list of transactions of one sender that go into as few blocks as hold them. It sends
// straight to the node, past every link.
type batch struct {
	chain *Chain
	from  Account
	nonce uint64
	gas   uint64 // limit of each transaction
	txs   []*types.Transaction
}

// batch starts a batch. Its gas limit is the largest that a transaction may have: unused gas costs
// nothing.
func (c *Chain) batch(from Account) (*batch, error) {
	nonce, err := c.node.Client().PendingNonceAt(context.Background(), from.Address)
	return &batch{chain: c, from: from, nonce: nonce, gas: params.MaxTxGas}, err
}

// create adds the deployment of a contract and returns the address it will have.
func (b *batch) create(code []byte) (common.Address, error) {
	address := crypto.CreateAddress(b.from.Address, b.nonce)
	return address, b.add(nil, code)
}

// add adds a transaction.
func (b *batch) add(to *common.Address, data []byte) error {
	tx, err := types.SignNewTx(b.from.Key, types.LatestSignerForChainID(b.chain.id), &types.DynamicFeeTx{
		ChainID: b.chain.id, Nonce: b.nonce, To: to, Data: data, Gas: b.gas,
		GasFeeCap: big.NewInt(100 * params.GWei), GasTipCap: big.NewInt(params.GWei),
	})
	if err != nil {
		return err
	}
	b.nonce++
	b.txs = append(b.txs, tx)
	return nil
}

// send mines the batch and returns the receipts in order. It fails where a transaction reverts.
func (b *batch) send(ctx context.Context) ([]*types.Receipt, error) {
	for _, tx := range b.txs {
		if err := b.chain.node.Send(ctx, tx); err != nil {
			return nil, err
		}
	}
	receipts := make([]*types.Receipt, len(b.txs))
	for i, tx := range b.txs {
		receipt, err := b.receipt(ctx, tx.Hash())
		if err != nil {
			return nil, fmt.Errorf("transaction %d of %d: %w", i+1, len(b.txs), err)
		}
		if receipt.Status != types.ReceiptStatusSuccessful {
			return nil, fmt.Errorf("transaction %d of %d reverted, gas used %d", i+1, len(b.txs), receipt.GasUsed)
		}
		receipts[i] = receipt
	}
	b.txs = nil
	return receipts, nil
}

// receipt returns the receipt of a transaction, and makes a block where the transaction is in none.
func (b *batch) receipt(ctx context.Context, hash common.Hash) (*types.Receipt, error) {
	if receipt, err := b.chain.node.Client().TransactionReceipt(ctx, hash); err == nil {
		return receipt, nil
	}
	if err := b.chain.Mine(1); err != nil {
		return nil, err
	}
	return b.chain.node.Client().TransactionReceipt(ctx, hash)
}

// mine is send without the receipts.
func (b *batch) mine(ctx context.Context) error {
	_, err := b.send(ctx)
	return err
}
