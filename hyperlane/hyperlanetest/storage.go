package hyperlanetest

import (
	"context"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"
	"sync"

	"gocloud.dev/blob"

	"github.com/hyperlane-go/sdk/hyperlane/storage"
	"github.com/hyperlane-go/sdk/ism/checkpoint"
)

// Storage is a bucket in memory where a validator publishes. It can be made to fail, and to hold
// anything. Safe for concurrent use. Get one from [NewStorage].
type Storage struct {
	location string

	mu      sync.Mutex
	objects map[string][]byte
	faults  map[access]error
	held    chan struct{} // closed on release; nil while reads pass
}

type access uint8

const (
	reading access = iota
	writing
)

// NewStorage returns an empty bucket for a validator that announces this location.
func NewStorage(location string) *Storage {
	return &Storage{location: location, objects: map[string][]byte{}, faults: map[access]error{}}
}

// Location returns what the validator announces on chain.
func (s *Storage) Location() string { return s.location }

// Open returns a store over the bucket, with the object names and forms of an S3 bucket.
func (s *Storage) Open(opts ...storage.Option) *storage.Store {
	opts = append([]storage.Option{storage.WithLocation(s.location)}, opts...)
	return storage.New(blob.NewBucket(&bucket{s}), storage.S3, opts...)
}

// Names returns the names of the objects, sorted.
func (s *Storage) Names() []string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.Sorted(maps.Keys(s.objects))
}

// Read returns the bytes of an object and whether it exists, whatever faults are set.
func (s *Storage) Read(name string) ([]byte, bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	data, ok := s.objects[name]
	return slices.Clone(data), ok
}

// Write replaces an object by any bytes, as the owner of the bucket can.
func (s *Storage) Write(name string, data []byte) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.objects[name] = slices.Clone(data)
}

// Delete removes an object, if it exists.
func (s *Storage) Delete(name string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	delete(s.objects, name)
}

// FailReads makes every read fail with err until [Storage.Repair]. Nil means [ErrInjected].
func (s *Storage) FailReads(err error) { s.failing(reading, err) }

// FailWrites makes every write fail with err until [Storage.Repair]. Nil means [ErrInjected].
func (s *Storage) FailWrites(err error) { s.failing(writing, err) }

func (s *Storage) failing(a access, err error) {
	if err == nil {
		err = fmt.Errorf("%w: storage %s", ErrInjected, s.location)
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.faults[a] = err
}

// Hold makes every read wait until [Storage.Release] or [Storage.Repair], or until the reader's
// context ends.
func (s *Storage) Hold() {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.held == nil {
		s.held = make(chan struct{})
	}
}

// Release ends [Storage.Hold]: reads that wait and those to come pass.
func (s *Storage) Release() {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.held != nil {
		close(s.held)
		s.held = nil
	}
}

// Repair removes every fault and lets waiting reads pass. Objects stay as they are.
func (s *Storage) Repair() {
	s.Release()
	s.mu.Lock()
	defer s.mu.Unlock()
	clear(s.faults)
}

// enter lets an access pass, fail, or wait.
func (s *Storage) enter(ctx context.Context, a access) error {
	s.mu.Lock()
	held := s.held
	s.mu.Unlock()
	if a == reading && held != nil {
		select {
		case <-held:
		case <-ctx.Done():
		}
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if err := s.faults[a]; err != nil {
		return err
	}
	return ctx.Err()
}

// Corruption is how a published checkpoint is wrong. See [Storage.Corrupt].
type Corruption uint8

// The corruptions of [Storage.Corrupt].
const (
	Missing     Corruption = iota // the object does not exist
	Malformed                     // it is not JSON
	Huge                          // it is larger than any reader accepts
	WrongSigner                   // it is well formed and has the signature of another key
)

// String returns the name of the corruption.
func (c Corruption) String() string {
	return name("Corruption", c, "missing", "malformed", "huge", "wrong signer")
}

// Corrupt replaces the published checkpoint of an index by a bad one. It fails where there is none.
func (s *Storage) Corrupt(ctx context.Context, index uint32, how Corruption) error {
	name := s.Open().CheckpointKey(index)
	data, ok := s.Read(name)
	if !ok {
		return fmt.Errorf("hyperlanetest: storage %s has no checkpoint of index %d to corrupt", s.location, index)
	}
	switch how {
	case Missing:
		s.Delete(name)
	case Malformed:
		s.Write(name, data[:len(data)/2])
	case Huge:
		s.Write(name, []byte(`{"padding":"`+strings.Repeat("x", storage.MaxObjectSize)+`"}`))
	case WrongSigner:
		var signed checkpoint.Signed
		if err := json.Unmarshal(data, &signed); err != nil {
			return fmt.Errorf("hyperlanetest: storage %s: %s: %w", s.location, name, err)
		}
		forged, err := checkpoint.Sign(ctx, checkpoint.NewKeySigner(account("forger").Key), signed.Checkpoint)
		if err != nil {
			return err
		}
		if data, err = json.Marshal(forged); err != nil {
			return err
		}
		s.Write(name, data)
	default:
		return refused("Storage.Corrupt", how.String(), "a corruption that this package names")
	}
	return nil
}
