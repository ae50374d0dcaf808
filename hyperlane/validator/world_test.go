package validator

import (
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"iter"
	"os"
	"sync"
	"testing"
	"time"

	"github.com/ethereum/go-ethereum/common"
	"github.com/ethereum/go-ethereum/crypto"
	"github.com/stretchr/testify/require"

	"github.com/hyperlane-go/sdk/hyperlane"
	"github.com/hyperlane-go/sdk/hyperlane/evm"
	"github.com/hyperlane-go/sdk/hyperlane/storage"
	"github.com/hyperlane-go/sdk/ism/checkpoint"
	"github.com/hyperlane-go/sdk/merkle"
	"github.com/hyperlane-go/sdk/message"
)

// tb is what both *testing.T and *rapid.T offer.
type tb interface {
	require.TestingT
	Helper()
	Logf(format string, args ...any)
}

var errNode = fmt.Errorf("%w: connection refused", evm.ErrRPC)

// block of the fake chain. The tree is the one after it.
type block struct {
	head   evm.Head
	leaves []message.ID
	tree   merkle.Tree
}

// fakeChain is a chain that mines and reorganises on demand. Its node answers through a lie, if
// there is one.
type fakeChain struct {
	world  *world
	blocks []block
	salt   uint64
	lie    lie
	asked  []uint64 // first blocks of the ranges whose logs were asked for
}

// lie is what a node says instead of the truth. Nil means the truth.
type lie struct {
	head   func(head evm.Head) (evm.Head, error)
	headAt func(head evm.Head) (evm.Head, error)
	tree   func(tree merkle.Tree) (merkle.Tree, error)
	log    func(e hyperlane.InsertionEvent) ([]hyperlane.InsertionEvent, error)
}

// mine adds a block with n new leaves.
func (c *fakeChain) mine(n int) {
	var parent block
	if len(c.blocks) > 0 {
		parent = c.blocks[len(c.blocks)-1]
	}
	c.salt++
	b := block{tree: parent.tree}
	b.head = evm.Head{Number: uint64(len(c.blocks)), Parent: parent.head.Hash, Hash: c.hash(parent.head.Hash, 0)}
	for i := range n {
		leaf := c.hash(b.head.Hash, uint64(i+1))
		if err := b.tree.Insert(merkle.Hash(leaf)); err != nil {
			panic(err)
		}
		b.leaves = append(b.leaves, message.ID(leaf))
		c.world.real(checkpoint.Checkpoint{Root: b.tree.Root(), Index: b.tree.Count() - 1, MessageID: message.ID(leaf)})
	}
	c.blocks = append(c.blocks, b)
}

func (c *fakeChain) hash(parent common.Hash, n uint64) common.Hash {
	return crypto.Keccak256Hash(parent[:], binary.BigEndian.AppendUint64(nil, c.salt), binary.BigEndian.AppendUint64(nil, n))
}

// reorg replaces the last depth blocks by others, with leaves of their own or with the same leaves.
func (c *fakeChain) reorg(depth int, sameLeaves bool) {
	depth = min(depth, len(c.blocks)-1)
	old := c.blocks[len(c.blocks)-depth:]
	c.blocks = c.blocks[: len(c.blocks)-depth : len(c.blocks)-depth]
	for _, b := range old {
		c.mine(0)
		if !sameLeaves {
			c.blocks = c.blocks[:len(c.blocks)-1]
			c.mine(len(b.leaves))
			continue
		}
		last := &c.blocks[len(c.blocks)-1]
		for _, leaf := range b.leaves {
			if err := last.tree.Insert(merkle.Hash(leaf)); err != nil {
				panic(err)
			}
		}
		last.leaves = b.leaves
	}
}

func (c *fakeChain) newest() block { return c.blocks[len(c.blocks)-1] }

func (c *fakeChain) Head(ctx context.Context, f evm.Finality) (evm.Head, error) {
	if err := ctx.Err(); err != nil {
		return evm.Head{}, err
	}
	number := c.newest().head.Number
	head := c.blocks[number-min(number, f.Blocks)].head
	if c.lie.head != nil {
		return c.lie.head(head)
	}
	return head, nil
}

