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

// MaxObjectSize bounds the objects that a store reads: 51,199 bytes are accepted, 51,200 are
// refused. It is the limit of the official reader. The largest object of a validator is below 2
// KiB.
const MaxObjectSize = 51_200

// Store is the published state of one validator. It is safe for concurrent use, but a location has
// one writer: its validator.
type Store struct {
	bucket   *blob.Bucket
	layout   Layout
	location string
	folder   string
	readOnly bool
	timeout  time.Duration
}

// Option configures a [Store].
type Option func(*Store)

// WithFolder puts every object below folder/. The default is the root of the bucket.
func WithFolder(folder string) Option { return func(s *Store) { s.folder = folder } }

// WithLocation names the store in errors. [Open] sets it to the location.
func WithLocation(location string) Option { return func(s *Store) { s.location = location } }

// WithReadOnly makes every write fail with [ErrReadOnly].
func WithReadOnly() Option { return func(s *Store) { s.readOnly = true } }

// WithTimeout bounds each read and write of one object. The default, and a value of zero or less,
// is no bound but the caller's context.
func WithTimeout(d time.Duration) Option { return func(s *Store) { s.timeout = d } }

// New returns a store in a bucket, which must not be nil. [Store.Close] closes the bucket.
func New(bucket *blob.Bucket, layout Layout, options ...Option) *Store {
	s := &Store{bucket: bucket, layout: layout}
	for _, option := range options {
		if option != nil {
			option(s)
		}
	}
	return s
}

// NewMemory returns a store in the memory of this process, with the names of a directory.
func NewMemory() *Store { return New(memblob.OpenBucket(nil), Local, WithLocation("memory")) }

// String returns the name of the store in errors: its location, if it has one.
func (s *Store) String() string {
	if s.location == "" {
		return "an unnamed " + s.layout.String() + " bucket"
	}
	return clip(s.location)
}

// Layout returns the layout of the object names.
func (s *Store) Layout() Layout { return s.layout }

// Bucket returns the bucket, for tools and tests that read or change single objects.
func (s *Store) Bucket() *blob.Bucket { return s.bucket }

// Keys holds the full names in the bucket of the objects that exist once.
type Keys struct{ LatestIndex, Announcement, Metadata, Reorg string }

// Keys returns the names of the objects that exist once, folder included.
func (s *Store) Keys() Keys {
	n := s.layout.names()
	return Keys{s.key(n.latest), s.key(n.announcement), s.key(n.metadata), s.key(n.reorg)}
}

// CheckpointKey returns the name of the checkpoint at index, folder included.
func (s *Store) CheckpointKey(index uint32) string { return s.key(s.layout.checkpointName(index)) }

// Close closes the bucket.
func (s *Store) Close() error {
	if err := s.bucket.Close(); err != nil {
		return fmt.Errorf("%w: close %s: %w", ErrBucket, s, err)
	}
	return nil
}

// key returns the full name of an object. The key of "" is the prefix that all names share.
func (s *Store) key(name string) string {
	if s.folder == "" {
		return name
	}
	return s.folder + "/" + name
}

// bounded adds the store's timeout to ctx.
func (s *Store) bounded(ctx context.Context) (context.Context, context.CancelFunc) {
	if s.timeout <= 0 {
		return ctx, func() {}
	}
	return context.WithTimeout(ctx, s.timeout)
}

// read returns the bytes of an object, fewer than [MaxObjectSize].
func (s *Store) read(ctx context.Context, key string) ([]byte, error) {
	fail := func(err error) error {
		if gcerrors.Code(err) == gcerrors.NotFound {
			return s.objectError(ErrNotFound, key, nil)
		}
		return bucketError(ctx, fmt.Sprintf("read object %q of %s", key, s), err)
	}
	if err := ctx.Err(); err != nil {
		return nil, fail(err)
	}
	bounded, cancel := s.bounded(ctx)
	defer cancel()
	// There is no range request: S3 answers none for an empty object.
	r, err := s.bucket.NewReader(bounded, key, nil)
	if err != nil {
		return nil, fail(err)
	}
	size := r.Size()
	var data []byte
	if size < MaxObjectSize {
		// SECURITY: the size that the bucket announces is a claim; the bound is on what is read.
		data, err = io.ReadAll(io.LimitReader(r, MaxObjectSize))
		size = int64(len(data))
	}
	switch closeErr := r.Close(); {
	case err != nil:
		return nil, fail(err)
	case size >= MaxObjectSize:
		return nil, s.objectError(ErrMalformed, key, fmt.Errorf("have %d bytes or more, want at most %d", size, MaxObjectSize-1))
	case closeErr != nil:
		return nil, fail(closeErr)
	}
	return data, nil
}

// write writes an object, replacing any other.
func (s *Store) write(ctx context.Context, key string, data []byte) error {
	if s.readOnly {
		return s.objectError(ErrReadOnly, key, nil)
	}
	fail := func(err error) error {
		return bucketError(ctx, fmt.Sprintf("write object %q of %s", key, s), err)
	}
	if err := ctx.Err(); err != nil {
		return fail(err)
	}
	bounded, cancel := s.bounded(ctx)
	defer cancel()
	options := &blob.WriterOptions{ContentType: "application/json"}
	if err := s.bucket.WriteAll(bounded, key, data, options); err != nil {
		return fail(err)
	}
	return nil
}

// writeJSON writes v in the form of the store's layout.
func (s *Store) writeJSON(ctx context.Context, name string, v any) error {
	key := s.key(name)
	data, err := s.layout.encode(v)
	if err != nil {
		return fmt.Errorf("storage: encode object %q of %s: %w", key, s, err)
	}
	return s.write(ctx, key, data)
}

// replaceable reports whether an object exists and cannot be what it should be, so that its owner
// may replace it.
func replaceable(err error) bool { return errors.Is(err, ErrMalformed) }
