package storage_test

import (
	"context"
	"errors"
	"fmt"

	"github.com/ethereum/go-ethereum/crypto"

	"github.com/hyperlane-go/sdk/hyperlane/storage"
	"github.com/hyperlane-go/sdk/ism/checkpoint"
	"github.com/hyperlane-go/sdk/merkle"
	"github.com/hyperlane-go/sdk/message"
)

// Writing the same checkpoint twice does nothing; another one of the same signer for the same index is refused, and
// nothing is overwritten.
func ExampleStore_WriteCheckpoint() {
	ctx := context.Background()
	store := storage.NewMemory()
	defer func() { _ = store.Close() }()

	key, err := crypto.HexToECDSA("1111111111111111111111111111111111111111111111111111111111111111")
	if err != nil {
		panic(err)
	}
	signer := checkpoint.NewKeySigner(key)
	sign := func(root merkle.Hash) checkpoint.Signed {
		signed, err := checkpoint.Sign(ctx, signer, checkpoint.Checkpoint{
			Origin: 1000, Tree: message.Address{31: 1}, Root: root, Index: 41, MessageID: message.ID{1},
		})
		if err != nil {
			panic(err)
		}
		return signed
	}

	written, err := store.WriteCheckpoint(ctx, sign(merkle.Hash{1}))
	fmt.Println(written == storage.Created, err)
	written, err = store.WriteCheckpoint(ctx, sign(merkle.Hash{1}))
	fmt.Println(written == storage.Unchanged, err)
	_, err = store.WriteCheckpoint(ctx, sign(merkle.Hash{2}))
	fmt.Println("refused:", errors.Is(err, storage.ErrConflict))

	read, err := store.Checkpoint(ctx, 41)
	fmt.Println(read.Index, read.Verify(signer.Address()), err)
	// Output:
	// true <nil>
	// true <nil>
	// refused: true
	// 41 <nil> <nil>
}
