package validator

import (
	"bytes"
	"encoding/binary"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"

	"github.com/ethereum/go-ethereum/common"
	"github.com/ethereum/go-ethereum/crypto"
	"github.com/gofrs/flock"

	"github.com/hyperlane-go/sdk/hyperlane/evm"
	"github.com/hyperlane-go/sdk/ism/checkpoint"
	"github.com/hyperlane-go/sdk/merkle"
	"github.com/hyperlane-go/sdk/message"
)

const (
	signLogName = "signlog.json"
	signLogTemp = signLogName + ".tmp"
	lockName    = "signlog.lock"
	signLogMost = 4096 // bytes; a record has about 500
)

// identity is the part that all signatures of one validator share.
type identity struct {
	origin    message.Domain
	tree      message.Address
	validator common.Address
}

// record is the content of the sign log: the highest checkpoint ever signed. Its root fixes all
// leaves below, and so every lower checkpoint.
type record struct {
	Origin    message.Domain  `json:"origin"`
	Tree      message.Address `json:"tree"`
	Signer    common.Address  `json:"signer"`
	Index     uint32          `json:"index"`
	Root      merkle.Hash     `json:"root"`
	MessageID message.ID      `json:"message_id"`
	Checksum  common.Hash     `json:"checksum"`
}

func newRecord(id identity, c checkpoint.Checkpoint) record {
	return record{Origin: id.origin, Tree: id.tree, Signer: id.validator, Index: c.Index, Root: c.Root, MessageID: c.MessageID}
}

// sum covers every field at a fixed place, so that no damage to the text can turn one record into
// another.
func (r record) sum() common.Hash {
	b := []byte("HYPERLANE_SIGNLOG_1")
	b = binary.BigEndian.AppendUint32(b, uint32(r.Origin))
	b = append(b, r.Tree[:]...)
	b = append(b, r.Signer[:]...)
	b = binary.BigEndian.AppendUint32(b, r.Index)
	b = append(b, r.Root[:]...)
	b = append(b, r.MessageID[:]...)
	return crypto.Keccak256Hash(b)
}

func (r record) encode() ([]byte, error) {
	r.Checksum = r.sum()
	text, err := json.MarshalIndent(r, "", "  ")
	if err != nil {
		return nil, err
	}
	return append(text, '\n'), nil
}

// decodeRecord reads exactly what encode writes.
func decodeRecord(text []byte) (record, error) {
	var r record
	if err := json.Unmarshal(text, &r); err != nil {
		return record{}, err
	}
	if have := r.sum(); have != r.Checksum {
		return record{}, fmt.Errorf("checksum is %s, want %s", r.Checksum, have)
	}
	again, err := r.encode()
	if err != nil {
		return record{}, err
	}
	if !bytes.Equal(again, text) {
		return record{}, errors.New("its form is not the one that is written")
	}
	return r, nil
}

// signLog is the record on disk, under an exclusive lock.
type signLog struct {
	dir  string
	lock *flock.Flock
	last *record // nil: nothing was ever signed
	step stepFunc
	sync func(*os.File) error // (*os.File).Sync, except in tests of thousands of restarts
}

// openSignLog creates and locks the directory, and reads the log. Without a log it returns a locked
// one without record. A log that cannot be trusted is ErrSignLog, beside the locked log that
// Recover needs.
func openSignLog(dir string, id identity, step stepFunc) (*signLog, error) {
	if err := makeDir(dir, (*os.File).Sync); err != nil {
		return nil, &evm.ConfigError{Field: "StateDir", Have: dir, Want: "a directory that can be written", Err: err}
	}
	path := filepath.Join(dir, lockName)
	lock := flock.New(path)
	// SECURITY: without this lock two processes would sign from one log.
	locked, err := lock.TryLock()
	if err != nil {
		return nil, &evm.ConfigError{Field: "StateDir", Have: dir, Want: "a directory that can be locked", Err: err}
	}
	if !locked {
		return nil, fmt.Errorf("%w: %s is locked; stop the other validator, or give this one a key and a directory of its own", ErrKeyInUse, path)
	}
	l := &signLog{dir: dir, lock: lock, step: step, sync: (*os.File).Sync}
	// A kill before the rename leaves it: nothing was signed by it.
	if err := os.Remove(filepath.Join(dir, signLogTemp)); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return l, l.refuse("a temporary file cannot be removed", err)
	}
	return l, l.load(id)
}

