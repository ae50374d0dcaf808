package relayer

import (
	"encoding/binary"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"strings"
	"syscall"

	"github.com/cockroachdb/pebble"
	"github.com/cockroachdb/pebble/vfs"
	"github.com/ethereum/go-ethereum/common"

	"github.com/hyperlane-go/sdk/merkle"
	"github.com/hyperlane-go/sdk/message"
)

// The store is one pebble database. Integers in keys are big-endian, so keys sort by them.
//
//	key                            value
//	"schema"                       schemaVersion
//	"p" domain(4)                  pin: what the relayer knows the chain by
//	"c" domain(4)                  point: how far the origin has been indexed
//	"t" domain(4) next(8)          point: earlier ones, to go back to after a reorganisation
//	"l" domain(4) index(4)         message id (32): the leaf
//	"x" domain(4) id(32) index(4)  nothing: the leaf indexes of a message
//	"b" domain(4) block(8) id(32)  nothing: the messages of a block
//	"q" id(32)                     record: messages with work left
//	"f" id(32)                     record: filtered messages
//	"d" id(32)                     record: messages that are done
//	"n" domain(4) nonce(8)         sender.Record: transactions under way to the destination
//
// Everything that belongs together is written in one batch: the cursor moves with the leaves and messages of the blocks
// it passes. A kill leaves the state before a batch or after it, never between.
const schemaVersion = "hyperlane relayer state, version 2"

const (
	keySchema   = "schema"
	prefixPin   = 'p'
	prefixPoint = 'c'
	prefixTrail = 't'
	prefixLeaf  = 'l'
	prefixIndex = 'x'
	prefixBlock = 'b'
	prefixQueue = 'q'
	prefixAside = 'f'
	prefixDone  = 'd'

	prefixSending = 'n'
)

// pin is what must not change about a chain under a cursor. A chain that was started anew has another genesis.
type pin struct {
	ChainID string         `json:"chainId"`
	Outbox  common.Address `json:"outbox"`
	Tree    common.Address `json:"tree"`
	Genesis common.Hash    `json:"genesis"`
}

// point is a block up to which logs and contract state agreed.
type point struct {
	Next  uint64      `json:"next"`  // first block that has not been read
	Hash  common.Hash `json:"hash"`  // of block Next-1; zero at the start
	Count uint32      `json:"count"` // leaves of the tree
	Root  merkle.Hash `json:"root"`  // of the tree with Count leaves
	Nonce uint32      `json:"nonce"` // nonce of the next dispatch
}

// errWrite is the class of writes that failed.
var errWrite = errors.New("relayer: cannot write state")

type store struct {
	db *pebble.DB
	// step is called before and after every write, with the name of the write. Tests stop the process there.
	step func(string)
}

// openStore opens or creates a database. fs nil means the files of this machine.
func openStore(dir string, fs vfs.FS, log *slog.Logger) (*store, error) {
	if fs == nil {
		fs = vfs.Default
	}
	if err := makeDir(fs, dir); err != nil {
		return nil, &StoreError{Key: dir, Have: "not a directory that can be made", Want: "a directory", Next: "choose another", Err: err}
	}
	db, err := pebble.Open(dir, &pebble.Options{FS: fs, Logger: pebbleLogger{log}, FormatMajorVersion: pebble.FormatNewest})
	switch {
	case err == nil:
	case errors.Is(err, syscall.EAGAIN), errors.Is(err, syscall.EACCES), strings.Contains(err.Error(), "lock held by current process"):
		return nil, fmt.Errorf("%w: %s: %w", ErrLocked, dir, err)
	default:
		return nil, &StoreError{Key: dir, Have: "unreadable", Want: "a relayer's state or an empty directory",
			Next: "restore it, or use an empty directory to index again from the start", Err: err}
	}
	s := &store{db: db, step: func(string) {}}
	if err := s.checkSchema(dir); err != nil {
		return nil, errors.Join(err, db.Close())
	}
	return s, nil
}

// makeDir creates a directory with its parents so that they outlast a crash: the entry of a new directory is not on
// disk before the directory that holds it has been synced.
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
	holder, err := fs.OpenDir(parent)
	if err != nil {
		return err
	}
	return errors.Join(holder.Sync(), holder.Close())
}

