package cloud

import (
	"context"
	"fmt"
	"net/http"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/config"
	"github.com/aws/aws-sdk-go-v2/service/s3"
	"gocloud.dev/blob"
	"gocloud.dev/blob/s3blob"

	"github.com/hyperlane-go/sdk/hyperlane/storage"
)

// OpenS3 opens the bucket of an S3 location in its region. It is a storage.Opener.
func (c Config) OpenS3(ctx context.Context, l storage.Location, access storage.Access) (*blob.Bucket, error) {
	if err := check(l); err != nil {
		return nil, err
	}
	// Reading uses nothing of the environment: a public bucket must open on a machine with a broken
	// AWS configuration, or with that of another account.
	base := aws.Config{Region: l.Region, Credentials: aws.AnonymousCredentials{}}
	if access == storage.Write {
		var err error
		base, err = config.LoadDefaultConfig(ctx, config.WithRegion(l.Region))
		if err != nil {
			return nil, fmt.Errorf("cloud: load AWS credentials (set AWS_ACCESS_KEY_ID or AWS_PROFILE): %w", err)
		}
	}
	if c.Transport != nil {
		base.HTTPClient = &http.Client{Transport: c.Transport}
	}
	// Send checksums only where S3 demands them: other services with the S3 API refuse the trailing
	// ones.
	base.RequestChecksumCalculation = aws.RequestChecksumCalculationWhenRequired
	base.ResponseChecksumValidation = aws.ResponseChecksumValidationWhenRequired
	s3Client := s3.NewFromConfig(base, func(o *s3.Options) {
		if c.S3Endpoint != "" {
			o.BaseEndpoint = aws.String(c.S3Endpoint)
			o.UsePathStyle = true
		}
	})
	bucket, err := s3blob.OpenBucket(ctx, s3Client, l.Bucket, &s3blob.Options{
		RequestChecksumCalculation: aws.RequestChecksumCalculationWhenRequired,
	})
	if err != nil {
		return nil, fmt.Errorf("cloud: open S3 bucket: %w", err)
	}
	return bucket, nil
}
