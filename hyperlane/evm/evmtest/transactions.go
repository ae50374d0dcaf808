package evmtest

import (
	"context"
	"math/big"

	"github.com/ethereum/go-ethereum"
	"github.com/ethereum/go-ethereum/common"
	"github.com/ethereum/go-ethereum/core/types"
	"github.com/ethereum/go-ethereum/crypto"
)

// gasUsed is what every transaction of a [Node] uses.
const gasUsed = 50_000

// SendTransaction puts a transaction into the pool, from which the next block takes it.
func (n *Node) SendTransaction(ctx context.Context, tx *types.Transaction) error {
	defer n.enter("send")()
	if err := ctx.Err(); err != nil {
		return err
	}
	if n.Submit != nil {
		taken, err := n.Submit(tx)
		if !taken {
			return err
		}
	}
	if _, _, known := n.find(tx.Hash()); !known {
		n.pool = append(n.pool, tx)
	}
	return nil
}

// find returns a transaction of the chain or the pool, and its block.
func (n *Node) find(hash common.Hash) (tx *types.Transaction, in *Block, known bool) {
	for _, b := range n.chain[:n.head()+1] {
		for _, tx := range b.Txs {
			if tx.Hash() == hash {
				return tx, b, true
			}
		}
	}
	for _, tx := range n.pool {
		if tx.Hash() == hash {
			return tx, nil, true
		}
	}
	return nil, nil, false
}

func (n *Node) TransactionByHash(ctx context.Context, hash common.Hash) (*types.Transaction, bool, error) {
	defer n.enter("transaction")()
	if err := ctx.Err(); err != nil {
		return nil, false, err
	}
	tx, in, known := n.find(hash)
	if !known {
		return nil, false, ethereum.NotFound
	}
	return tx, in == nil, nil
}

func (n *Node) TransactionReceipt(ctx context.Context, hash common.Hash) (*types.Receipt, error) {
	defer n.enter("receipt")()
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	tx, in, known := n.find(hash)
	if !known || in == nil {
		return nil, ethereum.NotFound
	}
	r := &types.Receipt{
		Type: tx.Type(), Status: types.ReceiptStatusSuccessful, TxHash: hash, GasUsed: gasUsed, CumulativeGasUsed: gasUsed,
		BlockHash: in.Header.Hash(), BlockNumber: new(big.Int).Set(in.Header.Number), EffectiveGasPrice: big.NewInt(1),
	}
	if n.Failed != nil {
		r.Status = n.Failed(tx)
	}
	if from, err := sender(tx); err == nil && tx.To() == nil {
		r.ContractAddress = crypto.CreateAddress(from, tx.Nonce())
	}
	return r, nil
}

func sender(tx *types.Transaction) (common.Address, error) {
	return types.Sender(types.LatestSignerForChainID(big.NewInt(ChainID)), tx)
}

// NonceAt counts the account's transactions up to a block.
func (n *Node) NonceAt(ctx context.Context, account common.Address, number *big.Int) (uint64, error) {
	defer n.enter("nonce")()
	if err := ctx.Err(); err != nil {
		return 0, err
	}
	at, err := n.at(number)
	if err != nil {
		return 0, err
	}
	var count uint64
	for _, b := range n.chain[:at.Header.Number.Uint64()+1] {
		count += of(b.Txs, account)
	}
	return count, nil
}

// PendingNonceAt counts the transactions of the pool as well.
func (n *Node) PendingNonceAt(ctx context.Context, account common.Address) (uint64, error) {
	mined, err := n.NonceAt(ctx, account, nil)
	if err != nil {
		return 0, err
	}
	n.mu.Lock()
	defer n.mu.Unlock()
	return mined + of(n.pool, account), nil
}

func of(txs []*types.Transaction, account common.Address) (count uint64) {
	for _, tx := range txs {
		if from, err := sender(tx); err == nil && from == account {
			count++
		}
	}
	return count
}

func (n *Node) EstimateGas(ctx context.Context, _ ethereum.CallMsg) (uint64, error) {
	return gasUsed, ctx.Err()
}

func (n *Node) SuggestGasPrice(ctx context.Context) (*big.Int, error) {
	return big.NewInt(2), ctx.Err()
}

func (n *Node) SuggestGasTipCap(ctx context.Context) (*big.Int, error) {
	return big.NewInt(1), ctx.Err()
}

// BalanceAt answers 2^100 for every account.
func (n *Node) BalanceAt(ctx context.Context, _ common.Address, _ *big.Int) (*big.Int, error) {
	return new(big.Int).Lsh(big.NewInt(1), 100), ctx.Err()
}
