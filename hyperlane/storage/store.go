package storage

import (
	"context"
	"errors"
	"fmt"
	"io"
	"time"

	"gocloud.dev/blob"
	"gocloud.dev/blob/memblob"
	"gocloud.dev/gcerrors"
)

// MaxObjectSize is the size from which an object is refused, the limit of the
// official reader: an object of 51,200 bytes is too large, one of 51,199 is not.
// The largest object a validator writes is below 2 KiB.
const MaxObjectSize = 51_200

// Store is one validator's published state. It is safe for concurrent use,
// though a location has one writer: its validator.
type Store struct {
	bucket   *blob.Bucket
	layout   Layout
	folder   string
	readOnly bool
	timeout  time.Duration
}

// Option changes how New lays objects out, or what the store may do.
type Option func(*Store)

// WithFolder puts every object below folder/. Empty means the bucket's root.
func WithFolder(folder string) Option { return func(s *Store) { s.folder = folder } }

// ReadOnly makes every write fail with ErrReadOnly.
func ReadOnly() Option { return func(s *Store) { s.readOnly = true } }

// WithTimeout bounds each single read and write. Zero or less means no bound but
// the caller's context.
func WithTimeout(d time.Duration) Option { return func(s *Store) { s.timeout = d } }

// New lays a validator's store over a bucket. The store owns the bucket: Close
// closes it.
func New(bucket *blob.Bucket, layout Layout, options ...Option) *Store {
	s := &Store{bucket: bucket, layout: layout}
	for _, option := range options {
		option(s)
	}
	return s
}

// NewMemory is a store that lives in this process, in the directory layout.
func NewMemory() *Store { return New(memblob.OpenBucket(nil), Local) }

// Layout tells which names the store uses.
func (s *Store) Layout() Layout { return s.layout }

// Bucket is what lies below, for tools and tests that look at, or spoil, single
// objects.
func (s *Store) Bucket() *blob.Bucket { return s.bucket }

// Keys are the full names of a store's single objects.
type Keys struct{ LatestIndex, Announcement, Metadata, Reorg string }

// Keys tells the names under which this store keeps its single objects.
func (s *Store) Keys() Keys {
	n := s.layout.names()
	return Keys{s.key(n.latest), s.key(n.announcement), s.key(n.metadata), s.key(n.reorg)}
}

// CheckpointKey is the full name of the checkpoint at index.
func (s *Store) CheckpointKey(index uint32) string { return s.key(s.layout.checkpointName(index)) }

// Close releases the bucket.
func (s *Store) Close() error {
	if err := s.bucket.Close(); err != nil {
		return fmt.Errorf("storage: close: %w", err)
	}
	return nil
}

func (s *Store) key(name string) string {
	if s.folder == "" {
		return name
	}
	return s.folder + "/" + name
}

func (s *Store) bounded(ctx context.Context) (context.Context, context.CancelFunc) {
	if s.timeout <= 0 {
		return ctx, func() {}
	}
	return context.WithTimeout(ctx, s.timeout)
}

// read gives the object's bytes, never more than MaxObjectSize of them. There
// is no range request: an empty object has none that S3 would answer.
func (s *Store) read(ctx context.Context, key string) (_ []byte, err error) {
	ctx, cancel := s.bounded(ctx)
	defer cancel()
	r, err := s.bucket.NewReader(ctx, key, nil)
	if err != nil {
		return nil, bucketError(key, err)
	}
	defer func() {
		if closeErr := r.Close(); err == nil && closeErr != nil {
			err = bucketError(key, closeErr)
		}
	}()
	if size := r.Size(); size >= MaxObjectSize {
		return nil, tooLarge(key, size)
	}
	// SECURITY: the size announced by the bucket is a claim; the bound is on what is read.
	data, err := io.ReadAll(io.LimitReader(r, MaxObjectSize))
	if err != nil {
		return nil, bucketError(key, err)
	}
	if len(data) >= MaxObjectSize {
		return nil, tooLarge(key, int64(len(data)))
	}
	return data, nil
}

func tooLarge(key string, size int64) error {
	return &ObjectError{Key: key, Class: ErrTooLarge, Err: fmt.Errorf("%d bytes or more, the most is %d", size, MaxObjectSize-1)}
}

func bucketError(key string, err error) error {
	if gcerrors.Code(err) == gcerrors.NotFound {
		return &ObjectError{Key: key, Class: ErrNotFound}
	}
	return &ObjectError{Key: key, Err: err}
}

func (s *Store) write(ctx context.Context, key string, data []byte) error {
	if s.readOnly {
		return &ObjectError{Key: key, Class: ErrReadOnly}
	}
	ctx, cancel := s.bounded(ctx)
	defer cancel()
	options := &blob.WriterOptions{ContentType: "application/json"}
	if err := s.bucket.WriteAll(ctx, key, data, options); err != nil {
		return &ObjectError{Key: key, Err: err}
	}
	return nil
}

func (s *Store) writeJSON(ctx context.Context, name string, v any) error {
	data, err := s.layout.encode(v)
	if err != nil {
		return err
	}
	return s.write(ctx, s.key(name), data)
}

func malformed(key string, err error) error {
	return &ObjectError{Key: key, Class: ErrMalformed, Err: err}
}

// unusable tells that an object exists but cannot be what it should be, so that
// its owner may replace it.
func unusable(err error) bool {
	return errors.Is(err, ErrMalformed) || errors.Is(err, ErrTooLarge)
}

// folderPrefix is what every key of this store begins with.
func (s *Store) folderPrefix() string { return s.key("") }
