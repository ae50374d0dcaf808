package cloud

import (
	"context"
	"fmt"

	"gocloud.dev/blob"
	"gocloud.dev/blob/gcsblob"
	"gocloud.dev/gcp"
	"google.golang.org/api/option"

	"github.com/hyperlane-go/sdk/hyperlane/storage"
)

// OpenGCS opens the bucket of a GCS location. It is a storage.Opener.
func (c Config) OpenGCS(ctx context.Context, l storage.Location, access storage.Access) (*blob.Bucket, error) {
	if err := check(l); err != nil {
		return nil, err
	}
	transport := c.Transport
	if transport == nil {
		transport = gcp.DefaultTransport()
	}
	client := gcp.NewAnonymousHTTPClient(transport)
	if access == storage.Write {
		credentials, err := gcp.DefaultCredentials(ctx)
		if err != nil {
			return nil, fmt.Errorf("cloud: load Google credentials (set GOOGLE_APPLICATION_CREDENTIALS): %w", err)
		}
		client, err = gcp.NewHTTPClient(transport, gcp.CredentialsTokenSource(credentials))
		if err != nil {
			return nil, fmt.Errorf("cloud: load Google credentials (set GOOGLE_APPLICATION_CREDENTIALS): %w", err)
		}
	}
	options := &gcsblob.Options{}
	if c.GCSEndpoint != "" {
		options.ClientOptions = append(options.ClientOptions, option.WithEndpoint(c.GCSEndpoint))
	}
	bucket, err := gcsblob.OpenBucket(ctx, client, l.Bucket, options)
	if err != nil {
		return nil, fmt.Errorf("cloud: open GCS bucket: %w", err)
	}
	return bucket, nil
}
