package cloud_test

import (
	"context"
	"crypto/rand"
	"crypto/rsa"
	"crypto/x509"
	"encoding/json"
	"encoding/pem"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/hyperlane-go/sdk/hyperlane/storage"
	"github.com/hyperlane-go/sdk/hyperlane/storage/cloud"
	"github.com/hyperlane-go/sdk/hyperlane/storage/storagetest"
)

// register makes storage.Open use the imitations for one test.
func register(t *testing.T, c cloud.Config) {
	c.Register()
	t.Cleanup(func() { cloud.Config{}.Register() })
}

// awsKeys sets credentials that no service knows, in the environment only.
func awsKeys(t *testing.T) {
	t.Setenv("AWS_ACCESS_KEY_ID", "nobody")
	t.Setenv("AWS_SECRET_ACCESS_KEY", "nothing")
	t.Setenv("AWS_CONFIG_FILE", filepath.Join(t.TempDir(), "none"))
	t.Setenv("AWS_SHARED_CREDENTIALS_FILE", filepath.Join(t.TempDir(), "none"))
}

// testKey is made once, because that takes a while.
var testKey = sync.OnceValues(func() ([]byte, error) {
	key, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		return nil, err
	}
	return x509.MarshalPKCS8PrivateKey(key)
})

// googleKeys sets credentials that only the imitation accepts.
func googleKeys(t *testing.T, tokenURL string) {
	der, err := testKey()
	require.NoError(t, err)
	account, err := json.Marshal(map[string]string{
		"type": "service_account", "client_email": "nobody@example.com", "token_uri": tokenURL,
		"private_key": string(pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: der})),
	})
	require.NoError(t, err)
	path := filepath.Join(t.TempDir(), "account.json")
	require.NoError(t, os.WriteFile(path, account, 0o600))
	t.Setenv("GOOGLE_APPLICATION_CREDENTIALS", path)
}

func TestConformanceS3(t *testing.T) {
	awsKeys(t)
	for _, folder := range []string{"", "/a/b"} {
		storagetest.Run(t, func(t *testing.T) *storage.Store {
			register(t, cloud.Config{S3Endpoint: serve(t, imitateS3).url})
			s, err := storage.Open(t.Context(), "s3://my-bucket/us-east-1"+folder, storage.Write)
			require.NoError(t, err)
			return s
		})
	}
}

func TestConformanceGCS(t *testing.T) {
	for _, folder := range []string{"", "folder/"} {
		storagetest.Run(t, func(t *testing.T) *storage.Store {
			service := serve(t, imitateGCS)
			googleKeys(t, service.url+"/token")
			register(t, cloud.Config{GCSEndpoint: service.url + "/storage/v1/"})
			s, err := storage.Open(t.Context(), "gs://my-bucket/"+folder+"gcsAnnouncementKey", storage.Write)
			require.NoError(t, err)
			return s
		})
	}
}

// A public bucket is read without credentials, even where there are some, or a broken environment.
func TestAnonymousReads(t *testing.T) {
	awsKeys(t)
	t.Setenv("AWS_PROFILE", "there is no such profile")
	t.Setenv("GOOGLE_APPLICATION_CREDENTIALS", filepath.Join(t.TempDir(), "none"))
	s3, gcs := serve(t, imitateS3), serve(t, imitateGCS)
	register(t, cloud.Config{S3Endpoint: s3.url, GCSEndpoint: gcs.url + "/storage/v1/"})
	s3.objects["my-bucket/f/checkpoint_latest_index.json"] = []byte("41")
	gcs.objects["my-bucket/f/gcsLatestIndexKey"] = []byte("42")

	for location, want := range map[string]uint32{"s3://my-bucket/eu-west-3/f": 41, "gs://my-bucket/f/gcsAnnouncementKey": 42} {
		s, err := storage.Open(t.Context(), location, storage.Read)
		require.NoError(t, err)
		have, err := s.LatestIndex(t.Context())
		require.NoError(t, err)
		assert.Equal(t, want, have)
		_, err = s.Checkpoint(t.Context(), 7)
		require.ErrorIs(t, err, storage.ErrNotFound)
		require.ErrorIs(t, s.WriteLatestIndex(t.Context(), 99), storage.ErrReadOnly)
		require.NoError(t, s.Close())
	}
	for _, service := range []*service{s3, gcs} {
		require.NotEmpty(t, service.reads)
		for _, header := range service.reads {
			assert.Empty(t, header.Get("Authorization"))
		}
		assert.Empty(t, service.writes)
	}
	assert.Contains(t, s3.paths, "GET /my-bucket/f/checkpoint_7_with_id.json")
	assert.Contains(t, gcs.paths, "GET /my-bucket/f/checkpoint_7_with_id.json")
}

