package validator

import (
	"bufio"
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"

	"github.com/ethereum/go-ethereum/common"

	"github.com/hyperlane-go/sdk/merkle"
	"github.com/hyperlane-go/sdk/message"
)

const (
	leavesName = "leaves.bin"
	leavesTemp = leavesName + ".tmp"

	// The leaves are saved after this many new leaves, or this many blocks.
	saveLeaves = 1000
	saveBlocks = 10_000
)

// leavesHeader is the first line of the file; the tree follows in its own form.
type leavesHeader struct {
	Origin message.Domain  `json:"origin"`
	Tree   message.Address `json:"tree"`
	Block  uint64          `json:"block"`
	Hash   common.Hash     `json:"hash"`
	Root   merkle.Hash     `json:"root"`
}

// leaves keeps the leaves that were read beside the sign log, so that a restart does not read the
// chain's logs from the beginning. It is a cache: a file with any fault is dropped, and the
// contract's root is compared again before anything is signed.
type leaves struct {
	dir   string
	id    identity
	every uint32 // saveLeaves, less in tests
	saved point
}

func (c *leaves) path() string { return filepath.Join(c.dir, leavesName) }

// due reports whether a save is worth its cost.
func (c *leaves) due(at point) bool {
	return at.Count >= c.saved.Count+c.every || at.Number >= c.saved.Number+saveBlocks
}

// save writes the leaves of a point, without a sync: the checksum reveals a file that a crash has
// torn.
func (c *leaves) save(tree *merkle.FullTree, at point) (err error) {
	root, err := tree.Root(at.Count)
	if err != nil {
		return fmt.Errorf("validator: save leaves: %w", err)
	}
	header, err := json.Marshal(leavesHeader{Origin: c.id.origin, Tree: c.id.tree, Block: at.Number, Hash: at.Hash, Root: root})
	if err != nil {
		return fmt.Errorf("validator: save leaves: %w", err)
	}
	temp := filepath.Join(c.dir, leavesTemp)
	if err := writeLeaves(temp, append(header, '\n'), tree); err != nil {
		return fmt.Errorf("validator: save leaves: %w", err)
	}
	if err := os.Rename(temp, c.path()); err != nil {
		return fmt.Errorf("validator: save leaves: %w", err)
	}
	c.saved = at
	return nil
}

func writeLeaves(path string, header []byte, tree *merkle.FullTree) (err error) {
	file, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_TRUNC, 0o600)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, file.Close()) }()
	if _, err := file.Write(header); err != nil {
		return err
	}
	w := bufio.NewWriter(file)
	if _, err := tree.WriteTo(w); err != nil {
		return err
	}
	return w.Flush()
}

// load reads what save wrote. After an error the file is of no use.
func (c *leaves) load(tree *merkle.FullTree) (_ point, err error) {
	file, err := os.Open(c.path())
	if err != nil {
		return point{}, err
	}
	defer func() { err = errors.Join(err, file.Close()) }()
	r := bufio.NewReaderSize(file, signLogMost)
	line, err := r.ReadSlice('\n')
	if err != nil {
		return point{}, fmt.Errorf("first line: %w", err)
	}
	var h leavesHeader
	decoder := json.NewDecoder(bytes.NewReader(line))
	decoder.DisallowUnknownFields()
	if err := decoder.Decode(&h); err != nil {
		return point{}, fmt.Errorf("first line: %w", err)
	}
	if h.Origin != c.id.origin || h.Tree != c.id.tree {
		return point{}, fmt.Errorf("of origin %s and tree %s, want %s and %s", h.Origin, h.Tree, c.id.origin, c.id.tree)
	}
	if _, err := tree.ReadFrom(r); err != nil {
		return point{}, err
	}
	if root, err := tree.Root(tree.Count()); err != nil || root != h.Root {
		return point{}, errors.Join(err, tree.Truncate(0), fmt.Errorf("root is %s, want %s", root, h.Root))
	}
	c.saved = point{Number: h.Block, Hash: h.Hash, Count: tree.Count()}
	return c.saved, nil
}

// restore makes the follower begin where the saved leaves end.
func (v *Validator) restore() {
	at, err := v.leaves.load(&v.follower.tree)
	switch {
	case errors.Is(err, fs.ErrNotExist):
	case err != nil:
		v.log.Warn("saved leaves cannot be used, reading the chain again", "err", err)
	default:
		v.follower.trail = []point{at}
		v.follower.next = at.Number + 1
		v.follower.unproven = true
	}
}

// remember saves the leaves of a point if that is due. A failure only makes the next restart
// longer.
func (v *Validator) remember(at point) {
	if !v.leaves.due(at) {
		return
	}
	if err := v.step("write leaves", func() error { return v.leaves.save(&v.follower.tree, at) }); err != nil {
		v.log.Warn("leaves not saved", "err", err)
	}
}

// rememberLast saves the leaves of the last point, before the end.
func (v *Validator) rememberLast() {
	at, ok := v.follower.last()
	if !ok || at == v.leaves.saved || v.follower.unproven || v.dead != nil {
		return
	}
	err := v.follower.truncate()
	if err == nil {
		err = v.leaves.save(&v.follower.tree, at)
	}
	if err != nil {
		v.log.Warn("leaves not saved", "err", err)
	}
}
