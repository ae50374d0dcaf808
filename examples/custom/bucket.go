package main

import (
	"context"
	"fmt"
	"io/fs"
	"strings"

	"gocloud.dev/blob"
	_ "gocloud.dev/blob/fileblob" // file:// URLs; import the driver of your own bucket here

	"github.com/hyperlane-go/sdk/hyperlane/storage"
)

// teamBucket is the URL of a bucket of gocloud.dev/blob. A location team://NAME is the folder NAME
// in it, so the bucket can move without a new announcement.
type teamBucket string

// open opens a location, for the validator that announces it and for a relayer that found the
// announcement.
//
// SECURITY: any account can announce any text, so a name cannot lead out of the bucket.
func (b teamBucket) open(ctx context.Context, location string, access storage.Access) (*storage.Store, error) {
	folder, _ := strings.CutPrefix(location, "team://")
	if folder == "." || !fs.ValidPath(folder) || strings.Contains(folder, `\`) {
		return nil, fmt.Errorf("%w: have %.100q, want team://NAME", storage.ErrLocation, location)
	}
	bucket, err := blob.OpenBucket(ctx, string(b))
	if err != nil {
		return nil, fmt.Errorf("%w: TEAM_BUCKET: %w", storage.ErrBucket, err)
	}
	options := []storage.Option{storage.WithLocation(location), storage.WithFolder(folder)}
	if access == storage.Read {
		options = append(options, storage.WithReadOnly())
	}
	return storage.New(bucket, storage.S3, options...), nil
}