func (s *store) checkSchema(dir string) error {
	have, found, err := s.get([]byte(keySchema))
	switch {
	case err != nil:
		return err
	case found && string(have) == schemaVersion:
		return nil
	case found:
		return &StoreError{Key: keySchema, Have: excerpt(have), Want: schemaVersion,
			Next: "use the version of the relayer that wrote it, or an empty directory"}
	}
	empty, err := s.empty()
	if err != nil {
		return err
	}
	if !empty {
		return &StoreError{Key: keySchema, Have: "absent, though " + dir + " holds a database", Want: schemaVersion,
			Next: "use a directory of its own for the relayer"}
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

// commit writes what fill puts in a batch, all of it or nothing. It returns before the batch is on disk: a crash may
// take the newest batches with it, never one without those after it. What they said is found on the chains again.
func (s *store) commit(name string, fill func(*pebble.Batch) error) error {
	return s.write(name, pebble.NoSync, fill)
}

// commitSynced is commit that returns once the batch, and all before it, are on disk. It is for what must be known
// after a crash before something leaves the process.
func (s *store) commitSynced(name string, fill func(*pebble.Batch) error) error {
	return s.write(name, pebble.Sync, fill)
}

func (s *store) write(name string, sync *pebble.WriteOptions, fill func(*pebble.Batch) error) error {
	b := s.db.NewBatch()
	defer b.Close()
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

// scan calls f with every key that starts with prefix and is not below from, in order, until f returns an error. io.EOF
// ends the scan without being one.
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

// after returns the least key above all keys with the prefix.
func after(prefix []byte) []byte {
	end := append([]byte(nil), prefix...)
	for i := len(end) - 1; i >= 0; i-- {
		if end[i]++; end[i] != 0 {
			return end[:i+1]
		}
	}
	return nil
}

func corrupt(key, value []byte, err error) error {
	return &StoreError{Key: fmt.Sprintf("%q", key), Have: excerpt(value), Want: "an entry that this relayer wrote",
		Next: "restore the directory, or use an empty one to index again from the start", Err: err}
}

// Keys.

func domainKey(prefix byte, d message.Domain) []byte {
	return binary.BigEndian.AppendUint32([]byte{prefix}, uint32(d))
}

func trailKey(d message.Domain, next uint64) []byte {
	return binary.BigEndian.AppendUint64(domainKey(prefixTrail, d), next)
}

func leafKey(d message.Domain, index uint32) []byte {
	return binary.BigEndian.AppendUint32(domainKey(prefixLeaf, d), index)
}

func indexKey(d message.Domain, id message.ID, index uint32) []byte {
	return binary.BigEndian.AppendUint32(append(domainKey(prefixIndex, d), id[:]...), index)
}

func blockKey(d message.Domain, block uint64, id message.ID) []byte {
	return append(binary.BigEndian.AppendUint64(domainKey(prefixBlock, d), block), id[:]...)
}

func recordKey(prefix byte, id message.ID) []byte { return append([]byte{prefix}, id[:]...) }

// prefixOf says where a record is kept.
func prefixOf(s Stage) byte {
	switch s {
	case StageFiltered:
		return prefixAside
	case StageFinal:
		return prefixDone
	default:
		return prefixQueue
	}
}

// putRecord writes a record and removes it from where it may have been kept before.
func putRecord(b *pebble.Batch, r *record) error {
	data, err := r.encode()
	if err != nil {
		return err
	}
	keep := prefixOf(r.stage)
	for _, p := range [...]byte{prefixQueue, prefixAside, prefixDone} {
		if p == keep {
			err = b.Set(recordKey(p, r.id), data, nil)
		} else {
			err = b.Delete(recordKey(p, r.id), nil)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// record returns the stored record of a message, or nil.
func (s *store) record(id message.ID) (*record, error) {
	for _, p := range [...]byte{prefixQueue, prefixAside, prefixDone} {
		data, found, err := s.get(recordKey(p, id))
		if err != nil {
			return nil, err
		}
		if found {
			return readRecord(recordKey(p, id), data)
		}
	}
	return nil, nil
}

func readRecord(key, data []byte) (*record, error) {
	r, err := decodeRecord(data)
	if err != nil {
		return nil, corrupt(key, data, err)
	}
	if string(key[1:]) != string(r.id[:]) {
		return nil, corrupt(key, data, fmt.Errorf("holds message %v", r.id))
	}
	return r, nil
}

// pebbleLogger passes the database's log on. Fatalf is what pebble calls when a write can no longer be made durable;
// nothing may go on after that, and a crash is what the store is made to survive.
type pebbleLogger struct{ log *slog.Logger }

func (l pebbleLogger) Infof(format string, args ...any) {
	l.log.Debug("state database", "event", fmt.Sprintf(format, args...))
}

func (l pebbleLogger) Fatalf(format string, args ...any) {
	panic(fmt.Sprintf("relayer: state database: "+format, args...))
}