func (c *fakeChain) HeadAt(ctx context.Context, number uint64) (evm.Head, error) {
	if err := ctx.Err(); err != nil {
		return evm.Head{}, err
	}
	if number >= uint64(len(c.blocks)) {
		return evm.Head{}, fmt.Errorf("%w: no block %d", evm.ErrRPC, number)
	}
	if c.lie.headAt != nil {
		return c.lie.headAt(c.blocks[number].head)
	}
	return c.blocks[number].head, nil
}

func (c *fakeChain) TreeAt(ctx context.Context, at evm.Head) (merkle.Tree, error) {
	if err := ctx.Err(); err != nil {
		return merkle.Tree{}, err
	}
	if at.Number >= uint64(len(c.blocks)) || c.blocks[at.Number].head.Hash != at.Hash {
		return merkle.Tree{}, fmt.Errorf("%w: no block %s", evm.ErrReorg, at.Hash)
	}
	if c.lie.tree != nil {
		return c.lie.tree(c.blocks[at.Number].tree)
	}
	return c.blocks[at.Number].tree, nil
}

func (c *fakeChain) Insertions(ctx context.Context, r evm.Range) iter.Seq2[hyperlane.InsertionEvent, error] {
	return func(yield func(hyperlane.InsertionEvent, error) bool) {
		c.asked = append(c.asked, r.From)
		index := uint32(0)
		for _, b := range c.blocks {
			for _, leaf := range b.leaves {
				e := hyperlane.InsertionEvent{ID: leaf, Index: index}
				e.BlockNumber, e.BlockHash = b.head.Number, b.head.Hash
				index++
				if b.head.Number < r.From || r.To.Passed(b.head.Number) {
					continue
				}
				logged, err := []hyperlane.InsertionEvent{e}, ctx.Err()
				if c.lie.log != nil && err == nil {
					logged, err = c.lie.log(e)
				}
				if err != nil {
					yield(hyperlane.InsertionEvent{}, err)
					return
				}
				for _, e := range logged {
					if !yield(e, nil) {
						return
					}
				}
			}
		}
	}
}

// fakeRegister is a ValidatorAnnounce.
type fakeRegister struct {
	world     *world
	locations []string
	fail      error // of the next announcement
	sent      int
	hang      bool // mined, but the receipt never comes
}

func (r *fakeRegister) Locations(context.Context, common.Address) ([]string, error) {
	return r.locations, nil
}

func (r *fakeRegister) Announcement(validator common.Address, location string) checkpoint.Announcement {
	return checkpoint.Announcement{Validator: validator, Mailbox: message.Address{31: 0x77}, Origin: 1000, Location: location}
}

func (r *fakeRegister) Announce(ctx context.Context, s checkpoint.SignedAnnouncement) error {
	r.sent++
	if r.fail != nil {
		return r.fail
	}
	if r.hang {
		r.locations = append(r.locations, s.Location)
		<-ctx.Done()
		return &evm.TxError{Class: evm.ErrNotMined, Err: ctx.Err()}
	}
	if err := s.Verify(); err != nil {
		return err
	}
	r.locations = append(r.locations, s.Location)
	return nil
}

// world is everything around a validator, and what survives it.
type world struct {
	tb       tb
	chain    *fakeChain
	register *fakeRegister
	store    *storage.Store
	dir      string
	key      checkpoint.Signer
	id       identity
	cfg      Config
	clock    time.Time
	events   []Event

	saveEvery uint32

	mu     sync.Mutex                         // SignDigest is called by several goroutines
	truth  map[[32]byte]checkpoint.Checkpoint // every checkpoint that ever was the chain's, by digest
	signed map[uint32]merkle.Hash             // every root that ever was signed, by index
	keyErr error                              // of the next signatures
	syncs  int                                // calls of fsync

	hook func(name string, before bool) // called around every step that writes
}

