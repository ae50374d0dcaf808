package validator

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"testing"

	bind "github.com/ethereum/go-ethereum/accounts/abi/bind/v2"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/hyperlane-go/sdk/hyperlane/storage"
)

// life is a short life of a validator that passes every step that writes: announcing, a first lot
// of leaves, and a second one.
func (w *world) life(v *Validator) (dead bool) {
	w.tb.Helper()
	for _, phase := range []struct{ blocks, leaves int }{{3, 3}, {5, 2}, {5, 0}} {
		if len(w.chain.blocks) < phase.blocks {
			w.chain.mine(phase.leaves)
			w.chain.mine(0)
		}
		err, dead := w.run(v)
		if dead {
			return true
		}
		require.NoError(w.tb, err)
	}
	return false
}

// place is a moment in a life: before or after the n-th step that writes.
type place struct {
	n      int
	before bool
	name   string
}

func (p place) String() string {
	when := "after"
	if p.before {
		when = "before"
	}
	return fmt.Sprintf("%s step %d, %s", when, p.n, p.name)
}

// places lists all the moments of a life.
func places(t *testing.T, setup func(t *testing.T) *world) []place {
	w := setup(t)
	var all []place
	n := 0
	w.hook = func(name string, before bool) {
		if before {
			n++
		}
		all = append(all, place{n, before, name})
	}
	v := w.mustOpen()
	require.False(t, w.life(v))
	closeOf(t, v)
	w.requirePublished(5)
	names := map[string]int{}
	for _, p := range all {
		names[p.name]++
	}
	for _, name := range []string{
		"write metadata", "write announcement", "send announcement", "write temporary sign log", "rename sign log", "sync state directory",
		"write leaves", "sign checkpoint", "write checkpoint", "write latest index",
	} {
		require.NotZero(t, names[name], name)
	}
	require.Len(t, names, 10, "%v", names)
	return all
}

// at calls do at a place, once.
func (w *world) at(p place, do func()) {
	n := 0
	w.hook = func(_ string, before bool) {
		if before {
			n++
		}
		if n == p.n && before == p.before {
			w.hook = nil
			do()
		}
	}
}

var stores = map[string]func(t *testing.T) *storage.Store{
	"memory": func(*testing.T) *storage.Store { return storage.NewMemory() },
	"directory": func(t *testing.T) *storage.Store {
		s, err := storage.Open(t.Context(), "file://"+t.TempDir(), storage.Write)
		require.NoError(t, err)
		return s
	},
}

func setupWith(store func(t *testing.T) *storage.Store) func(t *testing.T) *world {
	return func(t *testing.T) *world {
		w := newWorld(t, t.TempDir())
		w.store = store(t)
		w.cfg.Store = w.store
		w.saveEvery = 2
		w.cfg.SkipAnnounce, w.cfg.Transactor = false, &bind.TransactOpts{}
		return w
	}
}

// Killed at any instruction that leaves a trace, and started again, a validator has published every
// checkpoint once, each the same as without the kill.
func TestKill(t *testing.T) {
	for name, store := range stores {
		setup := setupWith(store)
		for _, p := range places(t, setup) {
			t.Run(name+" "+p.String(), func(t *testing.T) {
				w := setup(t)
				w.at(p, func() { panic(killed{p.name}) })
				v := w.mustOpen()
				require.True(t, w.life(v), "the kill was not met")
				v = w.mustOpen()
				require.False(t, w.life(v))
				closeOf(t, v)
				w.requirePublished(5)
				require.Equal(t, []string{w.cfg.Location}, w.register.locations, "announced once")
			})
		}
	}
}

// leaves is how many leaves are final.
func (w *world) leaves() int {
	n := 0
	for _, b := range w.chain.blocks[:len(w.chain.blocks)-1] {
		n += len(b.leaves)
	}
	return n
}

// Stalled at any such instruction, a validator keeps others out, shows readers only what holds, and
// goes on when it may.
func TestStall(t *testing.T) {
	setup := setupWith(stores["memory"])
	for _, p := range places(t, setup) {
		t.Run(p.String(), func(t *testing.T) {
			w := setup(t)
			met := false
			w.at(p, func() {
				met = true
				_, err := w.open()
				require.ErrorIs(t, err, ErrKeyInUse, "one key, one process")
				w.requireReadable()
			})
			v := w.mustOpen()
			require.False(t, w.life(v))
			require.True(t, met)
			closeOf(t, v)
			w.requirePublished(5)
		})
	}
}

