package hyperlane

import (
	"context"

	"github.com/ethereum/go-ethereum/accounts"
	"github.com/ethereum/go-ethereum/accounts/keystore"

	"github.com/hyperlane-go/sdk/ism/checkpoint"
)

// NewKeystoreSigner signs checkpoints with an account of a go-ethereum keystore. The account must be unlocked
// before it is asked to sign; a locked one fails with keystore.ErrLocked.
func NewKeystoreSigner(ks *keystore.KeyStore, account accounts.Account) checkpoint.Signer {
	return checkpoint.SignerFunc(account.Address, func(ctx context.Context, digest [32]byte) ([]byte, error) {
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		return ks.SignHash(account, digest[:])
	})
}
