// Package cloud lets storage.Open open s3:// and gs:// locations. Import it for
// its effect:
//
//	import _ "github.com/hyperlane-go/sdk/hyperlane/storage/cloud"
//
// A location opened for reading is read anonymously, as validators publish it:
// no credentials are looked for, none are sent. One opened for writing uses the
// default credentials of the environment (the AWS and Google chains).
//
// Validators on Azure are unknown to the network's location strings, but the
// driver is linked here too: open the bucket with blob.OpenBucket and
// "azblob://CONTAINER", and put storage.New in front of it.
package cloud

import (
	"fmt"
	"net/http"
	"regexp"

	_ "gocloud.dev/blob/azureblob" // registers azblob:// with blob.OpenBucket

	"github.com/hyperlane-go/sdk/hyperlane/storage"
)

func init() { Config{}.Register() }

// Config opens cloud buckets. The zero Config speaks to the public services; it
// is what importing this package registers.
type Config struct {
	// S3Endpoint is the base URL of a service that speaks S3 instead of Amazon's;
	// buckets are then addressed by path. Empty means Amazon.
	S3Endpoint string
	// GCSEndpoint is the base URL of a service that speaks the JSON API of Google
	// Cloud Storage. Empty means Google.
	GCSEndpoint string
	// Transport carries the requests. Nil means the services' own default.
	Transport http.RoundTripper
}

// Register makes storage.Open use this configuration from now on.
func (c Config) Register() {
	storage.Register(storage.KindS3, c.OpenS3)
	storage.Register(storage.KindGCS, c.OpenGCS)
}

// SECURITY: bucket and region become part of a host name, and anybody may
// announce anything. Only names that cannot leave their place in it are used.
var (
	bucketName = regexp.MustCompile(`^[a-z0-9][a-z0-9._-]{1,220}[a-z0-9]$`)
	regionName = regexp.MustCompile(`^[a-z]{2,}(-[a-z0-9]+){1,4}$`)
)

func check(l storage.Location) error {
	if !bucketName.MatchString(l.Bucket) {
		return fmt.Errorf("%w: bucket %q: want 3 to 222 of a-z 0-9 . _ -", storage.ErrLocation, l.Bucket)
	}
	if l.Kind == storage.KindS3 && !regionName.MatchString(l.Region) {
		return fmt.Errorf("%w: region %q: want a name like us-east-1", storage.ErrLocation, l.Region)
	}
	return nil
}
