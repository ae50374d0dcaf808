package agent_test

import (
	"context"
	"testing"

	"github.com/ethereum/go-ethereum/accounts"
	"github.com/ethereum/go-ethereum/accounts/keystore"
	"github.com/ethereum/go-ethereum/crypto"
	"github.com/stretchr/testify/require"

	"github.com/hyperlane-go/sdk/hyperlane/agent"
	"github.com/hyperlane-go/sdk/ism/checkpoint"
	"github.com/hyperlane-go/sdk/merkle"
	"github.com/hyperlane-go/sdk/message"
)

// A keystore signs nothing once the context has ended.
func TestKeystoreSignerCancelled(t *testing.T) {
	ks := keystore.NewKeyStore(t.TempDir(), 2, 1)
	key, err := crypto.GenerateKey()
	require.NoError(t, err)
	account, err := ks.ImportECDSA(key, "pass")
	require.NoError(t, err)
	require.NoError(t, ks.Unlock(account, "pass"))
	signer := agent.NewKeystoreSigner(ks, accounts.Account{Address: account.Address})
	ctx, cancel := context.WithCancel(t.Context())
	cp := checkpoint.Checkpoint{Origin: 1, Root: merkle.Hash{1}, MessageID: message.ID{2}}
	_, err = checkpoint.Sign(ctx, signer, cp)
	require.NoError(t, err)
	cancel()
	_, err = checkpoint.Sign(ctx, signer, cp)
	require.ErrorIs(t, err, context.Canceled)
}
