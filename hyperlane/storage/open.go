package storage

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"sync"
	"time"

	"gocloud.dev/blob"
	"gocloud.dev/blob/fileblob"
)

// Access is what a store is opened for.
type Access uint8

const (
	// Read opens for reading only. Cloud buckets are read anonymously, as anybody
	// can; a directory must exist. It is the zero value.
	Read Access = iota
	// Write opens for reading and writing, with the default credentials of the
	// environment; a directory is created.
	Write
)

// cloudTimeout bounds each request to a cloud bucket, as in the official reader:
// a bucket that hangs must not hold up a quorum.
const cloudTimeout = 10 * time.Second

// Opener opens the bucket behind a location, without regard to its folder.
type Opener func(ctx context.Context, l Location, access Access) (*blob.Bucket, error)

var (
	openersMu sync.RWMutex
	openers   = map[Kind]Opener{KindLocal: openDirectory}
)

// Register makes Open use opener for a kind of location, replacing any other.
// Package hyperlane/storage/cloud does so for S3 and GCS when it is imported.
func Register(kind Kind, opener Opener) {
	openersMu.Lock()
	defer openersMu.Unlock()
	openers[kind] = opener
}

// Open opens an announced location for reading, or with Write for its owner.
// The zero access is Read. Each request to a cloud bucket may take ten seconds. It fails with ErrLocation, with ErrNoDriver, with
// ErrNotFound for a directory that does not exist, or with the driver's error.
//
// A file location reaches into the file system of this machine. Never open one
// that a stranger announced, unless the test at hand wants exactly that.
func Open(ctx context.Context, location string, access Access) (*Store, error) {
	l, err := ParseLocation(location)
	if err != nil {
		return nil, err
	}
	openersMu.RLock()
	opener := openers[l.Kind]
	openersMu.RUnlock()
	if opener == nil {
		return nil, fmt.Errorf("%w for %q; import github.com/hyperlane-go/sdk/hyperlane/storage/cloud", ErrNoDriver, l.Kind)
	}
	bucket, err := opener(ctx, l, access)
	if err != nil {
		return nil, fmt.Errorf("storage: open %q: %w", clip(location), err)
	}
	options := []Option{WithFolder(l.Folder)}
	if l.Kind != KindLocal {
		options = append(options, WithTimeout(cloudTimeout))
	}
	if access != Write {
		options = append(options, ReadOnly())
	}
	return New(bucket, l.Layout(), options...), nil
}

// openDirectory opens a directory so that official agents can read it: plain
// files, no attribute files beside them. Each is written under a temporary name
// in the same directory and then renamed, so a reader, or a crash, sees the old
// file or the new one and nothing between.
func openDirectory(_ context.Context, l Location, access Access) (*blob.Bucket, error) {
	bucket, err := fileblob.OpenBucket(l.Path, &fileblob.Options{
		CreateDir:   access == Write,
		DirFileMode: 0o755,
		NoTempDir:   true,
		Metadata:    fileblob.MetadataDontWrite,
	})
	if errors.Is(err, fs.ErrNotExist) {
		return nil, fmt.Errorf("%w: %w", ErrNotFound, err)
	}
	return bucket, err
}
