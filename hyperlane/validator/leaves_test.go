package validator

import (
	"bytes"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/hyperlane-go/sdk/hyperlane/evm"
	"github.com/hyperlane-go/sdk/merkle"
)

// restarted mines one more leaf, opens the validator again and makes a step.
func (w *world) restarted(t *testing.T) (*Validator, error) {
	t.Helper()
	w.chain.mine(1)
	w.chain.mine(0)
	w.chain.asked = nil
	v := w.mustOpen()
	t.Cleanup(func() { closeOf(t, v) })
	return v, v.Step(t.Context())
}

// After a clean end, only new blocks are read.
func TestLeavesAreRemembered(t *testing.T) {
	w := signedWorld(t)
	_, err := w.restarted(t)
	require.NoError(t, err)
	assert.Equal(t, []uint64{2}, w.chain.asked)
	w.requirePublished(4)
}

// A process that is killed left what it saved on the way.
func TestLeavesAreSavedOnTheWay(t *testing.T) {
	for name, more := range map[string]func(w *world){
		"many leaves": func(w *world) { w.saveEvery = 3 },
		"many blocks": func(w *world) {
			for range saveBlocks {
				w.chain.mine(0)
			}
		},
	} {
		t.Run(name, func(t *testing.T) {
			w := newWorld(t, t.TempDir())
			w.chain.mine(3)
			w.chain.mine(0)
			more(w)
			v := w.mustOpen()
			require.NoError(t, v.Step(t.Context()))
			final := w.chain.newest().head.Number - 1
			require.NoError(t, v.guard.log.close()) // as a kill does
			_, err := w.restarted(t)
			require.NoError(t, err)
			assert.Equal(t, []uint64{final + 1}, w.chain.asked)
			w.requirePublished(4)
		})
	}
	w := newWorld(t, t.TempDir())
	w.chain.mine(3)
	w.chain.mine(0)
	v := w.mustOpen()
	require.NoError(t, v.Step(t.Context()))
	require.NoError(t, v.guard.log.close())
	_, err := os.Stat(v.leaves.path())
	require.ErrorIs(t, err, os.ErrNotExist, "three leaves are not worth it")
}

// A file that is damaged in any byte costs a longer reading, or a step that fails, and never a
// signature.
func TestDamagedLeaves(t *testing.T) {
	w := signedWorld(t)
	path := filepath.Join(w.dir, leavesName)
	good, err := os.ReadFile(path)
	require.NoError(t, err)
	log, err := os.ReadFile(w.signLogPath())
	require.NoError(t, err)
	damaged := map[string][]byte{"empty": {}, "cut": good[:len(good)-1], "longer": append(bytes.Clone(good), 0), "no line": bytes.Repeat([]byte("x"), 2*signLogMost)}
	for i := range good {
		bad := bytes.Clone(good)
		bad[i] ^= 0x01
		damaged[string(rune(i))] = bad
	}
	for name, bad := range damaged {
		require.NoError(t, os.WriteFile(path, bad, 0o600))
		require.NoError(t, os.WriteFile(w.signLogPath(), log, 0o600))
		v := w.mustOpen()
		if err := v.Step(t.Context()); err != nil {
			require.NoError(t, v.Step(t.Context()), "%q: after %v", name, err)
		}
		require.NoError(t, v.guard.log.close())
	}
	w.requirePublished(3)
}

// A file that somebody wrote with care, for this very chain and block.
func TestForgedLeaves(t *testing.T) {
	for name, forge := range map[string]func(tree *merkle.FullTree) error{
		"a leaf replaced": func(tree *merkle.FullTree) error {
			if err := tree.Truncate(2); err != nil {
				return err
			}
			return tree.Append(merkle.Hash{1})
		},
		"a leaf more": func(tree *merkle.FullTree) error { return tree.Append(merkle.Hash{1}) },
		"a leaf less": func(tree *merkle.FullTree) error { return tree.Truncate(2) },
		"no leaves":   func(tree *merkle.FullTree) error { return tree.Truncate(0) },
	} {
		for _, progress := range []bool{false, true} {
			w := signedWorld(t)
			c := &leaves{dir: w.dir, id: w.id}
			var tree merkle.FullTree
			at, err := c.load(&tree)
			require.NoError(t, err)
			require.NoError(t, forge(&tree))
			at.Count = tree.Count()
			require.NoError(t, c.save(&tree, at))
			require.NoError(t, os.Remove(w.signLogPath())) // not even the sign log helps
			for index := range uint32(3) {
				require.NoError(t, w.store.Bucket().Delete(t.Context(), w.store.CheckpointKey(index)))
			}
			if progress {
				w.chain.mine(1)
				w.chain.mine(0)
			}
			v := w.mustOpen()
			require.ErrorIs(t, v.Step(t.Context()), evm.ErrAnswer, name)
			require.NoError(t, v.Step(t.Context()), name)
			closeOf(t, v)
			w.requirePublished(w.leaves())
		}
	}
}

func TestLeavesOfAnotherTree(t *testing.T) {
	w := signedWorld(t)
	c := &leaves{dir: w.dir, id: w.id}
	var tree merkle.FullTree
	at, err := c.load(&tree)
	require.NoError(t, err)
	c.id.origin++
	require.NoError(t, c.save(&tree, at))
	_, err = w.restarted(t)
	require.NoError(t, err)
	assert.Equal(t, []uint64{0}, w.chain.asked)
}

// The block at which the leaves were saved is gone: they are read again.
func TestLeavesOfALostBlock(t *testing.T) {
	w := signedWorld(t)
	w.chain.reorg(2, true)
	_, err := w.restarted(t)
	require.NoError(t, err)
	assert.Equal(t, []uint64{0}, w.chain.asked)
	w.requirePublished(4)
}

// What cannot be saved costs nothing but time.
func TestLeavesNotSaved(t *testing.T) {
	w := newWorld(t, t.TempDir())
	w.saveEvery = 1
	require.NoError(t, os.Mkdir(filepath.Join(w.dir, leavesTemp), 0o700))
	w.chain.mine(3)
	w.chain.mine(0)
	v := w.mustOpen()
	require.NoError(t, v.Step(t.Context()))
	closeOf(t, v)
	w.requirePublished(3)
	_, err := w.restarted(t)
	require.NoError(t, err)
	w.requirePublished(4)
}