func newWorld(t tb, dir string) *world {
	key, err := crypto.ToECDSA(crypto.Keccak256([]byte("validator")))
	require.NoError(t, err)
	w := &world{
		tb: t, dir: dir, store: storage.NewMemory(), key: checkpoint.NewKeySigner(key), clock: time.Unix(1_700_000_000, 0).UTC(),
		truth: map[[32]byte]checkpoint.Checkpoint{}, signed: map[uint32]merkle.Hash{},
	}
	w.id = identity{1000, message.Address{31: 0x22}, w.key.Address()}
	w.chain = &fakeChain{world: w}
	w.register = &fakeRegister{world: w}
	w.chain.mine(0)
	w.cfg = Config{
		Signer: w, Store: w.store, StateDir: dir, Location: "file:///checkpoints", SkipAnnounce: true, Finality: evm.Finality{Blocks: 1},
		MaxSignConcurrency: 1, Now: func() time.Time { return w.clock }, Observe: func(e Event) { w.events = append(w.events, e) },
	}
	return w
}

func (w *world) real(c checkpoint.Checkpoint) {
	c.Origin, c.Tree = w.id.origin, w.id.tree
	w.truth[c.Digest()] = c
}

// world is the signer: it sees everything that is ever signed.

func (w *world) Address() common.Address { return w.key.Address() }

func (w *world) SignDigest(ctx context.Context, digest [32]byte) (checkpoint.Signature, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.keyErr != nil {
		return checkpoint.Signature{}, w.keyErr
	}
	if digest != w.register.Announcement(w.Address(), w.cfg.Location).Digest() {
		c, known := w.truth[digest]
		require.True(w.tb, known, "signed what never was the chain's")
		root, again := w.signed[c.Index]
		require.True(w.tb, !again || root == c.Root, "signed two roots for index %d", c.Index)
		w.signed[c.Index] = c.Root
	}
	return w.key.SignDigest(ctx, digest)
}

// open starts a validator.
func (w *world) open(witnesses ...source) (*Validator, error) {
	v, err := build(w.cfg, parts{id: w.id, chain: w.chain, witnesses: witnesses, register: w.register, saveEvery: w.saveEvery, step: func(name string, do func() error) error {
		if w.hook != nil {
			w.hook(name, true)
		}
		err := do()
		if w.hook != nil {
			w.hook(name, false)
		}
		return err
	}})
	if err == nil {
		v.guard.log.sync = func(*os.File) error { w.syncs++; return nil }
	}
	return v, err
}

func (w *world) mustOpen(witnesses ...source) *Validator {
	w.tb.Helper()
	v, err := w.open(witnesses...)
	require.NoError(w.tb, err)
	return v
}

// killed is the end of a process in the middle of something.
type killed struct{ at string }

// run makes one step, and tells whether the process was killed in it. A killed process leaves
// nothing behind but files: its lock goes with it.
func (w *world) run(v *Validator) (err error, dead bool) {
	defer func() {
		switch end := recover().(type) {
		case nil:
		case killed:
			dead = true
			require.NoError(w.tb, v.guard.log.close())
		default:
			panic(end)
		}
	}()
	return v.Step(context.Background()), false
}

// requirePublished checks that the storage holds exactly the chain's checkpoints of the first count
// leaves, each valid, and the right latest index.
func (w *world) requirePublished(count int) {
	w.tb.Helper()
	ctx := context.Background()
	n := 0
	for _, b := range w.chain.blocks {
		for _, leaf := range b.leaves {
			if n == count {
				break
			}
			have, err := w.store.Checkpoint(ctx, uint32(n))
			require.NoError(w.tb, err)
			require.NoError(w.tb, have.Verify(w.Address()))
			require.Equal(w.tb, leaf, have.MessageID)
			require.Contains(w.tb, w.truth, have.Digest())
			n++
		}
	}
	require.Equal(w.tb, count, n, "leaves on chain")
	listed := 0
	for _, err := range w.store.Indexes(ctx) {
		require.NoError(w.tb, err)
		listed++
	}
	require.Equal(w.tb, count, listed, "checkpoints in the storage")
	if count > 0 {
		latest, err := w.store.LatestIndex(ctx)
		require.NoError(w.tb, err)
		require.Equal(w.tb, uint32(count-1), latest)
	}
}

// requireNothingSigned checks that the key stayed untouched.
func (w *world) requireNothingSigned() {
	w.tb.Helper()
	require.Empty(w.tb, w.signed)
	for index, err := range w.store.Indexes(context.Background()) {
		require.Fail(w.tb, "something was published", "%d, %v", index, err)
	}
}

func closeOf(t *testing.T, v *Validator) {
	t.Helper()
	require.NoError(t, v.Close())
}

var errDisk = errors.New("disk full")
