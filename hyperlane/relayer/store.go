package relayer

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"strconv"
	"strings"
	"syscall"

	"github.com/cockroachdb/pebble"
	"github.com/cockroachdb/pebble/vfs"
)

// errWrite marks a write to the state that failed.
var errWrite = errors.New("relayer: cannot write state")

// store is the database of a relayer. File keys.go describes its content.
type store struct {
	db *pebble.DB
	// step is called before and after every write, with the name of the write. Tests stop the
	// process there.
	step func(string)
}

// openStore opens or creates a database. A nil fs means the file system of the machine.
func openStore(dir string, fs vfs.FS, log *slog.Logger) (*store, error) {
	if fs == nil {
		fs = vfs.Default
	}
	if err := makeDir(fs, dir); err != nil {
		return nil, storeError(dir, "a path where no directory can be created", "a directory", "set another StateDir", err)
	}
	db, err := pebble.Open(dir, &pebble.Options{FS: fs, Logger: pebbleLogger{log}, FormatMajorVersion: pebble.FormatNewest})
	switch {
	case err == nil:
	case errors.Is(err, syscall.EAGAIN), errors.Is(err, syscall.EACCES), strings.Contains(err.Error(), "lock held by current process"):
		return nil, fmt.Errorf("%w: %s: %w", ErrLocked, dir, err)
	default:
		return nil, storeError(dir, "unreadable", "a relayer's state or an empty directory",
			"restore it, or use an empty directory to index again from the start", err)
	}
	s := &store{db: db, step: func(string) {}}
	if err := s.checkSchema(dir); err != nil {
		return nil, errors.Join(err, db.Close())
	}
	return s, nil
}

// makeDir creates a directory and its parents so that they survive a crash: the entry of a new
// directory is on disk only after its parent has been synced.
func makeDir(fs vfs.FS, dir string) error {
	if _, err := fs.Stat(dir); err == nil {
		return nil
	}
	parent := fs.PathDir(dir)
	if parent != dir {
		if err := makeDir(fs, parent); err != nil {
			return err
		}
	}
	if err := fs.MkdirAll(dir, 0o755); err != nil {
		return err
	}
	parentDir, err := fs.OpenDir(parent)
	if err != nil {
		return err
	}
	return errors.Join(parentDir.Sync(), parentDir.Close())
}

// checkSchema checks that the database is that of a relayer of this version, and marks an empty one
// as such.
func (s *store) checkSchema(dir string) error {
	have, found, err := s.get([]byte(keySchema))
	switch {
	case err != nil:
		return err
	case found && string(have) == schemaVersion:
		return nil
	case found:
		return storeError("the "+keySchema, strconv.Quote(excerpt(have)), strconv.Quote(schemaVersion),
			"use the version of the relayer that wrote it, or an empty directory", nil)
	}
	empty, err := s.empty()
	if err != nil {
		return err
	}
	if !empty {
		return storeError("the "+keySchema, "absent, although "+dir+" holds a database", strconv.Quote(schemaVersion),
			"use a separate directory for the relayer", nil)
	}
	return s.db.Set([]byte(keySchema), []byte(schemaVersion), pebble.Sync)
}

func (s *store) empty() (bool, error) {
	it, err := s.db.NewIter(nil)
	if err != nil {
		return false, err
	}
	found := it.First()
	return !found, errors.Join(it.Error(), it.Close())
}

func (s *store) close() error { return s.db.Close() }

// commit writes a batch that fill prepares, completely or not at all. It returns before the batch
// is on disk: a crash can lose the newest batches, but never one without those after it. The
// relayer reads the lost content from the chains again.
func (s *store) commit(name string, fill func(*pebble.Batch) error) error {
	return s.write(name, pebble.NoSync, fill)
}

// commitSynced is commit, and returns once the batch and all earlier ones are on disk. Use it for
// what must survive a crash before something leaves the process.
func (s *store) commitSynced(name string, fill func(*pebble.Batch) error) error {
	return s.write(name, pebble.Sync, fill)
}

func (s *store) write(name string, sync *pebble.WriteOptions, fill func(*pebble.Batch) error) (err error) {
	b := s.db.NewBatch()
	defer func() { err = errors.Join(err, b.Close()) }()
	if err := fill(b); err != nil {
		return err
	}
	s.step(name + ": before")
	if err := b.Commit(sync); err != nil {
		return fmt.Errorf("%w: %s: %w", errWrite, name, err)
	}
	s.step(name + ": after")
	return nil
}

func (s *store) get(key []byte) ([]byte, bool, error) {
	v, closer, err := s.db.Get(key)
	if errors.Is(err, pebble.ErrNotFound) {
		return nil, false, nil
	}
	if err != nil {
		return nil, false, fmt.Errorf("relayer: reading state: %w", err)
	}
	return append([]byte(nil), v...), true, closer.Close()
}

func (s *store) getJSON(key []byte, v any) (bool, error) {
	data, found, err := s.get(key)
	if err != nil || !found {
		return false, err
	}
	if err := json.Unmarshal(data, v); err != nil {
		return false, corrupt(key, data, err)
	}
	return true, nil
}

func setJSON(b *pebble.Batch, key []byte, v any) error {
	data, err := json.Marshal(v)
	if err != nil {
		return err
	}
	return b.Set(key, data, nil)
}

// scan calls f for every key with a prefix that is not below from, in order, until f returns an
// error. io.EOF ends the scan without an error.
func (s *store) scan(prefix, from []byte, f func(key, value []byte) error) error {
	if from == nil {
		from = prefix
	}
	it, err := s.db.NewIter(&pebble.IterOptions{LowerBound: from, UpperBound: after(prefix)})
	if err != nil {
		return fmt.Errorf("relayer: reading state: %w", err)
	}
	for ok := it.First(); ok && err == nil; ok = it.Next() {
		err = f(it.Key(), it.Value())
	}
	if errors.Is(err, io.EOF) {
		err = nil
	}
	return errors.Join(err, it.Error(), it.Close())
}

// corrupt returns the error of an entry that cannot be read.
func corrupt(key, value []byte, err error) error {
	return storeError(fmt.Sprintf("entry %q", key), excerpt(value), "one that this relayer wrote",
		"restore the directory, or use an empty one to index again from the start", err)
}

// pebbleLogger passes the log of the database on. pebble calls Fatalf when it can no longer make
// writes durable: the process must not continue then, and the state survives a crash.
type pebbleLogger struct{ log *slog.Logger }

func (l pebbleLogger) Infof(format string, args ...any) {
	l.log.Debug("state database", "event", fmt.Sprintf(format, args...))
}

func (l pebbleLogger) Fatalf(format string, args ...any) {
	panic(fmt.Sprintf("relayer: state database: "+format, args...))
}