func (l *signLog) path() string { return filepath.Join(l.dir, signLogName) }

func (l *signLog) refuse(reason string, err error) error {
	const next = "; once no other process signs with this key, call validator.Recover"
	if err != nil {
		return fmt.Errorf("%w: %s: %s: %w%s", ErrSignLog, l.path(), reason, err, next)
	}
	return fmt.Errorf("%w: %s: %s%s", ErrSignLog, l.path(), reason, next)
}

func (l *signLog) load(id identity) error {
	file, err := os.Open(l.path())
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err != nil {
		return l.refuse("cannot be read", err)
	}
	text, err := io.ReadAll(io.LimitReader(file, signLogMost))
	if err = errors.Join(err, file.Close()); err != nil {
		return l.refuse("cannot be read", err)
	}
	r, err := decodeRecord(text)
	if err != nil {
		return l.refuse("is damaged", err)
	}
	if have := (identity{r.Origin, r.Tree, r.Signer}); have != id {
		return l.refuse(fmt.Sprintf("is of origin %s, tree %s and signer %s, want origin %s, tree %s and signer %s",
			r.Origin, r.Tree, r.Signer, id.origin, id.tree, id.validator), nil)
	}
	l.last = &r
	return nil
}

// write replaces the record. A crash at any instant leaves the old or the new one, and the new one
// is on the disk when write returns.
func (l *signLog) write(r record) error {
	text, err := r.encode()
	if err != nil {
		return l.refuse("cannot be encoded", err)
	}
	temp := filepath.Join(l.dir, signLogTemp)
	if err := l.step("write temporary sign log", func() error { return l.writeTemp(temp, text) }); err != nil {
		return fmt.Errorf("validator: write sign log: %w", err)
	}
	if err := l.step("rename sign log", func() error { return os.Rename(temp, l.path()) }); err != nil {
		return fmt.Errorf("validator: write sign log: %w", err)
	}
	if err := l.step("sync state directory", func() error { return l.syncDir() }); err != nil {
		return fmt.Errorf("validator: write sign log: %w", err)
	}
	l.last = &r
	return nil
}

func (l *signLog) writeTemp(path string, text []byte) (err error) {
	file, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_TRUNC, 0o600)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, file.Close()) }()
	if _, err := file.Write(text); err != nil {
		return err
	}
	return l.sync(file)
}

func (l *signLog) syncDir() error { return syncDir(l.dir, l.sync) }

func syncDir(path string, sync func(*os.File) error) (err error) {
	dir, err := os.Open(path)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, dir.Close()) }()
	return sync(dir)
}

// makeDir makes a directory and its parents so that they survive a crash. The entry of a new
// directory is on the disk once its parent is synced; before that, a crash would lose the sign log
// with the directory.
func makeDir(dir string, sync func(*os.File) error) error {
	if info, err := os.Stat(dir); err == nil && info.IsDir() {
		return nil
	}
	parent := filepath.Dir(dir)
	if parent != dir {
		if err := makeDir(parent, sync); err != nil {
			return err
		}
	}
	if err := os.Mkdir(dir, 0o700); err != nil && !errors.Is(err, fs.ErrExist) {
		return err
	}
	return syncDir(parent, sync)
}

// close releases the lock, as the end of the process does.
func (l *signLog) close() error {
	if err := l.lock.Unlock(); err != nil {
		return fmt.Errorf("validator: unlock %s: %w", l.lock.Path(), err)
	}
	return nil
}