// requireReadable checks that a reader finds true checkpoints only.
func (w *world) requireReadable() {
	w.tb.Helper()
	for index, err := range w.store.Indexes(context.Background()) {
		require.NoError(w.tb, err)
		have, err := w.store.Checkpoint(context.Background(), index)
		require.NoError(w.tb, err)
		require.NoError(w.tb, have.Verify(w.Address()))
		require.Equal(w.tb, w.signed[index], have.Root)
	}
	if latest, err := w.store.LatestIndex(context.Background()); err == nil {
		_, err = w.store.Checkpoint(context.Background(), latest)
		require.NoError(w.tb, err, "latest index without its checkpoint")
	}
}

// The chain reorganises below finality while a validator is stalled. Whatever it still signs, it
// never signs a second root for an index (the signer checks that), and it finds out.
func TestReorgWhileStalled(t *testing.T) {
	setup := setupWith(stores["memory"])
	for _, p := range places(t, setup) {
		for _, kill := range []bool{false, true} {
			t.Run(fmt.Sprintf("%s, killed %v", p, kill), func(t *testing.T) {
				w := setup(t)
				w.at(p, func() {
					w.chain.reorg(len(w.chain.blocks)-1, false)
					if kill {
						panic(killed{p.name})
					}
				})
				v := w.mustOpen()
				signedBefore := func() int { return len(w.signed) }
				err, dead := error(nil), false
				for range 4 {
					w.chain.mine(2)
					w.chain.mine(0)
					if err, dead = w.run(v); dead {
						v = w.mustOpen()
						err, _ = w.run(v)
					}
					if err != nil {
						break
					}
				}
				closeOf(t, v)
				if v.guard.log.last == nil || signedBefore() == 0 {
					return
				}
				if err == nil { // the reorganisation came before anything was fixed
					w.requirePublished(w.leaves())
					return
				}
				require.ErrorIs(t, err, ErrReorg)
				_, present, err := w.store.Reorg(t.Context())
				require.NoError(t, err)
				require.True(t, present)
			})
		}
	}
}

// A step that fails instead of killing leaves a validator that goes on.
func TestCancelledAnywhere(t *testing.T) {
	setup := setupWith(stores["memory"])
	for _, p := range places(t, setup) {
		t.Run(p.String(), func(t *testing.T) {
			w := setup(t)
			v := w.mustOpen()
			defer closeOf(t, v)
			ctx, cancel := context.WithCancel(t.Context())
			w.at(p, cancel)
			w.chain.mine(3)
			w.chain.mine(2)
			w.chain.mine(0)
			for range 2 {
				if err := v.Step(ctx); err != nil {
					require.ErrorIs(t, err, context.Canceled)
				}
			}
			w.clock = w.clock.Add(announceMost)
			require.NoError(t, v.Step(t.Context()))
			w.requirePublished(5)
			for _, e := range w.events {
				assert.NotEqual(t, Failed, e.Kind, "stopping is not failing")
			}
		})
	}
}

// The storage fails at every write in turn.
func TestStorageFails(t *testing.T) {
	w := newWorld(t, t.TempDir())
	readOnly := storage.New(w.store.Bucket(), storage.Local, storage.WithReadOnly())
	w.cfg.Store = readOnly
	w.chain.mine(2)
	w.chain.mine(0)
	v := w.mustOpen()
	require.ErrorIs(t, v.Step(t.Context()), storage.ErrReadOnly)
	closeOf(t, v)
	w.cfg.Location = ""
	v = w.mustOpen()
	require.ErrorIs(t, v.Step(t.Context()), storage.ErrReadOnly)
	require.NotEmpty(t, w.signed, "signed, and could not publish")
	closeOf(t, v)
	w.cfg.Store = w.store
	v = w.mustOpen()
	defer closeOf(t, v)
	require.NoError(t, v.Step(t.Context()))
	w.requirePublished(2)
}

// The disk fails under the sign log: nothing is signed.
func TestDiskFails(t *testing.T) {
	w := newWorld(t, t.TempDir())
	w.chain.mine(2)
	w.chain.mine(0)
	v := w.mustOpen()
	defer closeOf(t, v)
	temp := filepath.Join(w.dir, signLogTemp)
	require.NoError(t, os.Mkdir(temp, 0o700)) // nothing can be written in its place
	require.Error(t, v.Step(t.Context()))
	w.requireNothingSigned()
	require.NoError(t, os.Remove(temp))
	require.NoError(t, v.Step(t.Context()))
	w.requirePublished(2)

	// The same while raising an existing record.
	w.chain.mine(1)
	w.chain.mine(0)
	require.NoError(t, os.Mkdir(temp, 0o700))
	err := v.Step(t.Context())
	require.Error(t, err)
	require.False(t, errors.Is(err, ErrSignLog), "a full disk is not a damaged log: %v", err)
	require.Len(t, w.signed, 2)
	require.NoError(t, os.Remove(temp))
	require.NoError(t, v.Step(t.Context()))
	w.requirePublished(3)
}
