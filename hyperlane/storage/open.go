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

// Access says whether a store is opened for reading only.
type Access uint8

const (
	// Read opens for reading only, without credentials in the cloud; a directory must exist. It is
	// the zero value.
	Read Access = iota
	// Write opens for reading and writing, with the default credentials of the environment; a
	// missing directory is created.
	Write
)

// cloudTimeout bounds each request to a cloud bucket, as in the official reader: a bucket that does
// not answer must not delay a quorum.
const cloudTimeout = 10 * time.Second

// Opener opens the bucket of a location. It ignores the folder, which the store adds to every name.
type Opener func(ctx context.Context, l Location, access Access) (*blob.Bucket, error)

var (
	openersMu sync.RWMutex
	openers   = map[Kind]Opener{KindLocal: openDirectory}
)

// Register makes [Open] use opener for a kind of location, replacing any other. Package
// hyperlane/storage/cloud registers S3 and GCS when it is imported.
func Register(kind Kind, opener Opener) {
	openersMu.Lock()
	defer openersMu.Unlock()
	openers[kind] = opener
}

// Open opens an announced location for reading, or with [Write] for the validator that owns it.
// Each request to a cloud bucket may take ten seconds. It fails with [ErrLocation], [ErrNoDriver],
// [ErrNotFound] for a missing directory, or [ErrBucket].
//
// SECURITY: a file location names a directory of this machine. Do not open one that a stranger
// announced.
func Open(ctx context.Context, location string, access Access) (*Store, error) {
	l, err := ParseLocation(location)
	if err != nil {
		return nil, err
	}
	openersMu.RLock()
	opener := openers[l.Kind]
	openersMu.RUnlock()
	if opener == nil {
		return nil, fmt.Errorf("%w: for %q, the kind of %q (import github.com/hyperlane-go/sdk/hyperlane/storage/cloud, or call storage.Register)",
			ErrNoDriver, l.Kind, clip(location))
	}
	bucket, err := opener(ctx, l, access)
	if err == nil && bucket == nil {
		err = errors.New("the driver returned no bucket and no error")
	}
	if err != nil {
		return nil, openError(ctx, location, err)
	}
	options := []Option{WithLocation(location), WithFolder(l.Folder)}
	if l.Kind != KindLocal {
		options = append(options, WithTimeout(cloudTimeout))
	}
	if access != Write {
		options = append(options, WithReadOnly())
	}
	return New(bucket, l.Layout(), options...), nil
}

// openError classes the error of a driver, unless the driver did.
func openError(ctx context.Context, location string, err error) error {
	doing := fmt.Sprintf("open %q", clip(location))
	if errors.Is(err, ErrLocation) || errors.Is(err, ErrNotFound) {
		return fmt.Errorf("storage: %s: %w", doing, err)
	}
	return bucketError(ctx, doing, err)
}

// openDirectory opens a directory that official agents can read: plain files, without attribute
// files beside them. The driver writes a file under a temporary name in the same directory and then
// renames it, so that a reader, or a crash, sees the old file or the new one.
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
