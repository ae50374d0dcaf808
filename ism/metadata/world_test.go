package metadata_test

import (
	"bytes"
	"context"
	"crypto/ecdsa"
	"fmt"
	"sync"
	"testing"

	"github.com/ethereum/go-ethereum/common"
	"github.com/ethereum/go-ethereum/crypto"
	"github.com/stretchr/testify/require"

	"github.com/hyperlane-go/sdk/ism"
	"github.com/hyperlane-go/sdk/ism/checkpoint"
	"github.com/hyperlane-go/sdk/ism/metadata"
	"github.com/hyperlane-go/sdk/merkle"
	"github.com/hyperlane-go/sdk/message"
)

var (
	moduleID   = common.HexToAddress("0x1d")   // a message id multisig
	moduleRoot = common.HexToAddress("0x4007") // a merkle root multisig
	moduleNull = common.HexToAddress("0x00ff")
)

const origin = message.Domain(1000)

var treeAddress = message.FromEVM(common.HexToAddress("0x2222222222222222222222222222222222222222"))

// world is an origin with a tree, messages in it, and validators that have
// signed and stored some of its checkpoints. Tests break it in one way.
type world struct {
	tb         testing.TB
	tree       merkle.FullTree
	messages   []*message.Message
	keys       []*ecdsa.PrivateKey
	validators []common.Address

	mu     sync.Mutex
	stores map[common.Address]*store
	asked  []uint32 // index of every checkpoint that was asked for, in order
}

// store is what one validator stored; answer, if set, replaces it.
type store struct {
	latest   uint32
	none     bool // there is no latest index
	signed   map[uint32]checkpoint.Signed
	answer   func(ctx context.Context, index uint32) (checkpoint.Signed, error)
	latestFn func(ctx context.Context) (uint32, error)
}

func key(tb testing.TB, i int) *ecdsa.PrivateKey {
	tb.Helper()
	k, err := crypto.ToECDSA(bytes.Repeat([]byte{byte(0x11 * (i + 1))}, 32))
	require.NoError(tb, err)
	return k
}

// newWorld has so many messages, all signed by all validators.
func newWorld(tb testing.TB, messages, validators int) *world {
	tb.Helper()
	w := &world{tb: tb, stores: make(map[common.Address]*store)}
	for i := range messages {
		m := &message.Message{
			Version: message.Version, Nonce: uint32(i), Origin: origin, Destination: 2000,
			Recipient: message.FromEVM(common.HexToAddress("0x4242")), Body: fmt.Appendf(nil, "message %d", i),
		}
		w.messages = append(w.messages, m)
		require.NoError(tb, w.tree.Append(merkle.Hash(m.ID())))
	}
	for i := range validators {
		w.keys = append(w.keys, key(tb, i))
		w.validators = append(w.validators, crypto.PubkeyToAddress(w.keys[i].PublicKey))
		w.stores[w.validators[i]] = &store{signed: make(map[uint32]checkpoint.Signed)}
		for index := range messages {
			w.sign(i, uint32(index))
		}
	}
	return w
}

func (w *world) store(i int) *store { return w.stores[w.validators[i]] }

// honest is the true checkpoint at index.
func (w *world) honest(index uint32) checkpoint.Checkpoint {
	w.tb.Helper()
	root, err := w.tree.Root(index + 1)
	require.NoError(w.tb, err)
	leaf, err := w.tree.Leaf(index)
	require.NoError(w.tb, err)
	return checkpoint.Checkpoint{Origin: origin, Tree: treeAddress, Root: root, Index: index, MessageID: message.ID(leaf)}
}

func (w *world) signed(i int, c checkpoint.Checkpoint) checkpoint.Signed {
	w.tb.Helper()
	signed, err := checkpoint.Sign(context.Background(), checkpoint.NewKeySigner(w.keys[i]), c)
	require.NoError(w.tb, err)
	return signed
}

// sign has validator i store the honest checkpoint at index.
func (w *world) sign(i int, index uint32) {
	w.tb.Helper()
	s := w.store(i)
	s.signed[index] = w.signed(i, w.honest(index))
	s.latest = max(s.latest, index)
}

func (w *world) LatestIndex(ctx context.Context, validator common.Address) (uint32, error) {
	s, ok := w.stores[validator]
	switch {
	case !ok || s.none:
		return 0, metadata.ErrNotFound
	case s.latestFn != nil:
		return s.latestFn(ctx)
	}
	return s.latest, nil
}

func (w *world) Checkpoint(ctx context.Context, validator common.Address, index uint32) (checkpoint.Signed, error) {
	w.mu.Lock()
	w.asked = append(w.asked, index)
	w.mu.Unlock()
	s, ok := w.stores[validator]
	if !ok {
		return checkpoint.Signed{}, metadata.ErrNotFound
	}
	if s.answer != nil {
		return s.answer(ctx, index)
	}
	signed, ok := s.signed[index]
	if !ok {
		return checkpoint.Signed{}, metadata.ErrNotFound
	}
	return signed, nil
}

// builder serves both multisig modules over the first validators.
func (w *world) builder(threshold uint8, validators ...common.Address) *metadata.Builder {
	if validators == nil {
		validators = w.validators
	}
	return &metadata.Builder{
		Modules: metadata.StaticModules{
			moduleID:   ism.MessageIDMultisig{Validators: validators, Threshold: threshold},
			moduleRoot: ism.MerkleRootMultisig{Validators: validators, Threshold: threshold},
			moduleNull: ism.Null{},
		},
		Checkpoints: w,
		Tree:        metadata.TreeOf(&w.tree),
		Origin:      origin,
		TreeAddress: treeAddress,
	}
}

// modules are the multisig modules with the name and verifier of each.
func modules(validators []common.Address, threshold uint8) map[string]struct {
	address common.Address
	module  ism.Module
} {
	return map[string]struct {
		address common.Address
		module  ism.Module
	}{
		"message id":  {moduleID, ism.MessageIDMultisig{Validators: validators, Threshold: threshold}},
		"merkle root": {moduleRoot, ism.MerkleRootMultisig{Validators: validators, Threshold: threshold}},
	}
}
