package validator

import (
	"bytes"
	"errors"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/hyperlane-go/sdk/hyperlane/storage"
	"github.com/hyperlane-go/sdk/ism/checkpoint"
	"github.com/hyperlane-go/sdk/merkle"
	"github.com/hyperlane-go/sdk/message"
)

// signedWorld is a validator that signed three leaves and stopped.
func signedWorld(t *testing.T) *world {
	w := newWorld(t, t.TempDir())
	w.chain.mine(3)
	w.chain.mine(0)
	v := w.mustOpen()
	require.NoError(t, v.Step(t.Context()))
	closeOf(t, v)
	return w
}

func (w *world) signLogPath() string { return filepath.Join(w.dir, signLogName) }

func TestSignLogOnDisk(t *testing.T) {
	w := signedWorld(t)
	text, err := os.ReadFile(w.signLogPath())
	require.NoError(t, err)
	r, err := decodeRecord(text)
	require.NoError(t, err)
	assert.Equal(t, uint32(2), r.Index)
	assert.Equal(t, w.signed[2], r.Root)
	assert.Equal(t, w.chain.blocks[1].leaves[2], r.MessageID)
	assert.Equal(t, w.id, identity{r.Origin, r.Tree, r.Signer})
	_, err = os.Stat(filepath.Join(w.dir, signLogTemp))
	require.ErrorIs(t, err, os.ErrNotExist)
}

// The record is on disk before the key is asked.
func TestRecordComesBeforeSignature(t *testing.T) {
	w := newWorld(t, t.TempDir())
	w.chain.mine(2)
	w.chain.mine(0)
	var order []string
	w.hook = func(name string, before bool) {
		if before {
			order = append(order, name)
			return
		}
		if name == "sync state directory" {
			require.Empty(t, w.signed)
			text, err := os.ReadFile(w.signLogPath())
			require.NoError(t, err)
			r, err := decodeRecord(text)
			require.NoError(t, err)
			require.Equal(t, uint32(1), r.Index)
		}
	}
	v := w.mustOpen()
	defer closeOf(t, v)
	require.NoError(t, v.Step(t.Context()))
	assert.Equal(t, 2, w.syncs, "file and directory")
	assert.Equal(t, []string{
		"write metadata", "write announcement", "write temporary sign log", "rename sign log", "sync state directory",
		"sign checkpoint", "write checkpoint", "write latest index", "sign checkpoint", "write checkpoint",
	}, order)
}

// What a production log does: the same with a real sync.
func TestRealSync(t *testing.T) {
	id := identity{1000, message.Address{31: 1}, [20]byte{1}}
	dir := t.TempDir()
	plain := func(_ string, do func() error) error { return do() }
	l, err := openSignLog(dir, id, plain)
	require.NoError(t, err)
	require.Nil(t, l.last)
	want := newRecord(id, checkpoint.Checkpoint{Index: 7, Root: merkle.Hash{1}, MessageID: message.ID{2}})
	require.NoError(t, l.write(want))
	require.NoError(t, l.close())
	l, err = openSignLog(dir, id, plain)
	require.NoError(t, err)
	require.Equal(t, want.sum(), l.last.Checksum)
	require.Equal(t, want.sum(), l.last.sum())
	require.NoError(t, l.close())
}