func TestSignedWrites(t *testing.T) {
	awsKeys(t)
	s3, gcs := serve(t, imitateS3), serve(t, imitateGCS)
	googleKeys(t, gcs.url+"/token")
	register(t, cloud.Config{S3Endpoint: s3.url, GCSEndpoint: gcs.url + "/storage/v1/"})
	for location, service := range map[string]*service{"s3://my-bucket/eu-west-3": s3, "gs://my-bucket/gcsAnnouncementKey": gcs} {
		s, err := storage.Open(t.Context(), location, storage.Write)
		require.NoError(t, err)
		require.NoError(t, s.WriteLatestIndex(t.Context(), 7))
		require.Len(t, service.writes, 1)
		assert.NotEmpty(t, service.writes[0].Get("Authorization"))
	}
	assert.Contains(t, s3.writes[0].Get("Authorization"), "/eu-west-3/s3/", "the region of the location signs")
	assert.Equal(t, "application/json", s3.writes[0].Get("Content-Type"))
	assert.Equal(t, "Bearer granted", gcs.writes[0].Get("Authorization"))
}

// Only "no such key" is absence; a refusal is a failure.
func TestForbiddenIsNotAbsent(t *testing.T) {
	service := serve(t, imitateS3)
	register(t, cloud.Config{S3Endpoint: service.url})
	s, err := storage.Open(t.Context(), "s3://forbidden-bucket/us-east-1", storage.Read)
	require.NoError(t, err)
	_, err = s.LatestIndex(t.Context())
	require.ErrorIs(t, err, storage.ErrBucket)
	require.NotErrorIs(t, err, storage.ErrNotFound)
	_, present, err := s.Reorg(t.Context())
	require.ErrorIs(t, err, storage.ErrBucket)
	assert.False(t, present)
}

// A location that a stranger announces must not lead to another host.
func TestHostileNames(t *testing.T) {
	for _, location := range []string{
		"s3://evil.example#/us-east-1", "s3://user@host/us-east-1", "s3://b:80/us-east-1", "s3://UPPER/us-east-1", "s3://ab/us-east-1",
		"s3://bucket/us-east-1.evil.example", "s3://bucket/us-east-1#", "s3://bucket/us-east-1?x", "s3://bucket/localhost", "s3://bucket/-",
		"gs://evil?x/gcsAnnouncementKey", "gs://-bucket/gcsAnnouncementKey", "gs://..%2f/gcsAnnouncementKey",
	} {
		_, err := storage.Open(t.Context(), location, storage.Read)
		require.ErrorIs(t, err, storage.ErrLocation, location)
	}
}

// A bucket that never answers does not block a reader, and an endless object does not fill memory.
func TestHangingAndEndless(t *testing.T) {
	service := serve(t, func(s *service, w http.ResponseWriter, r *http.Request) {
		if strings.HasSuffix(r.URL.Path, "/hang/checkpoint_latest_index.json") {
			<-r.Context().Done()
			return
		}
		for range 100 { // no length is announced
			if _, err := w.Write(make([]byte, storage.MaxObjectSize)); err != nil {
				return
			}
		}
	})
	config := cloud.Config{S3Endpoint: service.url}
	bucket, err := config.OpenS3(t.Context(), storage.Location{Kind: storage.KindS3, Bucket: "my-bucket", Region: "us-east-1"}, storage.Read)
	require.NoError(t, err)
	defer func() { require.NoError(t, bucket.Close()) }()
	_, err = storage.New(bucket, storage.S3, storage.WithFolder("hang"), storage.WithTimeout(50*time.Millisecond)).LatestIndex(t.Context())
	require.ErrorIs(t, err, context.DeadlineExceeded)
	require.ErrorIs(t, err, storage.ErrBucket, "the store's own timeout is a failure of the bucket")
	_, err = storage.New(bucket, storage.S3).LatestIndex(t.Context())
	require.ErrorIs(t, err, storage.ErrMalformed)
	require.ErrorContains(t, err, "51200 bytes or more", "the reader stops at the limit")
}
