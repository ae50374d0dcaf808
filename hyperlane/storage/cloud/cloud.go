// Package cloud registers the drivers with which storage.Open opens s3:// and gs:// locations.
// Import it for that effect:
//
//	import _ "github.com/hyperlane-go/sdk/hyperlane/storage/cloud"
//
// A store opened for reading is anonymous, because validators publish to the public: it looks for
// no credentials and sends none. A store opened for writing uses the default credentials of the
// environment, as the AWS and Google libraries find them.
//
// The network has no location strings for Azure. Its driver is linked too: open the bucket with
// blob.OpenBucket and "azblob://CONTAINER", and pass it to storage.New.
package cloud

import (
	"fmt"
	"net/http"
	"regexp"

	_ "gocloud.dev/blob/azureblob" // registers azblob:// with blob.OpenBucket

	"github.com/hyperlane-go/sdk/hyperlane/storage"
)

func init() { Config{}.Register() }

// Config opens cloud buckets. Importing this package registers the zero Config, which uses the
// public services.
type Config struct {
	// S3Endpoint is the base URL of another service with the S3 API, which addresses buckets by
	// path. Empty means Amazon.
	S3Endpoint string
	// GCSEndpoint is the base URL of another service with the JSON API of Google Cloud Storage.
	// Empty means Google.
	GCSEndpoint string
	// Transport carries the requests. Nil means the default of each service's library.
	Transport http.RoundTripper
}

// Register makes storage.Open use c for s3 and gs locations, replacing any other drivers.
func (c Config) Register() {
	storage.Register(storage.KindS3, c.OpenS3)
	storage.Register(storage.KindGCS, c.OpenGCS)
}

// SECURITY: bucket and region become part of a host name, and any account can announce any string.
// These names cannot change the host.
var (
	bucketName = regexp.MustCompile(`^[a-z0-9][a-z0-9._-]{1,220}[a-z0-9]$`)
	regionName = regexp.MustCompile(`^[a-z]{2,}(-[a-z0-9]+){1,4}$`)
)

// check fails with storage.ErrLocation where a name could change the host.
func check(l storage.Location) error {
	if !bucketName.MatchString(l.Bucket) {
		return fmt.Errorf("%w: have bucket %q, want 3 to 222 of a-z 0-9 . _ -", storage.ErrLocation, l.Bucket)
	}
	if l.Kind == storage.KindS3 && !regionName.MatchString(l.Region) {
		return fmt.Errorf("%w: have region %q, want a name such as us-east-1", storage.ErrLocation, l.Region)
	}
	return nil
}