// Whatever single byte of the log is damaged, the validator refuses to start.
func TestDamagedSignLog(t *testing.T) {
	w := signedWorld(t)
	good, err := os.ReadFile(w.signLogPath())
	require.NoError(t, err)
	for i := range good {
		for _, flip := range []byte{0x01, 0x20} {
			bad := bytes.Clone(good)
			bad[i] ^= flip
			require.NoError(t, os.WriteFile(w.signLogPath(), bad, 0o600))
			_, err := w.open()
			require.ErrorIs(t, err, ErrSignLog, "byte %d of %d", i, len(good))
			require.ErrorContains(t, err, w.signLogPath())
			require.ErrorContains(t, err, "Recover", "the next step is in the error")
		}
	}
	for name, bad := range map[string][]byte{
		"empty": {}, "cut": good[:len(good)-1], "longer": append(bytes.Clone(good), '\n'), "endless": bytes.Repeat(good, 100),
		"no checksum": bytes.Replace(good, []byte(`"checksum"`), []byte(`"checksun"`), 1),
	} {
		require.NoError(t, os.WriteFile(w.signLogPath(), bad, 0o600))
		_, err := w.open()
		require.ErrorIs(t, err, ErrSignLog, name)
	}
	require.NoError(t, os.Remove(w.signLogPath()))
	require.NoError(t, os.Mkdir(w.signLogPath(), 0o700))
	_, err = w.open()
	require.ErrorIs(t, err, ErrSignLog, "a directory")

	require.NoError(t, os.Remove(w.signLogPath()))
	require.NoError(t, os.WriteFile(w.signLogPath(), good, 0o600))
	v := w.mustOpen() // refusing left no lock behind
	defer closeOf(t, v)
	require.NoError(t, v.Step(t.Context()))
}

func TestForeignSignLog(t *testing.T) {
	for name, change := range map[string]func(*identity){
		"origin": func(id *identity) { id.origin++ },
		"tree":   func(id *identity) { id.tree[0]++ },
		"signer": func(id *identity) { id.validator[0]++ },
	} {
		w := signedWorld(t)
		change(&w.id)
		_, err := w.open()
		require.ErrorIs(t, err, ErrSignLog, name)
		require.ErrorContains(t, err, name)
	}
}

func TestTornTemporaryFile(t *testing.T) {
	w := signedWorld(t)
	temp := filepath.Join(w.dir, signLogTemp)
	require.NoError(t, os.WriteFile(temp, []byte(`{"origin":1`), 0o600))
	v := w.mustOpen()
	defer closeOf(t, v)
	_, err := os.Stat(temp)
	require.ErrorIs(t, err, os.ErrNotExist)
	require.NoError(t, v.Step(t.Context()))
}

// A missing log is fine only for a key that never published.
func TestMissingSignLog(t *testing.T) {
	w := signedWorld(t)
	require.NoError(t, os.Remove(w.signLogPath()))
	v := w.mustOpen()
	defer closeOf(t, v)
	before := len(w.signed)
	err := v.Step(t.Context())
	require.ErrorIs(t, err, ErrSignLog)
	assert.ErrorContains(t, err, "missing")
	assert.Len(t, w.signed, before)

	// Somebody else's checkpoints are no reason.
	other := newWorld(t, t.TempDir())
	other.store, other.cfg.Store = w.store, w.store
	other.key = keyOf(t, "another")
	other.id.validator = other.Address()
	other.chain.mine(1)
	other.chain.mine(0)
	u := other.mustOpen()
	defer closeOf(t, u)
	require.NoError(t, u.Step(t.Context()))
}

func TestSecondProcess(t *testing.T) {
	w := newWorld(t, t.TempDir())
	v := w.mustOpen()
	_, err := w.open()
	require.ErrorIs(t, err, ErrKeyInUse)
	assert.ErrorContains(t, err, filepath.Join(w.dir, lockName))
	closeOf(t, v)
	closeOf(t, w.mustOpen())
}

