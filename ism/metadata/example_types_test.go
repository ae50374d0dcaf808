package metadata_test

import (
	"context"
	"errors"
	"fmt"

	"github.com/ethereum/go-ethereum/common"
	"github.com/ethereum/go-ethereum/crypto"

	"github.com/hyperlane-go/sdk/ism"
	"github.com/hyperlane-go/sdk/ism/metadata"
	"github.com/hyperlane-go/sdk/message"
)

// typeHashLock is what moduleType() of the application's own contract answers.
const typeHashLock ism.ModuleType = 201

// hashLock is the application's module as a value: its contract accepts a message whose metadata
// hashes to Hash. A value with a verifier is checked before it is sent; without one, ism.Unknown
// does.
type hashLock struct {
	Address common.Address
	Hash    common.Hash
}

func (h hashLock) Type() ism.ModuleType { return typeHashLock }

func (h hashLock) Verify(metadata []byte, _ *message.Message) error {
	if have := crypto.Keccak256Hash(metadata); have != h.Hash {
		return fmt.Errorf("hash lock %v: metadata hashes to %v, want %v", h.Address, have, h.Hash)
	}
	return nil
}

// secrets builds metadata for hash locks. A real one asks a service, within ctx.
type secrets map[common.Hash]string

func (s secrets) BuildMetadata(_ context.Context, r *metadata.Request) ([]byte, error) {
	lock, ok := r.Module.(hashLock)
	if !ok {
		return nil, fmt.Errorf("have a %T, want a hashLock", r.Module)
	}
	secret, ok := s[lock.Hash]
	if !ok { // of class ErrNotReady, so that a relayer tries again soon
		return nil, fmt.Errorf("%w: secret of %v is not published", metadata.ErrNotReady, lock.Hash)
	}
	return []byte(secret), nil
}

// Serve a module type of one's own. A relayer takes the same Types in its field ModuleTypes.
func ExampleTypes() {
	open, shut := common.HexToAddress("0x01"), common.HexToAddress("0x02")
	known := secrets{crypto.Keccak256Hash([]byte("sesame")): "sesame"}
	builder := &metadata.Builder{
		// On a chain, hyperlane.Modules reads the built-in types; a reader around it reads this
		// one.
		Modules: metadata.ModuleReaderFunc(func(_ context.Context, at common.Address, _ *message.Message) (ism.Module, error) {
			words := map[common.Address]string{open: "sesame", shut: "barley"}
			return hashLock{Address: at, Hash: crypto.Keccak256Hash([]byte(words[at]))}, nil
		}),
		Origin: 1000,
		Types:  metadata.Types{typeHashLock: known},
	}
	m := &message.Message{Version: message.Version, Origin: 1000, Destination: 2000}

	result, err := builder.Build(context.Background(), open, m)
	fmt.Printf("%s, verified %t, error %v\n", result.Metadata, result.Verified, err)

	_, err = builder.Build(context.Background(), shut, m)
	fmt.Println("try again later:", errors.Is(err, metadata.ErrNotReady))

	// Built-in types are replaced on purpose only.
	builder.Types = metadata.Types{ism.TypeNull: known}
	_, err = builder.Build(context.Background(), open, m)
	fmt.Println(err)
	// Output:
	// sesame, verified true, error <nil>
	// try again later: true
	// metadata: builder cannot be used: null has a builder already: remove yours, or register metadata.Override(yours) to replace it
}
