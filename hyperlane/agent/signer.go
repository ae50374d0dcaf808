package agent

import (
	"context"
	"fmt"
	"math/big"
	"time"

	bind "github.com/ethereum/go-ethereum/accounts/abi/bind/v2"
	"github.com/ethereum/go-ethereum/common"
	"github.com/ethereum/go-ethereum/core/types"

	"github.com/hyperlane-go/sdk/ism/checkpoint"
)

// Signer is one key, wherever it is kept. It signs checkpoints, and through [Transactor]
// transactions. checkpoint.SignerFunc makes one of a function that signs a digest, such as a call
// to a KMS.
type Signer interface{ checkpoint.Signer }

// TransactionSigner is a [Signer] whose key is behind something that wants to see the whole
// transaction, such as a remote signer with rules of its own. [Transactor] prefers it to
// SignDigest.
type TransactionSigner interface {
	SignTransaction(ctx context.Context, tx *types.Transaction, chainID *big.Int) (*types.Transaction, error)
}

// signTimeout bounds one signature of a transaction.
const signTimeout = 30 * time.Second

// Transactor returns the account of a signer on a chain. It makes no signature after ctx has ended,
// and checks that each one is by the account.
func Transactor(ctx context.Context, s Signer, chainID *big.Int) *bind.TransactOpts {
	id := new(big.Int).Set(chainID)
	form := types.LatestSignerForChainID(id)
	return &bind.TransactOpts{
		From: s.Address(),
		Signer: func(from common.Address, tx *types.Transaction) (*types.Transaction, error) {
			if from != s.Address() {
				return nil, bind.ErrNotAuthorized
			}
			ctx, cancel := context.WithTimeout(ctx, signTimeout)
			defer cancel()
			signed, err := signTransaction(ctx, s, form, tx, id)
			if err != nil {
				return nil, fmt.Errorf("agent: sign transaction with %s: %w", from, err)
			}
			have, err := types.Sender(form, signed)
			if err == nil && have != from {
				err = fmt.Errorf("%w: the signature is of account %s, want %s", checkpoint.ErrSigner, have, from)
			}
			if err != nil {
				return nil, fmt.Errorf("agent: sign transaction with %s: %w", from, err)
			}
			return signed, nil
		},
	}
}

func signTransaction(ctx context.Context, s Signer, form types.Signer, tx *types.Transaction, chainID *big.Int) (*types.Transaction, error) {
	if whole, ok := s.(TransactionSigner); ok {
		signed, err := whole.SignTransaction(ctx, tx, chainID)
		switch {
		case err != nil:
			return nil, err
		case signed == nil:
			return nil, fmt.Errorf("the signer returned neither a transaction nor an error")
		case form.Hash(signed) != form.Hash(tx):
			// SECURITY: what is sent is what was asked for, whatever the remote signer changes.
			return nil, fmt.Errorf("the signer changed the transaction")
		}
		return signed, nil
	}
	signature, err := s.SignDigest(ctx, form.Hash(tx))
	if err != nil {
		return nil, err
	}
	raw := signature // r, s, v; v is 27 or 28 here and 0 or 1 in a transaction
	raw[64] -= 27
	return tx.WithSignature(form, raw[:])
}