// A replica with a state directory of its own, on the same store.
func TestTwin(t *testing.T) {
	replica := func(t *testing.T, w *world) *Validator {
		t.Helper()
		dir := w.dir
		w.cfg.StateDir = t.TempDir()
		v := w.mustOpen()
		w.cfg.StateDir = dir
		return v
	}
	t.Run("starts later", func(t *testing.T) {
		w := signedWorld(t)
		v := replica(t, w)
		defer closeOf(t, v)
		require.ErrorIs(t, v.Step(t.Context()), ErrSignLog)
	})
	t.Run("starts together", func(t *testing.T) {
		w := newWorld(t, t.TempDir())
		one, two := w.mustOpen(), replica(t, w)
		defer closeOf(t, one)
		defer closeOf(t, two)
		require.NoError(t, one.Step(t.Context()))
		require.NoError(t, two.Step(t.Context()))
		w.chain.mine(2)
		w.chain.mine(0)
		require.NoError(t, one.Step(t.Context()))
		err := two.Step(t.Context())
		require.ErrorIs(t, err, ErrTwin)
		var typed *TwinError
		require.ErrorAs(t, err, &typed)
		assert.True(t, typed.Empty)
		require.NoError(t, typed.Have.Verify(w.Address()))
		require.ErrorIs(t, two.Step(t.Context()), ErrTwin)
		require.NoError(t, one.Step(t.Context()), "the one with the log goes on")
	})
	t.Run("state directory is an old copy", func(t *testing.T) {
		w := signedWorld(t)
		old, err := os.ReadFile(w.signLogPath())
		require.NoError(t, err)
		w.chain.mine(2)
		w.chain.mine(0)
		v := w.mustOpen()
		require.NoError(t, v.Step(t.Context()))
		closeOf(t, v)
		require.NoError(t, os.WriteFile(w.signLogPath(), old, 0o600))
		w.chain.mine(7)
		w.chain.mine(0)
		v = w.mustOpen()
		defer closeOf(t, v)
		before := len(w.signed)
		err = v.Step(t.Context())
		require.ErrorIs(t, err, ErrTwin)
		var typed *TwinError
		require.ErrorAs(t, err, &typed)
		assert.Equal(t, uint32(2), typed.Known)
		assert.False(t, typed.Empty)
		assert.Len(t, w.signed, before)
	})
	t.Run("a latest index alone proves nothing", func(t *testing.T) {
		w := signedWorld(t)
		require.NoError(t, w.store.WriteLatestIndex(t.Context(), 4_000_000_000))
		w.chain.mine(1)
		w.chain.mine(0)
		v := w.mustOpen()
		defer closeOf(t, v)
		require.NoError(t, v.Step(t.Context()))
		require.Len(t, w.signed, 4)
	})
}

// The store holds another root under our signature: published by a twin, or by us on a chain that
// is gone. It is never overwritten.
func TestConflictInStorage(t *testing.T) {
	w := signedWorld(t)
	other := checkpoint.Checkpoint{Origin: w.id.origin, Tree: w.id.tree, Index: 1, Root: merkle.Hash{1}, MessageID: message.ID{2}}
	signed, err := checkpoint.Sign(t.Context(), w.key, other)
	require.NoError(t, err)
	require.NoError(t, w.store.Bucket().Delete(t.Context(), w.store.CheckpointKey(1)))
	_, err = w.store.WriteCheckpoint(t.Context(), signed)
	require.NoError(t, err)
	w.cfg.Location, w.keyErr = "", errors.New("the key was asked")
	v := w.mustOpen()
	defer closeOf(t, v)
	err = v.Step(t.Context())
	require.ErrorIs(t, err, storage.ErrConflict, "and nothing is signed")
	var conflict *storage.ConflictError
	require.ErrorAs(t, err, &conflict)
	assert.Equal(t, signed, conflict.Have)
	assert.NotEqual(t, signed.Root, conflict.Want.Root)
	require.ErrorIs(t, v.Step(t.Context()), storage.ErrConflict)
	have, err := w.store.Checkpoint(t.Context(), 1)
	require.NoError(t, err)
	assert.Equal(t, signed, have)
}

// While it cannot be found out whether the key has signed an index before, it is not asked to.
func TestUnreadableStorageIsNotSignedOver(t *testing.T) {
	w := newWorld(t, t.TempDir())
	w.chain.mine(3)
	w.chain.mine(0)
	w.cfg.Location, w.keyErr = "", errors.New("the key was asked")
	w.hook = func(name string, before bool) {
		if name == "sync state directory" && !before {
			require.NoError(t, w.store.Close())
		}
	}
	v := w.mustOpen()
	defer closeOf(t, v)
	err := v.Step(t.Context())
	require.ErrorContains(t, err, "look for checkpoint 2")
	require.NotErrorIs(t, err, w.keyErr)
	require.False(t, fatal(err), "it may be read again later")
}

// A crash right after the first signature must not take the sign log with the directory that was
// made for it.
func TestStateDirectoryOutlastsCrash(t *testing.T) {
	root := t.TempDir()
	var synced []string
	sync := func(f *os.File) error {
		synced = append(synced, f.Name())
		return nil
	}
	dir := filepath.Join(root, "a", "b", "c")
	require.NoError(t, makeDir(dir, sync))
	require.DirExists(t, dir)
	require.Equal(t, []string{root, filepath.Join(root, "a"), filepath.Join(root, "a", "b")}, synced)
	require.NoError(t, makeDir(dir, sync))
	require.Len(t, synced, 3, "what was there needs no sync")
	require.ErrorIs(t, makeDir(filepath.Join(root, "x"), func(*os.File) error { return errDisk }), errDisk)
	file := filepath.Join(root, "file")
	require.NoError(t, os.WriteFile(file, nil, 0o600))
	require.Error(t, makeDir(filepath.Join(file, "below"), sync))
}

// The right checkpoint under somebody else's signature is not ours: two validators may have been
// given one location.
func TestForeignSignatureIsReplaced(t *testing.T) {
	w := signedWorld(t)
	have, err := w.store.Checkpoint(t.Context(), 1)
	require.NoError(t, err)
	foreign, err := checkpoint.Sign(t.Context(), keyOf(t, "another"), have.Checkpoint)
	require.NoError(t, err)
	done, err := w.store.WriteCheckpoint(t.Context(), foreign)
	require.NoError(t, err)
	require.Equal(t, storage.Replaced, done)
	var log strings.Builder
	w.cfg.Logger = slog.New(slog.NewTextHandler(&log, nil))
	v := w.mustOpen()
	defer closeOf(t, v)
	require.NoError(t, v.Step(t.Context()))
	w.requirePublished(3)
	assert.Contains(t, log.String(), "no other validator writes to this location")
}

// The guard refuses by itself, whatever calls it.
func TestGuard(t *testing.T) {
	w := newWorld(t, t.TempDir())
	w.chain.mine(3)
	v := w.mustOpen()
	defer closeOf(t, v)
	var tree merkle.FullTree
	for _, leaf := range w.chain.blocks[1].leaves {
		require.NoError(t, tree.Append(merkle.Hash(leaf)))
	}
	g, at := v.guard, point{Number: 1}
	_, err := g.sign(t.Context(), &tree, at, 0)
	require.ErrorIs(t, err, ErrSignLog, "no record")
	require.NoError(t, g.extend(&merkle.FullTree{}, at), "an empty tree needs none")
	require.Nil(t, g.log.last)
	require.NoError(t, g.extend(&tree, at))

	more := message.ID{9}
	require.NoError(t, tree.Append(merkle.Hash(more)))
	_, err = g.sign(t.Context(), &tree, at, 3)
	require.ErrorIs(t, err, ErrSignLog, "above the record")
	_, err = g.sign(t.Context(), &tree, at, 2)
	require.NoError(t, err, "below it, from a longer tree")

	require.NoError(t, tree.Truncate(2))
	_, err = g.sign(t.Context(), &tree, at, 0)
	require.ErrorIs(t, err, ErrBehind, "a tree that does not reach the record")
	require.NoError(t, tree.Append(merkle.Hash(more)))
	_, err = g.sign(t.Context(), &tree, at, 0)
	require.ErrorIs(t, err, ErrReorg, "a tree that contradicts it, even below")
	require.ErrorIs(t, g.extend(&tree, at), ErrReorg)
	require.Len(t, w.signed, 1)
}

func FuzzSignLog(f *testing.F) {
	r := newRecord(identity{1000, message.Address{31: 1}, [20]byte{1}}, checkpoint.Checkpoint{Index: 7, Root: merkle.Hash{1}, MessageID: message.ID{2}})
	text, err := r.encode()
	require.NoError(f, err)
	f.Add(text)
	f.Add([]byte(strings.Replace(string(text), `"index": 7`, `"index": 8`, 1)))
	f.Fuzz(func(t *testing.T, text []byte) {
		r, err := decodeRecord(text)
		if err != nil {
			return
		}
		again, err := r.encode()
		require.NoError(t, err)
		require.Equal(t, text, again)
	})
}
